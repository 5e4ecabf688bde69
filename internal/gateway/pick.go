package gateway

import (
	"bytes"
	"time"

	"torwart/internal/balance"
	"torwart/internal/cause"
	"torwart/internal/message"
)

// What skip leaves out. Picking relaxes from the strictest to the loosest, so
// that an endpoint that is doubtful is used rather than none.
const (
	avoidTried = 1 << iota
	avoidDown
	avoidSuspect
	avoidEjected
	avoidBackup
	// avoidDoubtful is for requests that must not be lost: the endpoint's
	// last attempt failed.
	avoidDoubtful
)

var avoidLadder = [...]uint8{
	avoidTried | avoidDown | avoidSuspect | avoidEjected | avoidBackup | avoidDoubtful,
	avoidTried | avoidDown | avoidSuspect | avoidEjected | avoidBackup,
	avoidTried | avoidDown | avoidSuspect | avoidEjected,
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
		x.choose(i)
		return true
	}
	for _, avoid := range avoidLadder {
		if avoid&avoidDoubtful != 0 && message.Idempotent(x.req.Method) {
			continue
		}
		x.avoid = avoid
		if i := x.pickOne(); i >= 0 {
			x.choose(i)
			return true
		}
	}
	return false
}

// pickOne picks among those that x.skip leaves: the endpoint of the client's
// cookie, else that of the request's key, else any.
func (x *exchange) pickOne() int {
	p := x.rule.pool
	if i := x.prefer; i >= 0 && !x.skip(i) {
		return i
	}
	if p.hash != nil {
		return p.hash.PickKey(x.hashKey(), p.loads, x.skipFn)
	}
	return p.picker.Pick(p.loads, x.skipFn)
}

func (x *exchange) choose(i int) { x.ep, x.epIndex = x.rule.pool.endpoints[i], i }

// hashKey is what consistent hashing goes by.
func (x *exchange) hashKey() uint64 {
	h := x.rule.cfg.Hash
	var v []byte
	switch h.By {
	case "path":
		v, _, _ = bytes.Cut(x.req.Path, []byte("?"))
	case "header":
		v, _ = x.req.Fields.Lookup(h.Name)
	case "cookie":
		v = x.cookie(h.Name)
	}
	if len(v) == 0 { // also when the header or cookie is missing
		ip, _ := splitClient(x.s.Client())
		x.scratch = append(x.scratch[:0], ip...)
		v = x.scratch
	}
	return balance.Key(v)
}

func (x *exchange) skip(i int) bool {
	e, p := x.rule.pool.endpoints[i], x.rule.pool
	return e.drained.Load() ||
		x.avoid&avoidTried != 0 && x.past[i].failed ||
		x.avoid&avoidBackup != 0 && e.backup ||
		x.avoid&avoidDown != 0 && !e.checker.Up() ||
		x.avoid&avoidSuspect != 0 && e.suspicion.Suspect(x.now) ||
		x.avoid&avoidEjected != 0 && p.outliers.Ejected(i, x.now) ||
		x.avoid&avoidDoubtful != 0 && p.outliers.Doubtful(i, x.now)
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
