package faultnet_test

import (
	"net"
	"syscall"
	"testing"
	"time"

	"torwart/internal/faultnet"
)

func wantEnded(t *testing.T, c *faultnet.Conn, fin, rst bool) {
	t.Helper()
	if f, r := c.Ended(); f != fin || r != rst {
		t.Fatalf("ended by FIN %v, RST %v; want %v, %v", f, r, fin, rst)
	}
}

func TestCloseSendsFIN(t *testing.T) {
	both(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{})
		send(t, p.server, "bye")
		wantEnded(t, p.dialer, false, false)
		p.server.Close()
		wantEnded(t, p.dialer, true, false)
		receive(t, p.dialer, "bye")
		wantEOF(t, p.dialer)
		wantEOF(t, p.dialer)
		// What is sent to it now is taken, and answered by RST.
		send(t, p.dialer, "anybody there?")
		wantEnded(t, p.dialer, true, true)
		wantEOF(t, p.dialer)
		_, err := p.dialer.Write([]byte("x"))
		wantOp(t, err, "write", syscall.EPIPE)
		if p.dialer.Acked() != 0 {
			t.Errorf("a closed peer has acknowledged %d bytes", p.dialer.Acked())
		}
	})
}

func TestCloseWithUnreadBytesSendsRST(t *testing.T) {
	both(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{})
		send(t, p.dialer, "not read")
		send(t, p.server, "413")
		p.server.Close()
		wantEnded(t, p.dialer, false, true)
		receive(t, p.dialer, "413")
		wantOp(t, readErr(t, p.dialer), "read", syscall.ECONNRESET)
		wantEOF(t, p.dialer) // the error is reported once
		_, err := p.dialer.Write([]byte("x"))
		wantOp(t, err, "write", syscall.EPIPE)
	})
}

func TestLingerZeroSendsRST(t *testing.T) {
	p := connect(t, faultnet.Faults{})
	p.server.SetLinger(0)
	p.server.Close()
	_, err := p.dialer.Write([]byte("x"))
	wantOp(t, err, "write", syscall.ECONNRESET)
	_, err = p.dialer.Write([]byte("x"))
	wantOp(t, err, "write", syscall.EPIPE)
}

func TestHalfClose(t *testing.T) {
	both(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{})
		send(t, p.dialer, "that is all")
		if err := p.dialer.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		receive(t, p.server, "that is all")
		wantEOF(t, p.server)
		send(t, p.server, "the answer")
		receive(t, p.dialer, "the answer")
		_, err := p.dialer.Write([]byte("x"))
		wantOp(t, err, "write", syscall.EPIPE)
		p.server.Close()
		wantEOF(t, p.dialer)
	})
}

func TestOwnClose(t *testing.T) {
	bothSettled(t, func(t *testing.T, settle func()) {
		p := connect(t, faultnet.Faults{})
		done := make(chan error)
		go func() { _, err := p.dialer.Read(make([]byte, 1)); done <- err }()
		settle()
		if err := p.dialer.Close(); err != nil {
			t.Error(err)
		}
		wantOp(t, <-done, "read", net.ErrClosed)
		_, err := p.dialer.Write([]byte("x"))
		wantOp(t, err, "write", net.ErrClosed)
		wantOp(t, p.dialer.Close(), "close", net.ErrClosed)
		wantOp(t, p.dialer.CloseWrite(), "close", net.ErrClosed)
		wantOp(t, p.dialer.SetDeadline(time.Now()), "set", net.ErrClosed)
	})
}

func TestCloseWakesThePeer(t *testing.T) {
	bothSettled(t, func(t *testing.T, settle func()) {
		p := connect(t, faultnet.Faults{})
		done := make(chan error)
		go func() { _, err := p.server.Write(make([]byte, 1<<20)); done <- err }()
		receive(t, p.dialer, "\x00")
		settle()
		p.dialer.Close() // unread bytes: a reset
		wantOp(t, <-done, "write", syscall.ECONNRESET)
	})
}
