package ejection_test

import (
	"testing"
	"time"

	"torwart/internal/ejection"
)

// BenchmarkServed is what nearly every request costs.
func BenchmarkServed(b *testing.B) {
	p, now, k := ejection.New(usual, 3, start), start, uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		k++
		now = now.Add(20 * time.Microsecond)
		p.Observe(now, int(k%3), 1+k%8, 20*ms, false)
	}
}

// BenchmarkServedBesideFailures is the same while other shapes fail.
func BenchmarkServedBesideFailures(b *testing.B) {
	p, now, k := ejection.New(usual, 3, start), start, uint64(0)
	for shape := range uint64(1000) {
		p.Observe(now, 0, 100+shape, ms, true)
		p.Observe(now, 0, 1, ms, false)
	}
	b.ReportAllocs()
	for b.Loop() {
		k++
		now = now.Add(20 * time.Microsecond)
		p.Observe(now, int(k%3), 1+k%8, 20*ms, false)
	}
}

func BenchmarkServedParallel(b *testing.B) {
	p := ejection.New(usual, 3, start)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		now, k := start, uint64(0)
		for pb.Next() {
			k++
			now = now.Add(20 * time.Microsecond)
			p.Observe(now, int(k%3), 1+k%8, 20*ms, false)
		}
	})
}

func BenchmarkFailed(b *testing.B) {
	p, now, k := ejection.New(usual, 3, start), start, uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		k++
		now = now.Add(time.Millisecond)
		p.Observe(now, int(k%3), 1+k%8, ms, true)
	}
}

func BenchmarkEjected(b *testing.B) {
	p := ejection.New(usual, 3, start)
	b.ReportAllocs()
	for b.Loop() {
		p.Ejected(1, start)
	}
}

func BenchmarkShape(b *testing.B) {
	path := []byte("/api/v1/orders/4711/items?sort=name")
	b.ReportAllocs()
	for b.Loop() {
		ejection.Shape("shop.example.com", "GET", path)
	}
}
