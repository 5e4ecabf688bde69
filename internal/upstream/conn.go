package upstream

import (
	"net"
	"time"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
	"torwart/internal/traffic"
)

// Conn is one connection to an endpoint, carrying one attempt at a time.
// Reading and writing are those of http1.Conn; the methods here turn their
// errors into evidence. One goroutine may send while another reads.
type Conn struct {
	*http1.Conn
	ep  *Endpoint
	raw net.Conn // the transport, below TLS
	// wire counts the bytes below TLS; nil on plain connections, whose bytes
	// the http1.Conn counts.
	wire *countingConn

	served        int
	idleSince     time.Time
	local, remote string
	tlsName       string

	inMark, outMark, wireMark int64 // counters when the attempt began
}

func newConn(e *Endpoint, nc net.Conn) *Conn {
	c := &Conn{ep: e, raw: nc}
	if a := nc.LocalAddr(); a != nil {
		c.local = a.String()
	}
	if a := nc.RemoteAddr(); a != nil {
		c.remote = a.String()
	}
	c.attach(nc)
	return c
}

func (c *Conn) attach(nc net.Conn) { c.Conn = http1.NewConn(nc) }

// begin marks the start of an attempt.
func (c *Conn) begin() {
	c.inMark, c.outMark, c.wireMark = c.In(), c.Out(), c.wireOut()
}

// Close ends the connection. No read or write may be under way.
func (c *Conn) Close() error {
	err := c.Conn.Close()
	c.Release()
	return err
}

// wireOut is how many bytes were handed to the kernel, TLS included.
func (c *Conn) wireOut() int64 {
	if c.wire != nil {
		return c.wire.out.Load()
	}
	return c.Out()
}

// Written returns how many bytes of this attempt's request were handed to the
// kernel.
func (c *Conn) Written() int64 { return c.Out() - c.outMark }

// SendFailed makes the error of an attempt whose request could not be sent,
// and completes att. The connection is of no further use.
func (c *Conn) SendFailed(att *traffic.Attempt, err error) *cause.Error {
	f := cause.NewError(cause.PhaseSend, err)
	c.note(att, f, err)
	switch {
	case f.Side != cause.Upstream:
		f.Tier = cause.NoTier
	case c.Written() == 0:
		f.Tier = cause.P0
	case att.Reused && att.End != traffic.EndNone:
		c.reusedClosed(att, f)
	default:
		f.Tier = cause.P3
	}
	record(att, f)
	return f
}

// ReadHead reads one response head, interim ones included.
func (c *Conn) ReadHead(att *traffic.Attempt, resp *message.Response, method string, lim http1.Limits) *cause.Error {
	err := c.ReadResponse(resp, method, lim)
	if err != nil {
		return c.HeadFailed(att, err)
	}
	att.Status = resp.Status
	c.LearnKeepAlive(resp)
	return nil
}

// LearnKeepAlive takes the endpoint's idle timeout from a head it sent.
func (c *Conn) LearnKeepAlive(resp *message.Response) {
	if resp.Fields.Has(message.KeepAlive) {
		c.ep.keepAlive.learnField(&resp.Fields)
		c.ep.useLearned()
	}
}

// HeadFailed makes the error of an attempt that got no usable head.
func (c *Conn) HeadFailed(att *traffic.Attempt, err error) *cause.Error {
	f := cause.NewError(cause.PhaseHead, err)
	c.note(att, f, err)
	switch f.Symptom {
	case cause.ClosedBeforeResponse, cause.ResetBeforeResponse:
		f.Tier = cause.P3
		if att.Reused && att.Acked <= 0 {
			c.reusedClosed(att, f)
		}
	default:
		if f.Side == cause.Upstream {
			f.Tier = cause.P3
		}
	}
	record(att, f)
	return f
}

// reusedClosed refines the failure of a kept connection that the upstream
// closed at about the moment it was reused.
func (c *Conn) reusedClosed(att *traffic.Attempt, f *cause.Error) {
	f.Symptom = cause.ReusedConnectionClosed
	// FIN with nothing acknowledged: the server had closed before our bytes
	// arrived. Where the kernel cannot say what was acknowledged (unix
	// sockets), and after RST, it is only probable: a server that read the
	// request and was then killed looks the same.
	if att.End == traffic.EndFIN {
		// A reset says nothing about idle timeouts: a process that is killed
		// resets connections of any age.
		c.ep.learnClose(c.ep.aliveAt(c, att.Start))
	}
	f.Tier = cause.P2
	if att.End == traffic.EndFIN && att.Acked == 0 {
		f.Tier = cause.P1
	}
}

// BodyFailed makes the error of an attempt whose body broke. committed says
// that bytes of it had reached the client.
func (c *Conn) BodyFailed(att *traffic.Attempt, err error, committed bool) *cause.Error {
	f := cause.NewError(cause.PhaseBody, err)
	c.note(att, f, err)
	switch {
	case f.Side != cause.Upstream:
	case committed:
		f.Tier = cause.P4
	default:
		f.Tier = cause.P3
	}
	record(att, f)
	return f
}

// Answered notes on att what an attempt cost whose answer itself says that it
// failed.
func (c *Conn) Answered(att *traffic.Attempt, f *cause.Error) {
	att.Written, att.Read = c.Written(), c.In()-c.inMark
	record(att, f)
}

// Keep gives the connection back for the next attempt. The caller has read
// the whole answer and knows that it may be reused.
func (c *Conn) Keep(now time.Time) {
	if len(c.Buffered()) > 0 { // more than was announced: not to be trusted
		c.Close()
		return
	}
	c.served++
	c.idleSince = now
	c.Release()
	c.ep.put(c)
}
