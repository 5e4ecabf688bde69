package errorpage_test

import "testing"

func BenchmarkHTML(b *testing.B) {
	p := get("de")
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		buf = p.HTML(buf[:0])
	}
}
