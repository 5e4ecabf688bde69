package gateway

import (
	"time"

	"torwart/internal/cause"
	"torwart/internal/ejection"
	"torwart/internal/message"
	"torwart/internal/retry"
	"torwart/internal/traffic"
	"torwart/internal/upstream"
)

// attempts is the loop: try, and on failure do what the ladder says. It
// returns nil when the client has its answer (or cannot be given one any
// more), else the failure to answer with.
func (x *exchange) attempts() *cause.Error {
	if failure := x.prepareUpload(); failure != nil {
		return failure
	}
	for {
		failure := x.attempt()
		if failure == nil {
			return x.deliver()
		}
		again, last := x.decide(failure)
		if again {
			x.discard()
			continue
		}
		if last.Tier == cause.P5 && x.conn != nil {
			return x.deliver() // the upstream's own verdict
		}
		x.discard()
		return last
	}
}

// attempt is one try at one endpoint, up to a head that may be committed.
func (x *exchange) attempt() *cause.Error {
	failure := x.take(x.care())
	if failure != nil {
		return failure
	}
	failure = x.send()
	if failure == nil {
		failure = x.receive()
	}
	x.judge(failure)
	return failure
}

// take picks an endpoint and gets a connection to it, with which an attempt
// begins.
func (x *exchange) take(care upstream.Care) *cause.Error {
	now := x.start
	if len(x.rec.Attempts) > 0 || !x.holdSince.IsZero() {
		now = time.Now()
	}
	if !x.pick(now) {
		x.forget()
		if !x.pick(now) {
			return &cause.Error{
				Symptom: cause.NoUpstreamAvailable, Side: cause.Internal,
				Detail: "the pool has no endpoint that is not drained",
			}
		}
	}
	if len(x.rec.Attempts) > 0 {
		if gone := x.breathe(&now); gone != nil {
			x.doneDialling()
			return gone
		}
	}
	x.rec.Attempts = append(x.rec.Attempts, traffic.Attempt{Start: now, Acked: -1})
	x.att = &x.rec.Attempts[len(x.rec.Attempts)-1]
	x.doubtful = x.rule.pool.outliers.Doubtful(x.epIndex, now)
	c, err := x.ep.Take(x.ctx, x.att, care, x.dialDeadline(now))
	x.doneDialling()
	if err != nil {
		return x.noConnection(cause.As(err))
	}
	x.conn = c
	x.ep.load.Begin(now)
	x.counted = true
	return nil
}

// quickConnect is how long a connection may take while another endpoint could
// be asked instead. A SYN that was lost is repeated only after a second, and
// one that is dropped is never answered; nothing was delivered either way. An
// exchange that found nobody sooner gives everybody the full time.
const quickConnect = 300 * time.Millisecond

// dialDeadline bounds how long a new connection may take.
func (x *exchange) dialDeadline(now time.Time) time.Time {
	for i, e := range x.rule.pool.endpoints {
		if i != x.epIndex && !x.past[i].failed && x.past[i].at.IsZero() && e.checker.Up() &&
			!e.drained.Load() && !e.suspicion.Suspect(now) {
			return x.earlier(now.Add(quickConnect))
		}
	}
	return x.deadline
}

// refresher is a resolver that can be told that its addresses do not work.
type refresher interface{ Refresh(name string) }

// noConnection notes that the endpoint took no connection, unless that was
// not the endpoint's doing (no local ports, the client gone).
func (x *exchange) noConnection(failure *cause.Error) *cause.Error {
	if failure.Side != cause.Upstream {
		return failure
	}
	now := time.Now()
	x.ep.suspicion.Failed(now)
	// Perhaps the name leads elsewhere by now.
	if r, ok := x.g.opts.Resolver.(refresher); ok && x.ep.named() {
		r.Refresh(x.ep.Address.Host)
	}
	// Whoever takes no new connection has no use for the kept ones.
	x.ep.CloseIdle(now, 0)
	x.ep.load.Begin(x.att.Start)
	x.ep.load.End(now, now.Sub(x.att.Start), true)
	return failure
}

// care says how much the request has to lose from a kept connection.
func (x *exchange) care() upstream.Care {
	switch {
	case x.fresh:
		return upstream.FreshConn
	case message.Idempotent(x.req.Method) && x.upload.whole:
		return upstream.AnyConn
	}
	return upstream.RecentConn
}

// judge tells the balancer how the attempt went, up to the head.
func (x *exchange) judge(failure *cause.Error) {
	switch {
	case failure == nil:
		x.ep.suspicion.Succeeded()
		x.rule.pool.room.letOut()
		return
	case failure.Side != cause.Upstream, failure.Symptom == cause.ReusedConnectionClosed:
		// The client left, or the connection was stale: says nothing about
		// the endpoint.
		x.ep.load.Cancel()
	default:
		if failure.Tier == cause.P5 {
			x.rule.pool.room.letOut() // it answers, whatever it says
		}
		x.observe(time.Now(), time.Since(x.att.Start), true)
	}
	x.counted = false
}

// observe tells the balancer and the search for outliers how an attempt
// ended, up to its head.
func (x *exchange) observe(now time.Time, latency time.Duration, failed bool) {
	x.ep.load.End(now, latency, failed)
	x.rule.pool.outliers.Observe(now, x.epIndex, x.shapeOf(), latency, failed)
}

// shapeOf is what the request has in common with others.
func (x *exchange) shapeOf() uint64 {
	if x.shape == 0 {
		x.shape = ejection.Shape(x.site.name, x.req.Method, x.req.Path)
	}
	return x.shape
}

// decide asks the ladder what to do about a failure, waits where it says so,
// and reports whether to try again. If not, last is the failure to answer
// with.
func (x *exchange) decide(failure *cause.Error) (again bool, last *cause.Error) {
	if failure.Side == cause.Downstream || failure.Tier == cause.NoTier {
		return false, failure
	}
	switch failure.Tier {
	case cause.P0:
		x.undelivered++
		x.hope = x.hope || retry.MayHeal(failure.Symptom)
	case cause.P3:
		x.ambiguous++
	}
	x.markFailed(failure)
	_, hasKey := x.req.Fields.Get(message.IdempotencyKey)
	d := retry.Decide(x.rule.policy, retry.Failure{
		Symptom: failure.Symptom, Tier: failure.Tier, Method: x.req.Method,
		IdempotencyKey: hasKey, Replayable: x.upload.replayable(),
		Made: len(x.rec.Attempts), Undelivered: x.undelivered, Ambiguous: x.ambiguous,
		Others: x.others(), Left: x.timeLeft(time.Now()), Status: x.att.Status,
		Committed: x.s.Committed(), Hope: x.hope, Outlier: x.outlier(),
		Budget: x.rule.cfg.Retry.Budget > 0 && x.rule.pool.budget.Available(),
	})
	if d.Charged && !x.rule.pool.budget.Withdraw() {
		d = retry.Decision{Reason: retry.ReasonBudget}
	}
	x.att.Decision = d.String()
	x.fresh = d.Action == retry.Again // what was kept is as dead as the last one
	switch d.Action {
	case retry.Again:
		x.forget()
		return true, nil
	case retry.Elsewhere:
		return true, nil
	case retry.Hold:
		return x.waitAndRetry(failure)
	}
	return false, failure
}

// outlier reports whether the endpoint was known to fail, and not the kind of
// request.
func (x *exchange) outlier() bool {
	return x.doubtful && !x.rule.pool.outliers.Quarantined(x.shapeOf(), time.Now())
}

// waitAndRetry holds the exchange, if the rule allows it.
func (x *exchange) waitAndRetry(failure *cause.Error) (again bool, last *cause.Error) {
	if x.rule.cfg.Hold <= 0 {
		return false, failure
	}
	x.discard()
	if x.holdSince.IsZero() {
		x.holdSince = time.Now()
	}
	if over := x.hold(failure); over != nil {
		return false, over
	}
	// Who dials for the room asks one endpoint; who was let out asks any.
	if x.dialsFor == 0 {
		x.forget()
	}
	return true, nil
}

// discard gives up the attempt's connection.
func (x *exchange) discard() {
	if x.conn == nil {
		return
	}
	x.stopPump()
	x.conn.Close()
	x.conn = nil
	if x.counted {
		x.counted = false
		x.ep.load.Cancel()
	}
	x.dropBuffer()
}
