package metrics_test

import (
	"testing"
	"time"

	"torwart/internal/metrics"
	"torwart/internal/traffic"
)

func TestObserveDoesNotAllocate(t *testing.T) {
	var m metrics.Metrics
	x := &traffic.Exchange{Status: 200, Duration: time.Millisecond, BodyBytes: 1000, Attempts: make([]traffic.Attempt, 1)}
	if n := testing.AllocsPerRun(1000, func() { m.Observe(x) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkObserve(b *testing.B) {
	var m metrics.Metrics
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		x := &traffic.Exchange{Status: 200, Duration: time.Millisecond, BodyBytes: 1000, Attempts: make([]traffic.Attempt, 1)}
		for pb.Next() {
			m.Observe(x)
		}
	})
}
