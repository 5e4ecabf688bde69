package http1

import (
	"strconv"

	"torwart/internal/cause"
	"torwart/internal/message"
)

// ReadResponse reads one response head into resp, which it resets first, and
// sets its Body. Interim responses (1xx) are returned like any other, with no
// body; the caller reads on. method is that of the request, which decides
// whether a body follows (HEAD, CONNECT).
//
// A failure within the head is a *cause.Error; Buffered then holds the head
// from its first byte. An error before the first byte is the connection's own,
// because only the caller knows whether the connection had been used before.
//
// Tolerated, because old applications do it and it can be read one way only:
// lines ended by a bare LF (see LooseLines), white space before the colon, the
// same Content-Length said twice, a missing reason phrase. Such heads are
// printed in the regular form. Everything else is refused as in requests.
func (c *Conn) ReadResponse(resp *message.Response, method string, lim Limits) error {
	if c.body.open {
		return misuse(cause.PhaseHead, "the body of the last response was not read to its end")
	}
	resp.Reset()
	var h head
	h.init(responses, lim)
	line, err := c.startLine(&h)
	if err != nil {
		return err
	}
	if err := parseStatusLine(resp, line); err != nil {
		return err
	}
	if err := c.readFields(&h, &resp.Fields); err != nil {
		return err
	}
	if err := h.checkFraming(resp.Version); err != nil {
		return err
	}
	if h.mergeLength {
		var digits [20]byte
		resp.Fields.Del(message.ContentLength)
		resp.Fields.AddBytes([]byte("Content-Length"), strconv.AppendInt(digits[:0], h.length, 10))
	}
	c.r += h.pos
	c.looseLines = h.loose
	h.finishResponse(c, resp, method)
	return nil
}

// finishResponse sets what follows from the head as a whole.
func (h *head) finishResponse(c *Conn, resp *message.Response, method string) {
	framing := h.responseFraming(resp.Status, method)
	resp.Close = h.closes(resp.Version) && resp.Status >= 200
	switch {
	case framing.Kind == UntilClose:
		resp.Close = true
	case resp.Status == 204 && (h.length > 0 || h.chunked):
		// A program that announces a body here sends one, too: what
		// follows is not the next response.
		resp.Close = true
	case resp.Status == 101:
		resp.Upgrade, _ = resp.Fields.Get(message.Upgrade)
	}
	resp.Body = c.body.begin(h, framing)
}

// responseFraming applies RFC 9112 section 6.3 to a response.
func (h *head) responseFraming(status int, method string) Framing {
	switch {
	case status < 200, status == 204, status == 304, method == "HEAD":
		return Framing{}
	case method == "CONNECT" && status < 300:
		return Framing{} // a tunnel from here on
	case h.chunked:
		return Framing{Kind: Chunked}
	case h.length > 0:
		return Framing{Kind: Length, Length: h.length}
	case h.lengths > 0:
		return Framing{}
	}
	return Framing{Kind: UntilClose}
}

// parseStatusLine reads "HTTP/1.x NNN reason" (RFC 9112 section 4). The reason
// may be missing, with or without the space before it.
func parseStatusLine(resp *message.Response, line []byte) error {
	const shortest = len("HTTP/1.1 200")
	// startLine has seen to it that the line begins with "HTTP/1.".
	if len(line) < shortest || !digit(line[7]) || line[8] != ' ' ||
		!digit(line[9]) || !digit(line[10]) || !digit(line[11]) || line[9] == '0' ||
		len(line) > shortest && line[shortest] != ' ' {
		return responses.malformedHead("status line %s", quote(line))
	}
	if valueEnd(line, shortest) < len(line) {
		return responses.malformedHead("control character in the status line %s", quote(line))
	}
	// A higher minor version is 1.1 to us (RFC 9110 section 2.5).
	resp.Version = message.HTTP11
	if line[7] == '0' {
		resp.Version = message.HTTP10
	}
	resp.Status = int(line[9]-'0')*100 + int(line[10]-'0')*10 + int(line[11]-'0')
	resp.Line = append(resp.Line, line...)
	if len(line) > shortest {
		resp.Reason = resp.Line[shortest+1:]
	}
	return nil
}
