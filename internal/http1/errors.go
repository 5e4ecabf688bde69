package http1

import (
	"errors"
	"fmt"
	"io"
	"os"

	"torwart/internal/cause"
)

// role is which of the two readers is at work: the side decides the symptoms.
type role uint8

const (
	requests  role = iota // downstream
	responses             // upstream
)

// failure makes an error of this role.
func (r role) failure(code cause.Code, phase cause.Phase, err error) *cause.Error {
	e := &cause.Error{Symptom: code, Side: cause.Downstream, Phase: phase, Err: err}
	if r == responses {
		e.Side = cause.Upstream
	}
	return e
}

// malformedHead says what was wrong with a head; detail must quote anything
// that came from the peer.
func (r role) malformedHead(detail string, args ...any) *cause.Error {
	code := cause.ClientRequestMalformed
	if r == responses {
		code = cause.ResponseHeadMalformed
	}
	e := r.failure(code, cause.PhaseHead, nil)
	e.Detail = fmt.Sprintf(detail, args...)
	return e
}

// headTooLarge says that a head is over one of its limits.
func (r role) headTooLarge(detail string, args ...any) *cause.Error {
	e := r.malformedHead(detail, args...)
	e.Symptom = cause.ClientRequestTooLarge
	e.Status = 431
	if r == responses {
		e.Symptom, e.Status = cause.ResponseHeadTooLarge, 0
	}
	return e
}

// lengthConflict says that the end of a body could be found in two ways, or in
// none (RFC 9112 section 6.3).
func (r role) lengthConflict(detail string, args ...any) *cause.Error {
	e := r.malformedHead(detail, args...)
	if r == responses {
		e.Symptom = cause.ResponseFramingConflict
	}
	return e
}

// malformedChunk says what was wrong with a chunked body.
func (r role) malformedChunk(detail string, args ...any) *cause.Error {
	e := r.malformedHead(detail, args...)
	e.Phase = cause.PhaseBody
	if r == responses {
		e.Symptom = cause.ResponseChunkMalformed
	}
	return e
}

// readFailure turns an error of a read in the midst of a head or body into a
// symptom. Errors that come from ourselves stay as they are.
func (c *Conn) readFailure(r role, phase cause.Phase, err error) error {
	if c.aborted {
		return err
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	timeout := errors.Is(err, os.ErrDeadlineExceeded)
	code := cause.ClientGone
	switch {
	case r == requests && timeout:
		code = cause.ClientTimeout
	case r == requests:
	case phase == cause.PhaseHead && timeout:
		code = cause.ResponseTimeout
	case phase == cause.PhaseHead:
		code = cause.ResponseHeadIncomplete
	case timeout:
		code = cause.ResponseBodyStalled
	default:
		code = cause.ResponseBodyIncomplete
	}
	return r.failure(code, phase, err)
}

// misuse is an error of our own making: a caller broke the rules of Conn.
func misuse(phase cause.Phase, detail string, args ...any) *cause.Error {
	return &cause.Error{
		Symptom: cause.GatewayInternal, Side: cause.Internal, Phase: phase,
		Detail: fmt.Sprintf(detail, args...),
	}
}

// quote shows at most 40 bytes of what a peer sent.
func quote(b []byte) string {
	const most = 40
	if len(b) > most {
		return fmt.Sprintf("%q...", b[:most])
	}
	return fmt.Sprintf("%q", b)
}
