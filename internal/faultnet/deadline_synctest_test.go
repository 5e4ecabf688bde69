package faultnet_test

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"torwart/internal/faultnet"
)

func TestReadDeadline(t *testing.T) {
	both(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{})
		begin := time.Now()
		p.dialer.SetReadDeadline(begin.Add(20 * time.Millisecond))
		err := readErr(t, p.dialer)
		wantOp(t, err, "read", os.ErrDeadlineExceeded)
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%v is no timeout", err)
		}
		if took := time.Since(begin); took < 20*time.Millisecond {
			t.Errorf("took %v", took)
		}
		// The connection is as good as before.
		send(t, p.server, "late")
		wantOp(t, readErr(t, p.dialer), "read", os.ErrDeadlineExceeded)
		p.dialer.SetReadDeadline(time.Time{})
		receive(t, p.dialer, "late")
	})
}

func TestDeadlineIsExact(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{})
		begin := time.Now()
		p.dialer.SetDeadline(begin.Add(time.Hour))
		wantOp(t, readErr(t, p.dialer), "read", os.ErrDeadlineExceeded)
		if took := time.Since(begin); took != time.Hour {
			t.Errorf("took %v", took)
		}
		_, err := p.dialer.Write([]byte("x"))
		wantOp(t, err, "write", os.ErrDeadlineExceeded)
	})
}

// TestPastDeadlineInterrupts: how a goroutine is called back from a read.
func TestPastDeadlineInterrupts(t *testing.T) {
	bothSettled(t, func(t *testing.T, settle func()) {
		p := connect(t, faultnet.Faults{})
		p.dialer.SetReadDeadline(time.Now().Add(time.Hour))
		done := make(chan error)
		go func() { _, err := p.dialer.Read(make([]byte, 1)); done <- err }()
		settle()
		p.dialer.SetReadDeadline(time.Unix(1, 0))
		wantOp(t, <-done, "read", os.ErrDeadlineExceeded)

		go func() { _, err := p.dialer.Write(make([]byte, 1<<20)); done <- err }()
		settle()
		p.dialer.SetWriteDeadline(time.Unix(1, 0))
		wantOp(t, <-done, "write", os.ErrDeadlineExceeded)
	})
}

func TestDeadlineMovedOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := connect(t, faultnet.Faults{})
		begin := time.Now()
		p.dialer.SetReadDeadline(begin.Add(time.Second))
		done := make(chan error)
		go func() { _, err := p.dialer.Read(make([]byte, 1)); done <- err }()
		time.Sleep(time.Second / 2)
		p.dialer.SetReadDeadline(begin.Add(time.Minute))
		wantOp(t, <-done, "read", os.ErrDeadlineExceeded)
		if took := time.Since(begin); took != time.Minute {
			t.Errorf("took %v", took)
		}
	})
}

func TestReadDeadlineLeavesWrites(t *testing.T) {
	p := connect(t, faultnet.Faults{})
	p.dialer.SetReadDeadline(time.Unix(1, 0))
	send(t, p.dialer, "x")
	p.dialer.SetWriteDeadline(time.Unix(1, 0))
	p.dialer.SetReadDeadline(time.Time{})
	send(t, p.server, "y")
	receive(t, p.dialer, "y")
}
