package gateway

import (
	"time"

	"torwart/internal/cause"
)

// What skip leaves out. Picking relaxes from the strictest to the loosest, so
// that an endpoint that is doubtful is used rather than none.
const (
	avoidTried = 1 << iota
	avoidDown
	avoidSuspect
)

var avoidLadder = [...]uint8{
	avoidTried | avoidDown | avoidSuspect,
	avoidTried | avoidDown,
	avoidTried, // all down by their health checks: the check may be wrong
}

// past is what this exchange has met at one endpoint.
type past struct {
	// failed is set until all endpoints may be tried anew.
	failed bool
	// at is when an attempt last failed there by the endpoint's doing.
	at time.Time
}

// pick chooses the endpoint for the next attempt and reports whether there
// was one that has not failed this exchange.
func (x *exchange) pick(now time.Time) bool {
	p := x.rule.pool
	x.now = now
	for len(x.past) < len(p.endpoints) {
		x.past = append(x.past, past{})
	}
	if i := x.dialsFor - 1; i >= 0 {
		x.ep, x.epIndex = p.endpoints[i], i
		return true
	}
	for _, x.avoid = range avoidLadder {
		if i := p.picker.Pick(p.loads, x.skipFn); i >= 0 {
			x.ep, x.epIndex = p.endpoints[i], i
			return true
		}
	}
	return false
}

func (x *exchange) skip(i int) bool {
	e := x.rule.pool.endpoints[i]
	return e.drained.Load() ||
		x.avoid&avoidTried != 0 && x.past[i].failed ||
		x.avoid&avoidDown != 0 && !e.checker.Up() ||
		x.avoid&avoidSuspect != 0 && e.suspicion.Suspect(x.now)
}

// others reports whether an endpoint is left that did not fail this exchange.
func (x *exchange) others() bool {
	for i, e := range x.rule.pool.endpoints {
		if !x.past[i].failed && !e.drained.Load() {
			return true
		}
	}
	return false
}

// markFailed remembers that the attempt's endpoint failed this exchange. A
// kept connection that was stale says nothing about the endpoint itself.
func (x *exchange) markFailed(f *cause.Error) {
	x.past[x.epIndex].failed = true
	if f.Symptom != cause.ReusedConnectionClosed {
		x.past[x.epIndex].at = time.Now()
	}
}

// forget lets all endpoints be tried anew.
func (x *exchange) forget() {
	for i := range x.past {
		x.past[i].failed = false
	}
}
