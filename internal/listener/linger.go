package listener

import (
	"errors"
	"io"
	"time"
)

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
