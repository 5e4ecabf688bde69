package ejection_test

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/ejection"
)

func TestSnapshot(t *testing.T) {
	w := newWorld(t, usual, 2, at(time.Second, 1, func(since time.Duration, _ int, _ uint64) (time.Duration, bool) {
		return ms, since < 2*time.Second
	}))
	w.play(time.Second)
	want := func(want ejection.State) {
		t.Helper()
		got := w.pool.Snapshot(w.now)
		if diff := cmp.Diff([]ejection.State{{}, want}, got); diff != "" {
			t.Errorf("after %v (-want +got):\n%s", w.now.Sub(start), diff)
		}
	}
	want(ejection.State{})
	for len(w.log) == 0 {
		w.play(w.gap)
	}
	since := w.now.Round(0).Add(-w.gap) // the last step passed the moment by less than a gap
	s := w.pool.Snapshot(w.now)[1]
	if s.Since.Before(since) || s.Since.After(w.now) {
		t.Errorf("since %v, want about %v", s.Since, w.now)
	}
	want(ejection.State{
		Ejected: true, Since: s.Since, Until: s.Since.Add(10 * time.Second),
		Why: "5 failures in a row", Times: 1, Doubtful: true,
	})
	w.pass(10 * time.Second)
	want(ejection.State{Why: "5 failures in a row", Times: 1, Doubtful: true})
	w.wantLog("1.1s: 1 ejected: 5 failures in a row", "11.1s: 1 returns: out for 10s: 5 failures in a row")
	w.play(time.Second)
	want(ejection.State{Why: "5 failures in a row", Times: 1})
}

// TestReturnIsNoticed: by whoever looks, also when no traffic is left.
func TestReturnIsNoticed(t *testing.T) {
	for name, look := range map[string]func(*world){
		"by Ejected":  func(w *world) { w.pool.Ejected(1, w.now) },
		"by Snapshot": func(w *world) { w.pool.Snapshot(w.now) },
		"by a success elsewhere": func(w *world) {
			w.pool.Observe(w.now, 0, 1, ms, false)
		},
		"by a failure there": func(w *world) {
			w.pool.Observe(w.now, 1, 1, ms, true)
		},
	} {
		w := newWorld(t, usual, 2, at(time.Second, 1, fastFailure))
		w.play(2 * time.Second)
		w.pass(8 * time.Second)
		look(w)
		w.wantLog("1.1s: 1 ejected: 5 failures in a row")
		w.pass(2 * time.Second)
		look(w)
		if len(w.log) != 2 {
			t.Errorf("%s: %s", name, w.log)
		}
	}
}

// TestOldNumbersDoNotCount: an endpoint that gets no traffic, or nearly none,
// is not judged by what it did when it was the same for all.
func TestOldNumbersDoNotCount(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for name, bad := range map[string]behaviour{
		"slow":    func(time.Duration, int, uint64) (time.Duration, bool) { return 2 * time.Second, false },
		"failing": func(time.Duration, int, uint64) (time.Duration, bool) { return 20 * ms, r.IntN(3) > 0 },
	} {
		for _, gap := range []time.Duration{5 * ms, 50 * ms} {
			for _, idle := range []time.Duration{0, 4 * time.Second, 20 * time.Second, 31 * time.Second} {
				w := newWorld(t, usual, 3, func(since time.Duration, i int, shape uint64) (time.Duration, bool) {
					if since < 9*time.Second {
						return bad(since, i, shape)
					}
					return 10 * ms, false
				})
				w.gap, w.unsafe, w.pages = gap, 1, 100_000
				w.play(9 * time.Second)
				before := len(w.log)
				w.skip = func(i int, _ bool) bool { return i == 1 }
				w.play(idle)
				w.skip = func(i int, _ bool) bool { return i == 1 && w.random.IntN(50) > 0 }
				w.play(time.Minute)
				if len(w.log) > before {
					t.Errorf("%s, a request per %v, idle for %v: %s", name, gap, idle, w.log)
				}
			}
		}
	}
}

// TestVeryMuchTraffic: more attempts in two seconds than a slot has room for.
func TestVeryMuchTraffic(t *testing.T) {
	w := newWorld(t, usual, 3, at(0, 0, fastFailure))
	w.pass(4500 * ms)
	for range 40<<16 + 25 {
		w.pool.Observe(w.now, 1, 1, ms, false)
	}
	w.play(time.Second)
	if w.ejections(0) != 1 || w.used[0] > 8 {
		t.Errorf("the bad one got %d: %s", w.used[0], w.log)
	}
}

// TestClockSetBack: nothing may depend on the clock going forward only.
func TestClockSetBack(t *testing.T) {
	w := newWorld(t, usual, 3, at(0, 1, fastFailure))
	w.now = w.now.Add(-time.Hour)
	for range 500 {
		for i := range 3 {
			w.pool.Observe(w.now, i, uint64(w.random.IntN(9)), ms, i == 1)
		}
		w.now = w.now.Add(10 * ms)
	}
	w.now = start
	w.play(30 * time.Second)
	if w.ejections(1) == 0 || w.ejections(0)+w.ejections(2) > 0 {
		t.Errorf("what happened: %s", w.log)
	}
}

// TestShapeUnknown: 0 is nobody's shape: it is never poison, and each counts.
func TestShapeUnknown(t *testing.T) {
	w := newWorld(t, usual, 3, at(0, 1, func(time.Duration, int, uint64) (time.Duration, bool) { return ms, true }))
	for range 100 {
		w.request(0, false)
		w.pass(w.gap)
	}
	if w.ejections(1) != 1 || w.pool.Quarantined(0, w.now) {
		t.Errorf("what happened: %s", w.log)
	}
}

// TestManyShapes: shapes beyond the room there is push each other out, and
// nothing else happens.
func TestManyShapes(t *testing.T) {
	w := newWorld(t, usual, 3, func(_ time.Duration, i int, shape uint64) (time.Duration, bool) {
		return ms, shape > 100_000 // pages that nobody asks twice
	})
	for k := range 20_000 {
		w.request(uint64(1+k%8), false)
		w.request(uint64(200_000+k), k%2 == 0)
		if k%10 == 0 { // a page that is asked for time and again stays known
			w.request(100_000+666, true)
			if k > 1000 && !w.pool.Quarantined(100_000+666, w.now) {
				t.Fatalf("pushed out after %d", k)
			}
		}
		w.pass(w.gap)
	}
	w.wantNobody()
}

func TestConcurrentUse(t *testing.T) {
	p := ejection.New(usual, 4, start)
	var out, most, changes atomic.Int64
	p.OnChange = func(_ int, ejected bool, _ string) { // one at a time
		changes.Add(1)
		if !ejected {
			out.Add(-1)
		} else if n := out.Add(1); n > most.Load() {
			most.Store(n)
		}
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for k := range 20_000 {
				now := start.Add(time.Duration(k) * 3 * ms)
				i := (g + k) % 4
				shape := uint64(1 + (k/4)%50)
				p.Observe(now, i, shape, ms, i == 0 || i == 3 && k%7000 < 500 || shape == 50)
				p.Ejected(i, now)
				p.Doubtful(i, now)
				p.Quarantined(shape, now)
				if k%1000 == 0 {
					p.Snapshot(now)
				}
			}
		})
	}
	wg.Wait()
	if changes.Load() == 0 || most.Load() < 1 || most.Load() > 2 || out.Load() < 0 {
		t.Errorf("%d changes, at most %d out, %d at the end", changes.Load(), most.Load(), out.Load())
	}
}

func TestObservingAllocatesNothing(t *testing.T) {
	w := newWorld(t, usual, 3, poisonous)
	w.play(time.Second)
	w.request(poison, false)
	w.pass(time.Second)
	now, k := w.now, 0
	n := testing.AllocsPerRun(10_000, func() {
		k++
		now = now.Add(ms)
		w.pool.Observe(now, k%3, uint64(k%8), 20*ms, k%10 == 0)
		w.pool.Ejected(k%3, now)
		w.pool.Doubtful(k%3, now)
		w.pool.Quarantined(poison, now)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
	w.wantNobody()
}
