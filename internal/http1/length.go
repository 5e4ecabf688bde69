package http1

import (
	"bytes"
	"math"

	"torwart/internal/message"
)

// parseLength reads a Content-Length: digits only, no sign, no white space, no
// overflow (RFC 9110 section 8.6).
func parseLength(value []byte) (n int64, ok bool) {
	// 19 digits hold every int64 and cannot overflow a uint64.
	if len(value) == 0 || len(value) > 19 {
		return 0, false
	}
	var u uint64
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, false
		}
		u = u*10 + uint64(c-'0')
	}
	return int64(u), u <= math.MaxInt64
}

// noteLength takes in one Content-Length line.
//
// A request may have one, with one value: RFC 9112 section 6.3 allows
// refusing repetitions even when they agree, and nobody honest sends them. In
// a response the same number said twice is the work of two careless programs
// in a row, and is collapsed into one.
func (h *head) noteLength(value []byte) error {
	if n, ok := parseLength(value); ok {
		return h.addLength(n)
	}
	if bytes.IndexByte(value, ',') < 0 {
		return h.role.malformedHead("Content-Length %s", quote(value))
	}
	h.mergeLength = true
	for rest, more := value, true; more; {
		var item []byte
		item, rest, more = bytes.Cut(rest, []byte{','})
		n, ok := parseLength(trim(item))
		if !ok {
			return h.role.malformedHead("Content-Length %s", quote(value))
		}
		if err := h.addLength(n); err != nil {
			return err
		}
	}
	return nil
}

func (h *head) addLength(n int64) error {
	if h.lengths++; h.lengths == 1 {
		h.length = n
		return nil
	}
	if h.role == requests || n != h.length {
		return h.role.lengthConflict("Content-Length stated twice: %d and %d", h.length, n)
	}
	h.mergeLength = true
	return nil
}

// checkFraming refuses heads whose body could be read in two ways.
func (h *head) checkFraming(v message.Version) error {
	switch {
	case h.codings == 0:
		return nil
	case h.lengths > 0:
		// RFC 9112 section 6.1 lets a server ignore the length; refusing
		// is the only answer that nobody in the chain can read otherwise.
		return h.role.lengthConflict("both Content-Length and Transfer-Encoding")
	case h.codings > 1:
		return h.role.lengthConflict("Transfer-Encoding stated twice")
	case v == message.HTTP10:
		return h.role.lengthConflict("Transfer-Encoding in an HTTP/1.0 message")
	}
	return nil
}
