package listener

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"torwart/internal/http1"
)

// Server serves connections on any number of listeners. Fill the exported
// fields before Serve.
type Server struct {
	// Handler answers; required.
	Handler Handler
	// Log receives what concerns the server itself; nil discards.
	Log *slog.Logger
	// Meter counts connections; nil: nobody does.
	Meter Meter

	bounds atomic.Pointer[Bounds]
	// cut ends the context of all exchanges when Shutdown has run out of
	// time.
	cut      func()
	cutCtx   context.Context
	draining atomic.Bool
	wg       sync.WaitGroup // the goroutines of connections

	// mu guards what follows. A conn's own lock may be taken under it.
	mu      sync.Mutex
	conns   map[*conn]struct{} // those with a goroutine
	evicted int                // of conns; their places have been given away
	lot     lot                // the others
}

// Meter counts the connections that are open.
type Meter interface {
	Opened()
	Closed()
}

// Bounds are what one client may take. Zero fields mean the default.
type Bounds struct {
	// Limits bound a request's head.
	Limits http1.Limits
	// Head is how long a client may take from the first byte of a head to
	// its last, and on a new connection to the first byte; 0 means
	// DefaultHeadTimeout.
	Head time.Duration
	// Idle is how long a kept connection waits for the next request, and the
	// longest silence in a body; 0 means DefaultIdleTimeout.
	Idle time.Duration
	// Conns bounds the connections; 0 means no bound. At the bound, idle
	// connections make room for new ones; where none is idle, the newcomer
	// gets 503 and is closed.
	Conns int
}

// The defaults of Bounds.
const (
	DefaultHeadTimeout = 20 * time.Second
	DefaultIdleTimeout = 75 * time.Second
)

// SetBounds changes the bounds, also while serving: they hold for the next
// wait and the next request of every connection.
func (s *Server) SetBounds(b Bounds) {
	if b.Head == 0 {
		b.Head = DefaultHeadTimeout
	}
	if b.Idle == 0 {
		b.Idle = DefaultIdleTimeout
	}
	s.bounds.Store(&b)
}

// limits returns the bounds in force.
func (s *Server) limits() *Bounds {
	if b := s.bounds.Load(); b != nil {
		return b
	}
	s.SetBounds(Bounds{})
	return s.bounds.Load()
}

// acceptRetry bounds how long Serve waits after accept failed for want of
// something that may come back, such as descriptors.
const acceptRetry = 500 * time.Millisecond

// Serve accepts from l until l is closed or ctx ends; it closes l. It returns
// nil then, else the error that made accepting impossible. Connections live
// on: end them with Shutdown.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	defer l.Close()
	delay := 5 * time.Millisecond
	for {
		nc, err := l.Accept()
		switch {
		case err == nil:
			delay = 5 * time.Millisecond
			s.start(ctx, nc)
		case errors.Is(err, net.ErrClosed) || ctx.Err() != nil:
			return nil
		case isTransient(err):
			s.log().Warn("cannot accept connections for now", "error", err, "retry", delay)
			select {
			case <-time.After(delay):
			case <-ctx.Done():
			}
			delay = min(delay*2, acceptRetry)
		default:
			return err
		}
	}
}

// isTransient reports whether accepting may work again later.
func isTransient(err error) bool {
	for _, e := range []error{
		syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM,
		syscall.ECONNABORTED, syscall.EINTR, syscall.ECONNRESET,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// start gives the connection its goroutine.
func (s *Server) start(ctx context.Context, nc net.Conn) {
	c := newConn(s, nc, s.limits().Head)
	s.mu.Lock()
	if s.conns == nil {
		s.conns = make(map[*conn]struct{})
		// The exchanges outlive the accept loop: draining must not cancel
		// them.
		s.cutCtx, s.cut = context.WithCancel(context.WithoutCancel(ctx))
	}
	bound := s.limits().Conns
	full := bound > 0 && s.open() >= bound && !s.evictIdle()
	refuse := full || s.draining.Load()
	if !refuse {
		c.parkable = s.hasRoomFor(nc)
		s.conns[c] = struct{}{}
		s.wg.Add(1)
	}
	s.mu.Unlock()
	if refuse {
		c.refuse()
		return
	}
	if s.Meter != nil {
		s.Meter.Opened()
	}
	go c.serve(s.cutCtx)
}

// evictIdle asks one idle connection to end, a parked one first: of those it
// is the one that would end soonest anyway. s.mu is held.
func (s *Server) evictIdle() bool {
	if p := s.lot.first(); p != nil {
		s.evict(s.unpark(p, true))
		return true
	}
	for c := range s.conns {
		if c.endIfIdle() {
			s.evict(c)
			return true
		}
	}
	return false
}

// evict gives away the place of a connection that was asked to end; s.mu is
// held.
func (s *Server) evict(c *conn) {
	c.evicted = true
	s.evicted++
}

func (s *Server) forget(c *conn) {
	if s.Meter != nil {
		s.Meter.Closed()
	}
	s.mu.Lock()
	delete(s.conns, c)
	if c.evicted {
		s.evicted--
	}
	s.mu.Unlock()
}

// Conns returns how many connections are open.
func (s *Server) Conns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open()
}

// open returns how many places are taken; s.mu is held.
func (s *Server) open() int { return len(s.conns) - s.evicted + s.lot.len() }

// Shutdown ends idle connections now and the others after the exchange they
// are in, and waits for all of them. When ctx ends first, it cuts what is
// left and returns ctx's error. The caller has closed the listeners.
func (s *Server) Shutdown(ctx context.Context) error {
	s.draining.Store(true)
	s.mu.Lock()
	for c := range s.conns {
		c.endIfIdle()
	}
	for p := s.lot.first(); p != nil; p = s.lot.first() {
		s.unpark(p, true)
	}
	s.mu.Unlock()
	defer s.closeLot()
	done := make(chan struct{})
	go func() { s.wg.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	if s.cut != nil {
		s.cut()
	}
	for c := range s.conns {
		c.h1.Close()
	}
	s.mu.Unlock()
	<-done
	return ctx.Err()
}

func (s *Server) log() *slog.Logger {
	if s.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Log
}
