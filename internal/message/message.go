package message

import "io"

// Version is an HTTP version, such as {1, 1}.
type Version struct{ Major, Minor uint8 }

// The versions torwart speaks on the wire.
var (
	HTTP10 = Version{1, 0}
	HTTP11 = Version{1, 1}
	HTTP2  = Version{2, 0}
	HTTP3  = Version{3, 0}
)

// AtLeast reports whether v is w or newer.
func (v Version) AtLeast(w Version) bool {
	return v.Major > w.Major || v.Major == w.Major && v.Minor >= w.Minor
}

// String returns "HTTP/1.1" and the like.
func (v Version) String() string {
	return "HTTP/" + string('0'+rune(v.Major)) + "." + string('0'+rune(v.Minor))
}

// Body is a message body as it arrives. Read returns io.EOF only after the
// body proved complete: the stated length was reached, the last chunk and the
// trailers were read, or a close-delimited body was closed in order. Every
// other end is an error. The last bytes and io.EOF may come together, and do
// whenever the end is already known.
type Body interface {
	io.Reader
	// Length returns the stated length in bytes, or -1 when the sender did
	// not state one.
	Length() int64
	// Trailers returns the trailer fields, nil before the end or when there
	// are none.
	Trailers() *Fields
}

// Request is the head of a request, and its body where there is one.
// What it returns as []byte is valid until Reset.
type Request struct {
	// Line is the start line as read, without its CR LF. Target, and where
	// they stand in it Authority and Path, point into it.
	Line    []byte
	Version Version
	// Method as sent; methods are case-sensitive (RFC 9110 section 9.1).
	Method string
	// Target as sent: origin-form, absolute-form, authority-form (CONNECT)
	// or "*" (RFC 9112 section 3.2).
	Target []byte
	// Scheme is "http" or "https", as the client reached torwart.
	Scheme string
	// Authority is host[:port]: from the target where it names one, else
	// from Host. Empty only for HTTP/1.0 requests without Host.
	Authority []byte
	// Path is the target's path and query in origin-form, "*" for OPTIONS *.
	Path []byte

	Fields Fields
	// Body is nil when the request has none.
	Body Body

	// Close is set when the sender ends the connection after this exchange.
	Close bool
	// Upgrade is the value of Upgrade when Connection names it, else nil.
	Upgrade []byte
	// ExpectContinue is set when the client waits for 100 (Continue).
	ExpectContinue bool
}

// Reset empties the request and keeps its memory.
func (r *Request) Reset() {
	f := r.Fields
	f.Reset()
	*r = Request{Fields: f, Line: r.Line[:0]}
}

// Response is the head of a response, and its body where there is one.
type Response struct {
	// Line is the status line as read, without its CR LF; Reason points into
	// it.
	Line    []byte
	Version Version
	// Status is the three-digit code.
	Status int
	// Reason as sent; may be empty.
	Reason []byte

	Fields Fields
	// Body is nil when the response has none.
	Body Body

	// Close is set when the sender ends the connection after this exchange.
	Close bool
	// Upgrade is the value of Upgrade on a 101, else nil.
	Upgrade []byte
}

// Reset empties the response and keeps its memory.
func (r *Response) Reset() {
	f := r.Fields
	f.Reset()
	*r = Response{Fields: f, Line: r.Line[:0]}
}

// Safe reports whether a method promises not to change anything
// (RFC 9110 section 9.2.1).
func Safe(method string) bool {
	switch method {
	case "GET", "HEAD", "OPTIONS", "TRACE":
		return true
	}
	return false
}

// Idempotent reports whether sending a request twice is meant to be the same
// as sending it once (RFC 9110 section 9.2.2).
func Idempotent(method string) bool {
	return Safe(method) || method == "PUT" || method == "DELETE"
}
