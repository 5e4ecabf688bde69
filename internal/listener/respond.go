package listener

import (
	"errors"
	"io"
	"sync/atomic"
	"time"

	"torwart/internal/http1"
	"torwart/internal/message"
	"torwart/internal/traffic"
)

var _ Stream = (*conn)(nil)

// requestBody is the body of the current request: it bounds every wait for
// the client and knows whether the end was reached.
type requestBody struct {
	conn  *conn
	inner message.Body
	done  atomic.Bool
}

func (b *requestBody) start(inner message.Body) {
	b.inner = inner
	b.done.Store(false)
}

// Read waits at most the idle timeout for the client.
func (b *requestBody) Read(p []byte) (int, error) {
	b.conn.h1.SetReadDeadline(time.Now().Add(b.conn.srv.limits().Idle))
	n, err := b.inner.Read(p)
	if errors.Is(err, io.EOF) {
		b.done.Store(true)
	}
	return n, err
}

// Length returns the stated length, or -1.
func (b *requestBody) Length() int64 { return b.inner.Length() }

// Trailers returns the trailer fields after the end.
func (b *requestBody) Trailers() *message.Fields { return b.inner.Trailers() }

func (c *conn) Request() *message.Request { return c.req }
func (c *conn) Client() string            { return c.client }
func (c *conn) Local() string             { return c.local }

func (c *conn) Inform(resp *message.Response) error {
	if !c.req.Version.AtLeast(message.HTTP11) {
		return nil // an HTTP/1.0 client knows no interim responses
	}
	c.informed = c.informed || resp.Status == 100
	c.setWriteDeadline()
	if err := c.h1.WriteResponse(resp, http1.Framing{Kind: http1.NoBody}, false); err != nil {
		return err
	}
	return c.h1.Flush()
}

func (c *conn) Respond(resp *message.Response, length int64) error {
	c.responded = true
	c.commitMark = c.h1.Out()
	f := c.framing(resp.Status, length)
	switch {
	case f.Kind == http1.UntilClose, c.req.Close, c.srv.draining.Load(), resp.Close:
		c.last = true
	case c.bodyUnread():
		// The connection is kept only when the rest of the body is sure to
		// come and small enough to be read and thrown away.
		n := c.body.Length()
		c.last = c.last || n < 0 || n > maxDrain || (c.req.ExpectContinue && !c.informed)
	}
	if !c.last && !c.req.Version.AtLeast(message.HTTP11) {
		resp.Fields.Set(message.Connection, "keep-alive")
	}
	c.setWriteDeadline()
	return c.h1.WriteResponse(resp, f, c.last && resp.Status != 101)
}

// framing chooses how the client learns the end of the body
// (RFC 9112 section 6.3).
func (c *conn) framing(status int, length int64) http1.Framing {
	switch {
	case c.req.Method == "HEAD", status == 204, status == 304, status < 200:
		return http1.Framing{Kind: http1.NoBody}
	case length >= 0:
		return http1.Framing{Kind: http1.Length, Length: length}
	case c.req.Version.AtLeast(message.HTTP11):
		return http1.Framing{Kind: http1.Chunked}
	}
	return http1.Framing{Kind: http1.UntilClose}
}

func (c *conn) Write(p []byte) error {
	c.setWriteDeadline()
	return c.h1.WriteBody(p)
}

func (c *conn) Flush() error {
	c.setWriteDeadline()
	return c.h1.Flush()
}

func (c *conn) Finish(trailers *message.Fields) error {
	c.setWriteDeadline()
	err := c.h1.EndBody(trailers)
	c.finished = err == nil
	return err
}

// setWriteDeadline bounds the wait for a client that does not read.
func (c *conn) setWriteDeadline() {
	c.h1.SetWriteDeadline(time.Now().Add(c.srv.limits().Idle))
}

func (c *conn) Abort() { c.aborted = true }

func (c *conn) Committed() bool { return c.responded && c.h1.Out() > c.commitMark }

func (c *conn) Gone() bool {
	end, _ := c.h1.Ended()
	return end != traffic.EndNone
}

func (c *conn) InterruptBody() { c.h1.InterruptRead() }
func (c *conn) ResumeBody()    { c.h1.ResumeRead() }

func (c *conn) Tunnel() *http1.Conn {
	c.tunnelled = true
	return c.h1
}
