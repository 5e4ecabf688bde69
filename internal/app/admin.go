package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"torwart/internal/admin"
)

// adminServer is the admin listener of the configuration in force.
type adminServer struct {
	configured string
	listener   net.Listener
	http       *http.Server
	done       sync.WaitGroup
}

// adminSocket is an admin listener about to be used; nil listener: none.
type adminSocket struct {
	configured string
	listener   net.Listener
}

func (s *adminSocket) drop() {
	if s != nil && s.listener != nil {
		s.listener.Close()
	}
}

// prepare opens the address; nil means "as it is".
func (s *adminServer) prepare(addr string) (*adminSocket, error) {
	if addr == s.configured {
		return nil, nil
	}
	if addr == "" {
		return &adminSocket{}, nil
	}
	l, err := listen(addr)
	if err != nil {
		return nil, fmt.Errorf("admin %s: %w", addr, err)
	}
	return &adminSocket{addr, l}, nil
}

// commit makes next the admin listener; a.mu is held.
func (s *adminServer) commit(a *App, next *adminSocket) {
	if next == nil {
		return
	}
	old := s.http
	if s.listener != nil {
		s.listener.Close()
	}
	s.configured, s.listener, s.http = next.configured, next.listener, nil
	if a.ctx != nil {
		s.serve(a.ctx, a)
	}
	if old != nil {
		// The reload itself may have come over the old listener: let it
		// answer.
		s.done.Go(func() { shutdown(old) })
	}
}

// serve begins to answer; a.mu is held.
func (s *adminServer) serve(ctx context.Context, a *App) {
	if s.listener == nil {
		return
	}
	srv := &http.Server{
		Handler: a.adminHandler(), ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout: time.Minute,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	l := s.listener
	s.http = srv
	s.done.Go(func() {
		if err := srv.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			a.opts.Log.Error("the admin interface stopped", "address", l.Addr(), "error", err)
		}
	})
}

func (s *adminServer) stop() {
	if s.http != nil {
		shutdown(s.http)
	}
	if s.listener != nil {
		s.listener.Close()
	}
	s.done.Wait()
}

func shutdown(srv *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if srv.Shutdown(ctx) != nil {
		srv.Close()
	}
}

func (s *adminServer) addr() net.Addr {
	if s.listener == nil {
		return nil
	}
	return s.listener.Addr()
}

func (a *App) adminHandler() http.Handler {
	o := admin.Options{
		Version: a.opts.Version, Pools: a.gw.Pools, Ledger: &a.ledger,
		Metrics: &a.metrics, Ready: a.ready, Drain: a.gw.Drain,
	}
	if a.opts.Load != nil {
		o.Reload = a.ReloadFile
	}
	return admin.New(o)
}

// ready reports why no request could be served now.
func (a *App) ready() error {
	a.mu.Lock()
	serving := a.ctx != nil
	a.mu.Unlock()
	if !serving {
		return errors.New("not serving: starting or draining")
	}
	for _, p := range a.gw.Pools() {
		up := false
		for _, e := range p.Endpoints {
			up = up || e.Up && !e.Drained
		}
		if !up {
			return fmt.Errorf("no endpoint of pool %s takes requests: each is down or drained", p.Name)
		}
	}
	return nil
}
