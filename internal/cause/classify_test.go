package cause_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"

	"torwart/internal/cause"
)

// allPhases are the phases an attempt can fail in.
var allPhases = []cause.Phase{
	cause.PhaseResolve, cause.PhaseConnect, cause.PhaseTLS,
	cause.PhaseSend, cause.PhaseHead, cause.PhaseBody,
}

// wantSymptom fails unless err is want in phase p.
func wantSymptom(t *testing.T, p cause.Phase, err error, want cause.Code) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error to classify, want one for %q", want)
	}
	if got := cause.Classify(p, err); got != want {
		t.Errorf("phase %v: %v (%T) is %q, want %q", p, err, err, got, want)
	}
}

// tcpPair returns both ends of a loopback connection.
func tcpPair(t *testing.T) (client, server *net.TCPConn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); s.Close() })
	return c.(*net.TCPConn), s.(*net.TCPConn)
}

func TestClassifyNilIsNoSymptom(t *testing.T) {
	for _, p := range allPhases {
		if got := cause.Classify(p, nil); got != "" {
			t.Errorf("Classify(%v, nil) = %q, want none", p, got)
		}
	}
}

func TestClassifyKeepsTheSymptomAnErrorCarries(t *testing.T) {
	carried := &cause.Error{Symptom: cause.ResponseFramingConflict, Err: io.EOF}
	for _, p := range allPhases {
		if got := cause.Classify(p, fmt.Errorf("while reading: %w", carried)); got != cause.ResponseFramingConflict {
			t.Errorf("phase %v: got %q, want the carried %q", p, got, cause.ResponseFramingConflict)
		}
	}
}

func TestClassifyCancelledMeansTheClientLeft(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, dialErr := new(net.Dialer).DialContext(ctx, "tcp", "127.0.0.1:1")
	_, dnsErr := new(net.Resolver).LookupHost(ctx, "name.invalid")
	for _, err := range []error{ctx.Err(), dialErr, dnsErr, fmt.Errorf("sending: %w", context.Canceled)} {
		for _, p := range allPhases {
			if got := cause.Classify(p, err); got != cause.ClientGone {
				t.Errorf("phase %v: %v is %q, want %q", p, err, got, cause.ClientGone)
			}
		}
	}
}

func TestClassifyDNSErrorsByTheirFields(t *testing.T) {
	for _, tc := range []struct {
		err  net.DNSError
		want cause.Code
	}{
		{net.DNSError{IsNotFound: true}, cause.DNSNameNotFound},
		{net.DNSError{IsTimeout: true, IsTemporary: true}, cause.DNSTimeout},
		{net.DNSError{IsTemporary: true}, cause.DNSServerFailure},
		{net.DNSError{}, cause.DNSServerFailure},
		{net.DNSError{Err: "no such host", IsTemporary: true}, cause.DNSServerFailure}, // texts do not count
	} {
		// A dial to a name reports them in the connect phase, inside an OpError.
		for _, p := range []cause.Phase{cause.PhaseResolve, cause.PhaseConnect} {
			err := &net.OpError{Op: "dial", Net: "tcp", Err: &tc.err}
			if got := cause.Classify(p, err); got != tc.want {
				t.Errorf("phase %v: %+v is %q, want %q", p, tc.err, got, tc.want)
			}
		}
	}
}

func TestClassifyEndsAndTimeoutsByPhase(t *testing.T) {
	want := map[cause.Phase]struct{ eof, timeout cause.Code }{
		cause.PhaseResolve: {cause.DNSServerFailure, cause.DNSTimeout},
		cause.PhaseConnect: {cause.GatewayInternal, cause.ConnectTimeout},
		cause.PhaseTLS:     {cause.TLSHandshakeClosed, cause.TLSHandshakeTimeout},
		cause.PhaseSend:    {cause.RequestWriteFailed, cause.RequestWriteStalled},
		cause.PhaseHead:    {cause.ClosedBeforeResponse, cause.ResponseTimeout},
		cause.PhaseBody:    {cause.ResponseBodyIncomplete, cause.ResponseBodyStalled},
		cause.NoPhase:      {cause.GatewayInternal, cause.GatewayInternal},
	}
	for p, w := range want {
		for _, err := range []error{io.EOF, io.ErrUnexpectedEOF, fmt.Errorf("reading: %w", io.EOF)} {
			if got := cause.Classify(p, err); got != w.eof {
				t.Errorf("phase %v: %v is %q, want %q", p, err, got, w.eof)
			}
		}
		for _, err := range []error{
			context.DeadlineExceeded,
			os.ErrDeadlineExceeded,
			&net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded},
			&net.OpError{Op: "read", Net: "tcp", Err: fmt.Errorf("wrapped: %w", os.ErrDeadlineExceeded)},
		} {
			if got := cause.Classify(p, err); got != w.timeout {
				t.Errorf("phase %v: %v is %q, want %q", p, err, got, w.timeout)
			}
		}
		if got := cause.Classify(p, errors.New("connection refused, EOF, i/o timeout")); got != cause.GatewayInternal {
			t.Errorf("phase %v: a text decided: %q", p, got)
		}
	}
}

func TestClassifyUnusableAddressesAreMisconfigured(t *testing.T) {
	for _, addr := range []struct{ network, address string }{
		{"tcp", "127.0.0.1"},         // no port
		{"tcp6", "127.0.0.1:80"},     // the other family
		{"tpc", "127.0.0.1:80"},      // no such network
		{"tcp", "127.0.0.1:1000000"}, // no such port
	} {
		_, err := net.Dial(addr.network, addr.address)
		if got := cause.Classify(cause.PhaseConnect, err); got != cause.GatewayMisconfigured {
			t.Errorf("dial %s %s: %v is %q, want %q", addr.network, addr.address, err, got, cause.GatewayMisconfigured)
		}
	}
}
