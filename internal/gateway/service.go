package gateway

import (
	"context"
	"net"
	"strconv"
	"strings"
	"time"

	"torwart/internal/config"
	"torwart/internal/dnscache"
)

// Endpoints may be given by the name of a service: srv+http://NAME stands for
// all targets of the SRV records of NAME (RFC 2782). Those of the lowest
// priority are used, the others are backups.

// ServiceResolver finds the targets of services; *dnscache.Cache is one.
type ServiceResolver interface {
	LookupSRV(ctx context.Context, name string) ([]dnscache.SRVTarget, error)
}

// serviceWait bounds how long a service's name may take to resolve while a
// configuration is applied.
const serviceWait = 3 * time.Second

const servicePrefix = "srv+"

// expand replaces services by their targets. One that cannot be resolved now
// keeps the targets it had; without any it stands for none until it can be.
func (g *Gateway) expand(targets []config.Target) []config.Target {
	out := make([]config.Target, 0, len(targets))
	for _, t := range targets {
		scheme, name, ok := strings.Cut(t.URL, "://")
		if !ok || !strings.HasPrefix(scheme, servicePrefix) {
			out = append(out, t)
			continue
		}
		out = append(out, g.service(strings.TrimPrefix(scheme, servicePrefix), name, t)...)
	}
	return out
}

// service returns the targets of one service.
func (g *Gateway) service(scheme, name string, t config.Target) []config.Target {
	r, ok := g.opts.Resolver.(ServiceResolver)
	if !ok {
		return g.services[name]
	}
	ctx, cancel := context.WithTimeout(context.Background(), serviceWait)
	defer cancel()
	found, err := r.LookupSRV(ctx, name)
	if err != nil {
		g.opts.Log.Warn("service cannot be resolved; its last targets stay", "service", name, "error", err)
		return g.services[name]
	}
	var out []config.Target
	for _, f := range found {
		out = append(out, config.Target{
			URL:    scheme + "://" + net.JoinHostPort(f.Host, strconv.Itoa(int(f.Port))),
			Weight: max(1, int(f.Weight)) * t.Weight,
			Backup: t.Backup || f.Priority > found[0].Priority,
		})
	}
	g.services[name] = out
	return out
}

// ServicesChanged has the targets of services looked up again. It does not
// wait.
func (g *Gateway) ServicesChanged() {
	select {
	case g.reresolve <- struct{}{}:
	default: // somebody has said so already
	}
}

// applyServices applies the configuration once more, for targets that have
// changed.
func (g *Gateway) applyServices() {
	g.applying.Lock()
	cfg := g.cfg
	g.applying.Unlock()
	if cfg == nil {
		return
	}
	if err := g.Apply(cfg); err != nil {
		g.opts.Log.Error("the new targets of a service cannot be used", "error", err)
	}
}
