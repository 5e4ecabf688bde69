package ejection

import (
	"sync"
	"sync/atomic"
	"time"
)

// Pool watches the endpoints of a pool. Its methods are safe for concurrent
// use.
type Pool struct {
	// OnChange is called when an endpoint is ejected or returns, with the
	// reason, such as "5 failures in a row". Calls come one at a time and in
	// order, from within whichever method noticed. It must return soon and
	// must not call the Pool. May be nil; set it before use.
	OnChange func(i int, ejected bool, why string)

	opts      Options
	start     time.Time
	most      int // so many may be out
	endpoints []endpoint
	shapes    shapes
	review    atomic.Int64 // when the next review is due
	slow      atomic.Int64 // nanoseconds from which an answer is much too slow

	mu  sync.Mutex // guards what is not atomic, here, in endpoints and shapes
	out int        // so many are
	// Room to compare latencies.
	known            []latencies
	typical, slowest []float64
}

// New returns a Pool of n endpoints. They are told by their index from then on.
func New(o Options, n int, now time.Time) *Pool {
	o = o.withDefaults()
	p := &Pool{
		opts: o, start: now, most: o.most(n),
		endpoints: make([]endpoint, n),
		known:     make([]latencies, 0, n),
		typical:   make([]float64, 0, n),
		slowest:   make([]float64, 0, n),
	}
	p.slow.Store(never)
	return p
}

// moment is a time in nanoseconds since the Pool began, plus 1: 0 means never.
// Times with a monotonic clock stay right when the wall clock is set.
type moment = int64

func (p *Pool) at(now time.Time) moment { return max(int64(now.Sub(p.start)), 0) + 1 }

// Observe notes an attempt at endpoint i that ended at now: how long it took
// up to the head of the answer, and whether it failed by the endpoint's doing,
// its own 5xx included. Shape is what the request has in common with others,
// see [Shape]; 0 means that nobody knows, and counts as one of a kind.
//
// Attempts that say nothing about the endpoint (the client left, a kept
// connection was stale, no connection was to be had) are not to be told.
func (p *Pool) Observe(now time.Time, i int, shape uint64, latency time.Duration, failed bool) {
	if len(p.endpoints) < 2 {
		return // nothing to compare with
	}
	m, e := p.at(now), &p.endpoints[i]
	began := m - int64(latency)
	if failed {
		p.failed(m, began, i, shape)
		return
	}
	if s := p.shapes.find(shape); s != nil && s.served.Load()&bit(i) == 0 {
		p.shapeServed(shape, i)
	}
	// What began before an ejection ended is news from before.
	if e.until.Load() != 0 || began < e.returned.Load() {
		return
	}
	e.window.add(m, anAttempt)
	e.spread.add(m, latency)
	if m-e.lastServed.Load() >= int64(time.Millisecond) {
		e.lastServed.Store(m)
	}
	if int64(latency) >= p.slow.Load() {
		e.lastSlow.Store(m)
	}
	if e.row.Load() != 0 {
		p.served(e)
	}
	if m >= p.review.Load() {
		p.look(m)
	}
}

// Ejected reports whether endpoint i is to be left out.
func (p *Pool) Ejected(i int, now time.Time) bool {
	until := p.endpoints[i].until.Load()
	if until == 0 {
		return false
	}
	m := p.at(now)
	if m < until {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire(m, i)
	return false
}

// Doubtful reports whether the last attempt at endpoint i failed, or it has
// come back from an ejection and not proven itself yet. What can not be
// repeated is better sent to another, if there is one. Doubt ends ten seconds
// after the last failure, or the return.
func (p *Pool) Doubtful(i int, now time.Time) bool {
	e := &p.endpoints[i]
	return e.row.Load() != 0 && p.at(now)-e.lastFailed.Load() < int64(doubtFor)
}

// Quarantined reports whether requests of this shape are poison: they failed
// at several endpoints one after the other, and served nowhere, while these
// endpoints served others. It ends with the first that is served, or a minute
// after the last failure. Their failures count against no endpoint.
func (p *Pool) Quarantined(shape uint64, now time.Time) bool {
	s := p.shapes.find(shape)
	if s == nil {
		return false
	}
	until := s.until.Load()
	return until != 0 && p.at(now) < until
}

// State is what is known of one endpoint, for people and for the API.
type State struct {
	Ejected bool `json:"ejected"`
	// Since and Until bound the ejection; zero when there is none.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Why is the reason of the ejection, or of the last one: "5 failures in a
	// row", "error rate 62 % against 1 %", "latency 12x the pool's".
	Why string `json:"why,omitempty"`
	// Times is how often the endpoint was ejected so far.
	Times int `json:"times"`
	// Doubtful is what [Pool.Doubtful] says.
	Doubtful bool `json:"doubtful"`
}

// Snapshot returns the states of all endpoints at now.
func (p *Pool) Snapshot(now time.Time) []State {
	m := p.at(now)
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]State, len(p.endpoints))
	for i := range out {
		p.expire(m, i)
		e := &p.endpoints[i]
		out[i] = State{Why: e.why, Times: e.total, Doubtful: p.Doubtful(i, now)}
		if until := e.until.Load(); until != 0 {
			out[i].Ejected = true
			out[i].Since = p.start.Add(time.Duration(e.ejected - 1))
			out[i].Until = p.start.Add(time.Duration(until - 1))
		}
	}
	return out
}
