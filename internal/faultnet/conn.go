package faultnet

import (
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// Conn is one end of a connection.
type Conn struct {
	link          *link
	side          int
	local, remote net.Addr

	// Guarded by the network's lock.
	closed bool
	// gone is set when a fault closed this end under its holder.
	gone bool
	// reset is set when RST was received; pending is its error, until it was
	// reported once.
	reset   bool
	pending syscall.Errno
	abort   bool // SetLinger(0)
	read    deadline
	write   deadline
}

var _ net.Conn = (*Conn)(nil)

// deadline is a time after which an operation fails, and the timer that wakes
// who waits.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

func (d *deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}

// Read reads what has arrived. The order is that of Linux: data, then FIN,
// then a pending error, and after a reset was reported, the end.
func (c *Conn) Read(p []byte) (int, error) {
	l := c.link
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	for {
		if err := c.unusable("read", &c.read); err != nil {
			return 0, err
		}
		if len(p) == 0 {
			return 0, nil
		}
		n, wait := l.readable(c.side)
		switch {
		case n > 0:
			return l.get(c.side, p, n), nil
		case wait:
		case c.in().fin:
			return 0, io.EOF
		case c.pending != 0:
			return 0, c.report("read")
		case c.reset || c.gone:
			return 0, io.EOF
		}
		l.cond.Wait()
	}
}

// Write sends p, and waits while the buffer is full. Bytes for a peer that has
// closed are taken, and answered by RST.
func (c *Conn) Write(p []byte) (int, error) {
	l := c.link
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	sent := 0
	for {
		if err := c.unusable("write", &c.write); err != nil {
			return sent, err
		}
		if sent == len(p) {
			return sent, nil
		}
		peer := l.ends[1-c.side]
		switch {
		case c.pending != 0:
			return sent, c.report("write")
		case c.reset || c.gone || c.out().fin:
			return sent, c.fail("write", syscallError("write", syscall.EPIPE))
		case peer.closed || peer.gone:
			c.receiveReset()
			return len(p), nil
		}
		n := l.put(c.side, p[sent:])
		sent += n
		if sent == len(p) {
			return sent, nil
		}
		if n == 0 {
			l.cond.Wait()
		}
	}
}

// Close closes the connection: by FIN, or by RST when bytes were not read or
// SetLinger(0) was called.
func (c *Conn) Close() error {
	l := c.link
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	if c.closed {
		return c.fail("close", net.ErrClosed)
	}
	c.closed = true
	c.read.stop()
	c.write.stop()
	unread := len(c.in().buf) > 0
	c.in().buf = nil
	if !c.gone && !c.reset {
		if c.abort || unread {
			l.ends[1-c.side].receiveReset()
		} else {
			c.out().fin = true
		}
	}
	l.forget()
	l.cond.Broadcast()
	return nil
}

// CloseWrite sends FIN and leaves the other direction open.
func (c *Conn) CloseWrite() error {
	l := c.link
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	switch {
	case c.closed:
		return c.fail("close", net.ErrClosed)
	case c.reset || c.gone:
		return c.fail("close", syscallError("shutdown", syscall.ENOTCONN))
	}
	c.out().fin = true
	l.cond.Broadcast()
	return nil
}

// SetLinger with 0 makes Close send RST, as that of net.TCPConn does. Other
// values mean the usual close.
func (c *Conn) SetLinger(sec int) error {
	c.link.n.mu.Lock()
	defer c.link.n.mu.Unlock()
	c.abort = sec == 0
	return nil
}

// Ended reports what is known of the peer's end without reading: whether FIN
// and whether RST has arrived. Unread bytes may stand before either.
func (c *Conn) Ended() (fin, rst bool) {
	c.link.n.mu.Lock()
	defer c.link.n.mu.Unlock()
	return c.in().fin && !c.link.stalled(c.side), c.reset
}

// Buffered returns how many bytes have arrived and were not read.
func (c *Conn) Buffered() int {
	c.link.n.mu.Lock()
	defer c.link.n.mu.Unlock()
	return len(c.in().buf)
}

// Acked returns how many of the bytes written the peer's side has taken, read
// or not: what tcpi_bytes_acked says of a real connection.
func (c *Conn) Acked() int64 {
	c.link.n.mu.Lock()
	defer c.link.n.mu.Unlock()
	return c.out().taken
}

// LocalAddr returns the address of this end.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr returns the address of the peer.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline sets both deadlines.
func (c *Conn) SetDeadline(t time.Time) error { return c.setDeadlines(t, &c.read, &c.write) }

// SetReadDeadline makes reads fail with os.ErrDeadlineExceeded from t on, also
// those that wait already. The zero time means never.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadlines(t, &c.read) }

// SetWriteDeadline does the same for writes.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadlines(t, &c.write) }

func (c *Conn) setDeadlines(t time.Time, ds ...*deadline) error {
	l := c.link
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	if c.closed {
		return c.fail("set", net.ErrClosed)
	}
	for _, d := range ds {
		d.stop()
		d.at = t
		if left := time.Until(t); !t.IsZero() && left > 0 {
			d.timer = time.AfterFunc(left, l.wake)
		}
	}
	l.cond.Broadcast()
	return nil
}

func (c *Conn) in() *flow  { return &c.link.flows[1-c.side] }
func (c *Conn) out() *flow { return &c.link.flows[c.side] }

// receiveReset is RST arriving at this end. What arrived before can still be
// read; what the end had not delivered is lost with it.
func (c *Conn) receiveReset() {
	if c.closed || c.gone || c.reset {
		return
	}
	c.pending = c.resetError()
	c.reset = true
	c.link.cond.Broadcast()
}

// report returns the pending error, which is reported only once.
func (c *Conn) report(op string) error {
	errno := c.pending
	c.pending = 0
	return c.fail(op, syscallError(op, errno))
}

// unusable returns why op cannot even begin.
func (c *Conn) unusable(op string, d *deadline) error {
	switch {
	case c.closed:
		return c.fail(op, net.ErrClosed)
	case d.passed():
		return c.fail(op, os.ErrDeadlineExceeded)
	}
	return nil
}

func (c *Conn) fail(op string, err error) error {
	return opError(op, c.remote, c.local, c.remote, err)
}
