package retry_test

import (
	"testing"

	"torwart/internal/cause"
	"torwart/internal/retry"
)

func BenchmarkDecide(b *testing.B) {
	p, f := usual(cause.P3, cause.ClosedBeforeResponse)
	b.ReportAllocs()
	for b.Loop() {
		retry.Decide(p, f)
	}
}

func BenchmarkBudget(b *testing.B) {
	budget := retry.NewBudget(0.2)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			budget.Deposit()
		}
	})
}
