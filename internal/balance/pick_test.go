package balance_test

import (
	"testing"
	"time"

	"torwart/internal/balance"
)

var pickers = map[string]func() balance.Picker{
	"round_robin": func() balance.Picker { return balance.New("round_robin") },
	"p2c":         func() balance.Picker { return balance.New("p2c") },
}

func loads(n int) []*balance.Load {
	out := make([]*balance.Load, n)
	for i := range out {
		out[i] = new(balance.Load)
	}
	return out
}

// shares picks n times without using what was picked.
func shares(p balance.Picker, ls []*balance.Load, n int, skip func(int) bool) []int {
	got := make([]int, len(ls))
	for range n {
		if i := p.Pick(ls, skip); i >= 0 {
			got[i]++
		}
	}
	return got
}

func TestNobodyToPick(t *testing.T) {
	for name, make := range pickers {
		if got := make().Pick(nil, nil); got != -1 {
			t.Errorf("%s of none: %d", name, got)
		}
		if got := make().Pick(loads(3), func(int) bool { return true }); got != -1 {
			t.Errorf("%s with all skipped: %d", name, got)
		}
	}
}

func TestSkippedAreNotPicked(t *testing.T) {
	for name, make := range pickers {
		for only := range 4 {
			got := shares(make(), loads(4), 100, func(i int) bool { return i != only })
			if got[only] != 100 {
				t.Errorf("%s, all but %d skipped: %v", name, only, got)
			}
		}
	}
}

func TestEqualsShareEqually(t *testing.T) {
	for name, make := range pickers {
		for n := 1; n <= 5; n++ {
			for i, got := range shares(make(), loads(n), 10_000*n, nil) {
				if got < 9500 || got > 10500 {
					t.Errorf("%s: endpoint %d of %d was picked %d times, want about 10000", name, i, n, got)
				}
			}
		}
	}
}

// TestNeighbourOfSkipped: going on from a skipped endpoint to the next would
// give that one a double share.
func TestNeighbourOfSkipped(t *testing.T) {
	for name, make := range pickers {
		got := shares(make(), loads(4), 30_000, func(i int) bool { return i == 1 })
		for i, n := range got {
			if i != 1 && (n < 9500 || n > 10500) {
				t.Errorf("%s without 1: %v", name, got)
			}
		}
	}
}

func TestRoundRobinTakesTurns(t *testing.T) {
	p, ls := balance.New("round_robin"), loads(3)
	for i := range 12 {
		if got := p.Pick(ls, nil); got != i%3 {
			t.Fatalf("turn %d went to %d", i, got)
		}
	}
}

func TestRoundRobinLeavesOutTheSick(t *testing.T) {
	p, ls := balance.New("round_robin"), loads(3)
	for range 20 {
		failed(ls[1], time.Now(), time.Millisecond)
	}
	if got := shares(p, ls, 100, nil); got[1] != 0 || got[0] != 50 {
		t.Errorf("with a sick one in the middle: %v", got)
	}
	if got := shares(p, ls, 100, func(i int) bool { return i != 1 }); got[1] != 100 {
		t.Errorf("with only the sick one left: %v", got)
	}
}

// TestSkipMayChangeItsMind: skip reads state that others change.
func TestSkipMayChangeItsMind(t *testing.T) {
	for name, make := range pickers {
		p, ls := make(), loads(3)
		for seed := range 64 {
			calls := 0
			got := p.Pick(ls, func(int) bool { calls++; return seed>>(calls%6)&1 == 1 })
			if got < -1 || got > 2 {
				t.Fatalf("%s: picked %d", name, got)
			}
		}
	}
}

func TestPickingAllocatesNothing(t *testing.T) {
	down := [3]bool{1: true}
	for name, make := range pickers {
		p, ls := make(), loads(3)
		skip := func(i int) bool { return down[i] }
		n := testing.AllocsPerRun(100, func() {
			now := time.Now()
			l := ls[p.Pick(ls, skip)]
			l.Begin(now)
			l.End(now, time.Millisecond, false)
		})
		if n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
