package dnscache

import (
	"context"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"torwart/internal/cause"
)

const (
	// MinTTL and MaxTTL bound for how long an answer counts, whatever it
	// says itself.
	MinTTL = time.Second
	MaxTTL = time.Hour
	// StaleLimit is how long addresses outlive their TTL at most, while
	// nobody can say anything better.
	StaleLimit = 24 * time.Hour
	// RefreshGap is the least time between two refreshes of one name that
	// [Cache.Refresh] asked for.
	RefreshGap = time.Second
	// DefaultMaxNames is how many names a Cache keeps where MaxNames is 0.
	DefaultMaxNames = 10_000
)

// Cache keeps the addresses of names. Its exported fields must not be changed
// once it is used; its methods are safe for concurrent use. The zero Cache
// asks the system's DNS servers.
//
// It works without [Cache.Run], but then every name is asked again by the
// lookup that finds it expired, which waits for the answer.
type Cache struct {
	// Servers are the DNS servers to ask, "ip:port", the preferred one
	// first; empty means the system's. See SetServers for changes.
	Servers []string
	// Reachable reports whether something still takes connections at an
	// address that DNS has dropped without naming another. The port is 0
	// where the cache does not know it: only of SRV targets it does; name is
	// what was looked up. It must return when ctx ends. nil means that such
	// addresses are kept untested.
	Reachable func(ctx context.Context, name string, at netip.AddrPort) bool
	// OnChange is called after a refresh that brought other addresses, began
	// to fail or ceased to. Refreshes of that name wait for it. May be nil.
	OnChange func(Entry)
	// Dial opens connections to DNS servers, network "udp" or "tcp"; a "udp"
	// one must keep datagrams apart and take them from its peer alone. nil
	// means a net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// ResolvConf and HostsFile stand for /etc/resolv.conf and /etc/hosts;
	// "" means these.
	ResolvConf, HostsFile string
	// MaxNames bounds how many names are kept; the longest unused gives way.
	// 0 means DefaultMaxNames.
	MaxNames int

	servers atomic.Pointer[[]string] // set by SetServers
	system  system
	names   sync.Map // key to *entry

	route   func(netip.Addr) bool // nil: hasRoute
	library library               // asked for the system's names; nil: by operating system

	mu      sync.Mutex // also held while names grows; taken after an entry's
	count   int        // of names
	base    context.Context
	wake    chan struct{}
	planned time.Time // when Run looks around next
	work    sync.WaitGroup
	behind  atomic.Int32 // refreshes in the background
}

// key is what is looked up: the addresses of a host, or a service's targets.
type key struct {
	name    string // lower case; a final dot means: not in the search list
	service bool
}

// LookupNetIP returns the addresses of host for network "ip", "ip4" or "ip6",
// the best family first, each family rotated from lookup to lookup. The slice
// is the caller's.
//
// A name that was found before never waits for long: while its servers fail,
// what they said last is returned. Errors are *cause.Error of phase resolve,
// not to be changed.
func (c *Cache) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	e := c.find(key{name: host})
	if e == nil {
		if addrs := known(host); addrs != nil {
			return pick(order(addrs, nil), 0, network, host)
		}
		name, ok := normalise(host)
		if !ok {
			return nil, failure(cause.DNSNameNotFound, host+" is no name DNS can hold", nil)
		}
		e = c.entry(key{name: name})
	}
	v, err := c.current(ctx, e)
	if err != nil {
		return nil, err
	}
	return pick(v.groups, e.turn.Add(1), network, host)
}

// current returns what is known of e, after asking where that is needed. What
// it returns holds records.
func (c *Cache) current(ctx context.Context, e *entry) (*view, error) {
	now := time.Now()
	e.touch(now)
	v := e.view.Load()
	if v == nil || !now.Before(v.until) {
		var err error
		if v, err = c.await(ctx, e); err != nil {
			return nil, err
		}
	}
	if !v.holds() {
		return nil, v.err
	}
	return v, nil
}

// Refresh has name asked again at once, because its addresses do not work.
// While the answer is under way lookups of the name wait for it, for a moment
// at most. It does not wait itself. The targets of a service are asked for too. Where name was refreshed within RefreshGap
// it is when that is over; a name nobody looked up is left alone.
func (c *Cache) Refresh(name string) {
	n, ok := normalise(name)
	if !ok {
		return
	}
	n = bare(n)
	c.refreshKey(key{n, false})
	c.refreshKey(key{n + ".", false})
	for _, service := range []string{n, n + "."} {
		for _, t := range c.refreshKey(key{service, true}) {
			c.refreshKey(key{t.Host, false})
			c.refreshKey(key{t.Host + ".", false})
		}
	}
}

// refreshKey refreshes what is known of k, and returns its targets.
func (c *Cache) refreshKey(k key) []SRVTarget {
	e := c.find(k)
	if e == nil {
		return nil
	}
	c.refresh(e)
	if v := e.view.Load(); v != nil {
		return v.targets
	}
	return nil
}

// SetServers replaces Servers. What is known stays, and is asked again.
func (c *Cache) SetServers(servers []string) {
	if slices.Equal(servers, c.resolvers()) {
		return
	}
	servers = slices.Clone(servers)
	c.servers.Store(&servers)
	for _, e := range c.entries() {
		e.expire()
	}
	c.nudge(time.Time{})
}

// resolvers returns the servers configured.
func (c *Cache) resolvers() []string {
	if p := c.servers.Load(); p != nil {
		return *p
	}
	return c.Servers
}

func (c *Cache) find(k key) *entry {
	if e, ok := c.names.Load(k); ok {
		return e.(*entry)
	}
	return nil
}

// entry returns the entry of k, a new one if need be.
func (c *Cache) entry(k key) *entry {
	if e := c.find(k); e != nil {
		return e
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.find(k); e != nil {
		return e
	}
	limit := c.MaxNames
	if limit <= 0 {
		limit = DefaultMaxNames
	}
	for c.count >= limit {
		c.evict()
	}
	e := &entry{key: k}
	// Many gateways that start together do not begin with the same address.
	e.turn.Store(rand.Uint32())
	e.touch(time.Now())
	c.names.Store(k, e)
	c.count++
	return e
}

// evict drops the entry that was not used for the longest time. Whoever still
// waits for it gets its answer.
func (c *Cache) evict() {
	var oldest *entry
	for _, e := range c.entries() {
		if oldest == nil || e.used.Load() < oldest.used.Load() {
			oldest = e
		}
	}
	c.names.Delete(oldest.key)
	c.count--
}

func (c *Cache) entries() []*entry {
	var all []*entry
	c.names.Range(func(_, e any) bool {
		all = append(all, e.(*entry))
		return true
	})
	return all
}
