package gateway

import (
	"errors"
	"io"
	"time"

	"torwart/internal/cause"
	"torwart/internal/message"
	"torwart/internal/traffic"
)

// deliver commits the upstream's answer to the client and relays the body.
// It returns a failure only while nothing is committed.
func (x *exchange) deliver() *cause.Error {
	if x.resp.Status == 101 {
		return x.tunnel()
	}
	resp, body := &x.resp, x.resp.Body
	keep := !resp.Close
	resp.Close = false
	x.noteResumable()
	message.StripConnection(&resp.Fields)
	x.status = resp.Status
	x.settleOutcome()
	x.setSticky()

	err := x.s.Respond(resp, x.answerLength(body))
	if err == nil && x.gathered > 0 {
		err = x.s.Write((*x.buf)[:x.gathered])
		x.bodySent = int64(x.gathered)
	}
	complete := x.whole
	switch {
	case err != nil:
	case x.whole:
		err = x.s.Finish(trailersOf(body))
	default:
		complete, err = x.relay(body)
		keep = keep && !x.resp.Close
	}
	x.finish(complete && keep, err)
	return nil
}

// finish closes the books on an answer and its connection. reusable says that
// the upstream sent all of it and keeps the connection; err is why the client
// did not get all of it.
func (x *exchange) finish(reusable bool, err error) {
	sent := x.stopPump()
	x.endAt = time.Now()
	x.att.Timings.Body = x.endAt.Sub(x.headAt)
	switch {
	case err != nil:
		x.cutOff(err)
	case x.resumed:
		x.outcome = traffic.Saved
	}
	x.closeBook()
	c := x.conn
	x.conn = nil
	switch {
	case c == nil: // the last attempt to resume got no connection
	case reusable && sent && x.sendErr == nil:
		c.Keep(x.endAt)
	default:
		c.Close()
	}
}

// answerLength is the length the client is told: that of the upstream, or
// what was gathered when that is the whole of it.
func (x *exchange) answerLength(body message.Body) int64 {
	switch {
	case body == nil:
		return 0
	case x.whole && body.Trailers() == nil:
		if body.Length() < 0 {
			x.resp.Fields.Del(message.ContentLength)
		}
		return int64(x.gathered)
	}
	return body.Length()
}

func trailersOf(body message.Body) *message.Fields {
	if body == nil {
		return nil
	}
	return body.Trailers()
}

// relay moves the body from upstream to client until its end. complete says
// that the upstream sent all of it.
func (x *exchange) relay(body message.Body) (complete bool, err error) {
	if x.buf == nil {
		x.buf = takeBuffer()
	}
	if err := x.s.Flush(); err != nil {
		return false, err
	}
	x.conn.Watch(lookEvery, x.bodyWatch)
	for {
		x.conn.SetReadDeadline(time.Now().Add(x.rule.cfg.Timeouts.Idle))
		n, err := body.Read(*x.buf)
		if n > 0 {
			if werr := x.s.Write((*x.buf)[:n]); werr != nil {
				return false, werr
			}
			x.bodySent += int64(n)
		}
		switch {
		case errors.Is(err, io.EOF):
			x.conn.Watch(0, nil)
			return true, x.s.Finish(body.Trailers())
		case err != nil:
			failure := x.bodyFailed(err)
			if body = x.resume(failure); body == nil {
				return false, failure
			}
			x.conn.Watch(lookEvery, x.bodyWatch)
		case len(x.conn.Buffered()) == 0:
			// The next read will wait; the client need not.
			if werr := x.s.Flush(); werr != nil {
				return false, werr
			}
		}
	}
}

// bodyFailed finds out whose failure it was that the body broke off.
func (x *exchange) bodyFailed(err error) *cause.Error {
	if p := x.upload.pump; p != nil && !x.pumping() && p.fromClient != nil {
		return p.fromClient
	}
	x.stopPump()
	return x.conn.BodyFailed(x.att, err, true)
}

// cutOff ends an answer that cannot be completed. Whatever the client has
// must not look whole.
func (x *exchange) cutOff(err error) {
	x.s.Abort()
	failure := cause.As(err)
	if failure == nil || failure.Side == cause.Downstream {
		x.failure, x.outcome = clientGone(), traffic.Abandoned
		return
	}
	x.failure, x.outcome = failure, traffic.Conceded
}

// settleOutcome says what the exchange is when the answer arrives whole.
func (x *exchange) settleOutcome() {
	switch x.resp.Status {
	case 502, 503, 504:
		x.outcome = traffic.Conceded
		x.failure = &cause.Error{
			Symptom: cause.UpstreamErrorStatus, Tier: cause.P5, Side: cause.Upstream,
			Detail: "the upstream itself answered so",
		}
		return
	}
	x.outcome = traffic.Served
	if x.hedgeWon || !x.holdSince.IsZero() || x.anyFailed() {
		x.outcome = traffic.Saved
	}
}

// anyFailed reports whether an attempt before the last one failed.
func (x *exchange) anyFailed() bool {
	for i := range x.rec.Attempts[:len(x.rec.Attempts)-1] {
		if x.rec.Attempts[i].Failed() {
			return true
		}
	}
	return false
}

// closeBook tells the balancer how the attempt ended.
func (x *exchange) closeBook() {
	if !x.counted {
		return
	}
	x.counted = false
	latency := x.headAt.Sub(x.att.Start)
	x.observe(x.endAt, latency, x.status >= 500 || x.outcome == traffic.Conceded)
	if x.rule.hedges != nil {
		x.rule.pace.observe(latency)
	}
}
