package upstream

import (
	"context"
	"crypto/tls"
	"sync"
	"sync/atomic"
	"time"

	"torwart/internal/traffic"
)

// Endpoint is one server, with the idle connections kept to it. Fill the
// exported fields before first use and leave them alone afterwards.
// Safe for concurrent use.
type Endpoint struct {
	Address Address
	// Dialer opens connections; nil means a *net.Dialer.
	Dialer Dialer
	// Resolver finds addresses; nil means the system's.
	Resolver Resolver
	// TLS configures https; nil means the system's roots and the URL's host.
	TLS *tls.Config
	// ConnectTimeout covers name, connection and TLS; 0 means none.
	ConnectTimeout time.Duration
	// IdleTimeout is the longest a kept connection may be idle and still be
	// reused; 0 means DefaultIdleTimeout. Less when the endpoint is known,
	// or until it is known, to close sooner.
	IdleTimeout time.Duration
	// MaxIdle is how many connections are kept; 0 means DefaultMaxIdle.
	MaxIdle int

	keepAlive keepAlive
	keptFor   atomic.Int64 // learned limit for reuse in nanoseconds, 0 none
	looked    atomic.Int64 // when Watch looked last, unix nanoseconds
	wary      atomic.Int64 // until then every connection is looked at; unix nanoseconds

	mu     sync.Mutex
	idle   []*Conn // oldest first; taken from the end
	closed bool
}

// DefaultIdleTimeout holds for endpoints whose idle timeout is not known yet.
// It stays below those commonly met (Node.js and uvicorn close after 5 s),
// because reusing a connection its server is just closing is the most frequent
// cause of a 502.
const DefaultIdleTimeout = 4 * time.Second

// WatchEvery is how often Watch is to be called.
const WatchEvery = 100 * time.Millisecond

// DefaultMaxIdle bounds the connections kept to one endpoint.
const DefaultMaxIdle = 512

// An idle connection younger than freshAge is as good as new: no server
// closes it that soon. Older ones are looked at before they are used.
const freshAge = 100 * time.Millisecond

// A request that must not be sent twice takes no connection older than
// carefulAge, and none older than freshAge from an endpoint whose idle timeout
// is not known yet.
const carefulAge = time.Second

// Care says how much a request has to lose from a connection that was idle.
type Care uint8

// The degrees of care.
const (
	// AnyConn takes what is there: the request can be sent again.
	AnyConn Care = iota
	// RecentConn takes only a connection used a moment ago and seen alive,
	// or a fresh one: the request must not be sent twice.
	RecentConn
	// FreshConn dials: a kept connection has just failed this exchange.
	FreshConn
)

// Take returns a connection for one attempt, kept or new, and notes on att
// which. att.Start must be set. A new connection must stand before deadline,
// if that is not zero. The error is a *cause.Error of tier P0.
func (e *Endpoint) Take(ctx context.Context, att *traffic.Attempt, care Care, deadline time.Time) (*Conn, error) {
	att.Endpoint = e.Address.URL
	if care != FreshConn {
		if c := e.takeIdle(att.Start, care); c != nil {
			att.Reused, att.Served = true, c.served
			att.IdleAge = max(0, att.Start.Sub(c.idleSince))
			att.Local, att.Remote, att.TLS = c.local, c.remote, c.tlsName
			c.begin()
			return c, nil
		}
	}
	c, err := e.dial(ctx, att, deadline)
	if err != nil {
		return nil, err
	}
	c.begin()
	return c, nil
}

// takeIdle returns the most recently used idle connection fit for care.
func (e *Endpoint) takeIdle(now time.Time, care Care) *Conn {
	limit := e.kept()
	switch {
	case care != RecentConn:
	case e.keptFor.Load() == 0:
		limit = min(limit, freshAge) // its idle timeout is not known yet
	default:
		limit = min(limit, carefulAge)
	}
	for {
		c, age := e.popIdle(now, limit)
		if c == nil || age < freshAge && care == AnyConn && now.UnixNano() >= e.wary.Load() {
			return c
		}
		end, pending := c.Ended()
		if end == traffic.EndNone && !pending {
			return c
		}
		if end == traffic.EndFIN {
			if age < freshAge {
				e.wary.Store(now.Add(waryTime).UnixNano())
			}
			e.learnClose(e.aliveAt(c, now))
		}
		c.Close()
	}
}

// aliveAt returns the age at which an idle connection was last seen alive,
// which is the safe bound for an idle timeout: its end was seen only later.
func (e *Endpoint) aliveAt(c *Conn, now time.Time) time.Duration {
	if looked := e.looked.Load(); looked != 0 {
		now = time.Unix(0, looked)
	}
	return max(0, now.Sub(c.idleSince))
}

// popIdle takes the most recently used idle connection, if it has been idle
// for less than limit, and tells for how long.
func (e *Endpoint) popIdle(now time.Time, limit time.Duration) (*Conn, time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := len(e.idle)
	if n == 0 {
		return nil, 0
	}
	c := e.idle[n-1]
	age := now.Sub(c.idleSince)
	if age >= limit {
		return nil, 0
	}
	e.idle[n-1] = nil
	e.idle = e.idle[:n-1]
	return c, age
}

// put keeps c for the next attempt, or closes it when there is no room.
func (e *Endpoint) put(c *Conn) {
	maxIdle := e.MaxIdle
	if maxIdle == 0 {
		maxIdle = DefaultMaxIdle
	}
	e.mu.Lock()
	keep := !e.closed && len(e.idle) < maxIdle
	if keep {
		e.idle = append(e.idle, c)
	}
	e.mu.Unlock()
	if !keep {
		c.Close()
	}
}

// kept is how long a connection may be idle and still be reused.
func (e *Endpoint) kept() time.Duration {
	if d := e.keptFor.Load(); d != 0 {
		return time.Duration(d)
	}
	return min(e.bound(), DefaultIdleTimeout)
}

// bound is the longest an idle connection is kept, whatever was learned.
func (e *Endpoint) bound() time.Duration {
	if e.IdleTimeout == 0 {
		return DefaultIdleTimeout
	}
	return e.IdleTimeout
}

// waryTime is how long young connections are looked at too, after one was
// found closed: some servers close after every answer and do not say so.
const waryTime = 10 * time.Second

// learnClose notes the age at which an idle connection was found closed.
func (e *Endpoint) learnClose(age time.Duration) {
	e.keepAlive.learnClose(age)
	e.useLearned()
}

// useLearned makes what is known the limit for reuse.
func (e *Endpoint) useLearned() {
	d, _ := e.keepAlive.known()
	e.keptFor.Store(int64(min(e.bound(), time.Duration(keptShare*float64(d)))))
}

// KeepAlive returns what is known of the endpoint's idle timeout.
func (e *Endpoint) KeepAlive() KeepAlive {
	closes, from := e.keepAlive.known()
	return KeepAlive{Closes: closes, Kept: e.kept(), From: from}
}

// Watch looks after the idle connections: those that their server has closed,
// or that are too old to be reused, are closed here too. Its owner calls it
// every WatchEvery, which is how exactly idle timeouts are learned.
func (e *Endpoint) Watch(now time.Time) {
	limit := e.kept()
	var gone []*Conn
	e.mu.Lock()
	keep := e.idle[:0]
	for _, c := range e.idle {
		age := now.Sub(c.idleSince)
		ended := age >= limit
		if !ended && age >= freshAge {
			end, pending := c.Ended()
			if end == traffic.EndFIN {
				e.keepAlive.learnClose(e.aliveAt(c, now))
			}
			ended = end != traffic.EndNone || pending
		}
		if ended {
			gone = append(gone, c)
		} else {
			keep = append(keep, c)
		}
	}
	clear(e.idle[len(keep):])
	e.idle = keep
	e.looked.Store(now.UnixNano())
	e.mu.Unlock()
	for _, c := range gone {
		c.Close()
	}
	e.useLearned()
}

// CloseIdle closes the connections that have been idle for age or longer.
func (e *Endpoint) CloseIdle(now time.Time, age time.Duration) {
	e.mu.Lock()
	n := 0
	for n < len(e.idle) && now.Sub(e.idle[n].idleSince) >= age {
		n++
	}
	old := make([]*Conn, n)
	copy(old, e.idle)
	e.idle = append(e.idle[:0], e.idle[n:]...)
	e.mu.Unlock()
	for _, c := range old {
		c.Close()
	}
}

// Idle returns how many connections are kept.
func (e *Endpoint) Idle() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.idle)
}

// Close closes the idle connections now and the others as they come back.
func (e *Endpoint) Close() {
	e.mu.Lock()
	e.closed = true
	idle := e.idle
	e.idle = nil
	e.mu.Unlock()
	for _, c := range idle {
		c.Close()
	}
}
