package balance_test

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"torwart/internal/balance"
)

// weighted returns loads of these weights.
func weighted(weights ...int) []*balance.Load {
	ls := loads(len(weights))
	for i, w := range weights {
		ls[i].Weight = w
	}
	return ls
}

// TestRoundRobinIsExact: in every cycle, wherever it begins, each endpoint gets
// its weight.
func TestRoundRobinIsExact(t *testing.T) {
	for _, weights := range [][]int{
		{1, 1}, {5, 1, 1}, {4, 2}, {3, 2, 1}, {100, 1}, {7, 7, 7}, {10, 20, 30}, {1000, 999, 1}, {1, 2, 3, 4, 5, 6, 7, 8}, {0, 2, -3},
	} {
		p, ls := balance.New("round_robin"), weighted(weights...)
		cycle, unit := 0, 0
		for i, w := range weights {
			weights[i] = max(w, 1)
			cycle += weights[i]
			for a, b := unit, weights[i]; ; a, b = b, a%b {
				if b == 0 {
					unit = a
					break
				}
			}
		}
		shares(p, ls, 3, nil) // begin anywhere
		for range 5 {
			for i, got := range shares(p, ls, cycle/unit, nil) {
				if want := weights[i] / unit; got != want {
					t.Errorf("weights %v: endpoint %d got %d in a cycle of %d, want %d", weights, i, got, cycle/unit, want)
				}
			}
		}
	}
}

// TestRoundRobinIsSmooth: nobody gets all its turns at once. At no time is an
// endpoint further than a turn or two from its share.
func TestRoundRobinIsSmooth(t *testing.T) {
	for _, weights := range [][]int{{5, 1, 1}, {4, 2}, {3, 2, 1}, {50, 50, 1}, {97, 31, 11}, {100, 1}} {
		p, ls := balance.New("round_robin"), weighted(weights...)
		sum := 0.0
		for _, w := range weights {
			sum += float64(w)
		}
		got := make([]float64, len(ls))
		for turn := 1; turn <= 1000; turn++ {
			got[p.Pick(ls, nil)]++
			for i, w := range weights {
				if off := got[i] - float64(turn*w)/sum; math.Abs(off) > 2.1 {
					t.Fatalf("weights %v: after %d turns endpoint %d is %.1f off its share", weights, turn, i, off)
				}
			}
		}
	}
}

func TestSkippedWeightIsSharedOut(t *testing.T) {
	for name, make := range pickers {
		got := shares(make(), weighted(3, 8, 1), 40_000, func(i int) bool { return i == 1 })
		if got[0] < 29_000 || got[0] > 31_000 || got[1] != 0 {
			t.Errorf("%s, weights 3 and 1 beside a skipped 8: %v", name, got)
		}
	}
}

func TestIdleEndpointsShareByWeight(t *testing.T) {
	for name, make := range pickers {
		got := shares(make(), weighted(5, 3, 2), 100_000, nil)
		for i, want := range []int{50_000, 30_000, 20_000} {
			if got[i] < want*97/100 || got[i] > want*103/100 {
				t.Errorf("%s, weights 5, 3, 2: %v", name, got)
			}
		}
	}
}

// TestBusyEndpointsShareByWeight: attempts in flight must not bring heavy and
// light to the same level, whatever the unit of the weights.
func TestBusyEndpointsShareByWeight(t *testing.T) {
	for _, unit := range []int{1, 100} {
		ls := weighted(6*unit, 3*unit, unit)
		got := [3]int{}
		for range 1000 { // nothing is answered meanwhile
			i := balance.P2C{}.Pick(ls, nil)
			ls[i].Begin(start)
			got[i]++
		}
		for i, want := range []int{600, 300, 100} {
			if got[i] < want*8/10 || got[i] > want*13/10 {
				t.Errorf("in flight by weights 6, 3, 1 times %d: %v", unit, got)
			}
		}
	}
}

// TestUnitOfWeightsDoesNotMatter: large weights must not make the attempts in
// flight weightless.
func TestUnitOfWeightsDoesNotMatter(t *testing.T) {
	for _, unit := range []int{1, 10, 1000} {
		ls := weighted(unit, 2*unit)
		for range 9 {
			ls[1].Begin(start)
		}
		if got := shares(balance.P2C{}, ls, 100, nil); got[1] != 0 {
			t.Errorf("weights 1 and 2 times %d, 9 in flight at the second: %v", unit, got)
		}
	}
}

// TestWarming: an endpoint that has just come back gets a growing share, of
// the endpoints' turns as of the keys.
func TestWarming(t *testing.T) {
	for name, make := range withHash() {
		for _, n := range []int{2, 3} {
			synctest.Test(t, func(t *testing.T) {
				p, ls := make(n), loads(n)
				ls[1].Warm(time.Now(), 10*time.Second)
				for second := range 12 {
					// What is left over by the cold one goes to all others.
					warmth := min(max(float64(second)/10, 0.1), 1)
					got := shares(p, ls, 20_000, nil)
					want := warmth / float64(n) * 20_000
					if math.Abs(float64(got[1])-want) > 0.05*20_000/float64(n) {
						t.Errorf("%s of %d: after %d s it got %v, want %.0f", name, n, second, got, want)
					}
					for i, others := range got {
						if fair := (20_000 - want) / float64(n-1); i != 1 && math.Abs(float64(others)-fair) > fair/20 {
							t.Errorf("%s of %d: after %d s the others got %v, want %.0f each", name, n, second, got, fair)
						}
					}
					time.Sleep(time.Second)
				}
			})
		}
	}
}

// TestWarmingIsBoundedUnderLoad: a restarted endpoint that answers faster than
// the others looks cheap, and is what slow start is for.
func TestWarmingIsBoundedUnderLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ls := loads(2)
		served(ls[0], time.Now(), 40*ms)
		served(ls[1], time.Now(), 5*ms)
		ls[1].Warm(time.Now(), 10*time.Second)
		got := [2]int{}
		for range 1000 {
			i := balance.P2C{}.Pick(ls, nil)
			served(ls[i], time.Now(), []time.Duration{40 * ms, 5 * ms}[i])
			got[i]++
			time.Sleep(ms)
		}
		if got[1] > 150 {
			t.Errorf("in the first second of ten the fast newcomer got %v", got)
		}
	})
}

func TestOnlyColdOnesAreUsed(t *testing.T) {
	for name, make := range withHash() {
		p, ls := make(2), loads(3)
		now := time.Now()
		for _, l := range ls {
			l.Warm(now, time.Minute)
		}
		got := shares(p, ls, 30_000, nil)
		for _, n := range got {
			if n < 9000 || n > 11_000 {
				t.Errorf("%s, all cold: %v", name, got)
			}
		}
		if got := shares(p, ls, 100, func(i int) bool { return i != 2 }); got[2] != 100 {
			t.Errorf("%s, only a cold one left: %v", name, got)
		}
	}
}

func TestWarmth(t *testing.T) {
	warmth := func(l *balance.Load, now time.Time, want float64) {
		t.Helper()
		if got := l.Snapshot(now).Warmth; math.Abs(got-want) > 0.001 {
			t.Errorf("warmth %v, want %v", got, want)
		}
	}
	var l balance.Load
	warmth(&l, start, 1)
	l.Warm(start, 10*time.Second)
	warmth(&l, start, 0.1)
	warmth(&l, after(5*time.Second), 0.5)
	warmth(&l, after(-time.Second), 1) // the clock was put back
	warmth(&l, after(5*time.Second), 1)
	l.Warm(start, 10*time.Second)
	warmth(&l, after(10*time.Second), 1)
	l.Warm(start, 10*time.Second)
	l.Warm(start, 0)
	warmth(&l, start, 1)
	l.Warm(start, 24*time.Hour)
	warmth(&l, after(9*time.Minute), 0.515)
	warmth(&l, after(18*time.Minute), 1)
}

// While one endpoint warms up the other must not get everything, if all it
// does is fail.
func TestSlowStartDoesNotFeedAFailingEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failing, warming := new(balance.Load), new(balance.Load)
		now := time.Now()
		for range 30 {
			failing.Begin(now)
			failing.End(now, time.Millisecond, true)
			warming.Begin(now)
			warming.End(now, time.Millisecond, false)
		}
		warming.Warm(now, 10*time.Second)
		picked := [2]int{}
		for range 1000 {
			picked[balance.P2C{}.Pick([]*balance.Load{failing, warming}, nil)]++
		}
		if picked[0] > 100 {
			t.Errorf("the failing endpoint was picked %d times of 1000", picked[0])
		}
	})
}
