package faultnet

import (
	"net"
	"sync"
)

// listener takes the connections to an address.
type listener struct {
	n      *Network
	site   *site
	addr   net.Addr
	cond   *sync.Cond
	queue  []*Conn
	closed bool
}

// Accept returns the next connection.
func (l *listener) Accept() (net.Conn, error) {
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	for !l.closed && len(l.queue) == 0 {
		l.cond.Wait()
	}
	if l.closed {
		return nil, opError("accept", l.addr, nil, l.addr, net.ErrClosed)
	}
	c := l.queue[0]
	l.queue = l.queue[1:]
	l.site.wakeDials() // one may wait for a place in the queue
	return c, nil
}

// Close stops taking connections. Those not accepted yet are reset, the others
// stay open, as with the real network.
func (l *listener) Close() error {
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	if l.closed {
		return opError("close", l.addr, nil, l.addr, net.ErrClosed)
	}
	l.closed = true
	for _, c := range l.queue {
		c.link.end(RST)
	}
	l.queue = nil
	l.site.listener = nil
	l.site.wakeDials()
	l.cond.Broadcast()
	return nil
}

// Addr returns the address listened at.
func (l *listener) Addr() net.Addr { return l.addr }
