package balance_test

import (
	"fmt"
	"testing"
	"time"
)

func BenchmarkPick(b *testing.B) {
	for name, make := range pickers {
		for _, n := range []int{2, 3, 20} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				p, ls := make(), loads(n)
				for _, l := range ls {
					served(l, time.Now(), time.Millisecond)
				}
				skip := func(int) bool { return false }
				b.ReportAllocs()
				for b.Loop() {
					p.Pick(ls, skip)
				}
			})
		}
	}
}

func BenchmarkBeginEnd(b *testing.B) {
	l := loads(1)[0]
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		l.Begin(now)
		l.End(now, time.Millisecond, false)
	}
}
