package http1

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Deadlines are lazy. What is wanted is one number; the timer of the
// connection below is touched only when it would fire too late. A timer that
// fires too early is set anew by whoever was blocked. As deadlines usually
// move on with every message, a busy connection touches its timer once per
// deadline, not once per message.
//
// The two rules that make this safe from any goroutine:
//   - who arms looks at the wanted deadline again afterwards, so that one set
//     meanwhile is not lost;
//   - who arms looks at the interrupt flag afterwards, and who interrupts sets
//     the flag before the deadline in the past, so that one of both is seen.

// epoch is the zero of ticks. Outside of testing/synctest differences to it
// are monotonic.
var epoch = time.Now()

// past is a deadline that has passed, by any clock.
var past = time.Unix(1, 0)

// ticks turns a time into nanoseconds since epoch, never 0.
func ticks(t time.Time) int64 {
	if d := int64(t.Sub(epoch)); d != 0 {
		return d
	}
	return 1
}

// timer is the deadline of one direction, in ticks; 0 means none.
type timer struct {
	want  atomic.Int64 // when reads (or writes) shall fail
	watch atomic.Int64 // when the watch function is due
	armed atomic.Int64 // what the connection below was told
	write bool

	interrupted atomic.Bool
	arming      sync.Mutex
}

// due returns the time for which the connection's timer should be armed.
func (t *timer) due() int64 {
	want, watch := t.want.Load(), t.watch.Load()
	if watch != 0 && (want == 0 || watch < want) {
		return watch
	}
	return want
}

// late reports whether the timer would fire later than d, or not at all.
func (t *timer) late(d int64) bool {
	armed := t.armed.Load()
	return armed == 0 || armed > d
}

// arm tells nc what is due, plus slack.
func (t *timer) arm(nc net.Conn, slack int64) {
	t.arming.Lock()
	defer t.arming.Unlock()
	for {
		due := t.due()
		var when time.Time
		if due == 0 {
			t.armed.Store(0)
		} else {
			t.armed.Store(due + slack)
			when = epoch.Add(time.Duration(due + slack))
		}
		t.set(nc, when)
		if t.due() == due {
			break
		}
	}
	if t.interrupted.Load() {
		t.set(nc, past)
	}
}

// set ignores errors: a connection that takes no deadline fails its reads and
// writes, too.
func (t *timer) set(nc net.Conn, when time.Time) {
	if t.write {
		_ = nc.SetWriteDeadline(when)
	} else {
		_ = nc.SetReadDeadline(when)
	}
}

func (t *timer) interrupt(nc net.Conn) {
	t.interrupted.Store(true)
	t.set(nc, past)
}

// resume leaves it to arm to find out what the timer should be: an interrupt
// may be setting it to the past at this very moment, and a read then finds
// that its timer has fired early.
func (t *timer) resume(nc net.Conn) {
	t.interrupted.Store(false)
	t.arm(nc, 0)
}

// SetReadDeadline sets the time after which reads fail with an error that is
// os.ErrDeadlineExceeded; zero means never. It also concerns a read that is
// already blocked.
func (c *Conn) SetReadDeadline(t time.Time) {
	if t.IsZero() {
		c.rd.want.Store(0)
		return
	}
	d := ticks(t)
	c.rd.want.Store(d)
	if c.rd.late(d) {
		c.rd.arm(c.nc, 0)
	}
}

// SetWriteDeadline sets the time after which writes fail with an error that is
// os.ErrDeadlineExceeded; zero means never. It also concerns a write that is
// already blocked, except that on TLS only an earlier deadline does. There the
// deadline may also be late by an eighth of the time to it.
func (c *Conn) SetWriteDeadline(t time.Time) {
	var d int64
	if !t.IsZero() {
		d = ticks(t)
	}
	c.wr.want.Store(d)
	if c.tls {
		c.armTLSWrite(d)
		return
	}
	if d != 0 && c.wr.late(d) {
		c.wr.arm(c.nc, 0)
	}
}

// armTLSWrite keeps the write timer of a TLS connection between the wanted
// deadline and a little later. It must never be early: crypto/tls declares the
// connection broken when a write times out.
func (c *Conn) armTLSWrite(want int64) {
	armed := c.wr.armed.Load()
	if want == 0 {
		if armed != 0 {
			c.wr.arm(c.nc, 0)
		}
		return
	}
	slack := (want - ticks(time.Now())) / 8
	if armed < want || armed > want+max(slack, 0) {
		c.wr.arm(c.nc, max(slack, 0))
	}
}

// Watch makes the reading goroutine call f whenever a read has been blocked
// for another every; an error from f ends the read and is returned as it is.
// A nil f switches it off. Reads that do not block pay nothing.
//
// The reading goroutine sets it, for reads that begin afterwards.
func (c *Conn) Watch(every time.Duration, f func() error) {
	c.watch.every, c.watch.call = every, f
	if f == nil {
		c.rd.watch.Store(0)
	}
}

// aboutToBlock starts the clock of the watch function.
func (c *Conn) aboutToBlock() {
	if c.watch.call == nil {
		return
	}
	due := ticks(time.Now()) + int64(c.watch.every)
	c.rd.watch.Store(due)
	if c.rd.late(due) {
		c.rd.arm(c.nc, 0)
	}
}

// readTimerFired decides what a fired read timer means: nil to go on reading,
// timeout when the deadline has really passed.
func (c *Conn) readTimerFired(timeout error) error {
	if c.rd.interrupted.Load() {
		c.aborted = true
		return ErrInterrupted
	}
	now := ticks(time.Now())
	if want := c.rd.want.Load(); want != 0 && now >= want {
		return timeout
	}
	if due := c.rd.watch.Load(); due != 0 && now >= due {
		if err := c.watch.call(); err != nil {
			c.aborted = true
			return err
		}
		c.rd.watch.Store(ticks(time.Now()) + int64(c.watch.every))
	}
	c.rd.arm(c.nc, 0)
	return nil
}

// writeTimerFired is its counterpart for writes.
func (c *Conn) writeTimerFired(timeout error) error {
	if c.wr.interrupted.Load() {
		return ErrInterrupted
	}
	if want := c.wr.want.Load(); c.tls || want != 0 && ticks(time.Now()) >= want {
		return timeout
	}
	c.wr.arm(c.nc, 0)
	return nil
}

// InterruptRead makes a blocked read and all later ones fail with
// ErrInterrupted, until ResumeRead. What is already buffered can still be
// consumed. Any goroutine may call it.
func (c *Conn) InterruptRead() { c.rd.interrupt(c.nc) }

// ResumeRead undoes InterruptRead; nothing was lost meanwhile.
func (c *Conn) ResumeRead() { c.rd.resume(c.nc) }

// InterruptWrite makes a blocked write and all later ones fail with
// ErrInterrupted, until ResumeWrite. A TLS connection whose write was blocked
// is broken afterwards. Any goroutine may call it.
func (c *Conn) InterruptWrite() { c.wr.interrupt(c.nc) }

// ResumeWrite undoes InterruptWrite: what was buffered goes out with the next
// Flush. Only when a large WriteBody was cut do writes keep failing.
func (c *Conn) ResumeWrite() { c.wr.resume(c.nc) }
