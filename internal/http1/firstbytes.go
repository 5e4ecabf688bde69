package http1

import (
	"bytes"

	"torwart/internal/cause"
)

// notHTTP says what answered instead of an HTTP/1 server, by the first bytes.
func notHTTP(b []byte) error {
	if looksLikeTLS(b) {
		e := responses.failure(cause.ResponseIsTLS, cause.PhaseHead, nil)
		e.Detail = "the answer is a TLS record"
		if b[0] == tlsAlert {
			e.Detail = "the answer is a TLS alert"
		}
		return e
	}
	name := cause.Recognise(b)
	if bytes.HasPrefix(b, []byte("HTTP/")) || name == "" && (b[0] == '\r' || b[0] == '\n') {
		return responses.malformedHead("status line %s", quoteLine(b))
	}
	if name == "" {
		name = "unknown protocol"
	}
	e := responses.failure(cause.ResponseNotHTTP, cause.PhaseHead, nil)
	e.Detail = name + ", first bytes " + quote(b)
	return e
}

const tlsAlert = 0x15

// looksLikeTLS reports whether b begins a TLS record: an alert or a handshake
// message of version 3.x (RFC 8446 section 5.1).
func looksLikeTLS(b []byte) bool {
	return (b[0] == tlsAlert || b[0] == 0x16) && (len(b) == 1 || b[1] == 3)
}
