package balance_test

import (
	"fmt"
	"testing"
	"time"

	"torwart/internal/balance"
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

func BenchmarkPickWeighted(b *testing.B) {
	for name, make := range pickers {
		for how, weights := range map[string][]int{"small": {5, 3, 2}, "large": {997, 499, 101}} {
			b.Run(name+"/"+how, func(b *testing.B) {
				p, ls := make(), weighted(weights...)
				b.ReportAllocs()
				for b.Loop() {
					p.Pick(ls, nil)
				}
			})
		}
	}
}

func BenchmarkPickKey(b *testing.B) {
	for _, n := range []int{3, 20} {
		for _, heavy := range []int{1, 2} {
			b.Run(fmt.Sprintf("%d/heaviest%d", n, heavy), func(b *testing.B) {
				h, ls := balance.NewHash(names(n)), loads(n)
				ls[0].Weight = heavy
				cookie := []byte("3f2a9c77d1e85b60")
				b.ReportAllocs()
				for b.Loop() {
					h.PickKey(balance.Key(cookie), ls, nil)
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
