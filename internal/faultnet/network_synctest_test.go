package faultnet_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"torwart/internal/faultnet"
)

const addr = "10.0.0.1:80"

// both runs f in a bubble, where time is free, and outside, where it is not.
func both(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	bothSettled(t, func(t *testing.T, _ func()) { f(t) })
}

// bothSettled does so for tests of who wakes whom: in the bubble, settle
// returns when all others wait; outside it does nothing.
func bothSettled(t *testing.T, f func(t *testing.T, settle func())) {
	t.Helper()
	t.Run("in a bubble", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { f(t, synctest.Wait) })
	})
	t.Run("outside", func(t *testing.T) { f(t, func() {}) })
}

// a pair is a connection, both ends in the hands of the test.
type pair struct {
	*faultnet.Network
	dialer, server *faultnet.Conn
}

// connect makes a pair over a network in which addr has the faults f.
func connect(t *testing.T, f faultnet.Faults) pair {
	t.Helper()
	n := new(faultnet.Network)
	n.Set(addr, f)
	return connectOver(t, n)
}

func connectOver(t *testing.T, n *faultnet.Network) pair {
	t.Helper()
	l, err := n.Listen(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d, err := n.DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return pair{n, d.(*faultnet.Conn), s.(*faultnet.Conn)}
}

func send(t *testing.T, c net.Conn, s string) {
	t.Helper()
	if n, err := io.WriteString(c, s); n != len(s) || err != nil {
		t.Fatalf("Write of %d bytes: %d, %v", len(s), n, err)
	}
}

// receive reads want.
func receive(t *testing.T, c net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("read %q, %v; want %q", got, err, want)
	}
}

// readErr reads nothing but an error.
func readErr(t *testing.T, c net.Conn) error {
	t.Helper()
	n, err := c.Read(make([]byte, 100))
	if n != 0 || err == nil {
		t.Fatalf("read %d bytes, %v; want an error", n, err)
	}
	return err
}

// wantOp checks that err is what package net makes of target.
func wantOp(t *testing.T, err error, op string, target error) {
	t.Helper()
	var opErr *net.OpError
	if !errors.As(err, &opErr) || opErr.Op != op || opErr.Net != "tcp" || !errors.Is(err, target) {
		t.Fatalf("error %T %v, want *net.OpError %s: %v", err, err, op, target)
	}
	if errno, ok := target.(syscall.Errno); ok {
		var call *os.SyscallError
		call, ok = opErr.Err.(*os.SyscallError)
		if !ok || call.Err != errno {
			t.Fatalf("inside stands %T %v, want *os.SyscallError", opErr.Err, opErr.Err)
		}
	}
}

func wantEOF(t *testing.T, c net.Conn) {
	t.Helper()
	if err := readErr(t, c); err != io.EOF {
		t.Fatalf("read: %v, want io.EOF itself", err)
	}
}

func dial(t *testing.T, n *faultnet.Network, timeout time.Duration) (net.Conn, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	return n.DialContext(ctx, "tcp", addr)
}

func TestBytesGoBothWays(t *testing.T) {
	both(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{})
		send(t, p.dialer, "hello")
		send(t, p.server, "welcome")
		receive(t, p.dialer, "welcome")
		receive(t, p.server, "hel")
		receive(t, p.server, "lo")
		if p.dialer.Acked() != 5 || p.server.Acked() != 7 || p.dialer.Buffered() != 0 {
			t.Errorf("acked %d and %d", p.dialer.Acked(), p.server.Acked())
		}
	})
}

func TestAddresses(t *testing.T) {
	p := connect(t, faultnet.Faults{})
	if got := p.dialer.RemoteAddr().String(); got != addr {
		t.Errorf("dialer's remote is %s", got)
	}
	if got := p.server.LocalAddr().String(); got != addr {
		t.Errorf("server's local is %s", got)
	}
	if p.dialer.LocalAddr().String() != p.server.RemoteAddr().String() {
		t.Error("the ends disagree on the dialer's address")
	}
	if _, ok := p.dialer.LocalAddr().(*net.TCPAddr); !ok {
		t.Errorf("local address is a %T", p.dialer.LocalAddr())
	}
}

func TestListen(t *testing.T) {
	both(t, func(t *testing.T) {
		var n faultnet.Network
		l, err := n.Listen("10.0.0.1:0")
		if err != nil || strings.HasSuffix(l.Addr().String(), ":0") {
			t.Fatalf("listen: %v at %v", err, l.Addr())
		}
		_, err = n.Listen(l.Addr().String())
		wantOp(t, err, "listen", syscall.EADDRINUSE)

		// Closing ends Accept, resets who waits, and frees the address.
		waiting, err := n.DialContext(t.Context(), "tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		_, err = l.Accept()
		wantOp(t, err, "accept", net.ErrClosed)
		wantOp(t, l.Close(), "close", net.ErrClosed)
		wantOp(t, readErr(t, waiting), "read", syscall.ECONNRESET)
		_, err = n.DialContext(t.Context(), "tcp", l.Addr().String())
		wantOp(t, err, "dial", syscall.ECONNREFUSED)
		if _, err := n.Listen(l.Addr().String()); err != nil {
			t.Error(err)
		}
	})
}

func TestCloseInterruptsAccept(t *testing.T) {
	bothSettled(t, func(t *testing.T, settle func()) {
		var n faultnet.Network
		l, _ := n.Listen(addr)
		done := make(chan error)
		go func() { _, err := l.Accept(); done <- err }()
		settle()
		l.Close()
		wantOp(t, <-done, "accept", net.ErrClosed)
	})
}

func TestUnixSockets(t *testing.T) {
	n := &faultnet.Network{Backlog: 1}
	_, err := n.DialContext(t.Context(), "unix", "/run/app.sock")
	if !errors.Is(err, syscall.ENOENT) {
		t.Errorf("no socket there: %v", err)
	}
	l, err := n.Listen("/run/app.sock")
	if err != nil || l.Addr().Network() != "unix" {
		t.Fatalf("listen: %v", err)
	}
	c, err := n.DialContext(t.Context(), "unix", "/run/app.sock")
	if err != nil || c.RemoteAddr().String() != "/run/app.sock" {
		t.Fatalf("dial: %v", err)
	}
	_, err = n.DialContext(t.Context(), "unix", "/run/app.sock")
	if !errors.Is(err, syscall.EAGAIN) {
		t.Errorf("queue full: %v", err)
	}
}

func TestHostNames(t *testing.T) {
	var n faultnet.Network
	l, err := n.Listen("app.internal:80")
	if err != nil || l.Addr().String() != "app.internal:80" || l.Addr().Network() != "tcp" {
		t.Fatalf("listen: %v at %v", err, l.Addr())
	}
	if _, err := n.DialContext(t.Context(), "tcp", "app.internal:80"); err != nil {
		t.Error(err)
	}
}

// TestWritesAreBuffered: net.Pipe would deadlock here, TCP does not.
func TestWritesAreBuffered(t *testing.T) {
	bothSettled(t, func(t *testing.T, settle func()) {
		n := &faultnet.Network{BufferSize: 1000}
		p := connectOver(t, n)
		send(t, p.dialer, strings.Repeat("x", 1000))
		done := make(chan error)
		go func() {
			_, err := io.WriteString(p.dialer, strings.Repeat("y", 2500))
			done <- err
		}()
		settle()
		receive(t, p.server, strings.Repeat("x", 1000)+strings.Repeat("y", 2500))
		if err := <-done; err != nil {
			t.Error(err)
		}
		p.dialer.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
		got, err := io.WriteString(p.dialer, strings.Repeat("z", 1001))
		wantOp(t, err, "write", os.ErrDeadlineExceeded)
		if got != 1000 {
			t.Errorf("%d bytes were taken, want a full buffer", got)
		}
	})
}

func TestDefaultBuffer(t *testing.T) {
	p := connect(t, faultnet.Faults{})
	p.dialer.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
	got, _ := p.dialer.Write(make([]byte, 1<<20))
	if got != faultnet.DefaultBufferSize || p.server.Buffered() != got {
		t.Errorf("%d bytes fit, %d arrived", got, p.server.Buffered())
	}
}

func TestOpenAndDialed(t *testing.T) {
	p := connect(t, faultnet.Faults{})
	other := connectOver(t, p.Network)
	if p.Open(addr) != 2 || p.Dialed(addr) != 2 {
		t.Errorf("open %d, dialed %d", p.Open(addr), p.Dialed(addr))
	}
	other.dialer.Close()
	if p.Open(addr) != 1 || p.Dialed(addr) != 2 {
		t.Errorf("after one was closed: open %d, dialed %d", p.Open(addr), p.Dialed(addr))
	}
}
