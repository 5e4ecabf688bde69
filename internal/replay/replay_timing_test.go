package replay_test

import (
	"testing"

	"torwart/internal/replay"
)

func BenchmarkRecord(b *testing.B) {
	for _, c := range []struct {
		name string
		size int
	}{{"1k", 1 << 10}, {"64k", 64 << 10}, {"1M", 1 << 20}} {
		b.Run(c.name, func(b *testing.B) {
			s := &replay.Store{MemoryMax: 256 << 10, FileMax: 1 << 30, TotalFileMax: 1 << 30, Dir: b.TempDir()}
			p := body(min(c.size, 32<<10))
			b.SetBytes(int64(c.size))
			b.ReportAllocs()
			for b.Loop() {
				buf := s.New()
				for n := 0; n < c.size; n += len(p) {
					_, _ = buf.Write(p)
				}
				buf.Close()
			}
		})
	}
}
