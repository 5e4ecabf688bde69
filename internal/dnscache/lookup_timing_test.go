package dnscache_test

import (
	"context"
	"testing"

	"torwart/internal/dnscache"
)

func warm(t testing.TB) *dnscache.Cache {
	w := newWorld("app.test. 3600 IN A 10.0.0.1", "app.test. 3600 IN A 10.0.0.2", "app.test. 3600 IN AAAA 2001:db8::1")
	c := w.cache()
	if _, err := c.LookupNetIP(t.Context(), "ip", "app.test"); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestWarmLookupAllocatesTheResultAlone.
func TestWarmLookupAllocatesTheResultAlone(t *testing.T) {
	c := warm(t)
	ctx := context.Background()
	n := testing.AllocsPerRun(1000, func() {
		if addrs, err := c.LookupNetIP(ctx, "ip", "app.test"); err != nil || len(addrs) != 3 {
			t.Fatal(addrs, err)
		}
	})
	if n > 1 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkWarmLookup(b *testing.B) {
	c := warm(b)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		ctx := context.Background()
		for pb.Next() {
			if _, err := c.LookupNetIP(ctx, "ip", "app.test"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
