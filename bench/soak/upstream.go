package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"
)

// upstream is one server of the application: two addresses, the same port, so
// that a name can be moved from one to the other.
type upstream struct {
	number int
	port   int // kept from the first start on
	stock  *stock
	book   *book

	mu        sync.Mutex
	listeners []net.Listener // none while it is away
	conns     map[*conn]bool
	manner    manner

	running sync.WaitGroup
}

// conn is a connection an upstream has accepted.
type conn struct {
	*upstream
	nc     *net.TCPConn
	br     *bufio.Reader
	gone   chan struct{} // closed when the upstream is killed
	busy   bool          // a request is under way; guarded by upstream.mu
	last   bool          // to be closed after this answer; guarded by upstream.mu
	served int
}

// homes are the addresses every upstream listens at.
func homes() []string { return []string{"127.0.0.1", "127.0.0.2"} }

func (u *upstream) addr() string { return fmt.Sprintf("%s:%d", homes()[0], u.port) }

// start opens the port and serves it, well-behaved.
func (u *upstream) start() error {
	ls, err := u.listen()
	if err != nil {
		return fmt.Errorf("an upstream cannot listen: %w", err)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.port = ls[0].Addr().(*net.TCPAddr).Port
	u.listeners, u.manner = ls, manner{}
	if u.conns == nil {
		u.conns = make(map[*conn]bool)
	}
	for _, l := range ls {
		u.running.Go(func() { u.accept(l) })
	}
	return nil
}

// listen opens any port the first time, and always the same afterwards: while
// the upstream was away, the kernel may have lent it to a connection.
func (u *upstream) listen() ([]net.Listener, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var lc net.ListenConfig
	for {
		var ls []net.Listener
		var err error
		port := u.port
		for _, home := range homes() {
			var l net.Listener
			if l, err = lc.Listen(ctx, "tcp", fmt.Sprintf("%s:%d", home, port)); err != nil {
				break
			}
			ls = append(ls, l)
			port = l.Addr().(*net.TCPAddr).Port
		}
		if err == nil {
			return ls, nil
		}
		for _, l := range ls {
			l.Close()
		}
		if !errors.Is(err, syscall.EADDRINUSE) || ctx.Err() != nil {
			return nil, err
		}
		pause(ctx, 10*time.Millisecond)
	}
}

func (u *upstream) accept(l net.Listener) {
	for {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		c := &conn{upstream: u, nc: nc.(*net.TCPConn), br: bufio.NewReader(nc), gone: make(chan struct{})}
		u.mu.Lock()
		if len(u.listeners) == 0 { // gone meanwhile, and so is what it accepted
			u.mu.Unlock()
			c.reset()
			return
		}
		u.conns[c] = true
		u.running.Go(c.talk)
		u.mu.Unlock()
	}
}

// behave changes how requests are treated from now on.
func (u *upstream) behave(m manner) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.manner = m
}

// kill is kill -9: the port is closed, and connections end by a reset.
func (u *upstream) kill() {
	u.leave(func(c *conn) {
		c.reset()
		close(c.gone)
		delete(u.conns, c)
	})
}

// stop is what a good server does on SIGTERM: requests under way are
// answered, idle connections closed, new ones not taken.
func (u *upstream) stop() {
	u.leave(func(c *conn) {
		c.last = true
		if !c.busy {
			c.nc.Close()
		}
	})
}

func (u *upstream) leave(each func(c *conn)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, l := range u.listeners {
		l.Close()
	}
	u.listeners = nil
	for c := range u.conns {
		each(c)
	}
}

// close ends the upstream for good.
func (u *upstream) close() {
	u.kill()
	u.running.Wait()
}

// reset ends a connection so that the peer gets a RST.
func (c *conn) reset() {
	c.nc.SetLinger(0)
	c.nc.Close()
}

// talk serves one connection to its end.
func (c *conn) talk() {
	defer func() {
		c.mu.Lock()
		delete(c.conns, c)
		c.mu.Unlock()
		c.nc.Close()
	}()
	for c.next() {
	}
}

// idleTime is how long an upstream keeps a connection nobody uses. It is
// short, so that a quiet moment sees all of them closed.
const idleTime = 600 * time.Millisecond

// next serves one request; false ends the connection.
func (c *conn) next() bool {
	idle := c.current().idle
	if idle == 0 {
		idle = idleTime
	}
	c.nc.SetReadDeadline(time.Now().Add(idle))
	_, err := c.br.Peek(1)
	if c.current().deaf {
		c.live(time.Minute)
		return false
	}
	if err != nil || !c.begin() {
		return false
	}
	defer c.setBusy(false)
	// Slow uploads are slow for a reason, stuck ones are not waited for.
	c.nc.SetReadDeadline(time.Now().Add(20 * time.Second))
	req, err := http.ReadRequest(c.br)
	if err != nil {
		return false
	}
	again := c.treat(req)
	c.served++
	return again && !c.isLast()
}

func (c *conn) current() manner {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.manner
}

// begin marks the connection busy, unless it is to end.
func (c *conn) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = true
	return !c.last
}

func (c *conn) setBusy(busy bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = busy
}

func (c *conn) isLast() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// live waits for d and reports whether the upstream still lives.
func (c *conn) live(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c.gone:
		return false
	case <-t.C:
		return true
	}
}
