package cause

import (
	"errors"
	"fmt"
)

// Code names one symptom or one root cause, in kebab case, such as
// "connect-refused". The zero value means "none".
type Code string

// Tier says what is known about the delivery of a request when its attempt
// failed. It is the only evidence the retry ladder listens to.
type Tier uint8

// The tiers, from "nothing happened" to "everything happened".
const (
	// NoTier marks failures that concern no upstream attempt.
	NoTier Tier = iota
	// P0 is proof that nothing was delivered: no connection, TLS failed,
	// no byte written.
	P0
	// P1 is strong evidence: a reused connection ended by FIN with nothing
	// of the request acknowledged.
	P1
	// P2 is probable: a reused connection, reset, nothing acknowledged.
	P2
	// P3 is ambiguous: delivered, then closed, reset or timed out.
	P3
	// P4 is committed: bytes of the answer reached the client.
	P4
	// P5 is answered: the upstream's own 5xx.
	P5
)

var tierNames = [...]string{"-", "P0", "P1", "P2", "P3", "P4", "P5"}

// String returns "P0" to "P5", or "-".
func (t Tier) String() string {
	if int(t) < len(tierNames) {
		return tierNames[t]
	}
	return fmt.Sprintf("tier(%d)", uint8(t))
}

// MarshalText writes the tier as its name.
func (t Tier) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Side says whose failure it was. There is deliberately no useful zero value:
// an [Error] without a side is a bug, and a test failure.
type Side uint8

// The sides of a gateway.
const (
	Unset Side = iota
	Upstream
	Downstream
	Internal
)

var sideNames = [...]string{"unset", "upstream", "downstream", "internal"}

// String returns the side's name.
func (s Side) String() string {
	if int(s) < len(sideNames) {
		return sideNames[s]
	}
	return fmt.Sprintf("side(%d)", uint8(s))
}

// MarshalText writes the side as its name.
func (s Side) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Phase is the step of an attempt in which it failed.
type Phase uint8

// The phases, in the order an attempt goes through them.
const (
	NoPhase Phase = iota
	PhaseResolve
	PhaseConnect
	PhaseTLS
	PhaseSend
	PhaseHead
	PhaseBody
)

var phaseNames = [...]string{"-", "resolve", "connect", "tls", "send", "head", "body"}

// String returns the phase's name.
func (p Phase) String() string {
	if int(p) < len(phaseNames) {
		return phaseNames[p]
	}
	return fmt.Sprintf("phase(%d)", uint8(p))
}

// MarshalText writes the phase as its name.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Error is a failure with its symptom, made where the knowledge is: whoever
// saw the wire sets Tier, nobody guesses it later.
type Error struct {
	// Symptom is the catalogue's code for what was seen.
	Symptom Code
	// Tier is what is known about delivery.
	Tier Tier
	// Side is whose failure it was.
	Side Side
	// Phase is the step that failed.
	Phase Phase
	// Status is what the client gets where it differs from the catalogue's
	// for this symptom; 0 means the catalogue's.
	Status int
	// Detail is a short human remark in English that the code alone does not
	// carry, such as "status line \"SSH-2.0-OpenSSH\"". May be empty.
	Detail string
	// Err is the cause below, such as a *net.OpError. May be nil.
	Err error
}

// Error returns "symptom: detail: cause", leaving out what is empty.
func (e *Error) Error() string {
	s := string(e.Symptom)
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause below.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is an *Error of the same symptom, so that
// errors.Is(err, &cause.Error{Symptom: cause.ConnectRefused}) works.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Symptom == e.Symptom
}

// As returns the *Error in err's chain, or nil.
func As(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return nil
}

// SymptomOf returns the symptom err carries, or "" when it carries none.
func SymptomOf(err error) Code {
	if e := As(err); e != nil {
		return e.Symptom
	}
	return ""
}
