package ejection_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"torwart/internal/ejection"
)

const ms = time.Millisecond

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// usual are the options torwart comes with.
var usual = ejection.Options{Failures: 5, ErrorRate: 0.5, Latency: 10, Time: 10 * time.Second, Share: 0.5}

// poison is a shape; pages are the others.
const poison = 666

// behaviour says what comes of a request of a shape at endpoint i.
type behaviour func(since time.Duration, i int, shape uint64) (latency time.Duration, failed bool)

// world is a pool under traffic: requests of several shapes take turns among
// the endpoints, and those that fail are tried elsewhere, up to three times in
// all, as the gateway does. Time passes by itself.
type world struct {
	t    *testing.T
	pool *ejection.Pool
	n    int
	now  time.Time
	does behaviour
	// gap is the time between two requests.
	gap time.Duration
	// pages is how many shapes there are, apart from poison.
	pages int
	// unsafe is the share of requests that are not repeated.
	unsafe float64
	// skip says which endpoints are left out, beside those ejected.
	skip func(i int, unsafe bool) bool
	// used is how many attempts each endpoint got.
	used []int
	// lost is how many requests that may not be repeated failed.
	lost int
	log  []string

	random *rand.Rand
	events []event // by time
}

func newWorld(t *testing.T, o ejection.Options, n int, does behaviour) *world {
	w := &world{
		t: t, pool: ejection.New(o, n, start), n: n, now: start, does: does,
		gap: 5 * ms, pages: 8, used: make([]int, n), random: rand.New(rand.NewPCG(1, 2)),
	}
	w.pool.OnChange = func(i int, ejected bool, why string) {
		word := "returns"
		if ejected {
			word = "ejected"
		}
		w.log = append(w.log, fmt.Sprintf("%v: %d %s: %s", w.now.Sub(start).Round(100*ms), i, word, why))
	}
	return w
}

// event is something that happens at a time.
type event struct {
	at time.Time
	do func()
}

// after lets something happen later.
func (w *world) after(d time.Duration, do func()) {
	e := event{w.now.Add(d), do}
	i, _ := slices.BinarySearchFunc(w.events, e, func(a, b event) int { return cmp.Or(a.at.Compare(b.at), -1) })
	w.events = slices.Insert(w.events, i, e)
}

// pass lets time pass, and what is to happen happen.
func (w *world) pass(d time.Duration) {
	end := w.now.Add(d)
	for len(w.events) > 0 && !w.events[0].at.After(end) {
		e := w.events[0]
		w.events = w.events[1:]
		w.now = e.at
		e.do()
	}
	w.now = end
}

// play lets traffic flow for a time.
func (w *world) play(d time.Duration) {
	for range d / w.gap {
		w.request(uint64(1+w.random.IntN(w.pages)), w.random.Float64() < w.unsafe)
		w.pass(w.gap)
	}
}

// request sends one request.
func (w *world) request(shape uint64, unsafe bool) {
	w.attempt(shape, unsafe, make([]bool, w.n), 3)
}

func (w *world) attempt(shape uint64, unsafe bool, tried []bool, left int) {
	i := w.pick(tried, unsafe)
	if i < 0 || left == 0 {
		return
	}
	tried[i] = true
	w.used[i]++
	latency, failed := w.does(w.now.Sub(start), i, shape)
	w.after(latency, func() {
		w.pool.Observe(w.now, i, shape, latency, failed)
		w.check()
		switch {
		case failed && unsafe:
			w.lost++
		case failed:
			w.attempt(shape, unsafe, tried, left-1)
		}
	})
}

// check fails the test when more than half of the endpoints are out.
func (w *world) check() {
	out := 0
	for i := range w.n {
		if w.pool.Ejected(i, w.now) {
			out++
		}
	}
	if out > w.n/2 || out == w.n {
		w.t.Fatalf("%v: %d of %d are out", w.now.Sub(start), out, w.n)
	}
}

func (w *world) pick(tried []bool, unsafe bool) int {
	turn := w.random.IntN(w.n)
	for k := range w.n {
		i := (turn + k) % w.n
		if !tried[i] && !w.pool.Ejected(i, w.now) && (w.skip == nil || !w.skip(i, unsafe)) {
			return i
		}
	}
	for k := range w.n {
		if i := (turn + k) % w.n; !tried[i] {
			return i
		}
	}
	return -1
}

// wantLog compares what OnChange said.
func (w *world) wantLog(want ...string) {
	w.t.Helper()
	if got, want := strings.Join(w.log, "\n"), strings.Join(want, "\n"); got != want {
		w.t.Errorf("what happened:\n%s\nwant:\n%s", got, want)
	}
}

// wantNobody fails when anybody was ejected at any time.
func (w *world) wantNobody() {
	w.t.Helper()
	w.wantLog()
}

// ejections counts how often endpoint i was ejected.
func (w *world) ejections(i int) int {
	n := 0
	for _, line := range w.log {
		if strings.Contains(line, fmt.Sprintf(": %d ejected", i)) {
			n++
		}
	}
	return n
}

// well is how an endpoint behaves that is well.
func well(time.Duration, int, uint64) (time.Duration, bool) { return 20 * ms, false }

// at lets endpoint i behave differently from a time on.
func at(from time.Duration, i int, bad behaviour) behaviour {
	return func(since time.Duration, j int, shape uint64) (time.Duration, bool) {
		if j == i && since >= from {
			return bad(since, j, shape)
		}
		return well(since, j, shape)
	}
}

func fastFailure(time.Duration, int, uint64) (time.Duration, bool) { return ms, true }
