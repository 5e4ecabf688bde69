package app

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"
)

// resolver asks the configured DNS servers, or the system's resolver where
// none are configured.
type resolver struct {
	app  *App
	turn atomic.Uint32
}

// LookupNetIP finds the addresses of host.
func (r *resolver) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	servers := r.app.resolvers()
	if len(servers) == 0 {
		return net.DefaultResolver.LookupNetIP(ctx, network, host)
	}
	custom := net.Resolver{
		PreferGo: true,
		// The resolver dials again when a server does not answer: the next
		// one gets its turn.
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			server := servers[int(r.turn.Add(1)-1)%len(servers)]
			return d.DialContext(ctx, network, server)
		},
	}
	return custom.LookupNetIP(ctx, network, host)
}

func (a *App) resolvers() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cfg == nil {
		return nil
	}
	return a.cfg.Resolvers
}
