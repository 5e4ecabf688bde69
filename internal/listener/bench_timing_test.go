package listener_test

import "testing"

func BenchmarkExchange(b *testing.B) {
	exchange := leanServer(b)
	b.ReportAllocs()
	for b.Loop() {
		exchange()
	}
}
