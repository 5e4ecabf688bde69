package gateway_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"

	"torwart/internal/dnscache"
	"torwart/internal/gateway"
)

// services is a resolver with fixed, changeable services.
type services struct {
	mu        sync.Mutex
	targets   []dnscache.SRVTarget
	refreshed []string
}

func (s *services) LookupSRV(context.Context, string) ([]dnscache.SRVTarget, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.targets == nil {
		return nil, errors.New("no such service")
	}
	return s.targets, nil
}

func (s *services) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

func (s *services) Refresh(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refreshed = append(s.refreshed, name)
}

func (s *services) set(urls ...string) {
	var targets []dnscache.SRVTarget
	for i, u := range urls {
		_, port, _ := net.SplitHostPort(strings.TrimPrefix(u, "http://"))
		n, _ := strconv.Atoi(port)
		targets = append(targets, dnscache.SRVTarget{Host: "node.test", Port: uint16(n), Priority: uint16(i / 2), Weight: 1})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.targets = targets
}

func TestServiceTargetsComeAndGo(t *testing.T) {
	urls := named(t, 3)
	s := &services{}
	g := newGate(t, "", urls[0])
	g.Gateway = gatewayWith(t, g, s)
	g.applyYAML("sites:\n  - to: [\"srv+http://_http._tcp.app.test\"]\n    health: {interval: 0}\n    hold: 0s\n")
	if status, _, err := g.do("GET", "/", ""); err != nil || status != 503 {
		t.Errorf("a service without targets: %d %v, want 503", status, err)
	}
	s.set(urls[0], urls[1], urls[2])
	g.ServicesChanged()
	g.until(func() bool { return len(g.Pools()[0].Endpoints) == 3 })
	if got := g.tally(20, g.client, same("/")); got["a"] == 0 || got["b"] == 0 || got["c"] != 0 {
		t.Errorf("two targets and one of a lower priority got %v", got)
	}
	s.set(urls[2])
	g.ServicesChanged()
	g.until(func() bool { return len(g.Pools()[0].Endpoints) == 1 })
	if got := g.tally(5, g.client, same("/")); got["c"] != 5 {
		t.Errorf("after the service moved: %v", got)
	}
}

// A refused connection has the name looked up again at once.
func TestRefusedConnectionRefreshesTheName(t *testing.T) {
	s := &services{}
	dead := refusing(t)
	g := newGate(t, "", dead)
	g.Gateway = gatewayWith(t, g, s)
	g.applyYAML("sites:\n  - to: [\"http://app.test:" + dead[strings.LastIndex(dead, ":")+1:] + "\"]\n    health: {interval: 0}\n    hold: 0s\n")
	g.do("GET", "/", "")
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.refreshed) == 0 || s.refreshed[0] != "app.test" {
		t.Errorf("refreshed: %v", s.refreshed)
	}
}

// gatewayWith serves g's listener with a gateway that has this resolver.
func gatewayWith(t *testing.T, g *gate, r *services) *gateway.Gateway {
	t.Helper()
	gw := gateway.New(gateway.Options{Ledger: g.ledger, Resolver: r})
	g.server.Handler = gw
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); gw.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return gw
}
