package cause

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
)

// Classify names the symptom of err, which ended the phase p of an attempt.
// It decides by type, errno and TLS alert number, never by text. An error
// that already carries an [*Error] keeps its symptom; one that nothing here
// knows is [GatewayInternal]; nil is "".
//
// It sees the error only. What else is known about the connection (reused,
// bytes read, first bytes) belongs to whoever holds it: package upstream
// makes ReusedConnectionClosed of a close and ResponseHeadIncomplete of a
// close after the first byte.
func Classify(p Phase, err error) Code {
	if err == nil {
		return ""
	}
	if s := SymptomOf(err); s != "" {
		return s
	}
	// A context ends for two reasons; only a deadline says something about
	// the upstream.
	if errors.Is(err, context.Canceled) {
		return ClientGone
	}
	if s := classifyTLS(err); s != "" {
		return s
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return classifyDNS(dns)
	}
	if badAddress(err) {
		return GatewayMisconfigured
	}
	return classifyWire(p, err)
}

// classifyWire is the table of phases and wire events.
func classifyWire(p Phase, err error) Code {
	ev := eventOf(err)
	switch p {
	case PhaseResolve:
		return onResolve(ev)
	case PhaseConnect:
		return onConnect(ev, err)
	case PhaseTLS:
		return onTLS(ev, err)
	case PhaseSend:
		return onSend(ev)
	case PhaseHead:
		return onHead(ev)
	case PhaseBody:
		return onBody(ev)
	}
	return GatewayInternal
}

// event is what the operating system reported, freed of its numbers.
type event uint8

const (
	evOther         event = iota // nothing we know
	evEOF                        // FIN
	evReset                      // RST, or a write after one
	evTimeout                    // a deadline, ours or the kernel's
	evRefused                    // nobody listens
	evUnroutable                 // no way there
	evDenied                     // not allowed
	evFull                       // EAGAIN: no place, and no waiting for one
	evNoPorts                    // every local port taken
	evNoAddress                  // EADDRNOTAVAIL
	evNoDescriptors              // no file descriptor
	evMissing                    // no such path
	evBadAddress                 // an address that can never work
)

// eventOf reduces err to an event. The errno is asked first: EAGAIN, which a
// unix socket returns when its accept queue is full, says Timeout() too.
func eventOf(err error) event {
	if ev := errnoEvent(err); ev != evOther {
		return ev
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return evEOF
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return evTimeout
	}
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() {
		return evTimeout
	}
	return evOther
}

// classifyDNS names what the resolver said. The Go resolver reports an empty
// answer as IsNotFound too, so DNSEmpty comes from package dnscache, which
// sees the message.
func classifyDNS(e *net.DNSError) Code {
	switch {
	case e.IsNotFound:
		return DNSNameNotFound
	case e.IsTimeout:
		return DNSTimeout
	}
	return DNSServerFailure
}

func onResolve(ev event) Code {
	switch ev {
	case evTimeout:
		return DNSTimeout
	case evEOF, evReset, evRefused, evUnroutable, evDenied:
		return DNSServerFailure
	case evNoPorts, evNoAddress:
		return ConnectNoPorts
	case evNoDescriptors:
		return ConnectNoDescriptors
	}
	return GatewayInternal
}

func onConnect(ev event, err error) Code {
	unix := onUnixSocket(err)
	switch ev {
	case evRefused:
		return ConnectRefused
	case evReset:
		// The connection was taken, and reset before connect returned.
		return ResetBeforeResponse
	case evTimeout:
		return ConnectTimeout
	case evUnroutable:
		return ConnectUnroutable
	case evDenied:
		if unix {
			return SocketForbidden
		}
		return ConnectProhibited
	case evFull:
		// On TCP, EAGAIN means that the automatic local port found none:
		// connect(2). Without a network to go by, only a unix socket says it.
		if _, ok := errors.AsType[*net.OpError](err); ok && !unix {
			return ConnectNoPorts
		}
		return ConnectQueueFull
	case evNoPorts:
		return ConnectNoPorts
	case evNoAddress:
		// From bind, a source address that is not this machine's; from
		// connect, the address is chosen and the ports have run out.
		if syscallOf(err) == "bind" {
			return GatewayMisconfigured
		}
		return ConnectNoPorts
	case evNoDescriptors:
		return ConnectNoDescriptors
	case evMissing:
		return SocketMissing
	case evBadAddress:
		return GatewayMisconfigured
	}
	return GatewayInternal
}

func onTLS(ev event, err error) Code {
	switch ev {
	case evEOF, evReset:
		return TLSHandshakeClosed
	case evTimeout, evUnroutable:
		return TLSHandshakeTimeout
	}
	h, ok := errors.AsType[*HandshakeError](err)
	switch {
	case !ok:
		return GatewayInternal
	case !h.Began:
		// crypto/tls refused its settings before it said a word.
		return GatewayMisconfigured
	}
	// A verdict under encryption: versions and keys were agreed, the rest
	// was not.
	return TLSVersion
}

// An established connection reports EHOSTUNREACH and ENETUNREACH only when
// the kernel gave up repeating unanswered segments (Linux tcp_write_err), so
// past the handshake they are timeouts.

func onSend(ev event) Code {
	switch ev {
	case evEOF, evReset, evRefused:
		return RequestWriteFailed
	case evTimeout, evUnroutable:
		return RequestWriteStalled
	}
	return GatewayInternal
}

func onHead(ev event) Code {
	switch ev {
	case evEOF:
		return ClosedBeforeResponse
	case evReset, evRefused:
		return ResetBeforeResponse
	case evTimeout, evUnroutable:
		return ResponseTimeout
	}
	return GatewayInternal
}

func onBody(ev event) Code {
	switch ev {
	case evEOF, evReset, evRefused:
		return ResponseBodyIncomplete
	case evTimeout, evUnroutable:
		return ResponseBodyStalled
	}
	return GatewayInternal
}

// onUnixSocket reports whether err came from a unix socket.
func onUnixSocket(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && strings.HasPrefix(op.Net, "unix")
}

// badAddress reports whether err says that an address cannot be used at all,
// whatever the network does.
func badAddress(err error) bool {
	if _, ok := errors.AsType[*net.AddrError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*net.ParseError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.InvalidAddrError](err); ok {
		return true
	}
	_, ok := errors.AsType[net.UnknownNetworkError](err)
	return ok
}

// syscallOf returns the name of the system call that failed, or "".
func syscallOf(err error) string {
	if e, ok := errors.AsType[*os.SyscallError](err); ok {
		return e.Syscall
	}
	return ""
}
