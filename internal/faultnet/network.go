package faultnet

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const (
	// DefaultBufferSize is how many bytes a direction buffers.
	DefaultBufferSize = 64 << 10
	// DefaultBacklog is how many connections wait to be accepted.
	DefaultBacklog = 128
	// firstPort is the first port given to dialers and to listeners on port 0.
	firstPort = 40000
)

// Network is a network in memory. The zero value is ready for use, and safe
// for concurrent use.
type Network struct {
	// BufferSize is how many bytes each direction of a connection buffers
	// before writes wait; zero means DefaultBufferSize.
	BufferSize int
	// Backlog is how many connections wait to be accepted before dials hang;
	// zero means DefaultBacklog.
	Backlog int

	// mu guards everything in the network: sites, listeners and connections.
	// One lock is slower than many and leaves no order to get wrong.
	mu    sync.Mutex
	ports int
	sites map[string]*site
}

// site is an address.
type site struct {
	faults   Faults
	listener *listener
	links    map[*link]struct{}
	dialed   int
	// changed is closed, and made anew, when a waiting dial should look again.
	changed chan struct{}
}

func (s *site) wakeDials() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// site returns the site at addr; n.mu is held.
func (n *Network) site(addr string) *site {
	s := n.sites[addr]
	if s == nil {
		s = &site{links: map[*link]struct{}{}, changed: make(chan struct{})}
		if n.sites == nil {
			n.sites = map[string]*site{}
		}
		n.sites[addr] = s
	}
	return s
}

// Set replaces the faults of addr.
func (n *Network) Set(addr string, f Faults) {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.site(addr)
	s.faults = f
	s.wakeDials()
	for l := range s.links {
		l.watchIdle()
		l.cond.Broadcast()
	}
}

// Kill ends all open connections to addr, as the death of the server's process
// does: by RST, or by FIN. It does not stop the listener.
func (n *Network) Kill(addr string, how End) {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.site(addr)
	if s.listener != nil {
		s.listener.queue = nil
	}
	for l := range s.links {
		l.end(how)
	}
}

// Open returns how many connections to addr the dialer has not closed.
func (n *Network) Open(addr string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	open := 0
	for l := range n.site(addr).links {
		if !l.ends[dialer].closed {
			open++
		}
	}
	return open
}

// Dialed returns how many dials to addr have succeeded.
func (n *Network) Dialed(addr string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.site(addr).dialed
}

// Listen begins to take connections to addr, "host:port" or the path of a unix
// socket. Port 0 is replaced by a free one.
func (n *Network) Listen(addr string) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if host, port, err := net.SplitHostPort(addr); err == nil && port == "0" {
		addr = net.JoinHostPort(host, strconv.Itoa(n.port()))
	}
	s := n.site(addr)
	at := address(netOf(addr), addr)
	if s.listener != nil {
		return nil, opError("listen", at, nil, at, syscallError("bind", syscall.EADDRINUSE))
	}
	l := &listener{n: n, site: s, addr: at, cond: sync.NewCond(&n.mu)}
	s.listener = l
	s.wakeDials()
	return l, nil
}

// DialContext connects to addr. Network names the family in errors and
// addresses; addr alone says where to.
func (n *Network) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	to := address(network, addr)
	n.mu.Lock()
	delay := n.site(addr).faults.Connect
	n.mu.Unlock()
	if err := pause(ctx, delay); err != nil {
		return nil, opError("dial", to, nil, to, err)
	}
	for {
		if err := ctx.Err(); err != nil {
			return nil, opError("dial", to, nil, to, err)
		}
		conn, errno, changed := n.connect(addr, to)
		switch {
		case errno != 0:
			return nil, opError("dial", to, nil, to, syscallError("connect", errno))
		case conn != nil:
			return conn, nil
		}
		select {
		case <-ctx.Done():
		case <-changed:
		}
	}
}

// connect tries once. Without connection and error, the dial waits for
// changed.
func (n *Network) connect(addr string, to net.Addr) (*Conn, syscall.Errno, <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.site(addr)
	f := s.faults
	switch {
	case f.BlackHole:
		return nil, 0, s.changed
	case f.Errno != 0:
		return nil, f.Errno, nil
	case f.Refuse || s.listener == nil:
		if to.Network() == "unix" && s.listener == nil && !f.Refuse {
			return nil, syscall.ENOENT, nil
		}
		return nil, syscall.ECONNREFUSED, nil
	case len(s.listener.queue) >= orDefault(n.Backlog, DefaultBacklog):
		if to.Network() == "unix" {
			return nil, syscall.EAGAIN, nil
		}
		return nil, 0, s.changed
	}
	l := newLink(n, s, to)
	s.dialed++
	if f.AcceptReset {
		l.end(RST)
		return l.ends[dialer], 0, nil
	}
	s.listener.queue = append(s.listener.queue, l.ends[server])
	s.listener.cond.Signal()
	return l.ends[dialer], 0, nil
}

func (n *Network) port() int {
	n.ports++
	return firstPort + n.ports - 1
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func orDefault(n, def int) int {
	if n <= 0 {
		return def
	}
	return n
}

// named is the address of a host that is not an IP address.
type named struct{ network, name string }

func (a named) Network() string { return a.network }
func (a named) String() string  { return a.name }

func address(network, addr string) net.Addr {
	if network == "unix" {
		return &net.UnixAddr{Name: addr, Net: network}
	}
	if ap, err := netip.ParseAddrPort(addr); err == nil {
		return net.TCPAddrFromAddrPort(ap)
	}
	return named{network, addr}
}

// netOf guesses the family of an address to listen at.
func netOf(addr string) string {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return "unix"
	}
	return "tcp"
}
