package http1

import (
	"errors"
	"io"

	"torwart/internal/cause"
	"torwart/internal/message"
)

var _ message.Body = (*body)(nil)

// body is the body being read from a connection; each connection has one at a
// time. It implements message.Body.
type body struct {
	c    *Conn
	kind FramingKind
	role role
	// open is set while the end has not been reached: the connection is
	// then of no use for a next message.
	open bool
	// left is what is still to be read: of the body for Length, of the
	// present chunk for Chunked.
	left   int64
	length int64
	chunk  chunkState
	// fault is a fault of the framing, which stays for good. Errors of the
	// connection do not: a deadline can be moved, an interrupt undone.
	fault error

	trailers      message.Fields
	trailerBytes  int
	trailerFields int
}

// begin makes b the body of a message just read.
func (b *body) begin(h *head, f Framing) message.Body {
	b.kind, b.role, b.fault = f.Kind, h.role, nil
	b.open = f.Kind != NoBody
	b.left, b.length = f.Length, -1
	b.trailers.Reset()
	switch f.Kind {
	case NoBody:
		return nil
	case Length:
		b.length = f.Length
	case Chunked:
		b.left, b.chunk = 0, chunkSize
		b.trailerBytes, b.trailerFields = min(h.limit, maxTrailers), max(h.fields, 0)
	}
	return b
}

// Length implements message.Body.
func (b *body) Length() int64 { return b.length }

// Trailers implements message.Body.
func (b *body) Trailers() *message.Fields {
	if b.open || b.trailers.Len() == 0 {
		return nil
	}
	return &b.trailers
}

// Read implements message.Body. A body that ends too early is
// response-body-incomplete (client-gone in requests), one that stops arriving
// response-body-stalled (client-timeout), a broken chunk
// response-chunk-malformed (client-request-malformed). After an error of the
// connection reading may go on once its cause is gone.
func (b *body) Read(p []byte) (n int, err error) {
	switch {
	case b.fault != nil:
		return 0, b.fault
	case !b.open:
		return 0, io.EOF
	case len(p) == 0:
		return 0, nil
	case b.kind == Length:
		return b.readLength(p)
	case b.kind == Chunked:
		return b.readChunked(p)
	}
	return b.readUntilClose(p)
}

func (b *body) readLength(p []byte) (int, error) {
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.c.readInto(p)
	b.left -= int64(n)
	switch {
	case err != nil:
		return n, b.failed(err)
	case b.left == 0:
		b.open = false
		return n, io.EOF
	}
	return n, nil
}

func (b *body) readUntilClose(p []byte) (int, error) {
	n, err := b.c.readInto(p)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, io.EOF):
		// TLS without close_notify is io.ErrUnexpectedEOF instead: there
		// anybody on the way could have cut the body.
		b.open = false
		return n, io.EOF
	}
	return n, b.failed(err)
}

// failed names an error of the connection within the body.
func (b *body) failed(err error) error {
	return b.c.readFailure(b.role, cause.PhaseBody, err)
}

// broken remembers a fault of the framing: nothing after it can be trusted.
func (b *body) broken(err error) error {
	b.fault = err
	return err
}
