package ejection_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestAllWell(t *testing.T) {
	w := newWorld(t, usual, 3, well)
	w.play(time.Minute)
	w.wantNobody()
}

// TestGrayFailure: one of three answers 500 to everything, quickly, while its
// health check is green. It goes at the fifth failure, and each time it comes
// back for longer.
func TestGrayFailure(t *testing.T) {
	w := newWorld(t, usual, 3, at(2*time.Second, 1, fastFailure))
	w.play(time.Minute)
	w.wantLog(
		"2.1s: 1 ejected: 5 failures in a row",
		"12.1s: 1 returns: out for 10s: 5 failures in a row",
		"12.1s: 1 ejected: failed again after its return",
		"32.1s: 1 returns: out for 20s: failed again after its return",
		"32.1s: 1 ejected: failed again after its return",
	)
	s := w.pool.Snapshot(w.now)[1]
	if !s.Ejected || s.Times != 3 || s.Until.Sub(s.Since) != 40*time.Second || s.Until.Sub(start).Round(time.Second) != 72*time.Second {
		t.Errorf("state %+v", s)
	}
	if bad := w.used[1] - 2*200/3; bad > 8 {
		t.Errorf("the bad one got %d attempts in 58 s", bad)
	}
}

// TestOneKindOfRequest: also where all requests are alike, the endpoint that
// alone fails them is at fault.
func TestOneKindOfRequest(t *testing.T) {
	for _, unsafe := range []float64{0, 1} {
		w := newWorld(t, usual, 3, at(2*time.Second, 1, fastFailure))
		w.pages, w.unsafe = 1, unsafe
		w.play(10 * time.Second)
		w.wantLog("2.1s: 1 ejected: 5 failures in a row")
	}
}

// TestOneKindFailsAtTwo: there is one kind of request, and two of five fail it.
func TestOneKindFailsAtTwo(t *testing.T) {
	w := newWorld(t, usual, 5, func(_ time.Duration, i int, _ uint64) (time.Duration, bool) { return ms, i < 2 })
	w.pages = 1
	w.play(5 * time.Second)
	if w.ejections(0) != 1 || w.ejections(1) != 1 || len(w.log) != 2 {
		t.Errorf("what happened: %s", w.log)
	}
}

func TestAllBad(t *testing.T) {
	for _, n := range []int{2, 3, 10} {
		for _, pages := range []int{1, 8, 1000} {
			for _, unsafe := range []float64{0, 0.3, 1} {
				w := newWorld(t, usual, n, func(since time.Duration, _ int, _ uint64) (time.Duration, bool) {
					return 20 * ms, since > 5*time.Second && since < 40*time.Second
				})
				w.pages, w.unsafe = pages, unsafe
				w.play(time.Minute)
				w.wantNobody()
			}
		}
	}
}

// TestAllHalfBad: a shared dependency that fails now and then. Rows of
// failures happen by chance.
func TestAllHalfBad(t *testing.T) {
	for _, rate := range []float64{0.05, 0.4, 0.7, 0.9} {
		for _, pages := range []int{1, 8, 1000} {
			for n, gap := range map[int]time.Duration{3: 5 * ms, 2: 100 * ms, 4: time.Second} {
				r := rand.New(rand.NewPCG(3, 4))
				w := newWorld(t, usual, n, func(since time.Duration, _ int, _ uint64) (time.Duration, bool) {
					return 20 * ms, since > 20*time.Second && r.Float64() < rate
				})
				w.pages, w.unsafe, w.gap = pages, 0.3, gap
				w.play(gap * 30_000)
				if len(w.log) > 4 {
					t.Errorf("all %d fail %.0f %% of %d shapes:\n%s", n, rate*100, pages, strings.Join(w.log, "\n"))
				}
			}
		}
	}
}

// TestSharedTroubleBegins: all begin to fail two of three at the same moment,
// after a long good time, and no request is seen twice that could acquit.
func TestSharedTroubleBegins(t *testing.T) {
	ejected := 0
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 4))
		w := newWorld(t, usual, 3, func(since time.Duration, _ int, _ uint64) (time.Duration, bool) {
			return 20 * ms, since > 29*time.Second && r.Float64() < 0.66
		})
		w.random = rand.New(rand.NewPCG(seed, 5))
		w.pages, w.unsafe = 100_000, 1
		w.play(40 * time.Second)
		ejected += len(w.log) / 2
	}
	if ejected > 10 {
		t.Errorf("%d ejections in 20 beginnings", ejected)
	}
}

// TestNobodyToCompareWith: the others get no traffic, so nobody knows whether
// they would do better.
func TestNobodyToCompareWith(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, rate := range []float64{0.7, 1} {
		w := newWorld(t, usual, 3, func(time.Duration, int, uint64) (time.Duration, bool) { return 200 * ms, r.Float64() < rate })
		w.skip = func(i int, _ bool) bool { return i > 0 }
		w.unsafe = 1
		w.play(time.Minute)
		w.wantNobody()
		// Nearly none: too little to tell a rate.
		o := usual
		o.Failures = 0
		w = newWorld(t, o, 3, at(0, 0, fastFailure))
		w.gap, w.unsafe = 50*ms, 1
		w.skip = func(i int, _ bool) bool { return w.now.Sub(start)%(3*time.Second) < 50*ms != (i > 0) }
		w.play(10 * time.Second)
		w.wantNobody()
	}
}

// TestRestFailsLater: while a bad one is out, what all depend on breaks. The
// one that is out is then no worse than the others.
func TestRestFailsLater(t *testing.T) {
	w := newWorld(t, usual, 3, func(since time.Duration, i int, _ uint64) (time.Duration, bool) {
		return 20 * ms, i == 1 && since < 3*time.Second || since > 8*time.Second && since < 15*time.Second
	})
	w.play(30 * time.Second)
	w.wantLog("200ms: 1 ejected: 5 failures in a row", "8.2s: 1 returns: the other endpoints fail as well")
}

// TestPartlyBad: one endpoint fails three of four, the others one of a
// hundred. The row comes by chance, the rate for sure.
func TestPartlyBad(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	o := usual
	o.Failures = 0
	w := newWorld(t, o, 3, func(_ time.Duration, i int, _ uint64) (time.Duration, bool) {
		return 20 * ms, r.Float64() < []float64{0.01, 0.01, 0.75}[i]
	})
	w.play(9 * time.Second)
	w.wantLog("300ms: 2 ejected: error rate 62 % against 0 %")
}

// TestWorseButNotClearly: 60 % against 45 % is sure with that many requests,
// and still the same trouble.
func TestWorseButNotClearly(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	o := usual
	o.Failures = 0
	w := newWorld(t, o, 3, func(_ time.Duration, i int, _ uint64) (time.Duration, bool) {
		return 20 * ms, r.Float64() < []float64{0.45, 0.45, 0.6}[i]
	})
	w.pages, w.unsafe, w.gap = 1_000_000, 1, ms
	w.play(30 * time.Second)
	w.wantNobody()
}

// TestTroubleIsOver: under little traffic an endpoint's rate goes back to when
// all were bad. So must the others'.
func TestTroubleIsOver(t *testing.T) {
	o := usual
	o.Failures = 0
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 6))
		w := newWorld(t, o, 20, func(since time.Duration, _ int, _ uint64) (time.Duration, bool) {
			return 20 * ms, since < 9*time.Second && r.IntN(3) > 0 || r.IntN(20) == 0
		})
		w.gap, w.unsafe, w.pages = 15*ms, 1, 1_000_000
		w.play(20 * time.Second)
		w.wantNobody()
	}
}

// TestLatestCounts: half a minute without a failure does not make the next
// ones fewer.
func TestLatestCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	o := usual
	o.Failures = 0
	w := newWorld(t, o, 3, at(40*time.Second, 2, func(time.Duration, int, uint64) (time.Duration, bool) {
		return 20 * ms, r.Float64() < 0.75
	}))
	w.play(45 * time.Second)
	w.wantLog("40.3s: 2 ejected: error rate 70 % against 0 %")
}

// TestBackWithACleanSheet: what led to an ejection is not held against an
// endpoint that is well when it returns.
func TestBackWithACleanSheet(t *testing.T) {
	o := usual
	o.Failures, o.Time = 0, 2*time.Second
	for name, bad := range map[string]behaviour{
		"failing": func(since time.Duration, _ int, _ uint64) (time.Duration, bool) {
			return 20 * ms, since%(100*ms) < 65*ms
		},
		"slow": func(time.Duration, int, uint64) (time.Duration, bool) { return 2 * time.Second, false },
	} {
		w := newWorld(t, o, 3, nil)
		w.gap, w.pages = 20*ms, 30
		w.does = func(since time.Duration, i int, shape uint64) (time.Duration, bool) {
			switch {
			case i == 1 && len(w.log) == 0:
				return bad(since, i, shape)
			case shape == 1: // as everywhere
				return 2 * time.Second, false
			}
			return 20 * ms, false
		}
		w.play(time.Minute)
		if len(w.log) != 2 {
			t.Errorf("%s: %s", name, w.log)
		}
	}
}

// TestRestFailsNotInARow: those left fail often enough to be no better, though
// never many times in a row.
func TestRestFailsNotInARow(t *testing.T) {
	o := usual
	o.Failures, o.Time = 16, time.Minute
	turns := [3]int{}
	w := newWorld(t, o, 3, func(since time.Duration, i int, _ uint64) (time.Duration, bool) {
		turns[i]++
		return 20 * ms, i == 1 && since < 3*time.Second || since > 10*time.Second && turns[i]%16 > 0
	})
	w.pages, w.unsafe = 1000, 1
	w.play(20 * time.Second)
	w.wantLog("300ms: 1 ejected: error rate 100 % against 0 %", "10.9s: 1 returns: the other endpoints fail as well")
}

// TestRestFailsRarely: the same with a request every two seconds.
func TestRestFailsRarely(t *testing.T) {
	o := usual
	o.Time = time.Hour
	w := newWorld(t, o, 3, func(since time.Duration, i int, _ uint64) (time.Duration, bool) {
		return ms, i == 1 || since > 5*time.Minute
	})
	w.gap, w.pages, w.unsafe = 2*time.Second, 1000, 1
	w.play(7 * time.Minute)
	w.wantLog("1m2s: 1 ejected: 11 failures in a row", "6m0s: 1 returns: the other endpoints fail as well")
}

// TestNoBackAndForth: one is dead, the others fail most of their requests. That
// is one state, not a row of ejections and returns.
func TestNoBackAndForth(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, failures := range []int{0, 1, 5} {
		for _, rate := range []float64{0.6, 0.95} {
			o := usual
			o.Failures = failures
			w := newWorld(t, o, 3, func(_ time.Duration, i int, _ uint64) (time.Duration, bool) {
				return 20 * ms, i == 1 || r.Float64() < rate
			})
			w.pages, w.unsafe, w.gap = 1_000_000, 1, 2*ms
			w.play(time.Minute)
			if len(w.log) > 10 {
				t.Errorf("%d failures, the others %v: %d changes: %s", failures, rate, len(w.log), w.log[:10])
			}
		}
	}
}

func TestLongTime(t *testing.T) {
	o := usual
	o.Time = time.Hour
	w := newWorld(t, o, 3, at(0, 1, fastFailure))
	w.play(time.Second)
	if s := w.pool.Snapshot(w.now)[1]; s.Until.Sub(s.Since) != time.Hour {
		t.Errorf("out for %v", s.Until.Sub(s.Since))
	}
}

func TestSlow(t *testing.T) {
	// Latencies as they are: most pages quick, some slow, all of them varying.
	r := rand.New(rand.NewPCG(7, 8))
	page := func(shape uint64) time.Duration {
		return time.Duration(float64(5*ms) * float64(shape) * (0.5 + 2*r.ExpFloat64()))
	}
	slow := func(times float64) behaviour {
		return func(since time.Duration, i int, shape uint64) (time.Duration, bool) {
			latency := page(shape)
			if i == 0 && since > 10*time.Second {
				latency = time.Duration(float64(latency) * times)
			}
			return latency, false
		}
	}
	for times, want := range map[float64]bool{1: false, 3: false, 20: true, 100: true} {
		for _, n := range []int{2, 3} {
			w := newWorld(t, usual, n, slow(times))
			w.play(time.Minute)
			if got := w.ejections(0) > 0; got != want || w.ejections(1) > 0 {
				t.Errorf("one of %d is %vx slower:\n%s", n, times, strings.Join(w.log, "\n"))
			}
			if want && !strings.Contains(w.log[0], "x the pool's") {
				t.Errorf("reason: %s", w.log[0])
			}
		}
	}
}

// TestSomeAnswersStall: half of the answers are as quick as elsewhere, the
// others take very long.
func TestSomeAnswersStall(t *testing.T) {
	w := newWorld(t, usual, 3, func(_ time.Duration, i int, shape uint64) (time.Duration, bool) {
		if i == 2 && shape%2 == 0 {
			return 3 * time.Second, false
		}
		return 20 * ms, false
	})
	w.play(15 * time.Second)
	if w.ejections(2) != 1 {
		t.Errorf("what happened: %s", w.log)
	}
}

func TestAllSlowAlike(t *testing.T) {
	w := newWorld(t, usual, 3, func(since time.Duration, i int, _ uint64) (time.Duration, bool) {
		if since > 5*time.Second {
			return 2*time.Second + time.Duration(i)*time.Second, false
		}
		return 20 * ms, false
	})
	w.play(time.Minute)
	w.wantNobody()
}

// TestSlowPagesAreLuck: one request of ten takes very long, wherever it goes.
func TestSlowPagesAreLuck(t *testing.T) {
	for _, n := range []int{2, 3, 8} {
		for _, gap := range []time.Duration{5 * ms, 50 * ms} {
			r := rand.New(rand.NewPCG(9, uint64(n)))
			w := newWorld(t, usual, n, func(time.Duration, int, uint64) (time.Duration, bool) {
				if r.Float64() < 0.1 {
					return 2 * time.Second, false
				}
				return 10 * ms, false
			})
			w.gap = gap
			w.play(10 * time.Minute)
			w.wantNobody()
		}
	}
}

// TestSlowerButNotClearly: three times as slow is not ten times.
func TestSlowerButNotClearly(t *testing.T) {
	w := newWorld(t, usual, 3, func(_ time.Duration, i int, _ uint64) (time.Duration, bool) {
		return []time.Duration{60 * ms, 200 * ms, 60 * ms}[i], false
	})
	w.play(time.Minute)
	w.wantNobody()
}

// TestSlowAlone: when things become slow, only one endpoint gets traffic. What
// the others did before says nothing.
func TestSlowAlone(t *testing.T) {
	w := newWorld(t, usual, 3, func(since time.Duration, _ int, _ uint64) (time.Duration, bool) {
		if since > 9*time.Second {
			return 2 * time.Second, false
		}
		return 20 * ms, false
	})
	w.play(9 * time.Second)
	w.skip = func(i int, _ bool) bool { return i != 1 }
	w.play(20 * time.Second)
	w.wantNobody()
}

// TestLatestLatenciesCount: being quick for long, or long ago, does not make an
// endpoint quick now.
func TestLatestLatenciesCount(t *testing.T) {
	slow := func(time.Duration, int, uint64) (time.Duration, bool) { return 2 * time.Second, false }
	w := newWorld(t, usual, 3, at(65*time.Second, 1, slow))
	w.play(73 * time.Second)
	w.wantLog("1m10.1s: 1 ejected: latency 107x the pool's")

	w = newWorld(t, usual, 3, at(9*time.Second, 1, slow))
	w.play(9 * time.Second)
	w.skip = func(i int, _ bool) bool { return i == 1 }
	w.play(22 * time.Second)
	w.skip = nil
	w.play(4 * time.Second)
	w.wantLog("34s: 1 ejected: latency 107x the pool's")
}

// TestHalfSlowHalfQuick: with as many slow as quick ones nobody is an outlier;
// with fewer they are.
func TestHalfSlowHalfQuick(t *testing.T) {
	for slow, want := range map[int]int{1: 1, 2: 2, 3: 0} {
		w := newWorld(t, usual, 5, func(_ time.Duration, i int, _ uint64) (time.Duration, bool) {
			if i < slow {
				return 2 * time.Second, false
			}
			return 20 * ms, false
		})
		w.play(9 * time.Second)
		if len(w.log) != want {
			t.Errorf("%d of 5 are slow: %s", slow, w.log)
		}
	}
}

// TestQuickIsNeverTooSlow: 1 ms and 20 ms make no difference to anybody.
func TestQuickIsNeverTooSlow(t *testing.T) {
	w := newWorld(t, usual, 2, func(_ time.Duration, i int, _ uint64) (time.Duration, bool) {
		return []time.Duration{ms, 20 * ms}[i], false
	})
	w.play(time.Minute)
	w.wantNobody()
}

func TestFlapping(t *testing.T) {
	w := newWorld(t, usual, 3, at(0, 0, func(since time.Duration, _ int, _ uint64) (time.Duration, bool) {
		return 20 * ms, since%(6*time.Second) < 3*time.Second
	}))
	w.play(30 * time.Minute)
	// Six minutes in half an hour would be the bounds of ejections of 10 s.
	if got := w.ejections(0); got < 5 || got > 20 {
		t.Errorf("ejected %d times:\n%s", got, strings.Join(w.log, "\n"))
	}
	longest := time.Duration(0)
	for _, line := range w.log {
		if _, rest, ok := strings.Cut(line, "out for "); ok {
			d, _ := time.ParseDuration(rest[:strings.Index(rest, ":")])
			longest = max(longest, d)
		}
	}
	if longest != 5*time.Minute {
		t.Errorf("the longest ejection took %v, want 5m", longest)
	}
}

// TestGoodTimeIsForgetful: an endpoint that went well for long is ejected for a
// short time again.
func TestGoodTimeIsForgetful(t *testing.T) {
	w := newWorld(t, usual, 3, at(0, 0, func(since time.Duration, _ int, _ uint64) (time.Duration, bool) {
		return 20 * ms, since < 40*time.Second || since > 10*time.Minute
	}))
	w.play(11 * time.Minute)
	w.wantLog(
		"200ms: 0 ejected: 5 failures in a row",
		"10.2s: 0 returns: out for 10s: 5 failures in a row",
		"10.2s: 0 ejected: failed again after its return",
		"30.2s: 0 returns: out for 20s: failed again after its return",
		"30.2s: 0 ejected: failed again after its return",
		"1m10.2s: 0 returns: out for 40s: failed again after its return",
		"10m0.3s: 0 ejected: 5 failures in a row",
		"10m10.3s: 0 returns: out for 10s: 5 failures in a row",
		"10m10.3s: 0 ejected: failed again after its return",
		"10m30.3s: 0 returns: out for 20s: failed again after its return",
		"10m30.3s: 0 ejected: failed again after its return",
	)
}

func TestTwoEndpoints(t *testing.T) {
	w := newWorld(t, usual, 2, at(time.Second, 0, fastFailure))
	w.play(5 * time.Second)
	w.wantLog("1.1s: 0 ejected: 5 failures in a row")
}

// TestNeverTheLast: not even with a share of all, and by no test.
func TestNeverTheLast(t *testing.T) {
	o := usual
	o.Share = 1
	w := newWorld(t, o, 2, at(time.Second, 0, fastFailure))
	w.play(5 * time.Second)
	w.wantLog("1.1s: 0 ejected: 5 failures in a row")
	single := newWorld(t, o, 1, at(time.Second, 0, fastFailure))
	for range 1000 {
		single.pool.Observe(single.now, 0, 7, ms, true)
		single.now = single.now.Add(ms)
	}
	single.wantNobody()
}

// TestAtMostTheShare: three of five are bad, half of five is two.
func TestAtMostTheShare(t *testing.T) {
	w := newWorld(t, usual, 5, func(_ time.Duration, i int, _ uint64) (time.Duration, bool) { return 20 * ms, i < 3 })
	w.play(8 * time.Second)
	if len(w.log) != 2 { // world itself checks that it is never more
		t.Errorf("what happened: %s", w.log)
	}
	for _, share := range []float64{0, 0.3} {
		o := usual
		o.Share = share
		w := newWorld(t, o, 3, at(0, 0, fastFailure))
		w.play(8 * time.Second)
		w.wantNobody()
	}
}
