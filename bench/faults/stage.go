package main

import (
	"context"
	"errors"
	"net/netip"
	"strconv"
	"time"
)

// stage is where one scenario is played with one gateway.
type stage struct {
	ctx       context.Context
	scenario  *scenario
	content   *content
	journal   *journal
	trap      *trap
	endpoints []*endpoint
	names     *nameServer
	closers   []func()
	setup     setup
	begin     time.Time

	// reload makes the gateway take over a changed setup.
	reload func(setup) error
	// trouble is what went wrong with the play itself.
	trouble error
}

// newStage starts the endpoints.
func newStage(ctx context.Context, sc *scenario, all *content) (*stage, error) {
	s := &stage{ctx: ctx, scenario: sc, content: all, journal: &journal{}, trap: &trap{}}
	s.setup = setup{limit: sc.limit, idle: sc.idle, retires: sc.retires}
	for range sc.count() {
		e := s.add(sc.manner)
		if err := e.start(); err != nil {
			s.close()
			return nil, err
		}
		s.setup.to = append(s.setup.to, e.addr)
	}
	if sc.prepare != nil {
		if err := sc.prepare(s); err != nil {
			s.close()
			return nil, err
		}
	}
	return s, nil
}

// add makes a further endpoint that is not started yet.
func (s *stage) add(m manner) *endpoint {
	e := &endpoint{number: len(s.endpoints), content: s.content, journal: s.journal, manner: m, trap: s.trap}
	s.endpoints = append(s.endpoints, e)
	return e
}

func (s *stage) close() {
	for _, e := range s.endpoints {
		e.close()
	}
	for _, f := range s.closers {
		f()
	}
}

// at waits for a moment of the load; false when the play is over.
func (s *stage) at(d time.Duration) bool { return sleepUntil(s.ctx, s.begin.Add(d)) }

// check notes what went wrong with the play itself.
func (s *stage) check(err error) {
	if err != nil {
		s.trouble = errors.Join(s.trouble, err)
	}
}

// target returns what the client expects of a request.
func (s *stage) target(r request) (int, []byte) {
	if s.scenario.expect != nil {
		if status, body, ok := s.scenario.expect(r); ok {
			return status, body
		}
	}
	switch r.method {
	case "HEAD":
		return 200, nil
	case "GET":
		return 200, s.content.body(r.id, r.size)
	}
	return 200, receipt(r.method, r.id, s.content.body(r.id, r.size))
}

// named moves the endpoints to one port of several loopback addresses, and
// starts a name server that knows the first n of them.
func (s *stage) named(ttl uint32, n int) error {
	var addrs []netip.Addr
	port := ""
	for i, e := range s.endpoints {
		e.close()
		addr := netip.AddrFrom4([4]byte{127, 0, 0, byte(2 + i)})
		addrs = append(addrs, addr)
		e.addr = netip.AddrPortFrom(addr, 0).String()
		if port != "" {
			e.addr = addr.String() + ":" + port
		}
		if err := e.start(); err != nil {
			return err
		}
		at, err := netip.ParseAddrPort(e.addr)
		if err != nil {
			return err
		}
		port = strconv.Itoa(int(at.Port()))
	}
	names, err := startNameServer(s.ctx, ttl, addrs[:n]...)
	if err != nil {
		return err
	}
	s.names = names
	s.closers = append(s.closers, names.close)
	s.setup.to = []string{appName + ":" + port}
	s.setup.resolvers = []string{names.addr}
	return nil
}

// addrOf is the IP address of endpoint i.
func (s *stage) addrOf(i int) netip.Addr { return netip.MustParseAddrPort(s.endpoints[i].addr).Addr() }
