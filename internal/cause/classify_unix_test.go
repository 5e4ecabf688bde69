//go:build unix

package cause_test

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"torwart/internal/cause"
)

// opError wraps no as package net does.
func opError(op, network, call string, no syscall.Errno) error {
	return &net.OpError{Op: op, Net: network, Err: os.NewSyscallError(call, no)}
}

// TestClassifyConnectErrno holds every errno of a connect to its symptom;
// the ones a test can make for real are made in the files beside this one.
func TestClassifyConnectErrno(t *testing.T) {
	for _, tc := range []struct {
		no        syscall.Errno
		tcp, unix cause.Code
	}{
		{syscall.ECONNREFUSED, cause.ConnectRefused, cause.ConnectRefused},
		{syscall.ECONNRESET, cause.ResetBeforeResponse, cause.ResetBeforeResponse},
		{syscall.ETIMEDOUT, cause.ConnectTimeout, cause.ConnectTimeout},
		{syscall.EHOSTUNREACH, cause.ConnectUnroutable, cause.ConnectUnroutable},
		{syscall.ENETUNREACH, cause.ConnectUnroutable, cause.ConnectUnroutable},
		{syscall.EHOSTDOWN, cause.ConnectUnroutable, cause.ConnectUnroutable},
		{syscall.ENETDOWN, cause.ConnectUnroutable, cause.ConnectUnroutable},
		{syscall.EAFNOSUPPORT, cause.ConnectUnroutable, cause.ConnectUnroutable},
		{syscall.EACCES, cause.ConnectProhibited, cause.SocketForbidden},
		{syscall.EPERM, cause.ConnectProhibited, cause.SocketForbidden},
		{syscall.EAGAIN, cause.ConnectNoPorts, cause.ConnectQueueFull},
		{syscall.EADDRNOTAVAIL, cause.ConnectNoPorts, cause.ConnectNoPorts},
		{syscall.EADDRINUSE, cause.ConnectNoPorts, cause.ConnectNoPorts},
		{syscall.EMFILE, cause.ConnectNoDescriptors, cause.ConnectNoDescriptors},
		{syscall.ENFILE, cause.ConnectNoDescriptors, cause.ConnectNoDescriptors},
		{syscall.ENOENT, cause.SocketMissing, cause.SocketMissing},
		{syscall.ENOTDIR, cause.SocketMissing, cause.SocketMissing},
		{syscall.ELOOP, cause.GatewayMisconfigured, cause.GatewayMisconfigured},
		{syscall.EPROTOTYPE, cause.GatewayMisconfigured, cause.GatewayMisconfigured},
		{syscall.ENOMEM, cause.GatewayInternal, cause.GatewayInternal},
	} {
		for network, want := range map[string]cause.Code{"tcp": tc.tcp, "unix": tc.unix} {
			err := fmt.Errorf("dial: %w", opError("dial", network, "connect", tc.no))
			if got := cause.Classify(cause.PhaseConnect, err); got != want {
				t.Errorf("connect over %s, errno %d (%v): got %q, want %q", network, tc.no, tc.no, got, want)
			}
		}
	}
}

// TestClassifyBareErrno covers callers that use system calls directly.
func TestClassifyBareErrno(t *testing.T) {
	for no, want := range map[syscall.Errno]cause.Code{
		syscall.EAGAIN:       cause.ConnectQueueFull,
		syscall.ENOENT:       cause.SocketMissing,
		syscall.EACCES:       cause.ConnectProhibited,
		syscall.ECONNREFUSED: cause.ConnectRefused,
	} {
		if got := cause.Classify(cause.PhaseConnect, no); got != want {
			t.Errorf("bare %v: got %q, want %q", no, got, want)
		}
	}
}

func TestClassifyErrnoByPhase(t *testing.T) {
	for _, tc := range []struct {
		no   syscall.Errno
		want map[cause.Phase]cause.Code
	}{
		{syscall.ECONNRESET, map[cause.Phase]cause.Code{
			cause.PhaseResolve: cause.DNSServerFailure,
			cause.PhaseTLS:     cause.TLSHandshakeClosed,
			cause.PhaseSend:    cause.RequestWriteFailed,
			cause.PhaseHead:    cause.ResetBeforeResponse,
			cause.PhaseBody:    cause.ResponseBodyIncomplete,
		}},
		{syscall.EPIPE, map[cause.Phase]cause.Code{
			cause.PhaseTLS:  cause.TLSHandshakeClosed,
			cause.PhaseSend: cause.RequestWriteFailed,
		}},
		{syscall.ETIMEDOUT, map[cause.Phase]cause.Code{
			cause.PhaseResolve: cause.DNSTimeout,
			cause.PhaseTLS:     cause.TLSHandshakeTimeout,
			cause.PhaseSend:    cause.RequestWriteStalled,
			cause.PhaseHead:    cause.ResponseTimeout,
			cause.PhaseBody:    cause.ResponseBodyStalled,
		}},
		{syscall.EHOSTUNREACH, map[cause.Phase]cause.Code{
			cause.PhaseResolve: cause.DNSServerFailure,
			cause.PhaseTLS:     cause.TLSHandshakeTimeout,
			cause.PhaseSend:    cause.RequestWriteStalled,
			cause.PhaseHead:    cause.ResponseTimeout,
			cause.PhaseBody:    cause.ResponseBodyStalled,
		}},
		{syscall.ECONNREFUSED, map[cause.Phase]cause.Code{
			cause.PhaseResolve: cause.DNSServerFailure, // no name server there
		}},
		{syscall.EMFILE, map[cause.Phase]cause.Code{
			cause.PhaseResolve: cause.ConnectNoDescriptors,
		}},
		{syscall.EADDRNOTAVAIL, map[cause.Phase]cause.Code{
			cause.PhaseResolve: cause.ConnectNoPorts,
		}},
		{syscall.ENOENT, map[cause.Phase]cause.Code{
			cause.PhaseHead: cause.GatewayInternal,
		}},
	} {
		for p, want := range tc.want {
			if got := cause.Classify(p, opError("read", "tcp", "read", tc.no)); got != want {
				t.Errorf("phase %v, %v: got %q, want %q", p, tc.no, got, want)
			}
		}
	}
}
