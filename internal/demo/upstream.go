package demo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// upstream is one server of the shop. It speaks over the sockets itself, to
// be able to do with them what broken servers do.
type upstream struct {
	addr  string // kept from the first start on
	book  *book
	stock *stock

	// asked counts the requests that arrived, by way.
	asked [ways]atomic.Int64

	mu       sync.Mutex
	listener net.Listener // nil while it is away
	conns    map[*conn]bool
	manner   manner
	idle     time.Duration // how long it keeps connections nobody uses
	lateness time.Duration // how far behind its timers are
	state    state
	answers  int // for those manners that have variants

	running sync.WaitGroup
}

// state is what an upstream is doing, for people.
type state uint8

const (
	isServing state = iota
	isHanging
	isResetting
	isBabbling
	isCutting
	isRestarting
	isCrashed
)

// conn is a connection an upstream has accepted.
type conn struct {
	nc   *net.TCPConn
	gone chan struct{} // closed when the process is killed
	busy bool          // a request is under way
	last bool          // to be closed after this answer
}

// idleTime is how long an upstream keeps a connection nobody uses. Every
// server has such a time, and these do not tell it.
const idleTime = time.Second

// comeback is how long listen tries to get its port back: while the upstream
// was away, the kernel may have lent it to an outgoing connection.
const comeback = 5 * time.Second

// start opens the upstream's port and serves it, well-behaved.
func (u *upstream) start() error {
	l, err := u.listen()
	if err != nil {
		return fmt.Errorf("an upstream of the demo cannot listen: %w", err)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.addr, u.listener = l.Addr().String(), l
	u.manner, u.lateness, u.state = serving, 0, isServing
	if u.conns == nil {
		u.conns = make(map[*conn]bool)
	}
	u.running.Go(func() { u.accept(l) })
	return nil
}

// listen opens any port the first time, and always the same afterwards. It is
// not to be interrupted: who ends the demo wants the port back too.
func (u *upstream) listen() (net.Listener, error) {
	ctx, cancel := context.WithTimeout(context.Background(), comeback)
	defer cancel()
	var lc net.ListenConfig
	if u.addr == "" {
		return lc.Listen(ctx, "tcp", "127.0.0.1:0")
	}
	for {
		l, err := lc.Listen(ctx, "tcp", u.addr)
		if !errors.Is(err, syscall.EADDRINUSE) || ctx.Err() != nil {
			return l, err
		}
		pause(ctx, 2*beat)
	}
}

func (u *upstream) accept(l net.Listener) {
	for {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		c := &conn{nc: nc.(*net.TCPConn), gone: make(chan struct{})}
		u.mu.Lock()
		if u.listener != l { // gone meanwhile, and so is what it accepted
			u.mu.Unlock()
			c.reset()
			return
		}
		u.conns[c] = true
		u.running.Go(func() { u.talk(c) })
		u.mu.Unlock()
	}
}

// behave changes how requests are treated from now on.
func (u *upstream) behave(m manner) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.manner, u.state = m, m.state()
}

// lag makes the upstream's timers late by d, as those of an event loop are
// that has much to do.
func (u *upstream) lag(d time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.lateness = d
}

// kill is kill -9: the port is closed, and connections end by a reset.
func (u *upstream) kill() {
	u.leave(isCrashed, func(c *conn) {
		c.reset()
		close(c.gone)
		delete(u.conns, c)
	})
}

// stop is what a good server does on SIGTERM: requests under way are
// answered, idle connections closed, new ones not taken.
func (u *upstream) stop() {
	u.leave(isRestarting, func(c *conn) {
		c.last = true
		if !c.busy {
			c.nc.Close()
		}
	})
}

func (u *upstream) leave(s state, each func(c *conn)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.listener != nil {
		u.listener.Close()
		u.listener = nil
	}
	u.state = s
	for c := range u.conns {
		each(c)
	}
}

// close ends the upstream for good.
func (u *upstream) close() {
	u.kill()
	u.running.Wait()
}

func (u *upstream) now() state {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.state
}

// reset ends a connection so that the peer gets a RST.
func (c *conn) reset() {
	c.nc.SetLinger(0)
	c.nc.Close()
}

// talk serves one connection.
func (u *upstream) talk(c *conn) {
	defer u.forget(c)
	br := bufio.NewReader(c.nc)
	for {
		if !u.await(c, br) || !u.begin(c) {
			return
		}
		req, err := http.ReadRequest(br)
		if err != nil {
			return
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		again := u.treat(c, req, body)
		if !u.done(c) || !again {
			return
		}
	}
}

// await waits for a request, but not for ever. An upstream whose timers are
// behind has decided to close the connection and looks at it no more: a
// request that arrives until it does is lost unread.
func (u *upstream) await(c *conn, br *bufio.Reader) bool {
	u.mu.Lock()
	idle := u.idle
	u.mu.Unlock()
	c.nc.SetReadDeadline(time.Now().Add(idle))
	_, err := br.Peek(1)
	if err == nil {
		c.nc.SetReadDeadline(time.Time{})
		return true
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		u.mu.Lock()
		late := u.lateness
		u.mu.Unlock()
		c.live(late)
	}
	return false
}

func (u *upstream) begin(c *conn) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	c.busy = true
	return !c.last
}

func (u *upstream) done(c *conn) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	c.busy = false
	return !c.last
}

func (u *upstream) forget(c *conn) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.conns, c)
	c.nc.Close()
}
