package accesslog_test

import (
	"io"
	"testing"

	"torwart/internal/accesslog"
)

func TestWriteDoesNotAllocate(t *testing.T) {
	for _, f := range []accesslog.Format{accesslog.JSON, accesslog.Combined} {
		l := accesslog.Log{W: io.Discard, Format: f}
		x := served()
		for range 2 { // both buffers reach their size
			for range 200 {
				l.Write(x)
			}
			l.Flush()
		}
		if n := testing.AllocsPerRun(100, func() { l.Write(x) }); n != 0 {
			t.Errorf("%s: %v allocations a line", f, n)
		}
		if n := testing.AllocsPerRun(100, func() { l.Write(x); l.Flush() }); n != 0 {
			t.Errorf("%s: %v allocations a line and flush", f, n)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, f := range []accesslog.Format{accesslog.JSON, accesslog.Combined} {
		b.Run(string(f), func(b *testing.B) {
			l := accesslog.Log{W: io.Discard, Format: f}
			x := served()
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				l.Write(x)
				if n++; n%64 == 0 {
					l.Flush()
				}
			}
		})
	}
}
