package gateway

import "time"

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

// pick chooses the endpoint for the next attempt; nil when every endpoint has
// failed this exchange.
func (x *exchange) pick(now time.Time) *endpoint {
	p := x.rule.pool
	x.now = now
	for len(x.tried) < len(p.endpoints) {
		x.tried = append(x.tried, false)
	}
	for _, x.avoid = range avoidLadder {
		if i := p.picker.Pick(p.loads, x.skipFn); i >= 0 {
			return p.endpoints[i]
		}
	}
	return nil
}

func (x *exchange) skip(i int) bool {
	e := x.rule.pool.endpoints[i]
	return x.avoid&avoidTried != 0 && x.tried[i] ||
		x.avoid&avoidDown != 0 && !e.checker.Up() ||
		x.avoid&avoidSuspect != 0 && e.suspicion.Suspect(x.now)
}

// others reports whether an endpoint is left that did not fail this exchange.
func (x *exchange) others() bool {
	for _, t := range x.tried {
		if !t {
			return true
		}
	}
	return false
}

// fail marks the attempt's endpoint as failed for this exchange.
func (x *exchange) markTried() {
	for i, e := range x.rule.pool.endpoints {
		if e == x.ep {
			x.tried[i] = true
		}
	}
}

// forget lets all endpoints be tried anew, after a wait.
func (x *exchange) forget() { clear(x.tried) }
