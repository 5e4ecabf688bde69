package balance_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"torwart/internal/balance"
)

// backend is an endpoint as it behaves at a time since the start.
type backend func(since time.Duration) (latency time.Duration, fails bool)

func steady(latency time.Duration) backend {
	return func(time.Duration) (time.Duration, bool) { return latency, false }
}

func failing(latency time.Duration) backend {
	return func(time.Duration) (time.Duration, bool) { return latency, true }
}

// until behaves like a before at and like b from then on.
func until(at time.Duration, a, b backend) backend {
	return func(since time.Duration) (time.Duration, bool) {
		if since < at {
			return a(since)
		}
		return b(since)
	}
}

// play sends perSecond requests for a time and returns how many went to each
// backend in each second.
func play(p balance.Picker, perSecond int, during time.Duration, backends ...backend) (bySecond [][]int) {
	ls := loads(len(backends))
	begin := time.Now()
	var wg sync.WaitGroup
	for n := range int(during.Seconds()) * perSecond {
		if n%perSecond == 0 {
			bySecond = append(bySecond, make([]int, len(backends)))
		}
		i := p.Pick(ls, nil)
		bySecond[len(bySecond)-1][i]++
		now := time.Now()
		latency, fails := backends[i](now.Sub(begin))
		ls[i].Begin(now)
		wg.Go(func() {
			time.Sleep(latency)
			ls[i].End(time.Now(), latency, fails)
		})
		time.Sleep(time.Second / time.Duration(perSecond))
	}
	wg.Wait()
	return bySecond
}

// sum adds up the seconds from a to b.
func sum(bySecond [][]int, a, b int) []int {
	out := make([]int, len(bySecond[0]))
	for _, second := range bySecond[a:b] {
		for i, n := range second {
			out[i] += n
		}
	}
	return out
}

const ms = time.Millisecond

func TestEqualBackendsUnderTraffic(t *testing.T) {
	for name, make := range pickers {
		synctest.Test(t, func(t *testing.T) {
			got := sum(play(make(), 300, 20*time.Second, steady(20*ms), steady(20*ms), steady(21*ms)), 0, 20)
			for i, n := range got {
				if n < 1600 || n > 2400 {
					t.Errorf("%s: %d got %d of 6000: %v", name, i, n, got)
				}
			}
		})
	}
}

// TestFastFailuresDoNotAttract: the case least-connections and plain EWMA get
// wrong. The bad one fails from the start, so no good latency is known of it.
func TestFastFailuresDoNotAttract(t *testing.T) {
	for name, make := range pickers {
		for _, perSecond := range []int{10, 500} {
			synctest.Test(t, func(t *testing.T) {
				by := play(make(), perSecond, 60*time.Second, steady(50*ms), failing(ms), steady(50*ms))
				got := sum(by, 0, 60)
				if all := perSecond * 60; got[1] > all/20 {
					t.Errorf("%s at %d/s: fast failures got %v", name, perSecond, got)
				}
				// The figure that matters for retries: well below the budget's
				// floor of ten per second.
				for s, second := range by[1:] {
					if second[1] > 10 {
						t.Errorf("%s at %d/s: second %d saw %d failures", name, perSecond, s+1, second[1])
					}
				}
			})
		}
	}
}

func TestOneOfTwoBeginsToFail(t *testing.T) {
	for name, make := range pickers {
		synctest.Test(t, func(t *testing.T) {
			by := play(make(), 200, 60*time.Second, steady(10*ms), until(10*time.Second, steady(10*ms), failing(ms)))
			if got := sum(by, 0, 10); got[1] < 800 {
				t.Errorf("%s: while both were well: %v", name, got)
			}
			if got := sum(by, 10, 60); got[1] > 300 {
				t.Errorf("%s: after one failed: %v", name, got)
			}
		})
	}
}

func TestSlowOneIsAvoidedByP2C(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := sum(play(balance.P2C{}, 300, 30*time.Second, steady(5*ms), steady(500*ms), steady(5*ms)), 1, 30)
		if got[1] > 300*29/50 {
			t.Errorf("the slow one got %v", got)
		}
	})
}

// TestHangingOneIsAvoidedByP2C: nothing comes back from it at all, so only the
// attempts in flight tell.
func TestHangingOneIsAvoidedByP2C(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		by := play(balance.P2C{}, 300, 30*time.Second, steady(10*ms), failing(10*time.Second), steady(10*ms))
		if got := sum(by, 0, 10); got[1] > 30 {
			t.Errorf("while nothing is known: %v", got)
		}
		if got := sum(by, 10, 30); got[1] > 30 {
			t.Errorf("later: %v", got)
		}
	})
}

func TestRecoveredOneComesBack(t *testing.T) {
	sick := map[string]backend{"failing": failing(ms), "slow": steady(500 * ms)}
	for name, make := range pickers {
		for how, bad := range sick {
			for _, perSecond := range []int{10, 200} {
				synctest.Test(t, func(t *testing.T) {
					by := play(make(), perSecond, 120*time.Second, steady(10*ms), until(20*time.Second, bad, steady(10*ms)))
					got := sum(by, 80, 120)
					if want := perSecond * 40 / 2; got[1] < want*7/10 || got[1] > want*13/10 {
						t.Errorf("%s at %d/s: a minute after it was %s: %v", name, perSecond, how, got)
					}
				})
			}
		}
	}
}

// TestNewcomerGetsAFairStart: one nobody knows must not get everything, nor
// nothing.
func TestNewcomerGetsAFairStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ls := loads(3)
		for range 100 {
			served(ls[0], time.Now(), 20*ms)
			served(ls[1], time.Now(), 20*ms)
		}
		for range 10 {
			ls[0].Begin(time.Now())
			ls[1].Begin(time.Now())
		}
		// Nothing is answered meanwhile.
		got := [3]int{}
		for range 60 {
			i := balance.P2C{}.Pick(ls, nil)
			ls[i].Begin(time.Now())
			got[i]++
		}
		if got[2] < 20 || got[2] > 35 { // 26 or 27 make all three equal
			t.Errorf("the newcomer got %d of 60 at once: %v", got[2], got)
		}
	})
}

// TestReturningOneIsNotFlooded: an endpoint that was down for a while has an
// old, faded latency; it must not look like the fastest of all.
func TestReturningOneIsNotFlooded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ls := loads(2)
		served(ls[1], time.Now(), 40*ms)
		for range 60 {
			time.Sleep(time.Second)
			served(ls[0], time.Now(), 20*ms)
		}
		got := [2]int{}
		for range 100 {
			i := balance.P2C{}.Pick(ls, nil)
			ls[i].Begin(time.Now())
			got[i]++
		}
		if got[1] < 40 || got[1] > 60 {
			t.Errorf("after a minute without use: %v", got)
		}
	})
}
