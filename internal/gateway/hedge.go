package gateway

import (
	"errors"
	"math"
	"sync/atomic"
	"time"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
	"torwart/internal/retry"
	"torwart/internal/upstream"
)

// pace learns how long a rule's answers take: the 95th percentile of the time
// to the head, moved a little by every answer (a stochastic approximation, so
// that no samples need be kept). Updates may be lost when two answers arrive
// at once, which does not matter.
type pace struct {
	p95 atomic.Int64 // nanoseconds
	n   atomic.Int64
}

// paceKnown is how many answers it takes to believe the estimate.
const paceKnown = 100

func (p *pace) observe(d time.Duration) {
	p.n.Add(1)
	old := float64(p.p95.Load())
	if old == 0 {
		p.p95.Store(int64(d))
		return
	}
	const quantile = 0.95
	step := math.Max(old/20, float64(50*time.Microsecond))
	if float64(d) > old {
		old += step * quantile
	} else {
		old -= step * (1 - quantile)
	}
	p.p95.Store(int64(math.Max(old, float64(time.Millisecond))))
}

// hedgeAfter is how long the first attempt may take before a second is made
// beside it; 0 when none is to be made.
func (x *exchange) hedgeAfter() time.Duration {
	h := x.rule.cfg.Hedge
	if h.Budget <= 0 || x.hedged || !message.Safe(x.req.Method) || !x.upload.whole ||
		len(x.rule.pool.endpoints) < 2 {
		return 0
	}
	if h.After > 0 {
		return h.After
	}
	if x.rule.pace.n.Load() < paceKnown {
		return 0
	}
	return time.Duration(x.rule.pace.p95.Load())
}

// errHedge ends the wait for the first attempt when the second is due.
var errHedge = errors.New("gateway: time for a second attempt")

// watchHedge is watchHead for a request that may be hedged.
func (x *exchange) watchHedge() error {
	if !x.hedged && time.Since(x.sentAt) >= x.hedgeAfter() && x.elsewhere() &&
		x.rule.hedges.Withdraw() {
		return errHedge
	}
	return x.watchHead()
}

// elsewhere reports whether an endpoint beside the present one is fit.
func (x *exchange) elsewhere() bool {
	for i, e := range x.rule.pool.endpoints {
		if i != x.epIndex && !x.past[i].failed && e.checker.Up() && !e.drained.Load() {
			return true
		}
	}
	return false
}

// runner is one of two attempts that race for the head.
type runner struct {
	conn    *upstream.Conn
	ep      *endpoint
	epIndex int
	att     int // index in rec.Attempts
	sentAt  time.Time
	resp    *message.Response
	err     error
}

// race makes a second attempt beside the first, whose answer is slow, and goes
// on with whichever answers first. The other is given up: the request is safe,
// so that its being executed twice changes nothing.
func (x *exchange) race(lim http1.Limits) *cause.Error {
	x.hedged = true
	first := &runner{
		conn: x.conn, ep: x.ep, epIndex: x.epIndex, att: len(x.rec.Attempts) - 1,
		sentAt: x.sentAt, resp: new(message.Response),
	}
	x.past[x.epIndex].failed = true // for pick: somewhere else
	x.conn, x.counted = nil, false

	// The first goes on in a goroutine, which wakes the second when it has
	// ended. It says so before it looks for the second, and the second is
	// announced before it looks whether the first has ended: one of both
	// sees the other.
	var rival atomic.Pointer[upstream.Conn]
	ended, done := make(chan struct{}), make(chan struct{})
	method := x.req.Method
	first.conn.Watch(0, nil)
	go func() {
		defer close(done)
		first.err = readFinal(first.conn, first.resp, method, lim)
		close(ended)
		if c := rival.Load(); c != nil {
			c.InterruptRead()
		}
	}()

	failure := x.take(upstream.AnyConn)
	if failure == nil {
		rival.Store(x.conn)
		failure = x.runSecond(ended, lim)
	}
	if failure == nil && x.conn != nil {
		rival.Store(nil)
		x.secondWins(first, done)
		return nil
	}
	<-done
	return x.firstDecides(first, failure)
}

// runSecond sends the request over the second connection and reads its head.
// It returns nil with x.conn nil when the first attempt was faster.
func (x *exchange) runSecond(ended <-chan struct{}, lim http1.Limits) *cause.Error {
	x.att.Decision = "hedge: second"
	select {
	case <-ended:
		x.giveUp(x.conn, x.ep)
		x.conn, x.counted = nil, false
		return nil
	default:
	}
	failure := x.send()
	if failure == nil && x.sendErr == nil {
		x.conn.SetReadDeadline(x.earlier(x.sentAt.Add(x.rule.cfg.Timeouts.Response)))
		x.conn.Watch(lookEvery, x.headWatch)
		err := readFinal(x.conn, &x.resp, x.req.Method, lim)
		x.conn.Watch(0, nil)
		switch {
		case errors.Is(err, http1.ErrInterrupted):
		case err != nil:
			failure = x.conn.HeadFailed(x.att, err)
		default:
			x.att.Status = x.resp.Status
			return nil
		}
	}
	x.giveUp(x.conn, x.ep)
	x.conn, x.counted = nil, false
	return failure
}

// readFinal reads heads until a final one. Interim ones are dropped: two
// attempts would send their hints twice.
func readFinal(c *upstream.Conn, resp *message.Response, method string, lim http1.Limits) error {
	for {
		if err := c.ReadResponse(resp, method, lim); err != nil {
			return err
		}
		if resp.Status >= 200 || resp.Status == 101 {
			return nil
		}
	}
}

// giveUp closes the connection of the attempt that lost.
func (x *exchange) giveUp(c *upstream.Conn, e *endpoint) {
	c.Close()
	e.load.Cancel()
}

// secondWins ends the first attempt.
func (x *exchange) secondWins(first *runner, done <-chan struct{}) {
	first.conn.InterruptRead()
	<-done
	x.conn.ResumeRead() // the first may have ended just now and woken it
	x.giveUp(first.conn, first.ep)
	x.rec.Attempts[first.att].Decision = "hedge: lost"
	x.hedgeWon = true
}

// firstDecides goes back to the first attempt, whose end is known by now.
func (x *exchange) firstDecides(first *runner, second *cause.Error) *cause.Error {
	x.conn, x.ep, x.epIndex, x.sentAt = first.conn, first.ep, first.epIndex, first.sentAt
	x.att = &x.rec.Attempts[first.att]
	x.counted = true
	x.past[x.epIndex].failed = false
	if first.err != nil {
		return x.conn.HeadFailed(x.att, first.err)
	}
	if second == nil && len(x.rec.Attempts) > first.att+1 {
		x.rec.Attempts[len(x.rec.Attempts)-1].Decision = "hedge: lost"
	}
	x.resp, *first.resp = *first.resp, x.resp
	x.att.Status = x.resp.Status
	return nil
}

// newHedges is the budget of a rule that hedges; nil for one that does not.
func newHedges(share float64) *retry.Budget {
	if share <= 0 {
		return nil
	}
	return retry.NewBudget(share)
}
