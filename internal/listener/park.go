package listener

import (
	"container/heap"
	"net"
	"time"
)

// A connection that has been idle for a while is parked: its goroutine, its
// conn and all they hold are given up, and one goroutine of the server watches
// the sockets of all parked connections. What is left is the net.Conn and a
// few words. With bytes to read, an end by the client, or a reason to end it,
// the connection gets a conn and a goroutine again.
//
// The rule that keeps this free of races: a connection is either in
// Server.conns or in the lot and moves between them under Server.mu, and only
// whoever moves it may touch its socket.

const (
	// sweepEvery is how often the server looks for connections to park and
	// for parked ones whose time is over.
	sweepEvery = time.Second
	// parkAfter is how many sweeps in a row must find a connection idle, on
	// the same wait. Parking and coming back costs as much as half a request,
	// so whoever asks every second must never be parked.
	parkAfter = 5
	// atOnce is how many connections are taken out of the lot without
	// letting newcomers through in between.
	atOnce = 128
)

// parked is a connection without a goroutine.
type parked struct {
	nc    net.Conn
	until time.Time // when its idle time ends
	tag   uint64    // by which the watcher knows it; never used twice
	at    int       // in lot.due
}

// lot is where the parked connections are. Server.mu guards it.
type lot struct {
	watcher *watcher // nil until there is a connection to park
	closed  bool     // or never opened: nobody can be parked
	done    chan struct{}

	tag   uint64 // the last one given
	byTag map[uint64]*parked
	due   dueHeap
}

func (l *lot) len() int { return len(l.due) }

// first returns the connection whose time ends first, nil if there is none.
func (l *lot) first() *parked {
	if len(l.due) == 0 {
		return nil
	}
	return l.due[0]
}

// enter takes in a connection; an error means that it cannot be watched.
func (l *lot) enter(nc net.Conn, until time.Time) error {
	l.tag++
	p := &parked{nc: nc, until: until, tag: l.tag}
	if err := l.watcher.add(nc, p.tag); err != nil {
		return err
	}
	if l.byTag == nil {
		l.byTag = make(map[uint64]*parked)
	}
	l.byTag[p.tag] = p
	heap.Push(&l.due, p)
	return nil
}

// exit lets a connection out.
func (l *lot) exit(p *parked) {
	l.watcher.remove(p.nc)
	delete(l.byTag, p.tag)
	heap.Remove(&l.due, p.at)
}

// hasRoomFor reports whether a connection can be parked. The first that can
// opens the lot. s.mu is held.
func (s *Server) hasRoomFor(nc net.Conn) bool {
	switch nc.(type) {
	case *net.TCPConn, *net.UnixConn:
	default:
		// What encrypts or is no socket at all may have bytes to read that
		// no look at a socket shows.
		return false
	}
	l := &s.lot
	if l.watcher == nil && !l.closed {
		w, err := newWatcher()
		if err != nil {
			s.log().Debug("idle connections keep their goroutines", "error", err)
			l.closed = true
			return false
		}
		l.watcher, l.done = w, make(chan struct{})
		go s.watchLot(w)
	}
	return !l.closed
}

// park moves an idle connection to the lot and reports whether it did: then
// the caller, the connection's goroutine, touches the socket no more.
func (s *Server) park(c *conn, until time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lot.closed || s.draining.Load() {
		return false
	}
	nc := c.h1.NetConn()
	if err := s.lot.enter(nc, until); err != nil {
		s.log().Debug("cannot park a connection for now", "error", err)
		return false
	}
	// The lot keeps the time itself, without a timer per connection. A
	// connection that takes no deadline fails when it is next used.
	_ = nc.SetDeadline(time.Time{})
	delete(s.conns, c)
	return true
}

// unpark gives a parked connection a goroutine again. When it is overdue that
// only serves what has arrived. s.mu is held.
func (s *Server) unpark(p *parked, overdue bool) *conn {
	s.lot.exit(p)
	// Bytes that arrived just after the idle time are still read.
	c := newConn(s, p.nc, max(time.Until(p.until), sweepEvery))
	c.overdue, c.parkable = overdue, true
	s.conns[c] = struct{}{}
	s.wg.Add(1)
	go c.serve(s.cutCtx)
	return c
}

// watchLot wakes parked connections and sweeps, until the lot is closed.
func (s *Server) watchLot(w *watcher) {
	defer close(s.lot.done)
	tags := make([]uint64, atOnce)
	next := time.Now().Add(sweepEvery)
	for {
		n, err := w.wait(next, tags)
		if err != nil {
			s.abandonLot()
			return
		}
		s.wake(tags[:n])
		if now := time.Now(); !now.Before(next) {
			s.sweep(now)
			next = now.Add(sweepEvery)
		}
	}
}

// wake gives the connections with these tags a goroutine again.
func (s *Server) wake(tags []uint64) {
	if len(tags) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, tag := range tags {
		// One that left meanwhile has no tag any more.
		if p := s.lot.byTag[tag]; p != nil {
			s.unpark(p, false)
		}
	}
}

// sweep ends parked connections whose time is over, and asks those to park
// that have been idle for long enough.
func (s *Server) sweep(now time.Time) {
	for s.endOverdue(now) {
	}
	var quiet []*conn
	s.mu.Lock()
	for c := range s.conns {
		if c.parkable && c.noteIdle() {
			quiet = append(quiet, c)
		}
	}
	s.mu.Unlock()
	// They will all want the lock.
	for _, c := range quiet {
		c.askToPark()
	}
}

// endOverdue ends some of the parked connections whose time is over, and
// reports whether there may be more.
func (s *Server) endOverdue(now time.Time) (more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range atOnce {
		p := s.lot.first()
		if p == nil || now.Before(p.until) {
			return false
		}
		s.unpark(p, true)
	}
	return true
}

// noteIdle counts a sweep of an idle connection and reports whether there
// have been enough.
func (c *conn) noteIdle() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != idle {
		return false
	}
	c.seen++
	return c.seen >= parkAfter
}

// askToPark wakes the goroutine of a connection for the last time, unless
// something else has: then seen begins anew.
func (c *conn) askToPark() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == idle && c.seen >= parkAfter {
		c.state = parking
		c.h1.InterruptRead()
	}
}

// abandonLot leaves nobody behind when nobody watches any more: after
// Shutdown the lot is empty, and everything else is a fault of the system.
func (s *Server) abandonLot() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lot.closed = true
	for p := s.lot.first(); p != nil; p = s.lot.first() {
		s.unpark(p, false)
	}
}

// closeLot ends the watching goroutine and waits for it.
func (s *Server) closeLot() {
	s.mu.Lock()
	w := s.lot.watcher
	s.lot.closed = true
	s.mu.Unlock()
	if w != nil {
		w.close()
		<-s.lot.done
	}
}

// dueHeap orders parked connections by the time at which they end.
type dueHeap []*parked

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].until.Before(h[j].until) }

func (h dueHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].at, h[j].at = i, j
}

// Push implements heap.Interface.
func (h *dueHeap) Push(x any) {
	p := x.(*parked)
	p.at = len(*h)
	*h = append(*h, p)
}

// Pop implements heap.Interface.
func (h *dueHeap) Pop() any {
	last := len(*h) - 1
	p := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return p
}
