package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"torwart/internal/config"
	"torwart/internal/dnscache"
	"torwart/internal/gateway"
	"torwart/internal/ledger"
	"torwart/internal/listener"
	"torwart/internal/metrics"
)

// Options are what an App needs beside its configuration.
type Options struct {
	// Log receives what the operator should know; nil discards.
	Log *slog.Logger
	// Stdout receives the access log when no file is configured; nil means
	// os.Stdout.
	Stdout io.Writer
	// Version is shown by the admin interface.
	Version string
	// Load reads the configuration again for reloads over the admin
	// interface; nil means that it cannot be.
	Load func() (*config.Config, []config.Problem)
	// DrainTime bounds how long Run waits for exchanges when it ends; 0
	// means DefaultDrainTime.
	DrainTime time.Duration
}

// DefaultDrainTime is how long exchanges under way may take to finish when
// the process ends.
const DefaultDrainTime = 30 * time.Second

// App is one torwart.
type App struct {
	opts    Options
	gw      *gateway.Gateway
	ledger  ledger.Ledger
	metrics metrics.Metrics
	server  listener.Server
	admin   adminServer
	access  accessLog
	dns     dnscache.Cache

	reloading sync.Mutex // one ReloadFile at a time

	live atomic.Pointer[config.Config] // what a.cfg is, without the lock

	mu      sync.Mutex
	cfg     *config.Config
	sockets map[string]*socket // by configured address
	serving sync.WaitGroup
	ctx     context.Context // of Run; nil before and after
	fatal   chan error
}

// socket is an open listening socket.
type socket struct {
	net.Listener
}

// New builds an App, opens its sockets and applies cfg. Requests are queued by
// the kernel until Run.
func New(cfg *config.Config, opts Options) (*App, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Stdout == nil {
		opts.Stdout = os.Stdout
	}
	if opts.DrainTime == 0 {
		opts.DrainTime = DefaultDrainTime
	}
	a := &App{opts: opts, sockets: make(map[string]*socket), fatal: make(chan error, 1)}
	a.initDNS(cfg.Resolvers)
	a.metrics.Version = opts.Version
	a.metrics.Totals = func() metrics.Totals { return metrics.Totals(a.ledger.Totals()) }
	a.metrics.Gauges = a.gauges
	a.metrics.LostLines = a.access.lost
	a.gw = gateway.New(gateway.Options{
		Log: opts.Log, Ledger: &a.ledger, Meter: &a.metrics,
		Access: a.access.write, WantAccess: a.access.wanted, Resolver: &a.dns,
	})
	a.server = listener.Server{Handler: a.gw, Log: opts.Log, Meter: &a.metrics}
	a.access.log, a.access.stdout = opts.Log, opts.Stdout
	if err := a.apply(cfg); err != nil {
		a.closeSockets()
		return nil, err
	}
	return a, nil
}

// Run serves until ctx ends, then drains: listeners close, idle connections
// end, exchanges under way finish within the drain time.
func (a *App) Run(ctx context.Context) error {
	var own sync.WaitGroup
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer func() { stop(); own.Wait() }()
	own.Go(func() { a.gw.Run(background) })
	own.Go(func() { a.access.run(background) })
	own.Go(func() { a.dns.Run(background) })

	a.mu.Lock()
	a.ctx = background
	for addr, s := range a.sockets {
		a.serve(addr, s)
	}
	a.admin.serve(background, a)
	a.mu.Unlock()

	var err error
	select {
	case <-ctx.Done():
	case err = <-a.fatal:
	}
	a.drain()
	return err
}

func (a *App) drain() {
	a.mu.Lock()
	a.ctx = nil
	a.closeSockets()
	a.mu.Unlock()
	a.serving.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), a.opts.DrainTime)
	defer cancel()
	if a.server.Shutdown(ctx) != nil {
		// Not the process's failure: tunnels such as WebSockets know no end,
		// and some clients never finish.
		a.opts.Log.Warn("connections were still in use after the drain time and were cut", "drain_time", a.opts.DrainTime)
	}
	a.admin.stop()
}

// serve begins to accept on a socket; a.mu is held.
func (a *App) serve(addr string, s *socket) {
	ctx := a.ctx
	a.serving.Go(func() {
		if err := a.server.Serve(ctx, s.Listener); err != nil {
			select {
			case a.fatal <- fmt.Errorf("listen %s: %w", addr, err):
			default:
			}
		}
	})
}

func (a *App) closeSockets() {
	for _, s := range a.sockets {
		s.Close()
	}
}

// Addr returns the address served for a configured one, which tells the port
// chosen for ":0"; nil when it is not served.
func (a *App) Addr(configured string) net.Addr {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.sockets[configured]; s != nil {
		return s.Addr()
	}
	return nil
}

// AdminAddr returns the address of the admin listener, nil without one.
func (a *App) AdminAddr() net.Addr {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.admin.addr()
}

// Ledger returns the ledger.
func (a *App) Ledger() *ledger.Ledger { return &a.ledger }

// Pools returns the state of the pools.
func (a *App) Pools() []gateway.PoolState { return a.gw.Pools() }

// ReopenLogs opens the access log's file again, after it was moved away.
func (a *App) ReopenLogs() error { return a.access.reopen() }

func (a *App) gauges() []metrics.PoolGauge {
	var out []metrics.PoolGauge
	for _, p := range a.gw.Pools() {
		for _, e := range p.Endpoints {
			out = append(out, metrics.PoolGauge{
				Pool: p.Name, Endpoint: e.URL, Up: e.Up, InFlight: e.Load.InFlight,
				Idle: int64(e.Idle), Latency: e.Load.Latency, ErrorScore: e.Load.Errors,
			})
		}
	}
	return out
}
