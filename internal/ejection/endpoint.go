package ejection

import "sync/atomic"

// endpoint is what is known of one endpoint. What is not atomic is guarded by
// Pool.mu; what is atomic is written under it, too, where not said otherwise.
type endpoint struct {
	until      atomic.Int64 // ejected until; 0: not
	returned   atomic.Int64 // when the last ejection ended
	lastServed atomic.Int64 // to a millisecond; written by anybody
	lastSlow   atomic.Int64 // written by anybody
	lastFailed atomic.Int64 // or returned, whichever was later
	row        atomic.Int32 // failures in a row
	window     window       // written by anybody
	spread     spread       // written by anybody

	// strikes are those failures of the row that count against the endpoint,
	// failures the shapes of the last ones, the next at index next.
	strikes  int
	failures [remembered]uint64
	next     int
	// trial is how often the endpoint has to serve until it has proven itself,
	// after a return. Until then one failure is enough to eject it again.
	trial int

	ejected moment // when the last ejection began
	why     string
	total   int // ejections so far
	times   int // ejections in a row, for the doubling
	// proof is how many of the last failures ejected it, and how many of these
	// have to count against it; 0 for ejections not made by failures.
	proofOf, proofNeeds int
}

// proving is how often in a row an endpoint on trial has to serve.
const proving = 4

// remembered is how many failures of an endpoint are known by their shape.
const remembered = 16

// oldNews reports whether a failure is part of the last one: it followed
// closely, and the attempt was under way when that one was noticed. A crash is
// one piece of news, however many attempts it ends; an endpoint that answers
// each of them badly, or lets each of them time out, is not.
func (e *endpoint) oldNews(m, began moment) bool {
	last := e.lastFailed.Load()
	return began < last && m-last < together
}

// served notes that the row has ended, or that a trial went well once more.
func (p *Pool) served(e *endpoint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.trial = max(e.trial-1, 0)
	if e.trial == 0 {
		e.row.Store(0)
		e.strikes = 0
	}
}

// back ends an ejection. Nothing from before counts any more but a row of
// failures, which puts the endpoint on trial.
func (e *endpoint) back(m moment, row int) {
	e.until.Store(0)
	e.returned.Store(m)
	e.lastFailed.Store(m)
	e.row.Store(int32(row))
	e.strikes, e.trial = row, 0
	if row > 0 {
		e.trial = proving
	}
	e.window.clear()
	e.spread.clear()
}
