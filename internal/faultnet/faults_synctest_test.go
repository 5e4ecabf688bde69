package faultnet_test

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"torwart/internal/faultnet"
)

// bubble runs f in a bubble only: it measures time, or takes long.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

func TestRefuse(t *testing.T) {
	both(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{})
		l, _ := p.Listen(addr)
		defer l.Close()
		p.Set(addr, faultnet.Faults{Refuse: true})
		_, err := dial(t, p.Network, time.Second)
		wantOp(t, err, "dial", syscall.ECONNREFUSED)
		// Open connections are not concerned.
		send(t, p.dialer, "x")
		receive(t, p.server, "x")
		p.Set(addr, faultnet.Faults{Errno: syscall.EHOSTUNREACH})
		_, err = dial(t, p.Network, time.Second)
		wantOp(t, err, "dial", syscall.EHOSTUNREACH)
		p.Set(addr, faultnet.Faults{})
		if _, err = dial(t, p.Network, time.Second); err != nil {
			t.Error(err)
		}
	})
}

func TestBlackHole(t *testing.T) {
	bothSettled(t, func(t *testing.T, settle func()) {
		var n faultnet.Network
		l, _ := n.Listen(addr)
		defer l.Close()
		n.Set(addr, faultnet.Faults{BlackHole: true})
		_, err := dial(t, &n, 10*time.Millisecond)
		wantOp(t, err, "dial", context.DeadlineExceeded)
		var timeout interface{ Timeout() bool }
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%v is no timeout", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { _, err := n.DialContext(ctx, "tcp", addr); done <- err }()
		settle()
		cancel()
		wantOp(t, <-done, "dial", context.Canceled)

		// The hole is filled while a dial waits.
		go func() { _, err := n.DialContext(t.Context(), "tcp", addr); done <- err }()
		settle()
		n.Set(addr, faultnet.Faults{})
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestBacklog(t *testing.T) {
	bothSettled(t, func(t *testing.T, settle func()) {
		n := &faultnet.Network{Backlog: 2}
		l, _ := n.Listen(addr)
		defer l.Close()
		for range 2 {
			if _, err := dial(t, n, time.Second); err != nil {
				t.Fatal(err)
			}
		}
		_, err := dial(t, n, 10*time.Millisecond)
		wantOp(t, err, "dial", context.DeadlineExceeded)
		done := make(chan error)
		go func() { _, err := n.DialContext(t.Context(), "tcp", addr); done <- err }()
		settle()
		if _, err := l.Accept(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestSlowConnect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var n faultnet.Network
		l, _ := n.Listen(addr)
		defer l.Close()
		n.Set(addr, faultnet.Faults{Connect: 3 * time.Second})
		begin := time.Now()
		if _, err := dial(t, &n, time.Minute); err != nil || time.Since(begin) != 3*time.Second {
			t.Errorf("dial took %v: %v", time.Since(begin), err)
		}
		_, err := dial(t, &n, time.Second)
		wantOp(t, err, "dial", context.DeadlineExceeded)
	})
}

func TestAcceptReset(t *testing.T) {
	both(t, func(t *testing.T) {
		var n faultnet.Network
		l, _ := n.Listen(addr)
		defer l.Close()
		n.Set(addr, faultnet.Faults{AcceptReset: true})
		c, err := dial(t, &n, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		wantEnded(t, c.(*faultnet.Conn), false, true)
		wantOp(t, readErr(t, c), "read", syscall.ECONNRESET)
	})
}

func TestResponseCut(t *testing.T) {
	both(t, func(t *testing.T) {
		for _, after := range []int64{0, 1, 5, 10} {
			p := connect(t, faultnet.Faults{Response: faultnet.Flow{End: faultnet.RST, After: after}})
			send(t, p.dialer, "request")
			receive(t, p.server, "request")
			send(t, p.server, "0123456789") // the server's kernel takes all of it
			receive(t, p.dialer, "0123456789"[:after])
			wantOp(t, readErr(t, p.dialer), "read", syscall.ECONNRESET)
			_, err := p.server.Write([]byte("x"))
			wantOp(t, err, "write", syscall.ECONNRESET)
			if p.server.Acked() != after {
				t.Errorf("cut after %d: %d acknowledged", after, p.server.Acked())
			}

			p = connect(t, faultnet.Faults{Response: faultnet.Flow{End: faultnet.FIN, After: after}})
			send(t, p.server, "0123456789")
			receive(t, p.dialer, "0123456789"[:after])
			wantEOF(t, p.dialer)
			_, err = p.server.Write([]byte("x"))
			wantOp(t, err, "write", syscall.EPIPE)
		}
	})
}

func TestRequestCut(t *testing.T) {
	both(t, func(t *testing.T) {
		for _, after := range []int64{0, 1, 5, 10} {
			p := connect(t, faultnet.Faults{Request: faultnet.Flow{End: faultnet.RST, After: after}})
			send(t, p.dialer, "0123456789")
			receive(t, p.server, "0123456789"[:after])
			wantOp(t, readErr(t, p.dialer), "read", syscall.ECONNRESET)
			if p.dialer.Acked() != after {
				t.Errorf("cut after %d: %d acknowledged", after, p.dialer.Acked())
			}

			p = connect(t, faultnet.Faults{Request: faultnet.Flow{End: faultnet.FIN, After: after}})
			send(t, p.dialer, "0123456789")
			receive(t, p.server, "0123456789"[:after])
			wantEOF(t, p.dialer)
			wantEOF(t, p.server) // its holder knows no better
		}
	})
}

// TestCutInALargeWrite: the write is larger than any buffer, so it learns of
// the end itself.
func TestCutInALargeWrite(t *testing.T) {
	both(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{Request: faultnet.Flow{End: faultnet.RST, After: 1000}})
		_, err := p.dialer.Write(make([]byte, 1<<20))
		wantOp(t, err, "write", syscall.ECONNRESET)
	})
}

func TestCutSetLater(t *testing.T) {
	p := connect(t, faultnet.Faults{})
	send(t, p.server, "0123456789")
	p.Set(addr, faultnet.Faults{Response: faultnet.Flow{End: faultnet.FIN, After: 5}})
	send(t, p.server, "x") // more than five are out already
	receive(t, p.dialer, "0123456789")
	wantEOF(t, p.dialer)
}

// exchange is one turn of a kept connection.
func exchange(t *testing.T, p pair) {
	t.Helper()
	send(t, p.dialer, "req")
	send(t, p.dialer, "uest")
	receive(t, p.server, "request")
	send(t, p.server, "ans")
	send(t, p.server, "wer")
	receive(t, p.dialer, "answer")
}

func TestReuse(t *testing.T) {
	both(t, func(t *testing.T) {
		for _, k := range []int{1, 3} {
			p := connect(t, faultnet.Faults{Reuse: faultnet.Reuse{End: faultnet.RST, After: k}})
			for range k {
				exchange(t, p)
			}
			wantEnded(t, p.dialer, false, false) // looks alive until it is used
			acked := p.dialer.Acked()
			send(t, p.dialer, "request")
			wantOp(t, readErr(t, p.dialer), "read", syscall.ECONNRESET)
			if p.dialer.Acked() != acked || p.server.Buffered() != 0 {
				t.Error("something of the request was delivered")
			}

			p = connect(t, faultnet.Faults{Reuse: faultnet.Reuse{End: faultnet.FIN, After: k}})
			for range k {
				exchange(t, p)
			}
			acked = p.dialer.Acked()
			send(t, p.dialer, "request")
			wantEOF(t, p.dialer)
			_, err := p.dialer.Write([]byte("x"))
			wantOp(t, err, "write", syscall.EPIPE)
			if p.dialer.Acked() != acked {
				t.Error("something of the request was delivered")
			}
		}
	})
}

func TestIdle(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{Idle: 5 * time.Second})
		time.Sleep(time.Minute)
		wantEnded(t, p.dialer, false, false) // never used: the server waits
		send(t, p.dialer, "request")
		time.Sleep(time.Minute)
		wantEnded(t, p.dialer, false, false) // it owes an answer
		receive(t, p.server, "request")
		send(t, p.server, "answer")
		receive(t, p.dialer, "answer")
		for range 3 {
			time.Sleep(4 * time.Second)
			exchange(t, p)
		}
		begin := time.Now()
		wantEOF(t, p.dialer)
		if took := time.Since(begin); took != 5*time.Second {
			t.Errorf("closed after %v", took)
		}
		wantEOF(t, p.server)
	})
}

func TestIdleSetLater(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{})
		exchange(t, p)
		time.Sleep(time.Minute)
		p.Set(addr, faultnet.Faults{Idle: 2 * time.Minute})
		begin := time.Now()
		wantEOF(t, p.dialer)
		if took := time.Since(begin); took != time.Minute {
			t.Errorf("closed after %v, want two minutes after the last byte", took)
		}
		p = connect(t, faultnet.Faults{Idle: time.Second})
		exchange(t, p)
		p.Set(addr, faultnet.Faults{})
		time.Sleep(time.Hour)
		wantEnded(t, p.dialer, false, false)
	})
}

func TestIdleOutside(t *testing.T) {
	p := connect(t, faultnet.Faults{Idle: 10 * time.Millisecond})
	send(t, p.dialer, "request")
	receive(t, p.server, "request")
	send(t, p.server, "answer")
	receive(t, p.dialer, "answer")
	wantEOF(t, p.dialer)
}

func TestTrickle(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{
			Response: faultnet.Flow{Bytes: 3, Every: time.Second},
			Request:  faultnet.Flow{Bytes: 1, Every: time.Minute},
		})
		begin := time.Now()
		send(t, p.server, "0123456789")
		p.server.Close()
		for i, want := range []string{"012", "345", "678", "9"} {
			got := make([]byte, 100)
			n, err := p.dialer.Read(got)
			if string(got[:n]) != want || err != nil || time.Since(begin) != time.Duration(i)*time.Second {
				t.Errorf("portion %d after %v: %q, %v", i, time.Since(begin), got[:n], err)
			}
		}
		wantEOF(t, p.dialer)
		p = connect(t, faultnet.Faults{Request: faultnet.Flow{Bytes: 1, Every: time.Minute}})
		begin = time.Now()
		send(t, p.dialer, "abc")
		receive(t, p.server, "abc")
		if took := time.Since(begin); took != 2*time.Minute {
			t.Errorf("three bytes took %v", took)
		}
	})
}

func TestTrickleOutside(t *testing.T) {
	p := connect(t, faultnet.Faults{Response: faultnet.Flow{Bytes: 4, Every: 5 * time.Millisecond}})
	begin := time.Now()
	send(t, p.server, "0123456789")
	receive(t, p.dialer, "0123456789")
	if took := time.Since(begin); took < 10*time.Millisecond {
		t.Errorf("took %v", took)
	}
}

// TestTrickleIsInterrupted: a deadline between two portions.
func TestTrickleIsInterrupted(t *testing.T) {
	both(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{Response: faultnet.Flow{Bytes: 1, Every: time.Hour}})
		send(t, p.server, "ab")
		receive(t, p.dialer, "a")
		p.dialer.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
		wantOp(t, readErr(t, p.dialer), "read", os.ErrDeadlineExceeded)
	})
}

func TestStall(t *testing.T) {
	bothSettled(t, func(t *testing.T, settle func()) {
		n := &faultnet.Network{BufferSize: 100}
		n.Set(addr, faultnet.Faults{Stall: true})
		p := connectOver(t, n) // taken by the kernel
		p.dialer.SetDeadline(time.Now().Add(10 * time.Millisecond))
		sent, err := p.dialer.Write(make([]byte, 1000))
		if sent != 100 || err == nil {
			t.Errorf("wrote %d, %v; want a full buffer and a timeout", sent, err)
		}
		wantOp(t, readErr(t, p.dialer), "read", os.ErrDeadlineExceeded)
		done := make(chan int)
		go func() { n, _ := p.server.Read(make([]byte, 1000)); done <- n }()
		settle()
		p.Set(addr, faultnet.Faults{})
		if got := <-done; got != 100 {
			t.Errorf("after the stall %d bytes arrived", got)
		}
	})
}

// TestStallHidesTheEnd: a stopped process does not close either.
func TestStallHidesTheEnd(t *testing.T) {
	p := connect(t, faultnet.Faults{})
	send(t, p.server, "x")
	p.server.Close()
	p.Set(addr, faultnet.Faults{Stall: true})
	wantEnded(t, p.dialer, false, false)
	p.dialer.SetReadDeadline(time.Now().Add(time.Millisecond))
	wantOp(t, readErr(t, p.dialer), "read", os.ErrDeadlineExceeded)
}

func TestKill(t *testing.T) {
	bothSettled(t, func(t *testing.T, settle func()) {
		for _, how := range []faultnet.End{faultnet.RST, faultnet.FIN} {
			p := connect(t, faultnet.Faults{})
			done := make(chan error)
			go func() { _, err := p.dialer.Read(make([]byte, 1)); done <- err }()
			settle()
			p.Kill(addr, how)
			err := <-done
			if how == faultnet.FIN {
				if err != io.EOF {
					t.Errorf("killed by FIN: %v", err)
				}
			} else {
				wantOp(t, err, "read", syscall.ECONNRESET)
			}
			wantEnded(t, p.dialer, how == faultnet.FIN, how == faultnet.RST)
			if how == faultnet.FIN {
				send(t, p.dialer, "anybody there?")
				_, err := p.dialer.Write([]byte("x"))
				wantOp(t, err, "write", syscall.EPIPE)
			}
			if p.dialer.Acked() != 0 {
				t.Errorf("a dead peer acknowledged %d bytes", p.dialer.Acked())
			}
		}
	})
}

func TestKillReachesWhoWaits(t *testing.T) {
	var n faultnet.Network
	l, _ := n.Listen(addr)
	c, err := dial(t, &n, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	n.Kill(addr, faultnet.RST)
	wantOp(t, readErr(t, c), "read", syscall.ECONNRESET)
	// The dead one is not handed out, the next is.
	next, err := dial(t, &n, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	send(t, next, "hello")
	s, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	receive(t, s, "hello")
}
