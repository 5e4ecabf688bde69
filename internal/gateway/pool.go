package gateway

import (
	"context"
	"net"
	"sync/atomic"
	"time"

	"torwart/internal/balance"
	"torwart/internal/cause"
	"torwart/internal/config"
	"torwart/internal/ejection"
	"torwart/internal/health"
	"torwart/internal/retry"
	"torwart/internal/traffic"
	"torwart/internal/upstream"
)

// pool is the endpoints that serve the same, and what was learned of them.
type pool struct {
	name      string
	endpoints []*endpoint
	loads     []*balance.Load // of endpoints, for the picker
	picker    balance.Picker
	hash      *balance.Hash // nil unless requests are told apart by a key
	outliers  *ejection.Pool
	budget    *retry.Budget
	room      waitingRoom
	cancel    context.CancelFunc // ends the health checks; nil before
}

// endpoint is one server of a pool.
type endpoint struct {
	*upstream.Endpoint
	load      balance.Load
	suspicion health.Suspicion
	checker   health.Checker
	// backup endpoints get work only when no other is fit.
	backup bool
	// weightless endpoints are drained by the configuration.
	weightless bool
	// sticky is what a client's cookie says of it.
	sticky string
	// drained is set while the operator wants no new exchange sent here.
	drained atomic.Bool
}

func (g *Gateway) newPool(r *config.Rule, targets []config.Target) (*pool, error) {
	p := &pool{
		name: r.To[0].URL, picker: balance.New(r.Balance),
		budget: retry.NewBudget(r.Retry.Budget),
	}
	var names []string
	for _, to := range targets {
		e, err := g.newEndpoint(p, r, to)
		if err != nil {
			return nil, err
		}
		names = append(names, to.URL)
		p.endpoints = append(p.endpoints, e)
		p.loads = append(p.loads, &e.load)
	}
	p.room.init(len(p.endpoints))
	if r.Balance == "hash" {
		p.hash = balance.NewHash(names)
	}
	p.outliers = ejection.New(ejection.Options{
		Failures: r.Eject.Failures, ErrorRate: r.Eject.ErrorRate, Latency: r.Eject.Latency,
		Time: r.Eject.Time, Share: r.Eject.Share,
	}, len(p.endpoints), time.Now())
	p.outliers.OnChange = func(i int, ejected bool, why string) { g.endpointEjected(p, i, ejected, why) }
	return p, nil
}

func (g *Gateway) newEndpoint(p *pool, r *config.Rule, to config.Target) (*endpoint, error) {
	addr, err := upstream.ParseAddress(to.URL)
	if err != nil {
		return nil, err
	}
	e := &endpoint{
		Endpoint: &upstream.Endpoint{
			Address: addr, Dialer: g.opts.Dialer, Resolver: g.opts.Resolver,
			ConnectTimeout: r.Timeouts.Connect, IdleTimeout: r.Timeouts.Idle,
		},
		backup: to.Backup, weightless: to.Weight == 0, sticky: stickyName(to.URL),
	}
	e.load.Weight = to.Weight
	e.drained.Store(e.weightless || g.drained[addr.URL])
	e.checker = health.Checker{
		Check: e.check(r.Health.Path), Interval: r.Health.Interval,
		Timeout: r.Health.Timeout, Fails: r.Health.Fails, Passes: r.Health.Passes,
		OnChange: func(up bool, err error) { g.endpointChanged(p, e, up, err) },
	}
	return e, nil
}

// named reports whether the endpoint's address is found by DNS.
func (e *endpoint) named() bool { return e.Address.Path == "" && !e.Address.IP.IsValid() }

// slowStart is how long an endpoint that comes back takes to get its full
// share again.
const slowStart = 10 * time.Second

// check asks the endpoint over a connection of its own.
func (e *endpoint) check(path string) health.Check {
	dial := func(ctx context.Context) (net.Conn, error) {
		att := traffic.Attempt{Start: time.Now()}
		c, err := e.Take(ctx, &att, upstream.FreshConn, time.Time{})
		if err != nil {
			return nil, err
		}
		return c.NetConn(), nil
	}
	if path == "" {
		return health.TCP(dial)
	}
	return health.HTTP(dial, e.hostField(), path)
}

// hostField is what a health check sends as Host.
func (e *endpoint) hostField() string {
	if e.Address.Host == "" {
		return "localhost"
	}
	return e.Address.Host
}

// startChecks begins the active health checks.
func (p *pool) startChecks(g *Gateway) {
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	for _, e := range p.endpoints {
		g.checks.Go(func() { e.checker.Run(ctx) })
	}
}

func (g *Gateway) endpointChanged(p *pool, e *endpoint, up bool, err error) {
	if up {
		g.opts.Log.Info("endpoint is up", "pool", p.name, "endpoint", e.Address.URL)
		e.suspicion.Succeeded()
		e.load.Warm(time.Now(), slowStart)
		p.room.letOut()
		return
	}
	g.opts.Log.Warn("endpoint is down", "pool", p.name, "endpoint", e.Address.URL,
		"symptom", cause.Classify(cause.PhaseConnect, err), "error", err)
}

func (g *Gateway) endpointEjected(p *pool, i int, ejected bool, why string) {
	e := p.endpoints[i]
	if ejected {
		g.opts.Log.Warn("endpoint is ejected", "pool", p.name, "endpoint", e.Address.URL, "why", why)
		return
	}
	g.opts.Log.Info("endpoint is back from ejection", "pool", p.name, "endpoint", e.Address.URL)
	e.load.Warm(time.Now(), slowStart)
}

func (p *pool) watch(now time.Time) {
	for _, e := range p.endpoints {
		e.Watch(now)
	}
}

// retire ends the checks and closes idle connections; exchanges under way
// finish on theirs.
func (p *pool) retire() {
	if p.cancel != nil {
		p.cancel()
	}
	for _, e := range p.endpoints {
		e.Close()
	}
}
