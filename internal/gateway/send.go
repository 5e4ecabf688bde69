package gateway

import (
	"errors"
	"os"
	"time"

	"torwart/internal/cause"
	"torwart/internal/message"
)

// send hands the request to the upstream: in one piece where all of it is
// here, else the head now and the body beside the wait for the answer.
func (x *exchange) send() *cause.Error {
	x.sendErr = nil
	u, c := &x.upload, x.conn
	c.SetWriteDeadline(x.earlier(x.att.Start.Add(writeStall)))
	err := c.WriteRequest(x.req, u.framing)
	switch {
	case err != nil:
	case u.whole:
		if len(u.small) > 0 {
			err = c.WriteBody(u.small)
		}
		if err == nil {
			err = c.EndBody(nil)
		}
	default:
		err = c.Flush()
	}
	x.sentAt = time.Now()
	x.att.Timings.Send = x.sentAt.Sub(x.att.Start) - x.att.Timings.Resolve - x.att.Timings.Connect - x.att.Timings.TLS
	switch {
	case err != nil && c.Written() > 0 && !errors.Is(err, os.ErrDeadlineExceeded):
		// The upstream may have answered and closed before it read all: its
		// verdict is worth more than our broken pipe.
		x.sendErr = err
		return nil
	case err != nil:
		return c.SendFailed(x.att, err)
	case u.whole:
		return nil
	case x.req.ExpectContinue && !u.continued:
		return x.awaitContinue()
	}
	x.startPump()
	return nil
}

// continueWait is how long the upstream may take to say 100 (Continue) before
// the body is sent anyway (RFC 9110 section 10.1.1: a client must not wait
// for ever).
const continueWait = time.Second

// awaitContinue lets the upstream decide whether it wants the body at all. A
// final answer stays in x.resp for receive.
func (x *exchange) awaitContinue() *cause.Error {
	c := x.conn
	for {
		c.SetReadDeadline(x.earlier(x.sentAt.Add(continueWait)))
		err := c.ReadResponse(&x.resp, x.req.Method, x.rule.limits)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded) && len(c.Buffered()) == 0:
			return x.goOn()
		case err != nil:
			return c.HeadFailed(x.att, err)
		case x.resp.Status == 100:
			return x.goOn()
		case x.resp.Status >= 200 || x.resp.Status == 101:
			x.att.Status = x.resp.Status
			x.gotHead = true
			return nil
		}
		x.pass(&x.resp)
	}
}

// goOn tells the client to send its body.
func (x *exchange) goOn() *cause.Error {
	x.upload.continued = true
	x.req.Fields.Del(message.Expect)
	x.resp.Reset()
	x.resp.Status = 100
	x.resp.Reason = append(x.resp.Reason, "Continue"...)
	if err := x.s.Inform(&x.resp); err != nil {
		return clientGone()
	}
	x.sentAt = time.Now()
	x.startPump()
	return nil
}

// pass sends an interim response on to the client. What it says is a hint
// (103 Early Hints); losing it is no failure.
func (x *exchange) pass(resp *message.Response) {
	message.StripConnection(&resp.Fields)
	_ = x.s.Inform(resp)
}
