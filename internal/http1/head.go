package http1

import (
	"bytes"
	"math"

	"torwart/internal/cause"
	"torwart/internal/message"
)

// Limits bound a head. Zero means the default.
type Limits struct {
	// Head is the largest head in bytes: start line, fields and the empty
	// line together. 64 KiB when zero.
	Head int
	// Fields is how many field lines a head may have; 128 when zero.
	Fields int
}

const (
	defaultHead   = 64 << 10
	defaultFields = 128
	// maxOptions bounds the options of Connection, each of which costs a
	// look at every field.
	maxOptions = 32
	maxName    = math.MaxUint16 // message.Fields.AddLine
)

// head is the state of reading one head. Nothing is consumed before the head
// is complete: pos counts from the first unread byte of the connection.
type head struct {
	role   role
	pos    int
	limit  int
	fields int // field lines still allowed
	// loose is set when the head had a bare LF.
	loose bool

	// What the fields say about the connection and the framing.
	hosts       int
	lengths     int
	length      int64
	codings     int
	chunked     bool
	options     int
	optClose    bool
	optKeep     bool
	optUpgrade  bool
	expect100   bool
	mergeLength bool // a repeated Content-Length must be collapsed
}

func (h *head) init(r role, lim Limits) {
	h.role, h.limit, h.fields = r, lim.Head, lim.Fields
	if h.limit <= 0 {
		h.limit = defaultHead
	}
	if h.fields <= 0 {
		h.fields = defaultFields
	}
}

// unread returns the bytes of the head not yet parsed.
func (c *Conn) unread(h *head) []byte { return c.rbuf[c.r+h.pos : c.w] }

// more reads until the line at h.pos may be complete. It looks for the line
// end only in what is new, so that a peer sending single bytes does not make
// us parse a line again and again.
func (c *Conn) more(h *head) error {
	for {
		have := c.w - c.r
		if have >= h.limit {
			return h.tooLarge()
		}
		if err := c.fill(max(h.limit, smallBuffer)); err != nil {
			if have == 0 {
				return err
			}
			return c.readFailure(h.role, cause.PhaseHead, err)
		}
		if bytes.IndexByte(c.rbuf[c.r+have:c.w], '\n') >= 0 {
			return nil
		}
		if h.pos == 0 && !plausible(h.role, c.rbuf[c.r:c.w]) {
			return nil // let the start line's parser say what is wrong
		}
	}
}

func (h *head) tooLarge() error {
	e := h.role.headTooLarge("head larger than %d bytes", h.limit)
	if h.role == requests && h.pos == 0 {
		e.Status = 414 // it is the target that is too long
	}
	return e
}

// startLine returns the first line without its line end.
func (c *Conn) startLine(h *head) ([]byte, error) {
	for {
		b := c.unread(h)
		i := bytes.IndexByte(b, '\n')
		switch {
		case len(b) > 0 && !plausible(h.role, b):
			return nil, h.implausible(b)
		case i < 0:
			if err := c.more(h); err != nil {
				return nil, err
			}
			continue
		case h.pos+i+1 > h.limit:
			return nil, h.tooLarge()
		}
		h.pos += i + 1
		if i > 0 && b[i-1] == '\r' {
			return b[:i-1], nil
		}
		if h.role == requests {
			return nil, requests.malformedHead("request line: %s", faultTexts[faultBareLF])
		}
		h.loose = true
		return b[:i], nil
	}
}

// plausible reports whether b can be the beginning of a start line. Whatever
// cannot is refused at once, instead of waiting for a line end that another
// protocol may never send.
func plausible(r role, b []byte) bool {
	if r == requests {
		return is(b[0], isToken) || b[0] == '\r' || b[0] == '\n'
	}
	const version = "HTTP/1."
	n := min(len(b), len(version))
	return string(b[:n]) == version[:n]
}

func (h *head) implausible(b []byte) error {
	if h.role == responses {
		return notHTTP(b)
	}
	if looksLikeTLS(b) {
		return requests.malformedHead("TLS on a port for plain HTTP")
	}
	return requests.malformedHead("request line begins with %s", quote(b))
}

// readFields reads field lines up to and including the empty line.
func (c *Conn) readFields(h *head, f *message.Fields) error {
	var l fieldLine
	loose := h.role == responses
	for {
		b := c.unread(h)
		s := scanField(b, loose, &l)
		switch s {
		case scanLine, scanEnd:
			h.pos += l.end
			h.loose = h.loose || l.loose
			if h.pos > h.limit {
				return h.tooLarge()
			}
			if s == scanEnd {
				return nil
			}
			if err := h.add(f, b, &l); err != nil {
				return err
			}
		case scanShort:
			if err := c.more(h); err != nil {
				return err
			}
		default:
			return h.role.malformedHead("field line: %s: %s", faultTexts[s], quoteLine(b))
		}
	}
}

// add puts one field line into f and notes what it means for the framing.
func (h *head) add(f *message.Fields, b []byte, l *fieldLine) error {
	if h.fields--; h.fields < 0 {
		return h.role.headTooLarge("too many field lines")
	}
	if l.name > maxName {
		return h.role.headTooLarge("field name of %d bytes", l.name)
	}
	var name message.Name
	if l.loose {
		f.AddBytes(b[:l.name], b[l.value:l.valueEnd])
		name = message.NameOf(b[:l.name])
	} else {
		name = f.AddLine(b[:l.end], l.name, l.value, l.valueEnd)
	}
	if noted&(1<<name) == 0 {
		return nil
	}
	return h.note(name, b[l.value:l.valueEnd])
}

// noted are the fields the engine itself obeys.
var noted = message.SetOf(message.Host, message.ContentLength,
	message.TransferEncoding, message.Connection, message.Expect)

func (h *head) note(name message.Name, value []byte) error {
	switch name {
	case message.Host:
		h.hosts++
	case message.ContentLength:
		return h.noteLength(value)
	case message.TransferEncoding:
		h.codings++
		h.chunked = message.EqualFold(value, "chunked")
		if !h.chunked {
			return h.unknownCoding(value)
		}
	case message.Connection:
		return h.noteOptions(value)
	case message.Expect:
		h.expect100 = message.EqualFold(value, "100-continue")
	}
	return nil
}

// unknownCoding refuses codings other than "chunked" alone: nobody may
// forward a body whose end he cannot find (RFC 9112 section 6.1).
func (h *head) unknownCoding(value []byte) error {
	e := h.role.lengthConflict("Transfer-Encoding %s is not \"chunked\"", quote(value))
	if h.role == requests && len(value) > 0 {
		e.Status = 501
	}
	return e
}

// noteOptions reads the options of Connection (RFC 9110 section 7.6.1).
func (h *head) noteOptions(value []byte) error {
	for len(value) > 0 {
		option := value
		if i := bytes.IndexByte(value, ','); i >= 0 {
			option, value = value[:i], value[i+1:]
		} else {
			value = nil
		}
		if h.options++; h.options > maxOptions {
			return h.role.malformedHead("more than %d options in Connection", maxOptions)
		}
		switch option = trim(option); len(option) {
		case len("close"):
			h.optClose = h.optClose || message.EqualFold(option, "close")
		case len("keep-alive"):
			h.optKeep = h.optKeep || message.EqualFold(option, "keep-alive")
		case len("upgrade"):
			h.optUpgrade = h.optUpgrade || message.EqualFold(option, "upgrade")
		}
	}
	return nil
}

// closes reports whether the sender ends the connection after this message
// (RFC 9112 section 9.3).
func (h *head) closes(v message.Version) bool {
	return h.optClose || v == message.HTTP10 && !h.optKeep
}

// trim removes optional white space.
func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

// quoteLine quotes the first line of b.
func quoteLine(b []byte) string {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		b = b[:i+1]
	}
	return quote(b)
}
