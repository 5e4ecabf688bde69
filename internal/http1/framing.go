package http1

import "torwart/internal/message"

// FramingKind says how the end of a body is found.
type FramingKind uint8

// The framings of RFC 9112 section 6.
const (
	// NoBody: nothing follows the head.
	NoBody FramingKind = iota
	// Length: as many bytes as Content-Length states.
	Length
	// Chunked: chunks, the last of size 0.
	Chunked
	// UntilClose: everything until the sender closes; responses only.
	UntilClose
)

// Framing says how a body is delimited on the wire.
type Framing struct {
	Kind FramingKind
	// Length is the number of bytes for Kind Length.
	Length int64
}

// FramingFor returns the framing in which a body that was read is best
// forwarded: by its length where it is known, else in chunks; NoBody for nil.
func FramingFor(b message.Body) Framing {
	if b == nil {
		return Framing{}
	}
	if n := b.Length(); n >= 0 {
		return Framing{Kind: Length, Length: n}
	}
	return Framing{Kind: Chunked}
}
