package http1_test

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
)

// counted counts how often the timers of a connection are touched.
type counted struct {
	net.Conn
	reads, writes int
}

func (c *counted) SetReadDeadline(t time.Time) error {
	c.reads++
	return c.Conn.SetReadDeadline(t)
}

func (c *counted) SetWriteDeadline(t time.Time) error {
	c.writes++
	return c.Conn.SetWriteDeadline(t)
}

// inBubble runs f with both ends of a pipe and the time since its start.
func inBubble(t *testing.T, f func(t *testing.T, c *http1.Conn, below *counted, peer net.Conn, elapsed func() time.Duration)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		below := &counted{Conn: a}
		c := http1.NewConn(below)
		start := time.Now()
		f(t, c, below, b, func() time.Duration { return time.Since(start) })
		a.Close()
		b.Close()
	})
}

func after(d time.Duration) time.Time { return time.Now().Add(d) }

func TestReadDeadlineIsExact(t *testing.T) {
	tests := []struct {
		name string
		set  []time.Duration // in this order; negative: none
		want time.Duration
	}{
		{"one deadline", []time.Duration{time.Second}, time.Second},
		{"an earlier one replaces a later one", []time.Duration{time.Minute, time.Second}, time.Second},
		{"a later one replaces an earlier one", []time.Duration{time.Second, time.Minute}, time.Minute},
		{"one after none", []time.Duration{-1, time.Second}, time.Second},
		{"none, then one again", []time.Duration{time.Second, -1, time.Minute}, time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, c *http1.Conn, _ *counted, _ net.Conn, elapsed func() time.Duration) {
				for _, d := range tt.set {
					if d < 0 {
						c.SetReadDeadline(time.Time{})
					} else {
						c.SetReadDeadline(after(d))
					}
				}
				if err := c.WaitReadable(); !errors.Is(err, os.ErrDeadlineExceeded) || elapsed() != tt.want {
					t.Errorf("after %v: %v, want a timeout after %v", elapsed(), err, tt.want)
				}
				// A deadline that has passed stays passed.
				if err := c.WaitReadable(); !errors.Is(err, os.ErrDeadlineExceeded) || elapsed() != tt.want {
					t.Errorf("again after %v: %v", elapsed(), err)
				}
			})
		})
	}
}

func TestNoDeadlineWaitsOn(t *testing.T) {
	inBubble(t, func(t *testing.T, c *http1.Conn, _ *counted, peer net.Conn, elapsed func() time.Duration) {
		c.SetReadDeadline(after(time.Second))
		c.SetReadDeadline(time.Time{})
		go func() {
			time.Sleep(time.Hour)
			io.WriteString(peer, "x")
		}()
		if err := c.WaitReadable(); err != nil || elapsed() != time.Hour {
			t.Errorf("after %v: %v", elapsed(), err)
		}
	})
}

// TestDeadlineOfABlockedReadCanBeMoved: whoever has sent the last byte of a
// request sets the deadline of the goroutine that already waits for the answer.
func TestDeadlineOfABlockedReadCanBeMoved(t *testing.T) {
	inBubble(t, func(t *testing.T, c *http1.Conn, _ *counted, _ net.Conn, elapsed func() time.Duration) {
		failed := make(chan error)
		go func() { failed <- c.WaitReadable() }()
		synctest.Wait()
		c.SetReadDeadline(after(time.Hour))
		synctest.Wait()
		c.SetReadDeadline(after(time.Second))
		if err := <-failed; !errors.Is(err, os.ErrDeadlineExceeded) || elapsed() != time.Second {
			t.Errorf("after %v: %v", elapsed(), err)
		}
	})
}

// TestDeadlinesAreLazy: a busy connection touches its timers once per
// deadline, not once per message.
func TestDeadlinesAreLazy(t *testing.T) {
	inBubble(t, func(t *testing.T, c *http1.Conn, below *counted, peer net.Conn, _ func() time.Duration) {
		go func() {
			for range 1000 {
				time.Sleep(time.Millisecond)
				io.WriteString(peer, typicalRequest)
				io.ReadFull(peer, make([]byte, 38))
			}
		}()
		var req message.Request
		for range 1000 {
			c.SetReadDeadline(after(time.Minute))
			must(t, c.WaitReadable())
			c.SetReadDeadline(after(10 * time.Second))
			c.SetWriteDeadline(after(10 * time.Second))
			must(t, c.ReadRequest(&req, http1.Limits{}))
			must(t, c.WriteResponse(&message.Response{Status: 200}, noBody, false))
			must(t, c.EndBody(nil))
		}
		if below.reads > 2 || below.writes > 1 {
			t.Errorf("1000 requests touched the read timer %d times, the write timer %d times", below.reads, below.writes)
		}
	})
}

func TestHeadDeadline(t *testing.T) {
	inBubble(t, func(t *testing.T, c *http1.Conn, _ *counted, peer net.Conn, elapsed func() time.Duration) {
		c.SetReadDeadline(after(time.Hour))
		go io.WriteString(peer, "GET / HT")
		must(t, c.WaitReadable())
		c.SetReadDeadline(after(10 * time.Second))
		err := c.ReadRequest(new(message.Request), http1.Limits{})
		wantFailure(t, err, cause.ClientTimeout, cause.Downstream, cause.PhaseHead)
		if elapsed() != 10*time.Second {
			t.Errorf("failed after %v", elapsed())
		}
	})
}

func TestWatchIsCalledWhileBlocked(t *testing.T) {
	inBubble(t, func(t *testing.T, c *http1.Conn, _ *counted, _ net.Conn, elapsed func() time.Duration) {
		enough := errors.New("enough")
		var calls []time.Duration
		c.SetReadDeadline(after(time.Minute))
		c.Watch(3*time.Second, func() error {
			if calls = append(calls, elapsed()); len(calls) == 4 {
				return enough
			}
			return nil
		})
		if err := c.WaitReadable(); err != enough {
			t.Errorf("read: %v", err)
		}
		if len(calls) != 4 || calls[0] != 3*time.Second || calls[3] != 12*time.Second {
			t.Errorf("called at %v", calls)
		}
		// The deadline holds as well, and off is off.
		c.Watch(40*time.Second, func() error { calls = nil; return nil })
		if err := c.WaitReadable(); !errors.Is(err, os.ErrDeadlineExceeded) || elapsed() != time.Minute || calls != nil {
			t.Errorf("after %v: %v; calls %v", elapsed(), err, calls)
		}
		c.Watch(0, nil)
		c.SetReadDeadline(after(time.Minute))
		if err := c.WaitReadable(); !errors.Is(err, os.ErrDeadlineExceeded) || elapsed() != 2*time.Minute {
			t.Errorf("after %v: %v", elapsed(), err)
		}
	})
}

// TestWatchErrorsKeepTheirFace: within a head or a body, too.
func TestWatchErrorsKeepTheirFace(t *testing.T) {
	for name, begun := range map[string]string{
		"head": "HTTP/1.1 200 OK\r\nA", "body": chunkedResponse + "5\r\nab",
	} {
		inBubble(t, func(t *testing.T, c *http1.Conn, _ *counted, peer net.Conn, _ func() time.Duration) {
			gone := errors.New("the client has gone")
			c.Watch(time.Second, func() error { return gone })
			go io.WriteString(peer, begun)
			var resp message.Response
			err := c.ReadResponse(&resp, "GET", http1.Limits{})
			if err == nil {
				_, err = io.ReadAll(resp.Body)
			}
			if err != gone {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

func TestReadsCanBeInterrupted(t *testing.T) {
	inBubble(t, func(t *testing.T, c *http1.Conn, _ *counted, peer net.Conn, elapsed func() time.Duration) {
		c.SetReadDeadline(after(time.Minute))
		failed := make(chan error)
		go io.WriteString(peer, "HTTP/1.1 200 OK\r\nConte")
		var resp message.Response
		go func() { failed <- c.ReadResponse(&resp, "GET", http1.Limits{}) }()
		synctest.Wait()
		c.InterruptRead()
		if err := <-failed; err != http1.ErrInterrupted {
			t.Errorf("blocked read: %v", err)
		}
		c.SetReadDeadline(after(time.Hour)) // must not undo it
		if err := c.ReadResponse(&resp, "GET", http1.Limits{}); err != http1.ErrInterrupted {
			t.Errorf("later read: %v", err)
		}
		c.ResumeRead()
		go io.WriteString(peer, "nt-Length: 2\r\n\r\nok")
		if err := c.ReadResponse(&resp, "GET", http1.Limits{}); err != nil {
			t.Fatalf("after ResumeRead: %v", err)
		}
		if b, err := io.ReadAll(resp.Body); string(b) != "ok" || err != nil {
			t.Errorf("body %q, %v", b, err)
		}
		if err := c.WaitReadable(); !errors.Is(err, os.ErrDeadlineExceeded) || elapsed() != time.Hour {
			t.Errorf("after %v: %v", elapsed(), err)
		}
	})
}

// hooked calls before ahead of its first read, when the reader has already
// looked whether it is interrupted.
type hooked struct {
	net.Conn
	before func()
}

func (h *hooked) Read(p []byte) (int, error) {
	if f := h.before; f != nil {
		h.before = nil
		f()
	}
	return h.Conn.Read(p)
}

// TestInterruptIsNotLostToADeadline: somebody sets a deadline at the very
// moment somebody else interrupts.
func TestInterruptIsNotLostToADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		defer b.Close()
		defer a.Close()
		h := &hooked{Conn: a}
		c := http1.NewConn(h)
		h.before = func() {
			c.InterruptRead()
			c.SetReadDeadline(after(time.Hour))
		}
		start := time.Now()
		if err := c.WaitReadable(); err != http1.ErrInterrupted || time.Since(start) != 0 {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
	})
}

// TestInterruptedReadsDoNotLook: not even when there would be something.
func TestInterruptedReadsDoNotLook(t *testing.T) {
	c := http1.NewConn(wireOf("x"))
	c.InterruptRead()
	if err := c.WaitReadable(); err != http1.ErrInterrupted {
		t.Errorf("interrupted: %v", err)
	}
	c.ResumeRead()
	if err := c.WaitReadable(); err != nil || string(c.Buffered()) != "x" {
		t.Errorf("resumed: %q, %v", c.Buffered(), err)
	}
}

func TestWriteDeadlineAndInterrupt(t *testing.T) {
	inBubble(t, func(t *testing.T, c *http1.Conn, _ *counted, peer net.Conn, elapsed func() time.Duration) {
		must(t, c.WriteResponse(&message.Response{Status: 200}, length(2), false))
		must(t, c.WriteBody([]byte("ok")))
		c.SetWriteDeadline(after(time.Second))
		c.SetWriteDeadline(after(time.Minute)) // the timer fires early
		if err := c.Flush(); !errors.Is(err, os.ErrDeadlineExceeded) || elapsed() != time.Minute {
			t.Errorf("after %v: %v", elapsed(), err)
		}
		c.SetWriteDeadline(time.Time{})
		failed := make(chan error)
		go func() { failed <- c.Flush() }()
		synctest.Wait()
		c.InterruptWrite()
		if err := <-failed; err != http1.ErrInterrupted {
			t.Errorf("blocked write: %v", err)
		}
		if err := c.Flush(); err != http1.ErrInterrupted {
			t.Errorf("later write: %v", err)
		}
		c.ResumeWrite()
		go func() {
			if err := c.EndBody(nil); err != nil {
				t.Error(err)
			}
			c.Close()
		}()
		got, err := io.ReadAll(peer)
		if want := "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"; string(got) != want || err != nil {
			t.Errorf("the peer got %q, %v", got, err)
		}
	})
}
