package http1

import (
	"torwart/internal/cause"
	"torwart/internal/message"
)

// outgoing is the message being written.
type outgoing struct {
	kind FramingKind
	left int64 // bytes of the body still owed, for Length
	// discard is set when the message must not have a body: what is written
	// goes nowhere.
	discard bool
	close   bool
}

// lineRoom is more than the framing fields, Connection and the version take.
const lineRoom = 128

// WriteRequest prints the head of a request: method, target in origin-form
// (req.Path), HTTP/1.1, the fields, and the framing that f demands. It prints
// the fields of req as they are, except for Content-Length and
// Transfer-Encoding that contradict f: never does a message leave with two
// framings. req is not changed.
//
// Everything is buffered until Flush, EndBody, or the buffer is full.
func (c *Conn) WriteRequest(req *message.Request, f Framing) error {
	skip := message.SetOf(message.TransferEncoding)
	length := int64(-1) // to be added when not negative
	switch f.Kind {
	case NoBody:
		f.Length = 0
		// RFC 9110 section 8.6: say so where a body would be usual.
		if req.Method == "POST" || req.Method == "PUT" || req.Method == "PATCH" {
			length = 0
		}
	case Length:
		length = f.Length
	case Chunked:
	default:
		return misuse(cause.PhaseSend, "a request cannot be framed by closing")
	}
	if f.Kind != Chunked && statesLength(&req.Fields, f.Length) {
		length = -1
	} else {
		skip |= message.SetOf(message.ContentLength)
	}
	if err := c.room(len(req.Method) + len(req.Path) + len(req.Authority) + req.Fields.Size() + lineRoom); err != nil {
		return err
	}
	b := appendRequestLine(c.wbuf, req, "HTTP/1.1")
	b = req.Fields.AppendWithout(b, skip)
	if length >= 0 {
		b = appendLengthField(b, length)
	}
	if f.Kind == Chunked {
		b = append(b, chunkedField...)
	}
	c.wbuf = append(b, crlf...)
	c.send = outgoing{kind: f.Kind, left: f.Length}
	return nil
}

// WriteResponse prints the head of a response to the request read last on this
// connection: status line with HTTP/1.1, the fields, the framing that f
// demands, and "Connection: close" when close is set. Like WriteRequest it
// never prints two framings and does not change resp.
//
// What has no body by its nature gets none, whatever f says, and WriteBody
// then discards: 1xx, 204 and 2xx to CONNECT (no framing fields at all), 304
// (its own Content-Length only), and answers to HEAD (the framing fields that
// a GET would have got; with NoBody only its own Content-Length). In any other
// response NoBody means Content-Length: 0. A client of HTTP/1.0 gets no
// chunks, but a body until close; see CloseAfter.
//
// 1xx to a client of HTTP/1.0 is not written at all (RFC 9110 section 15.2).
//
// Everything is buffered until Flush, EndBody, or the buffer is full.
func (c *Conn) WriteResponse(resp *message.Response, f Framing, close bool) error {
	if resp.Status < 200 && c.last.http10 {
		return nil
	}
	out, own := c.responseForm(resp, f, close)
	skip := framingFields
	if own {
		skip &^= message.SetOf(message.ContentLength)
	}
	if out.close || c.last.http10 {
		skip |= message.SetOf(message.Connection)
	}
	if err := c.room(len(resp.Reason) + resp.Fields.Size() + lineRoom); err != nil {
		return err
	}
	b := appendStatusLine(c.wbuf, resp, "HTTP/1.1")
	b = resp.Fields.AppendWithout(b, skip)
	switch {
	case own:
	case out.kind == Length:
		b = appendLengthField(b, out.left)
	case out.kind == Chunked:
		b = append(b, chunkedField...)
	}
	switch {
	case out.close:
		b = append(b, "Connection: close\r\n"...)
	case c.last.http10:
		b = append(b, "Connection: keep-alive\r\n"...)
	}
	c.wbuf = append(b, crlf...)
	c.send = out
	return nil
}

// responseForm decides how a response leaves, and whether its own
// Content-Length stays (and no other framing field is added).
func (c *Conn) responseForm(resp *message.Response, f Framing, close bool) (out outgoing, own bool) {
	out = outgoing{kind: f.Kind, left: f.Length, close: close}
	switch {
	case resp.Status < 200:
		return outgoing{discard: true}, false
	case resp.Status == 204 || c.last.connect && resp.Status < 300:
		return outgoing{discard: true, close: close}, false
	case resp.Status == 304:
		_, own = theLength(&resp.Fields)
		return outgoing{discard: true, close: close}, own
	}
	out.discard = c.last.head
	if f.Kind == NoBody && c.last.head {
		_, own = theLength(&resp.Fields)
		return out, own
	}
	switch f.Kind {
	case NoBody:
		out.kind, out.left = Length, 0
	case Chunked:
		if c.last.http10 {
			out.kind, out.close = UntilClose, close || !c.last.head
		}
	case UntilClose:
		out.close = close || !c.last.head
	}
	return out, out.kind == Length && statesLength(&resp.Fields, out.left)
}

// CloseAfter reports whether the response written last ends by closing the
// connection, as announced by "Connection: close": because the caller said so
// or because the client cannot find the end of the body otherwise.
func (c *Conn) CloseAfter() bool { return c.send.close }

// WriteBody writes a part of the body in the framing of the head before it.
// Small parts are gathered in the buffer; large ones go out with what is
// buffered in one system call, and are not copied.
func (c *Conn) WriteBody(p []byte) error {
	if len(p) == 0 || c.send.discard {
		return nil
	}
	switch c.send.kind {
	case Length:
		if int64(len(p)) > c.send.left {
			return misuse(cause.PhaseSend, "body longer than stated by %d bytes", int64(len(p))-c.send.left)
		}
		c.send.left -= int64(len(p))
		return c.put(p, "")
	case Chunked:
		return c.putChunk(p)
	case UntilClose:
		return c.put(p, "")
	}
	return misuse(cause.PhaseSend, "body after a head without one")
}

// EndBody ends the body, with trailers where there are any and the framing
// allows them, and flushes. It fails when a body of stated length is short:
// the caller must then close the connection.
func (c *Conn) EndBody(trailers *message.Fields) error {
	switch {
	case c.send.discard:
	case c.send.kind == Length && c.send.left > 0:
		return misuse(cause.PhaseSend, "body shorter than stated by %d bytes", c.send.left)
	case c.send.kind == Chunked:
		if err := c.putLastChunk(trailers); err != nil {
			return err
		}
	}
	closing := c.send.close
	c.send = outgoing{close: closing}
	if err := c.Flush(); err != nil {
		return err
	}
	c.releaseWrite()
	return nil
}

func (c *Conn) putLastChunk(trailers *message.Fields) error {
	size := 0
	if trailers != nil {
		size = trailers.Size()
	}
	if err := c.room(size + lineRoom); err != nil {
		return err
	}
	b := append(c.wbuf, "0\r\n"...)
	if trailers != nil {
		b = trailers.AppendWithout(b, notInTrailers)
	}
	c.wbuf = append(b, crlf...)
	return nil
}

// putChunk writes p as one chunk.
func (c *Conn) putChunk(p []byte) error {
	const frame = 16 + 2*len(crlf) // more than size and line ends take
	if c.wbuf == nil || len(c.wbuf)+frame > cap(c.wbuf) {
		if err := c.room(frame); err != nil {
			return err
		}
	}
	c.wbuf = appendHex(c.wbuf, len(p))
	c.wbuf = append(c.wbuf, crlf...)
	return c.put(p, crlf)
}

// appendHex appends n in hexadecimal digits.
func appendHex(dst []byte, n int) []byte {
	shift := 0
	for n>>(shift+4) != 0 {
		shift += 4
	}
	for ; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[n>>shift&15])
	}
	return dst
}
