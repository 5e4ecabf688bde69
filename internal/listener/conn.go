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
// also its Stream.
type conn struct {
	srv           *Server
	h1            *http1.Conn
	client, local string

	// mu guards idle: whoever clears it decides whether the connection ends
	// or serves one more request.
	mu   sync.Mutex
	idle bool
	last bool // no further exchange after this one

	req  message.Request
	body requestBody

	// State of the current exchange.
	responded, finished, aborted, tunnelled bool
	informed                                bool
	commitMark                              int64
}

func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{srv: s, h1: http1.NewConn(nc)}
	c.client, c.local = addrString(nc.RemoteAddr()), addrString(nc.LocalAddr())
	c.body.conn = c
	return c
}

// serve is the life of a connection.
func (c *conn) serve(ctx context.Context) {
	defer c.h1.Release()
	defer c.h1.Close()
	b := c.srv.limits()
	wait := b.Head
	for c.await(wait) {
		b = c.srv.limits()
		wait = b.Idle
		c.h1.SetReadDeadline(time.Now().Add(b.Head))
		c.reset()
		if err := c.h1.ReadRequest(&c.req, b.Limits); err != nil {
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

// await waits for the first byte of the next request, holding no buffer. It
// reports whether there is one to serve.
func (c *conn) await(wait time.Duration) bool {
	if c.last {
		return false
	}
	if len(c.h1.Buffered()) > 0 { // pipelined
		return true
	}
	c.h1.Release()
	c.mu.Lock()
	c.idle = true
	c.mu.Unlock()
	if c.srv.draining.Load() {
		// Shutdown may have looked before idle was set.
		return false
	}
	c.h1.SetReadDeadline(time.Now().Add(wait))
	err := c.h1.WaitReadable()
	c.mu.Lock()
	asked := !c.idle
	c.idle = false
	c.mu.Unlock()
	if asked {
		// Told to end while idle; a request that arrived just before is
		// still answered.
		c.last = true
		c.h1.ResumeRead()
	}
	return err == nil && len(c.h1.Buffered()) > 0
}

// endIfIdle makes an idle connection end, and reports whether it was idle.
func (c *conn) endIfIdle() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.idle {
		return false
	}
	c.idle = false
	c.h1.InterruptRead()
	return true
}

func (c *conn) reset() {
	c.req.Reset()
	c.responded, c.finished, c.aborted, c.tunnelled, c.informed = false, false, false, false, false
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

// cut closes with a reset: whoever reads what was sent so far must not
// take it for the whole.
func (c *conn) cut() {
	if l, ok := c.h1.NetConn().(interface{ SetLinger(int) error }); ok {
		// An error means that the connection is gone already.
		_ = l.SetLinger(0)
	}
	c.h1.Close()
}

// The bounds of what is read and thrown away after an answer.
const (
	maxDrain    = 64 << 10
	drainTime   = time.Second
	maxLinger   = 16 << 20
	lingerTime  = 5 * time.Second
	lingerQuiet = time.Second
)

func (c *conn) bodyUnread() bool { return c.req.Body != nil && !c.body.done.Load() }

// drain reads the rest of a small request body so that the connection can be
// kept.
func (c *conn) drain() bool {
	deadline := time.Now().Add(drainTime)
	buf := make([]byte, 8<<10)
	for n := 0; n <= maxDrain; {
		c.h1.SetReadDeadline(deadline)
		k, err := c.body.inner.Read(buf)
		n += k
		if err != nil {
			return errors.Is(err, io.EOF)
		}
	}
	return false
}

// linger closes in the order RFC 9112 section 9.6 describes: the write side
// first, then reading on until the client has seen the answer and closes. A
// full close with unread data in the buffer would make the kernel send a
// reset, which destroys the answer on its way.
func (c *conn) linger() {
	cw, ok := c.h1.NetConn().(interface{ CloseWrite() error })
	if !ok || cw.CloseWrite() != nil {
		return
	}
	end := time.Now().Add(lingerTime)
	buf := make([]byte, 16<<10)
	for n := 0; n < maxLinger; {
		quiet := time.Now().Add(lingerQuiet)
		if quiet.After(end) {
			quiet = end
		}
		c.h1.SetReadDeadline(quiet)
		k, err := c.h1.Read(buf)
		n += k
		if err != nil || time.Now().After(end) {
			return
		}
	}
}

// refuse answers a connection there is no room for, without a goroutine: the
// few bytes fit into any socket buffer.
func (c *conn) refuse() {
	nc := c.h1.NetConn()
	_ = nc.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
	_, _ = io.WriteString(nc, "HTTP/1.1 503 Service Unavailable\r\n"+
		"Retry-After: 2\r\nCache-Control: no-store\r\nProxy-Status: torwart; error=connection_limit_reached\r\n"+
		"Content-Length: 0\r\nConnection: close\r\n\r\n")
	c.h1.Close()
}
