package gateway

import (
	"errors"
	"io"
	"os"
	"sync"

	"torwart/internal/cause"
	"torwart/internal/message"
)

// bufferSize is the size of the buffers bodies are gathered and relayed in.
const bufferSize = 64 << 10

// buffers are shared by all gateways of the process.
var buffers = sync.Pool{New: func() any { b := make([]byte, bufferSize); return &b }}

func takeBuffer() *[]byte  { return buffers.Get().(*[]byte) }
func giveBuffer(b *[]byte) { buffers.Put(b) }

func (x *exchange) dropBuffer() {
	if x.buf != nil {
		giveBuffer(x.buf)
		x.buf = nil
	}
	x.gathered, x.whole = 0, false
}

// holdBack gathers the beginning of the body before the head is committed, so
// that a body which proves short, malformed or reset is a failed attempt and
// not a broken answer. It waits no longer than the rule's hold_back time.
func (x *exchange) holdBack() *cause.Error {
	body, c := x.resp.Body, x.conn
	if body == nil {
		x.whole = true
		return nil
	}
	limit, until := x.holdBackBytes(), x.headAt.Add(x.rule.cfg.HoldBack.Time)
	if limit == 0 {
		if len(c.Buffered()) == 0 {
			return nil
		}
		limit, until = bufferSize, x.headAt // takes what is here and does not wait
	}
	x.buf = takeBuffer()
	for x.gathered < limit {
		if !x.allBuffered() {
			c.SetReadDeadline(until)
		}
		n, err := body.Read((*x.buf)[x.gathered:limit])
		x.gathered += n
		switch {
		case errors.Is(err, io.EOF):
			x.whole = true
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil
		case err != nil:
			return c.BodyFailed(x.att, err, false)
		}
	}
	return nil
}

// allBuffered reports whether the rest of the body is here already, so that
// reading it needs no timer.
func (x *exchange) allBuffered() bool {
	n := x.resp.Body.Length()
	return n >= 0 && int64(x.gathered+len(x.conn.Buffered())) >= n
}

// holdBackBytes is how much of this body may be gathered; 0 for answers that
// must not wait.
func (x *exchange) holdBackBytes() int {
	hb := x.rule.cfg.HoldBack
	if hb.Bytes <= 0 || hb.Time <= 0 || streams(&x.resp) {
		return 0
	}
	return int(min(hb.Bytes, bufferSize))
}

// streams reports whether an answer says of itself that its parts matter one
// by one.
func streams(resp *message.Response) bool {
	if v, ok := resp.Fields.Get(message.ContentType); ok {
		const events = "text/event-stream"
		if len(v) >= len(events) && message.EqualFold(v[:len(events)], events) {
			return true
		}
	}
	v, ok := resp.Fields.Get(message.XAccelBuffering)
	return ok && message.EqualFold(v, "no")
}
