package app

import (
	"context"
	"fmt"
	"net"

	"torwart/internal/config"
	"torwart/internal/http1"
	"torwart/internal/listener"
)

// Reload makes cfg the configuration. All or nothing: on an error everything
// is as it was. Exchanges under way end by the configuration they began with,
// connections stay open.
func (a *App) Reload(cfg *config.Config) error { return a.apply(cfg) }

// ReloadFile reads the configuration again and makes it the configuration.
// changes says what became different. When nothing was applied, either
// problems holds an Error, or err says what else was in the way; problems may
// hold warnings in any case.
func (a *App) ReloadFile() (changes []config.Change, problems []config.Problem, err error) {
	a.reloading.Lock()
	defer a.reloading.Unlock()
	cfg, problems := a.opts.Load()
	if cfg == nil {
		return nil, problems, nil
	}
	a.mu.Lock()
	before := a.cfg
	a.mu.Unlock()
	if err := a.Reload(cfg); err != nil {
		return nil, problems, err
	}
	return config.Diff(before, cfg), problems, nil
}

// apply first does everything that can fail, then everything that cannot.
func (a *App) apply(cfg *config.Config) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	opened, err := a.openSockets(cfg.Listen)
	if err != nil {
		return err
	}
	undo := func() {
		for _, s := range opened {
			s.Close()
		}
	}
	access, err := a.access.prepare(cfg.Log)
	if err != nil {
		undo()
		return err
	}
	adminSocket, err := a.admin.prepare(cfg.Admin)
	if err != nil {
		undo()
		access.drop()
		return err
	}
	a.setResolvers(cfg)
	if err := a.gw.Apply(cfg); err != nil {
		undo()
		access.drop()
		adminSocket.drop()
		return err
	}
	a.cfg = cfg
	a.live.Store(cfg)
	a.server.SetBounds(boundsOf(cfg))
	a.access.commit(access)
	a.admin.commit(a, adminSocket)
	a.switchSockets(cfg.Listen, opened)
	return nil
}

// openSockets opens the addresses that are not open yet.
func (a *App) openSockets(addrs []string) (map[string]*socket, error) {
	opened := make(map[string]*socket)
	for _, addr := range addrs {
		if a.sockets[addr] != nil || opened[addr] != nil {
			continue
		}
		l, err := listen(addr)
		if err != nil {
			for _, s := range opened {
				s.Close()
			}
			return nil, fmt.Errorf("listen %s: %w", addr, err)
		}
		opened[addr] = &socket{l}
	}
	return opened, nil
}

// listen opens a listening socket. It does not wait for anything but, for
// names, the resolver.
func listen(addr string) (net.Listener, error) {
	var lc net.ListenConfig
	return lc.Listen(context.Background(), "tcp", addr)
}

// switchSockets serves the new sockets and closes those no longer wanted;
// their connections live on.
func (a *App) switchSockets(addrs []string, opened map[string]*socket) {
	wanted := make(map[string]bool)
	for _, addr := range addrs {
		wanted[addr] = true
	}
	for addr, s := range a.sockets {
		if !wanted[addr] {
			s.Close()
			delete(a.sockets, addr)
		}
	}
	for addr, s := range opened {
		a.sockets[addr] = s
		if a.ctx != nil {
			a.serve(addr, s)
		}
	}
}

// boundsOf takes the widest bounds of all rules: a head is read before it is
// known which rule it is for.
func boundsOf(cfg *config.Config) listener.Bounds {
	b := listener.Bounds{Conns: maxConns()}
	for _, s := range cfg.Sites {
		for _, r := range s.Rules {
			b.Idle = max(b.Idle, r.Timeouts.Idle)
			b.Limits = http1.Limits{
				Head:   max(b.Limits.Head, r.Limits.Head),
				Fields: max(b.Limits.Fields, r.Limits.Fields),
			}
		}
	}
	return b
}
