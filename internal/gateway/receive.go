package gateway

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"torwart/internal/cause"
	"torwart/internal/http1"
)

// lookEvery is how often a waiting exchange looks whether its client is still
// there. Answers faster than that cost nothing for it.
const lookEvery = 250 * time.Millisecond

// verdictWait is how long an answer is waited for after sending broke: if
// there is one, it has arrived already.
const verdictWait = 100 * time.Millisecond

// receive reads the answer's head and as much of the body as the hold-back
// wants to see before the client gets any of it.
func (x *exchange) receive() *cause.Error {
	if !x.gotHead {
		if failure := x.readHead(); failure != nil {
			return failure
		}
	}
	x.gotHead = false
	x.headAt = time.Now()
	x.att.Timings.Head = x.headAt.Sub(x.sentAt)
	if x.resp.Status == 101 {
		return x.checkUpgrade()
	}
	if x.pumping() && x.resp.Status >= 400 {
		// An early verdict: the rest of the body is of no interest.
		x.stopPump()
		x.resp.Close = true
	}
	if failure := x.holdBack(); failure != nil {
		return failure
	}
	return x.checkStatus()
}

// readHead reads heads until a final one, passing interim ones on.
func (x *exchange) readHead() *cause.Error {
	c := x.conn
	wait := x.sentAt.Add(x.rule.cfg.Timeouts.Response)
	switch {
	case x.sendErr != nil:
		wait = x.sentAt.Add(verdictWait)
	case x.upload.pump != nil:
		// Only when all is sent does the wait begin; x.watchHead sees to that.
		wait = x.deadline
	}
	c.SetReadDeadline(x.earlier(wait))
	if after := x.hedgeAfter(); after > 0 {
		c.Watch(min(after, lookEvery), x.watchHedge)
	} else {
		c.Watch(lookEvery, x.headWatch)
	}
	defer c.Watch(0, nil)
	for {
		err := c.ReadResponse(&x.resp, x.req.Method, x.rule.limits)
		switch {
		case errors.Is(err, errHedge):
			return x.race(x.rule.limits)
		case err != nil:
			return x.headFailed(err)
		case x.resp.Status == 101 || x.resp.Status >= 200:
			x.att.Status = x.resp.Status
			c.LearnKeepAlive(&x.resp)
			return nil
		case x.resp.Status != 100:
			x.pass(&x.resp)
		}
	}
}

// headFailed finds out whose failure it was that no head came.
func (x *exchange) headFailed(err error) *cause.Error {
	if x.sendErr != nil {
		return x.conn.SendFailed(x.att, x.sendErr)
	}
	if p := x.upload.pump; p != nil && errors.Is(err, http1.ErrInterrupted) {
		// Only the pump interrupts, when one of its sides has failed.
		<-p.done
		if p.fromClient != nil {
			return p.fromClient
		}
		return x.conn.SendFailed(x.att, p.toUpstream)
	}
	// The pump writes the counters the evidence is taken from, and may have
	// met the reset whose trace the read does not show any more.
	p := x.upload.pump
	x.stopPump()
	if p != nil && broken(p.toUpstream) && errors.Is(err, io.EOF) && len(x.conn.Buffered()) == 0 {
		return x.conn.SendFailed(x.att, p.toUpstream)
	}
	return x.conn.HeadFailed(x.att, err)
}

// broken reports whether sending failed by the connection's end.
func broken(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// watchHead is called while the exchange waits for the head: is torwart
// ending, has the client left, or has the upstream had its time since the
// request's body was sent?
func (x *exchange) watchHead() error {
	if p := x.upload.pump; p != nil {
		if sent := p.finished.Load(); sent != 0 &&
			time.Since(time.Unix(0, sent)) > x.rule.cfg.Timeouts.Response {
			return os.ErrDeadlineExceeded
		}
	}
	return x.watchBody()
}

// watchBody is called while the exchange waits for more of the body.
func (x *exchange) watchBody() error {
	switch {
	case x.ctx.Err() != nil:
		return &cause.Error{
			Symptom: cause.GatewayInternal, Side: cause.Internal, Phase: cause.PhaseHead,
			Detail: "torwart was told to end and this exchange did not finish in time",
		}
	case x.upload.pump == nil && x.s.Gone():
		return clientGone()
	}
	return nil
}

// checkStatus makes a failure of an answer with which the upstream itself
// says that it failed. The answer stays: it may be all there is.
func (x *exchange) checkStatus() *cause.Error {
	switch x.resp.Status {
	case 500, 502, 503, 504:
	default:
		if string(x.req.Upgrade) == "websocket" {
			x.att.Symptom, x.att.Tier = cause.UpgradeRefused, cause.P5
		}
		return nil
	}
	f := &cause.Error{
		Symptom: cause.UpstreamErrorStatus, Tier: cause.P5, Side: cause.Upstream,
		Phase: cause.PhaseHead, Status: x.resp.Status,
	}
	x.conn.Answered(x.att, f)
	return f
}

// checkUpgrade refuses a 101 nobody asked for.
func (x *exchange) checkUpgrade() *cause.Error {
	if x.req.Upgrade != nil {
		return nil
	}
	return x.conn.HeadFailed(x.att, &cause.Error{
		Symptom: cause.ResponseHeadMalformed, Side: cause.Upstream, Phase: cause.PhaseHead,
		Tier: cause.P3, Detail: "101 (Switching Protocols) to a request that asked for no upgrade",
	})
}
