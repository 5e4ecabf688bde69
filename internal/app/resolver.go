package app

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"

	"torwart/internal/config"
	"torwart/internal/dnscache"
)

// initDNS prepares the names of upstreams. What DNS drops without naming
// another address is kept while something still answers there.
func (a *App) initDNS(servers []string) {
	a.dns.Servers = servers
	a.dns.Reachable = a.reachable
	a.dns.OnChange = func(e dnscache.Entry) {
		if e.Symptom != "" {
			a.opts.Log.Warn("a name cannot be resolved", "name", e.Name, "symptom", e.Symptom, "detail", e.Detail)
		} else {
			a.opts.Log.Info("a name leads elsewhere", "name", e.Name, "addresses", e.Addrs)
		}
		if e.Service {
			a.gw.ServicesChanged()
		}
	}
}

// setResolvers changes the DNS servers; a.mu is held.
func (a *App) setResolvers(cfg *config.Config) {
	if a.cfg == nil || !slices.Equal(a.cfg.Resolvers, cfg.Resolvers) {
		a.dns.SetServers(cfg.Resolvers)
	}
}

// reachable reports whether an address still takes connections at one of the
// ports the name is used with.
func (a *App) reachable(ctx context.Context, name string, at netip.AddrPort) bool {
	ports := []string{strconv.Itoa(int(at.Port()))}
	if at.Port() == 0 {
		ports = a.portsOf(name)
	}
	for _, port := range ports {
		var d net.Dialer
		nc, err := d.DialContext(ctx, "tcp", net.JoinHostPort(at.Addr().String(), port))
		if err == nil {
			nc.Close()
			return true
		}
	}
	return false
}

// portsOf returns the ports the configuration uses a host with.
func (a *App) portsOf(host string) (ports []string) {
	cfg := a.live.Load() // not under a.mu: a reload may be waiting for DNS
	if cfg == nil {
		return nil
	}
	for _, s := range cfg.Sites {
		for _, r := range s.Rules {
			for _, t := range r.To {
				if u, err := url.Parse(t.URL); err == nil && u.Hostname() == host {
					ports = append(ports, u.Port())
				}
			}
		}
	}
	return ports
}
