package cause

import (
	"crypto/tls"
	"errors"
	"fmt"
)

// NewError returns err, which ended the phase p of an attempt, as an
// [*Error] with all that can be known from it: symptom, side, phase and
// tier. Whoever knows more about delivery sets Tier afterwards, to P0 where
// nothing was written, to P1 or P2 on a reused connection.
//
// An err that already carries an [*Error] keeps what that one says; only what
// it leaves open is filled in, in a copy. err must not be nil.
func NewError(p Phase, err error) *Error {
	out := &Error{Err: err}
	if carried := As(err); carried != nil {
		*out = *carried
	}
	if out.Symptom == "" {
		out.Symptom = Classify(p, err)
		out.Detail = detailOf(out.Symptom, err)
	}
	if out.Phase == NoPhase {
		out.Phase = p
	}
	if out.Side == Unset {
		out.Side = SideOf(out.Symptom)
	}
	if out.Tier == NoTier {
		out.Tier = tierIn(out.Phase, out.Symptom)
	}
	return out
}

// SideOf returns whose failure a symptom is: Internal where the gateway
// itself or its machine is at fault, so that no endpoint is blamed for it.
func SideOf(c Code) Side {
	switch c {
	case ClientGone, ClientTimeout, ClientRequestMalformed, ClientRequestTooLarge:
		return Downstream
	case GatewayInternal, GatewayMisconfigured, ProxyLoop, RequestShed, QueueTimeout,
		ConnectNoPorts, ConnectNoDescriptors:
		return Internal
	}
	return Upstream
}

// tierIn returns the retry-safety tier of a symptom seen in phase p: the
// catalogue's, held to what the phase proves. Before the send phase nothing
// can have been delivered; from it on, nothing in an error proves that.
func tierIn(p Phase, c Code) Tier {
	switch c {
	case ClientGone, ClientTimeout, ClientRequestMalformed, ClientRequestTooLarge:
		return NoTier
	case StreamRefused, ConnectionDraining:
		// HTTP/2 says itself that the request was not processed
		// (RFC 9113 sections 6.8, 8.7).
		return P0
	}
	switch p {
	case PhaseResolve, PhaseConnect, PhaseTLS:
		return P0
	case PhaseSend, PhaseHead, PhaseBody:
		if c == TLSClientCertificateRequired && p != PhaseBody {
			// The late verdict on a TLS 1.3 handshake: the server never
			// finished it, so it has read no request.
			return P0
		}
		if t := catalogueTier(c); t > P0 {
			return t
		}
		return P3
	}
	return catalogueTier(c)
}

func catalogueTier(c Code) Tier {
	if e := LookupSymptom(c); e != nil {
		return e.Tier
	}
	return NoTier
}

// detailOf returns what the texts of symptom and error leave out, or "": the
// number of an alert, the protocol spoken instead of TLS.
func detailOf(c Code, err error) string {
	if n, ok := alertReceived(err); ok {
		return fmt.Sprintf("alert %d", n)
	}
	if c != TLSNotSpoken {
		return ""
	}
	if e, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		if name := Recognise(e.RecordHeader[:]); name != "" {
			return "the answer is " + name
		}
	}
	return ""
}
