package listener

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
)

// conn is one HTTP/1 connection and, since it serves one exchange at a time,
// also its Stream. Each has a goroutine; when that parks, the conn is done
// with, and the connection gets another one with its next request.
type conn struct {
	srv           *Server
	h1            *http1.Conn
	client, local string
	// wait bounds the first wait, that for a request of a new connection or
	// what a parked one had left.
	wait time.Duration
	// overdue is set on a connection that was parked until it was to end: it
	// serves what has arrived, and no more.
	overdue  bool
	parkable bool
	parked   bool // it lives on without this conn
	evicted  bool // and counted in Server.evicted; guarded by Server.mu

	// mu guards state and seen: whoever takes a connection out of idle
	// decides what becomes of it.
	mu    sync.Mutex
	state state
	seen  uint8 // sweeps that have found it idle
	last  bool  // no further exchange after this one

	// req is nil while no request is being read or answered: what a request
	// has grown to would make up half of an idle connection.
	req  *message.Request
	body requestBody

	// State of the current exchange.
	responded, finished, aborted, tunnelled bool
	informed                                bool
	commitMark                              int64
}

// state is what the goroutine of a connection does.
type state uint8

const (
	busy    state = iota // reads a request or answers
	idle                 // waits for the next request
	parking              // waits, and was asked to park
	ending               // waits, and was asked to end
)

// requests are those not in use.
var requests = sync.Pool{New: func() any { return new(message.Request) }}

func newConn(s *Server, nc net.Conn, wait time.Duration) *conn {
	c := &conn{srv: s, h1: http1.NewConn(nc), wait: wait}
	c.client, c.local = addrString(nc.RemoteAddr()), addrString(nc.LocalAddr())
	c.body.conn = c
	return c
}

// serve is the life of a connection, or of the part of it between two times
// of being parked.
func (c *conn) serve(ctx context.Context) {
	defer c.leave()
	wait := c.wait
	for c.await(wait) {
		b := c.srv.limits()
		wait = b.Idle
		c.h1.SetReadDeadline(time.Now().Add(b.Head))
		c.begin()
		if err := c.h1.ReadRequest(c.req, b.Limits); err != nil {
			c.reject(ctx, err)
			return
		}
		if c.req.Body != nil {
			c.body.start(c.req.Body)
			c.req.Body = &c.body
		}
		c.srv.Handler.Handle(ctx, c)
		if !c.settle() {
			return
		}
	}
}

// leave ends the connection, unless it was parked: then it belongs to
// somebody else by now.
func (c *conn) leave() {
	defer c.srv.wg.Done()
	c.dropRequest()
	if c.parked {
		return
	}
	c.h1.Close()
	c.h1.Release()
	c.srv.forget(c)
}

// await waits for the first byte of the next request, holding no buffer. It
// reports whether there is one to serve.
func (c *conn) await(wait time.Duration) bool {
	if c.last {
		return false
	}
	if len(c.h1.Buffered()) > 0 { // pipelined
		return true
	}
	c.dropRequest()
	c.h1.Release()
	until := time.Now().Add(wait)
	c.h1.SetReadDeadline(until)
	for {
		asked, err := c.waitIdle()
		switch {
		case asked == ending:
			return c.lastRequest(err)
		case asked == parking && errors.Is(err, http1.ErrInterrupted):
			if c.parked = c.srv.park(c, until); c.parked {
				return false
			}
			continue // nothing has changed but that somebody looked
		}
		return err == nil && len(c.h1.Buffered()) > 0
	}
}

// waitIdle waits until there is something to read. It returns idle, or what
// the connection was asked to do meanwhile; a request may have arrived all
// the same.
func (c *conn) waitIdle() (asked state, err error) {
	c.mu.Lock()
	c.state, c.seen = idle, 0
	c.mu.Unlock()
	if c.overdue || c.srv.draining.Load() {
		// Shutdown may have looked before the connection was idle.
		c.endIfIdle()
	}
	err = c.h1.WaitReadable()
	c.mu.Lock()
	asked, c.state = c.state, busy
	c.mu.Unlock()
	if asked != idle {
		c.h1.ResumeRead()
	}
	return asked, err
}

// lastRequest reports whether a connection told to end while idle has one
// more request to serve: one that arrived just before is still answered. err
// is how the wait for it ended.
func (c *conn) lastRequest(err error) bool {
	c.last = true
	if errors.Is(err, http1.ErrInterrupted) {
		if _, arrived := c.h1.Ended(); !arrived {
			return false
		}
		err = c.h1.WaitReadable()
	}
	return err == nil && len(c.h1.Buffered()) > 0
}

// endIfIdle makes an idle connection end, and reports whether it was idle.
func (c *conn) endIfIdle() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != idle && c.state != parking {
		return false
	}
	c.state = ending
	c.h1.InterruptRead()
	return true
}

// begin starts an exchange.
func (c *conn) begin() {
	if c.req == nil {
		c.req = requests.Get().(*message.Request)
	}
	c.responded, c.finished, c.aborted, c.tunnelled, c.informed = false, false, false, false, false
}

// dropRequest gives the request back, which nobody may use any more.
func (c *conn) dropRequest() {
	if c.req != nil {
		c.req.Reset()
		requests.Put(c.req)
		c.req = nil
	}
}

// reject lets the handler answer a request that could not be read.
func (c *conn) reject(ctx context.Context, err error) {
	failure := cause.As(err)
	if failure == nil {
		// Nothing of a request had arrived, or the client is gone.
		if errors.Is(err, io.EOF) {
			return
		}
		failure = &cause.Error{
			Symptom: cause.ClientGone, Side: cause.Downstream, Phase: cause.PhaseHead, Err: err,
		}
	}
	c.last = true
	c.req.Body = nil
	c.srv.Handler.Reject(ctx, c, failure)
	if c.finished {
		c.linger()
	}
}

// settle ends an exchange and reports whether the connection can serve
// another.
func (c *conn) settle() bool {
	switch {
	case c.tunnelled:
		return false
	case c.aborted || !c.finished:
		c.cut()
		return false
	case c.last:
		if c.bodyUnread() {
			c.linger()
		}
		return false
	case c.bodyUnread() && !c.drain():
		c.linger()
		return false
	}
	return true
}
