package upstream

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"time"

	"torwart/internal/cause"
	"torwart/internal/traffic"
)

// Dialer opens connections; *net.Dialer is one.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Resolver finds the addresses of a name; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// attemptDelay is how long one address may stay unanswered before the next is
// tried beside it: the recommended Connection Attempt Delay of RFC 8305
// section 5.
const attemptDelay = 250 * time.Millisecond

// dial resolves, connects and does the TLS handshake, filling the attempt's
// timings. Its errors are *cause.Error of tier P0: nothing was delivered.
func (e *Endpoint) dial(ctx context.Context, att *traffic.Attempt, deadline time.Time) (*Conn, error) {
	start := time.Now()
	if e.ConnectTimeout > 0 {
		if t := start.Add(e.ConnectTimeout); deadline.IsZero() || t.Before(deadline) {
			deadline = t
		}
	}
	if !deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline)
		defer cancel()
	}
	ips, err := e.resolve(ctx)
	if e.Address.Path == "" && !e.Address.IP.IsValid() {
		att.Timings.Resolve = time.Since(start)
	}
	if err != nil {
		return nil, e.dialFailed(att, cause.PhaseResolve, err)
	}
	start = time.Now()
	nc, err := e.connect(ctx, ips)
	att.Timings.Connect = time.Since(start)
	if err != nil {
		return nil, e.dialFailed(att, cause.PhaseConnect, err)
	}
	c := newConn(e, nc)
	att.Local, att.Remote = c.local, c.remote
	if e.Address.TLS {
		start = time.Now()
		err = c.handshake(ctx)
		att.Timings.TLS = time.Since(start)
		att.TLS = c.tlsName
		if err != nil {
			failure := e.dialFailed(att, cause.PhaseTLS, err)
			c.note(att, failure, err)
			c.Close()
			return nil, failure
		}
	}
	return c, nil
}

// dialFailed makes the error of an attempt that got no connection.
func (e *Endpoint) dialFailed(att *traffic.Attempt, p cause.Phase, err error) *cause.Error {
	f := cause.NewError(p, err)
	f.Tier = cause.P0
	record(att, f)
	return f
}

// resolve returns the addresses to try, families interleaved (RFC 8305
// section 4). A unix socket has one, invalid, address.
func (e *Endpoint) resolve(ctx context.Context) ([]netip.Addr, error) {
	if e.Address.Path != "" {
		return []netip.Addr{{}}, nil
	}
	if e.Address.IP.IsValid() {
		return []netip.Addr{e.Address.IP}, nil
	}
	r := e.Resolver
	if r == nil {
		r = net.DefaultResolver
	}
	ips, err := r.LookupNetIP(ctx, "ip", e.Address.Host)
	if err != nil {
		return nil, err
	}
	if len(ips) == 0 {
		return nil, &cause.Error{
			Symptom: cause.DNSEmpty, Tier: cause.P0, Side: cause.Upstream,
			Phase: cause.PhaseResolve, Detail: "no address for " + e.Address.Host,
		}
	}
	return interleave(ips), nil
}

// interleave alternates IPv6 and IPv4, beginning with the family the resolver
// put first.
func interleave(ips []netip.Addr) []netip.Addr {
	var first, second []netip.Addr
	for _, ip := range ips {
		ip = ip.Unmap()
		if ip.Is4() == ips[0].Unmap().Is4() {
			first = append(first, ip)
		} else {
			second = append(second, ip)
		}
	}
	out := make([]netip.Addr, 0, len(ips))
	for i := 0; i < len(first) || i < len(second); i++ {
		if i < len(first) {
			out = append(out, first[i])
		}
		if i < len(second) {
			out = append(out, second[i])
		}
	}
	return out
}

// connect races the addresses: the next one starts when the one before fails
// or has not answered within attemptDelay. The first connection wins, all
// others are closed before it returns.
func (e *Endpoint) connect(ctx context.Context, ips []netip.Addr) (net.Conn, error) {
	d := e.Dialer
	if d == nil {
		d = &net.Dialer{}
	}
	network := e.Address.network()
	if len(ips) == 1 {
		return d.DialContext(ctx, network, e.Address.target(ips[0]))
	}
	ctx, cancel := context.WithCancel(ctx)
	type result struct {
		nc  net.Conn
		err error
	}
	results := make(chan result)
	started, pending := 0, 0
	start := func() {
		target := e.Address.target(ips[started])
		started++
		pending++
		go func() {
			nc, err := d.DialContext(ctx, network, target)
			results <- result{nc, err}
		}()
	}
	timer := time.NewTimer(attemptDelay)
	defer timer.Stop()
	start()
	var won net.Conn
	var firstErr error
	for pending > 0 {
		var next <-chan time.Time
		if won == nil && started < len(ips) {
			next = timer.C
		}
		select {
		case <-next:
			start()
			timer.Reset(attemptDelay)
		case r := <-results:
			pending--
			switch {
			case r.err == nil && won == nil:
				won = r.nc
				cancel()
			case r.err == nil:
				r.nc.Close()
			case won == nil:
				firstErr = worse(firstErr, r.err)
				if started < len(ips) && ctx.Err() == nil {
					start()
					timer.Reset(attemptDelay)
				}
			}
		}
	}
	cancel()
	if won != nil {
		return won, nil
	}
	return nil, firstErr
}

// worse keeps the error that says more: an answer of the network about one
// address beats running out of time on another.
func worse(have, err error) error {
	if have == nil || cause.Classify(cause.PhaseConnect, have) == cause.ConnectTimeout {
		return err
	}
	return have
}

// handshake turns the connection into a TLS one.
func (c *Conn) handshake(ctx context.Context) error {
	cfg := &tls.Config{}
	if c.ep.TLS != nil {
		cfg = c.ep.TLS.Clone()
	}
	if cfg.ServerName == "" {
		cfg.ServerName = c.ep.Address.Host
	}
	if cfg.NextProtos == nil {
		cfg.NextProtos = []string{"http/1.1"}
	}
	c.wire = &countingConn{Conn: c.raw}
	var watch cause.Handshake
	tc := watch.Client(c.wire, cfg)
	if err := watch.Error(tc.HandshakeContext(ctx)); err != nil {
		// crypto/tls closes the connection when ctx ends and may report that
		// close; what happened is that time ran out.
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		return err
	}
	state := tc.ConnectionState()
	c.tlsName = tls.VersionName(state.Version) + " " + tls.CipherSuiteName(state.CipherSuite)
	c.attach(tc)
	return nil
}
