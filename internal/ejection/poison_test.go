package ejection_test

import (
	"strings"
	"testing"
	"time"
)

// poisonous fails poison everywhere.
func poisonous(_ time.Duration, _ int, shape uint64) (time.Duration, bool) {
	return 20 * ms, shape == poison
}

// TestPoisonEverywhere: one page that fails at every endpoint, whatever part of
// the traffic it is, and whether it is repeated or not.
func TestPoisonEverywhere(t *testing.T) {
	for _, n := range []int{2, 3, 10} {
		for _, every := range []int{1, 2, 20} { // times as many requests for others
			for _, unsafe := range []bool{false, true} {
				w := newWorld(t, usual, n, poisonous)
				for k := range 6000 {
					if k%every == 0 {
						w.request(poison, unsafe)
					} else {
						w.request(1+uint64(k%8), false)
					}
					w.pass(w.gap)
				}
				w.wantNobody()
				if got, want := w.pool.Quarantined(poison, w.now), every > 1; got != want {
					t.Errorf("%d endpoints, one in %d poison, quarantined: %v, want %v", n, every, got, want)
				}
				for shape := range uint64(9) {
					if w.pool.Quarantined(shape, w.now) {
						t.Errorf("%d endpoints, one in %d poison: %d is quarantined", n, every, shape)
					}
				}
			}
		}
	}
}

// TestPoisonHasToBeSure: with one visit it could be anything; three failures at
// two endpoints that serve others meanwhile tell.
func TestPoisonHasToBeSure(t *testing.T) {
	for n, unsafe := range map[int]bool{2: false, 3: false, 10: true} {
		w := newWorld(t, usual, n, poisonous)
		w.play(time.Second)
		for visit, want := range []bool{n == 3, true} { // of three it is tried at all
			if unsafe {
				w.request(poison, true)
				w.play(100 * ms)
			}
			w.request(poison, unsafe)
			w.play(100 * ms)
			if got := w.pool.Quarantined(poison, w.now); got != want {
				t.Errorf("%d endpoints, after visit %d: %v, want %v", n, 1+visit, got, want)
			}
		}
	}
}

// TestPoisonNeedsSeveralEndpoints: one endpoint alone makes no poison, however
// often it fails.
func TestPoisonNeedsSeveralEndpoints(t *testing.T) {
	w := newWorld(t, usual, 3, poisonous)
	for range 20 {
		w.play(100 * ms)
		w.pool.Observe(w.now, 1, poison, ms, true)
	}
	if w.pool.Quarantined(poison, w.now) {
		t.Error("quarantined")
	}
	w.wantNobody() // nor does it eject the one
}

// TestOldPoisonIsForgotten: failures more than a minute apart have nothing to
// do with each other.
func TestOldPoisonIsForgotten(t *testing.T) {
	w := newWorld(t, usual, 3, poisonous)
	for i := range 9 {
		w.play(61 * time.Second)
		w.pool.Observe(w.now, i%3, poison, ms, true)
	}
	if w.pool.Quarantined(poison, w.now) {
		t.Error("quarantined")
	}
}

// TestPoisonThatOneEndpointGets: balanced by hash, a page that always fails
// goes to one endpoint only. Nobody knows whether the page is at fault.
func TestPoisonThatOneEndpointGets(t *testing.T) {
	w := newWorld(t, usual, 3, poisonous)
	w.unsafe = 1
	for range 1000 {
		w.play(w.gap)
		for range 3 {
			w.pass(25 * ms)
			w.pool.Observe(w.now, 1, poison, ms, true)
		}
	}
	w.wantNobody()
}

// TestQuarantineEnds: by time, or by one request that is served.
func TestQuarantineEnds(t *testing.T) {
	w := newWorld(t, usual, 3, poisonous)
	w.play(time.Second)
	quarantine := func() {
		t.Helper()
		for range 3 {
			w.request(poison, false)
			w.play(time.Second)
		}
		if !w.pool.Quarantined(poison, w.now) {
			t.Fatal("not quarantined")
		}
	}
	quarantine()
	w.play(58 * time.Second)
	if !w.pool.Quarantined(poison, w.now) {
		t.Error("over after 59 s")
	}
	w.play(2 * time.Second)
	if w.pool.Quarantined(poison, w.now) {
		t.Error("not over after 61 s")
	}
	quarantine()
	w.does = well
	w.request(poison, false)
	w.pass(100 * ms)
	if w.pool.Quarantined(poison, w.now) {
		t.Error("not over though it was served")
	}
}

// TestPoisonDoesNotHideABadOne: while there is poison, an endpoint goes bad.
func TestPoisonDoesNotHideABadOne(t *testing.T) {
	w := newWorld(t, usual, 3, func(since time.Duration, i int, shape uint64) (time.Duration, bool) {
		return 20 * ms, shape == poison || i == 2 && since > 3*time.Second
	})
	for k := range 2000 {
		shape := 1 + uint64(k%8)
		if k%2 == 0 {
			shape = poison
		}
		w.request(shape, false)
		w.pass(w.gap)
	}
	w.wantLog("3.2s: 2 ejected: 5 failures in a row")
}

// TestPageThatOneEndpointFails: a page that only one endpoint fails, while it
// serves all others, ejects it when nothing else is asked of it, and never
// makes the page poison.
func TestPageThatOneEndpointFails(t *testing.T) {
	w := newWorld(t, usual, 3, at(0, 1, func(_ time.Duration, _ int, shape uint64) (time.Duration, bool) {
		return 20 * ms, shape == poison
	}))
	w.play(time.Second)
	for range 30 {
		w.request(poison, false)
		if w.pool.Quarantined(poison, w.now) {
			t.Fatal("quarantined")
		}
		w.pass(w.gap)
	}
	w.wantLog("1.1s: 1 ejected: 5 failures in a row")
}

// TestPoisonThatKills: a request that kills whoever gets it. Everything under
// way there dies along, and is tried elsewhere, together with the poison. An
// endpoint is back after a second and a half; nobody stays out longer for it.
func TestPoisonThatKills(t *testing.T) {
	for _, unsafe := range []float64{0, 0.3} {
		k := newKiller(t, 3)
		k.unsafe = unsafe
		for range 10 {
			k.play(3 * time.Second)
			k.kill()
		}
		k.play(time.Second)
		for i, s := range k.pool.Snapshot(k.now) {
			if s.Ejected {
				t.Errorf("%.0f %% unsafe: endpoint %d is out: %s", unsafe*100, i, s.Why)
			}
		}
		if !k.pool.Quarantined(poison, k.now) {
			t.Errorf("%.0f %% unsafe: the poison is not quarantined", unsafe*100)
		}
		for shape := range uint64(9) {
			if k.pool.Quarantined(shape, k.now) {
				t.Errorf("%.0f %% unsafe: %d is quarantined", unsafe*100, shape)
			}
		}
		if len(k.log) > 2 {
			t.Errorf("%.0f %% unsafe, ejections:\n%s", unsafe*100, strings.Join(k.log, "\n"))
		}
	}
}

// killer is a world in which poison kills for a second and a half. As in the
// gateway, who takes no connection is not asked and not told of.
type killer struct {
	*world
	deadUntil []time.Duration
}

func newKiller(t *testing.T, n int) *killer {
	k := &killer{deadUntil: make([]time.Duration, n)}
	k.world = newWorld(t, usual, n, well)
	k.skip = func(i int, _ bool) bool { return k.dead(i) }
	k.does = func(_ time.Duration, i int, shape uint64) (time.Duration, bool) {
		if k.dead(i) {
			k.t.Fatalf("%v: asked a dead one", k.now.Sub(start))
		}
		return 20 * ms, false
	}
	return k
}

func (k *killer) dead(i int) bool { return k.now.Sub(start) < k.deadUntil[i] }

// kill sends poison, which is tried at each endpoint in turn, while eight other
// requests are under way at each.
func (k *killer) kill() {
	var orphans []uint64
	for range k.n {
		i := -1
		for j := range k.n {
			if !k.dead(j) && !k.pool.Ejected(j, k.now) {
				i = j
				break
			}
		}
		if i < 0 {
			break
		}
		// Those that die along are noticed in any order.
		dying := append([]uint64{}, orphans...)
		orphans = orphans[:0]
		for range 8 {
			dying = append(dying, 1+uint64(k.random.IntN(k.pages)))
		}
		dying = append(dying, poison)
		k.random.Shuffle(len(dying), func(a, b int) { dying[a], dying[b] = dying[b], dying[a] })
		for _, shape := range dying {
			k.pool.Observe(k.now, i, shape, 5*ms, true)
			if shape != poison && k.random.Float64() >= k.unsafe {
				orphans = append(orphans, shape)
			}
		}
		k.deadUntil[i] = k.now.Sub(start) + 1500*ms
		k.pass(2 * ms)
	}
	// Who is left over waits until one is back.
	k.pass(1500 * ms)
	for _, shape := range orphans {
		k.request(shape, false)
	}
}
