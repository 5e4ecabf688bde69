package gateway

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"torwart/internal/cause"
	"torwart/internal/config"
	"torwart/internal/listener"
	"torwart/internal/replay"
	"torwart/internal/traffic"
	"torwart/internal/upstream"
)

var _ listener.Handler = (*Gateway)(nil)

// Recorder learns of every exchange at its end. It must not keep x, which is
// reused.
type Recorder interface {
	Record(x *traffic.Exchange)
}

// Meter counts exchanges while they are under way and when they have ended.
// It must not keep x.
type Meter interface {
	Began()
	Ended()
	Observe(x *traffic.Exchange)
}

// Options are what a gateway needs. All are optional.
type Options struct {
	// Log receives changes of endpoints and the like; nil discards.
	Log *slog.Logger
	// Ledger learns of every exchange.
	Ledger Recorder
	// Meter counts exchanges.
	Meter Meter
	// Access, when set, writes the access log, while WantAccess says that
	// there is one.
	Access     func(x *traffic.Exchange)
	WantAccess func() bool
	// Dialer and Resolver reach the upstreams; nil: the system's.
	Dialer   upstream.Dialer
	Resolver upstream.Resolver
}

// Gateway serves exchanges by the configuration last applied.
// Safe for concurrent use.
type Gateway struct {
	opts   Options
	id     string // our name in Via, different in every process
	serial atomic.Uint64
	prefix string // of references

	table  atomic.Pointer[table]
	spill  replay.Store
	events sync.Pool // of *exchange

	// applying serialises Apply, Drain and the end of Run.
	applying sync.Mutex
	drained  map[string]bool // by URL
	cfg      *config.Config  // applied last
	services map[string][]config.Target
	stopped  bool

	reresolve chan struct{}
	checks    sync.WaitGroup
}

// maxSpill bounds the spill files of all requests together, in bytes.
const maxSpill = 1 << 30

// New returns a gateway that serves nothing until Apply.
func New(opts Options) *Gateway {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	g := &Gateway{opts: opts, drained: make(map[string]bool)}
	g.services = make(map[string][]config.Target)
	g.reresolve = make(chan struct{}, 1)
	var b [6]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails (Go 1.24)
	g.id = "torwart-" + hex.EncodeToString(b[:3])
	g.prefix = hex.EncodeToString(b[3:])
	g.spill.TotalFileMax = maxSpill
	g.table.Store(&table{})
	g.events.New = func() any { return newExchange(g) }
	return g
}

// Apply makes cfg the configuration for all exchanges that begin from now on;
// those under way end by the one they began with. Pools that did not change
// keep their connections and what they learned. On an error nothing changes.
func (g *Gateway) Apply(cfg *config.Config) error {
	g.applying.Lock()
	defer g.applying.Unlock()
	old := g.table.Load()
	t, err := g.buildTable(cfg, old)
	if err != nil {
		return err
	}
	g.table.Store(t)
	g.cfg = cfg
	for key, p := range old.pools {
		if t.pools[key] != p {
			p.retire()
		}
	}
	return nil
}

// Run looks after idle connections until ctx ends; it then stops the
// health checks and closes all idle connections.
func (g *Gateway) Run(ctx context.Context) {
	tick := time.NewTicker(upstream.WatchEvery)
	defer tick.Stop()
	for {
		select {
		case now := <-tick.C:
			for _, p := range g.table.Load().pools {
				p.watch(now)
			}
		case <-g.reresolve:
			g.applyServices()
		case <-ctx.Done():
			g.stop()
			return
		}
	}
}

func (g *Gateway) stop() {
	g.applying.Lock()
	defer g.applying.Unlock()
	g.stopped = true
	for _, p := range g.table.Load().pools {
		p.retire()
	}
	g.checks.Wait()
}

// Handle answers one exchange: this is the life of a request.
func (g *Gateway) Handle(ctx context.Context, s listener.Stream) {
	x := g.begin(ctx, s)
	defer g.end(x)
	if failure := x.match(); failure != nil {
		x.answer(failure)
		return
	}
	if failure := x.admit(); failure != nil {
		x.answer(failure)
		return
	}
	defer x.leave()
	x.noteSticky()
	x.forward()
	if failure := x.attempts(); failure != nil {
		x.answer(failure)
	}
}

// Reject answers a request that could not be read.
func (g *Gateway) Reject(ctx context.Context, s listener.Stream, err *cause.Error) {
	x := g.begin(ctx, s)
	defer g.end(x)
	x.answer(err)
}

// trusted reports whether the peer's forwarding fields are believed.
func (t *table) trusted(ip netip.Addr) bool {
	for _, p := range t.trust {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
