package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"
)

// endpoint is one instance of the application: a listener and its
// connections, which it treats as its manner says.
type endpoint struct {
	number  int
	addr    string // kept from the first start on
	content *content
	journal *journal

	mu       sync.Mutex
	listener net.Listener // nil while it is away
	conns    map[*conn]bool
	manner   manner
	leaving  bool // answers carry Connection: close

	trap *trap

	running sync.WaitGroup
}

// conn is a connection an endpoint has accepted.
type conn struct {
	*endpoint
	nc     *net.TCPConn
	br     *bufio.Reader
	served int           // answers so far
	gone   chan struct{} // closed when the endpoint is killed
	busy   bool          // a request is under way; guarded by endpoint.mu
}

// start opens the port and serves it.
func (e *endpoint) start() error {
	l, err := e.listen()
	if err != nil {
		return fmt.Errorf("an upstream cannot listen: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.addr, e.listener, e.leaving = l.Addr().String(), l, false
	if e.conns == nil {
		e.conns = make(map[*conn]bool)
	}
	e.running.Go(func() { e.accept(l) })
	return nil
}

// listen opens any port the first time, and the same one afterwards: the
// kernel may have lent it to an outgoing connection meanwhile.
func (e *endpoint) listen() (net.Listener, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var lc net.ListenConfig
	if e.addr == "" {
		return lc.Listen(ctx, "tcp", "127.0.0.1:0")
	}
	for {
		l, err := lc.Listen(ctx, "tcp", e.addr)
		if !errors.Is(err, syscall.EADDRINUSE) || ctx.Err() != nil {
			return l, err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (e *endpoint) accept(l net.Listener) {
	for {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		c := &conn{endpoint: e, nc: nc.(*net.TCPConn), br: bufio.NewReaderSize(nc, 16<<10), gone: make(chan struct{})}
		e.mu.Lock()
		if e.listener != l { // gone meanwhile, and so is what it accepted
			e.mu.Unlock()
			c.reset()
			return
		}
		e.conns[c] = true
		e.running.Go(c.talk)
		e.mu.Unlock()
	}
}

// turn changes how connections are treated from now on; existing ones notice
// at their next request.
func (e *endpoint) turn(m manner) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.manner = m
}

// hangUp closes all idle connections in good order.
func (e *endpoint) hangUp() {
	e.journal.dropped()
	e.mu.Lock()
	defer e.mu.Unlock()
	for c := range e.conns {
		if !c.busy {
			c.nc.Close()
		}
	}
}

// kill is kill -9: the port is closed, and connections end by a reset.
func (e *endpoint) kill() {
	e.journal.dropped()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closeListener()
	for c := range e.conns {
		c.reset()
		close(c.gone)
		delete(e.conns, c)
	}
	e.journal.dropped()
}

// lameDuck is how long a server that ends in good order goes on serving with
// Connection: close before it closes its port.
const lameDuck = 50 * time.Millisecond

// stop is what a good server does on SIGTERM.
func (e *endpoint) stop() {
	e.mu.Lock()
	e.leaving = true
	e.mu.Unlock()
	time.Sleep(lameDuck)
	e.mu.Lock()
	e.closeListener()
	e.mu.Unlock()
	e.hangUp()
}

func (e *endpoint) closeListener() {
	if e.listener != nil {
		e.listener.Close()
		e.listener = nil
	}
}

// close ends the endpoint for good.
func (e *endpoint) close() {
	e.kill()
	e.running.Wait()
}

// reset ends a connection so that the peer gets a RST.
func (c *conn) reset() {
	c.nc.SetLinger(0)
	c.nc.Close()
}

// current returns the manner that holds now.
func (e *endpoint) current() manner {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.manner
}

func (e *endpoint) isLeaving() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.leaving
}

func (c *conn) setBusy(busy bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = busy
}

// wait waits until the endpoint is killed, or for d if that is sooner.
func (c *conn) wait(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c.gone:
	case <-t.C:
	}
}

// talk serves one connection to its end.
func (c *conn) talk() {
	defer func() {
		c.mu.Lock()
		delete(c.conns, c)
		c.mu.Unlock()
		c.nc.Close()
	}()
	if m := c.current(); m.accepted != nil {
		m.accepted(c)
		return
	}
	for c.next() {
	}
}

// next serves one request; false ends the connection.
func (c *conn) next() bool {
	if idle := c.current().idle; idle > 0 && c.served > 0 {
		c.nc.SetReadDeadline(time.Now().Add(idle))
	}
	if _, err := c.br.Peek(1); err != nil {
		return false
	}
	c.nc.SetReadDeadline(time.Time{})
	c.setBusy(true)
	defer c.setBusy(false)
	c.trap.spring(c.endpoint)
	m := c.current()
	if m.unread != nil {
		m.unread(c)
		return false
	}
	a, ok := c.ask(m)
	if !ok {
		return false
	}
	answer := honest
	if m.answer != nil && (!a.health || m.sick) {
		answer = m.answer
	}
	again := answer(c, a) && !a.last
	c.served++
	return again
}

// trap waits for the next endpoint that gets a request.
type trap struct {
	mu  sync.Mutex
	set func(*endpoint)
}

// arm makes spring happen to the next endpoint that gets a request, before it
// is read: so no gateway is spared a fault because it has favourites.
func (t *trap) arm(spring func(*endpoint)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.set = spring
}

func (t *trap) spring(e *endpoint) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.set != nil {
		t.set(e)
		t.set = nil
	}
}
