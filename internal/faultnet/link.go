package faultnet

import (
	"net"
	"sync"
	"syscall"
	"time"
)

// The ends of a link, and the flows that leave them.
const (
	dialer = 0
	server = 1
)

// link is a connection: two ends and the flows between. Everything in it is
// guarded by the network's lock.
type link struct {
	n    *Network
	site *site
	cond *sync.Cond
	ends [2]*Conn
	// flows are the bytes that left ends[i].
	flows [2]flow
	// turns is how many turns the dialer began; answered is set once the
	// server sent something in the present one.
	turns    int
	answered bool
	// active is when the last byte was taken; idle waits for Faults.Idle.
	active time.Time
	idle   *time.Timer
}

// flow is one direction of a link.
type flow struct {
	buf []byte
	// taken is how many bytes the receiving side's kernel has acknowledged.
	taken int64
	// fin is set when the sender closed its direction.
	fin bool
	// next is when the next portion of a trickle becomes readable, and drip
	// wakes the reader then.
	next time.Time
	drip *time.Timer
}

// newLink connects a dialer to a site; n.mu is held.
func newLink(n *Network, s *site, to net.Addr) *link {
	l := &link{n: n, site: s, cond: sync.NewCond(&n.mu), active: time.Now()}
	var from net.Addr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: n.port()}
	if to.Network() == "unix" {
		from = &net.UnixAddr{Net: "unix"}
	}
	l.ends[dialer] = &Conn{link: l, side: dialer, local: from, remote: to}
	l.ends[server] = &Conn{link: l, side: server, local: to, remote: from}
	s.links[l] = struct{}{}
	return l
}

// faultsOf returns the flow faults of the direction that leaves side.
func (l *link) faultsOf(side int) Flow {
	if side == dialer {
		return l.site.faults.Request
	}
	return l.site.faults.Response
}

// end ends the connection from the server's side, by no act of the program
// that holds it.
func (l *link) end(how End) {
	switch how {
	case RST:
		l.ends[dialer].receiveReset()
		l.ends[server].receiveReset()
	case FIN:
		// The server's end is gone as after close: what the dialer still sends
		// is answered by RST.
		l.flows[server].fin = true
		l.ends[server].gone = true
	}
	l.cond.Broadcast()
}

// begin notes that side is about to send, and reports whether the connection
// ended over it.
func (l *link) begin(side int) (ended bool) {
	if side == server {
		l.answered = true
		return false
	}
	if l.turns > 0 && !l.answered {
		return false
	}
	if r := l.site.faults.Reuse; r.End != None && l.turns >= max(r.After, 1) {
		l.end(r.End)
		return true
	}
	l.turns++
	l.answered = false
	return false
}

// watchIdle starts, moves or stops the idle timer.
func (l *link) watchIdle() {
	if l.idle != nil {
		l.idle.Stop()
		l.idle = nil
	}
	d := l.site.faults.Idle
	if d <= 0 || !l.answered || l.dead() {
		return
	}
	l.idle = time.AfterFunc(time.Until(l.active.Add(d)), func() {
		l.n.mu.Lock()
		defer l.n.mu.Unlock()
		d := l.site.faults.Idle
		if d > 0 && l.answered && time.Since(l.active) >= d {
			l.end(FIN)
		}
	})
}

// dead reports whether the connection is over for one of its ends.
func (l *link) dead() bool {
	for _, c := range l.ends {
		if c.closed || c.gone {
			return true
		}
	}
	return false
}

// forget drops the link once it is over for both ends.
func (l *link) forget() {
	s := l.ends[server]
	if l.ends[dialer].closed && (s.closed || s.gone || s.reset) {
		delete(l.site.links, l)
	}
	if l.dead() && l.idle != nil {
		l.idle.Stop()
	}
}

// put lets side send as much of p as there is room for, and returns how much
// was taken off its hands: what a fault swallows counts, as the sender's
// kernel took it.
func (l *link) put(side int, p []byte) int {
	f := &l.flows[side]
	room := orDefault(l.n.BufferSize, DefaultBufferSize) - len(f.buf)
	n := min(len(p), room)
	if n <= 0 {
		return 0
	}
	pass := int64(n)
	cut := l.faultsOf(side)
	switch {
	case l.begin(side):
		pass = 0
	case cut.End != None:
		pass = max(min(pass, cut.After-f.taken), 0)
	}
	f.buf = append(f.buf, p[:pass]...)
	f.taken += pass
	l.active = time.Now()
	l.watchIdle()
	if cut.End != None && f.taken >= cut.After {
		l.end(cut.End)
	}
	if pass < int64(n) && l.ends[1-side].gone {
		l.ends[side].receiveReset() // the answer to bytes for a closed socket
	}
	l.cond.Broadcast()
	return n
}

// readable returns how many bytes side may read now, and whether it has to
// wait for more although bytes are there.
func (l *link) readable(side int) (n int, wait bool) {
	f := &l.flows[1-side]
	if l.stalled(side) {
		return 0, true
	}
	n = len(f.buf)
	pace := l.faultsOf(1 - side)
	if n == 0 || pace.Every <= 0 {
		return n, false
	}
	now := time.Now()
	if now.Before(f.next) {
		if f.drip != nil {
			f.drip.Stop()
		}
		f.drip = time.AfterFunc(f.next.Sub(now), l.wake)
		return 0, true
	}
	return min(n, max(pace.Bytes, 1)), false
}

// get lets side read n bytes into p.
func (l *link) get(side int, p []byte, n int) int {
	f := &l.flows[1-side]
	n = copy(p, f.buf[:n])
	if f.buf = f.buf[n:]; len(f.buf) == 0 {
		f.buf = nil
	}
	if pace := l.faultsOf(1 - side); pace.Every > 0 {
		f.next = time.Now().Add(pace.Every)
	}
	l.cond.Broadcast()
	return n
}

// stalled reports whether nothing is delivered to side. What a reset left
// behind is delivered always.
func (l *link) stalled(side int) bool {
	return l.site.faults.Stall && !l.ends[side].reset
}

func (l *link) wake() {
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	l.cond.Broadcast()
}

// resetError is what a socket in c's state reports after RST (tcp_reset in
// Linux): EPIPE when the peer had closed its direction before, else
// ECONNRESET.
func (c *Conn) resetError() syscall.Errno {
	if c.link.flows[1-c.side].fin {
		return syscall.EPIPE
	}
	return syscall.ECONNRESET
}
