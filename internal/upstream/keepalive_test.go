package upstream_test

import (
	"io"
	"net"
	"testing"
	"time"

	"torwart/internal/upstream"
)

func TestKeepAliveIsTakenFromTheHeader(t *testing.T) {
	for _, c := range []struct {
		field string
		bound time.Duration
		want  upstream.KeepAlive
	}{
		{"timeout=5", time.Minute, upstream.KeepAlive{Closes: 5 * time.Second, Kept: 4500 * time.Millisecond, From: "header"}},
		{"max=100, Timeout=65", time.Minute, upstream.KeepAlive{Closes: 65 * time.Second, Kept: 58500 * time.Millisecond, From: "header"}},
		{"timeout=120", time.Minute, upstream.KeepAlive{Closes: 2 * time.Minute, Kept: time.Minute, From: "header"}},
		{"timeout=0", time.Minute, upstream.KeepAlive{Kept: upstream.DefaultIdleTimeout, From: "default"}},
		{"timeout=", time.Minute, upstream.KeepAlive{Kept: upstream.DefaultIdleTimeout, From: "default"}},
		{"max=5", time.Minute, upstream.KeepAlive{Kept: upstream.DefaultIdleTimeout, From: "default"}},
	} {
		e := endpoint(t, serveTCP(t, func(_ int, nc *net.TCPConn) {
			readRequest(nc)
			io.WriteString(nc, "HTTP/1.1 200 OK\r\nKeep-Alive: "+c.field+"\r\nContent-Length: 2\r\n\r\nok")
			io.Copy(io.Discard, nc)
		}))
		e.IdleTimeout = c.bound
		if _, f := attempt(t, e, time.Second); f != nil {
			t.Fatal(f)
		}
		if got := e.KeepAlive(); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.field, got, c.want)
		}
	}
}

// An endpoint that says nothing and closes after 250 ms: three closes of the
// same age are believed, and connections are given up before it does.
func TestKeepAliveIsLearnedFromCloses(t *testing.T) {
	const closes = 250 * time.Millisecond
	e := endpoint(t, serveTCP(t, func(_ int, nc *net.TCPConn) {
		readRequest(nc)
		io.WriteString(nc, okAnswer)
		nc.SetReadDeadline(time.Now().Add(closes))
		io.Copy(io.Discard, nc)
	}))
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for i := range 3 {
		if got := e.KeepAlive(); got.From != "default" {
			t.Fatalf("learned from %d closes: %+v", i, got)
		}
		if _, f := attempt(t, e, time.Second); f != nil {
			t.Fatal(f)
		}
		for e.Idle() > 0 {
			e.Watch(<-tick.C)
		}
	}
	got := e.KeepAlive()
	if got.From != "observed" || (got.Closes-closes).Abs() > 100*time.Millisecond {
		t.Fatalf("learned %+v, want %v", got, closes)
	}
	if want := time.Duration(0.9 * float64(got.Closes)); got.Kept != want {
		t.Errorf("kept for %v, want %v", got.Kept, want)
	}
}
