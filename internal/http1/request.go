package http1

import (
	"bytes"
	"slices"

	"torwart/internal/cause"
	"torwart/internal/message"
)

// ReadRequest reads the head of the next request into req, which it resets
// first, and sets its Body. It blocks until the head is complete; a body is
// read through req.Body, to its end, before the next request.
//
// A malformed request is a *cause.Error with Symptom client-request-malformed
// or client-request-too-large and the Status to answer with where it is not
// the catalogue's; the connection is then of no further use for reading, and
// Buffered holds the head from its first byte. An error before the first byte
// is the connection's own (io.EOF: the client is done); within the head it is
// client-gone or client-timeout, or ErrInterrupted.
//
// req.Scheme says how the client reached this connection. An absolute target
// names the authority, whatever Host says (RFC 9112 section 3.2.2), but not
// the scheme: a client must not be able to claim that it came encrypted. Host
// stays among the fields as it was sent.
func (c *Conn) ReadRequest(req *message.Request, lim Limits) error {
	if c.body.open {
		return misuse(cause.PhaseHead, "the body of the last request was not read to its end")
	}
	req.Reset()
	c.last = lastRequest{}
	var h head
	h.init(requests, lim)
	if err := c.skipEmptyLine(&h); err != nil {
		return err
	}
	line, err := c.startLine(&h)
	if err != nil {
		return err
	}
	if err := parseRequestLine(req, line); err != nil {
		return err
	}
	if err := c.readFields(&h, &req.Fields); err != nil {
		return err
	}
	if err := h.finishRequest(req); err != nil {
		return err
	}
	c.r += h.pos
	req.Scheme = "http"
	if c.tls {
		req.Scheme = "https"
	}
	c.last.set(req)
	req.Body = c.body.begin(&h, h.requestFraming())
	req.ExpectContinue = h.expect100 && req.Body != nil && req.Version == message.HTTP11
	return nil
}

// skipEmptyLine drops one empty line before a request: some clients send one
// after a body (RFC 9112 section 2.2).
func (c *Conn) skipEmptyLine(h *head) error {
	for c.r == c.w {
		if err := c.more(h); err != nil {
			return err
		}
	}
	if c.rbuf[c.r] != '\r' {
		return nil
	}
	for c.w-c.r < 2 {
		if err := c.more(h); err != nil {
			return err
		}
	}
	if c.rbuf[c.r+1] == '\n' {
		c.r += 2
	}
	return nil
}

// parseRequestLine reads "METHOD target HTTP/1.x" (RFC 9112 section 3), with
// exactly one space between the parts.
func parseRequestLine(req *message.Request, line []byte) error {
	i := 0
	for i < len(line) && is(line[i], isToken) {
		i++
	}
	if i == 0 || i == len(line) || line[i] != ' ' {
		if len(line) == 0 {
			return requests.malformedHead("more than one empty line before the request")
		}
		return requests.malformedHead("request line: method in %s", quote(line))
	}
	end := bytes.LastIndexByte(line, ' ')
	if end == i {
		return requests.malformedHead("request line: no version in %s", quote(line))
	}
	v, err := parseRequestVersion(line[end+1:])
	if err != nil {
		return err
	}
	req.Version = v
	req.Method = methodOf(line[:i])
	// Twice the room, for a path that an absolute target leaves out.
	req.Line = append(slices.Grow(req.Line, 2*len(line)), line...)
	req.Target = req.Line[i+1 : end]
	if fault := parseTarget(req); fault != "" {
		return requests.malformedHead("request target %s: %s", quote(req.Target), fault)
	}
	return nil
}

func parseRequestVersion(b []byte) (message.Version, error) {
	if len(b) == len("HTTP/1.1") && string(b[:7]) == "HTTP/1." {
		switch b[7] {
		case '1':
			return message.HTTP11, nil
		case '0':
			return message.HTTP10, nil
		}
	}
	e := requests.malformedHead("version %s", quote(b))
	if len(b) == len("HTTP/1.1") && string(b[:5]) == "HTTP/" && b[6] == '.' && digit(b[5]) && digit(b[7]) {
		e.Status = 505
	}
	return message.Version{}, e
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// finishRequest judges the head as a whole.
func (h *head) finishRequest(req *message.Request) error {
	if err := h.checkFraming(req.Version); err != nil {
		return err
	}
	if err := h.checkHost(req); err != nil {
		return err
	}
	req.Close = h.closes(req.Version)
	// HTTP/1.0 knows no Upgrade (RFC 9110 section 7.8).
	if h.optUpgrade && req.Version == message.HTTP11 {
		req.Upgrade, _ = req.Fields.Get(message.Upgrade)
	}
	return nil
}

// checkHost applies RFC 9112 section 3.2: exactly one valid Host, which
// HTTP/1.0 may leave out.
func (h *head) checkHost(req *message.Request) error {
	switch {
	case h.hosts > 1:
		return requests.malformedHead("%d Host fields", h.hosts)
	case h.hosts == 0 && req.Version == message.HTTP11:
		return requests.malformedHead("no Host field")
	case h.hosts == 0:
		return nil
	}
	host, _ := req.Fields.Get(message.Host)
	if !validAuthority(host) {
		return requests.malformedHead("Host %s", quote(host))
	}
	if len(req.Authority) == 0 {
		req.Authority = host
	}
	return nil
}

// requestFraming applies RFC 9112 section 6.3 to a request.
func (h *head) requestFraming() Framing {
	switch {
	case h.chunked:
		return Framing{Kind: Chunked}
	case h.length > 0:
		return Framing{Kind: Length, Length: h.length}
	}
	return Framing{}
}

// methodOf returns the method as a string; the usual ones cost nothing.
func methodOf(b []byte) string {
	for _, m := range methods {
		if string(b) == m {
			return m
		}
	}
	return string(b)
}

// methods in the order of their frequency; those of RFC 9110, RFC 5789 and
// RFC 4918.
var methods = [...]string{
	"GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND",
	"REPORT", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "PROPPATCH", "SEARCH",
	"CONNECT", "TRACE", "PURGE",
}
