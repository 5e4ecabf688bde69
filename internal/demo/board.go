package demo

import (
	"context"
	"sync"
	"time"
)

// slots is into how many moments the timelines are divided.
const slots = 36

// board is where everything is counted while it happens.
type board struct {
	phases []phase
	total  time.Duration

	mu       sync.Mutex
	started  time.Time
	ended    time.Time // zero while it runs
	phase    int
	tallies  [ways][]tally // by the phase in which the visitor came
	moments  [ways][slots]tally
	failures [ways][]failure
	seen     [ways][sights]int
	states   [upstreamCount][slots]state // the worst seen in that moment

	// learned is what torwart knew of the upstreams' idle timeouts when that
	// was the subject; nil before. Restarts close connections of any age and
	// make it know less.
	learned []Learned

	stall time.Duration // the longest the machine was behind

	wave    int         // of visitors; settle begins a new one
	waiting map[int]int // how many of each wave have no answer yet
}

// tally counts visitors.
type tally struct{ asked, answered, failed int }

// failure is a request that a visitor did not get the right answer to.
type failure struct {
	way    wayID
	method string
	target string
	saw    sight
	at     time.Time
}

// visit is a visitor under way.
type visit struct {
	way               wayID
	phase, slot, wave int
}

func newBoard(phases []phase) *board {
	b := &board{phases: phases, waiting: make(map[int]int)}
	for _, p := range phases {
		b.total += p.length
	}
	for w := range b.tallies {
		b.tallies[w] = make([]tally, len(phases))
	}
	return b
}

func (b *board) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.started = time.Now()
}

func (b *board) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = time.Now()
}

func (b *board) enter(phase int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.phase = phase
}

// slot is the current moment; b.mu is held.
func (b *board) slot() int {
	return min(int(b.elapsed()*slots/b.total), slots-1)
}

// elapsed is how long it has been running; b.mu is held.
func (b *board) elapsed() time.Duration {
	if !b.ended.IsZero() {
		return b.ended.Sub(b.started)
	}
	return time.Since(b.started)
}

func (b *board) asks(w wayID) visit {
	b.mu.Lock()
	defer b.mu.Unlock()
	v := visit{w, b.phase, b.slot(), b.wave}
	b.waiting[v.wave]++
	b.tallies[w][v.phase].asked++
	b.moments[w][v.slot].asked++
	return v
}

func (b *board) saw(v visit, r request, saw sight) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting[v.wave]--
	b.tallies[v.way][v.phase].answered++
	b.seen[v.way][saw]++
	if saw == sawAnswer {
		return
	}
	b.tallies[v.way][v.phase].failed++
	b.moments[v.way][v.slot].failed++
	b.failures[v.way] = append(b.failures[v.way], failure{v.way, r.method, r.target, saw, time.Now()})
}

// settle waits until everybody who has come up to now has an answer.
func (b *board) settle(ctx context.Context) {
	b.mu.Lock()
	b.wave++
	b.mu.Unlock()
	for ctx.Err() == nil && b.unanswered() {
		pause(ctx, beat)
	}
}

// unanswered reports whether somebody of an earlier wave still waits.
func (b *board) unanswered() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for wave, n := range b.waiting {
		if wave < b.wave && n > 0 {
			return true
		}
	}
	return false
}

// learn notes what torwart knows of the upstreams' idle timeouts.
func (b *board) learn(known []Learned) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.learned = known
}

// lags notes how far behind the machine was.
func (b *board) lags(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stall = max(b.stall, d)
}

// look notes what the upstreams are doing.
func (b *board) look(s *shop) {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := b.slot()
	for i, u := range s.upstreams {
		b.states[i][at] = max(b.states[i][at], u.now())
	}
}

// settled reports whether a phase is over and all its visitors have what they
// came for; b.mu is held.
func (b *board) settled(phase int) bool {
	if phase > b.phase || phase == b.phase && b.ended.IsZero() {
		return false
	}
	for w := range b.tallies {
		if t := b.tallies[w][phase]; t.answered < t.asked {
			return false
		}
	}
	return true
}

// sum adds the phases up; b.mu is held.
func (b *board) sum(w wayID) tally {
	var t tally
	for _, p := range b.tallies[w] {
		t.asked += p.asked
		t.answered += p.answered
		t.failed += p.failed
	}
	return t
}
