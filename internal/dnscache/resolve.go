package dnscache

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"torwart/internal/cause"
)

const (
	// familyPatience is how long the addresses of one family wait for those
	// of the other: the Resolution Delay of RFC 8305 section 3.
	familyPatience = 50 * time.Millisecond
	// familyLag is how long after the first family the other may come at all.
	// Some servers never answer AAAA questions.
	familyLag = time.Second
)

// The questions about a name, in the order of an entry's parts.
var (
	hostKinds    = []uint16{dns.TypeA, dns.TypeAAAA}
	serviceKinds = []uint16{dns.TypeSRV}
)

// resolve asks all questions about k, and returns a reply to each. Where some
// are answered much later than others, early is called with what there is.
func (c *Cache) resolve(ctx context.Context, k key, early func([]reply)) []reply {
	if len(c.resolvers()) == 0 && !k.service {
		if addrs := c.fromHosts(k.name); addrs != nil {
			return byFamily(addrs, hostsTTL, c.hostsFile())
		}
	}
	if c.delegating() {
		return c.delegate(ctx, k)
	}
	kinds := hostKinds
	if k.service {
		kinds = serviceKinds
	}
	a := c.asking()
	var best []reply
	for _, name := range absolute(k.name, a.search, a.ndots) {
		replies := a.askAll(ctx, name, kinds, early)
		switch verdictOf(replies) {
		case found:
			return replies
		case failed:
			// Like libc, a domain of the search list whose servers fail is
			// passed over, but silence ends the search: the name of another
			// domain is not the one that was meant.
			if timedOut(replies) {
				return replies
			}
		}
		if best == nil || verdictOf(replies) > verdictOf(best) {
			best = replies
		}
	}
	return best
}

func timedOut(replies []reply) bool {
	return slices.ContainsFunc(replies, func(r reply) bool {
		return r.err != nil && r.err.Symptom == cause.DNSTimeout
	})
}

// askAll asks one or two questions about an absolute name side by side.
func (a *asking) askAll(ctx context.Context, name string, kinds []uint16, early func([]reply)) []reply {
	type numbered struct {
		i int
		reply
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	replies := make([]reply, len(kinds))
	came := make(chan numbered, len(kinds))
	for i, kind := range kinds {
		go func() { came <- numbered{i, a.ask(ctx, question{name, kind})} }()
	}
	// All are waited for: those that are ended come at once.
	first := <-came
	replies[first.i] = first.reply
	if len(kinds) == 1 {
		return replies
	}
	var patience, lag <-chan time.Time
	if first.verdict == found {
		patience, lag = time.After(familyPatience), time.After(familyLag)
	}
	for {
		select {
		case <-patience:
			early(slices.Clone(replies))
		case <-lag:
			cancel()
		case second := <-came:
			replies[second.i] = second.reply
			return replies
		}
	}
}

// theSystem is what a delegate's answers are said to come from.
const theSystem = "the system"

// asked names those who are asked for names.
func (c *Cache) asked() []string {
	if c.delegating() {
		return []string{theSystem}
	}
	return c.asking().servers
}

func (c *Cache) delegating() bool {
	return len(c.resolvers()) == 0 && (delegates() || c.library != nil)
}

// library is the system's own way to look names up; *net.Resolver is one.
type library interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
	LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error)
}

// delegate asks the system's own library.
func (c *Cache) delegate(ctx context.Context, k key) []reply {
	ctx, cancel := context.WithTimeout(ctx, mostTimeout)
	defer cancel()
	var lib library = net.DefaultResolver
	if c.library != nil {
		lib = c.library
	}
	if k.service {
		_, records, err := lib.LookupSRV(ctx, "", "", k.name)
		if err != nil {
			return []reply{refusal(k.name, theSystem, err)}
		}
		r := reply{verdict: empty, ttl: delegateTTL, server: theSystem}
		for _, s := range records {
			if host, ok := normalise(s.Target); ok {
				r.verdict = found
				r.targets = append(r.targets, SRVTarget{Host: bare(host), Port: s.Port, Priority: s.Priority, Weight: s.Weight})
			}
		}
		r.sort()
		return []reply{r}
	}
	addrs, err := lib.LookupNetIP(ctx, "ip", k.name)
	if err != nil {
		r := refusal(k.name, theSystem, err)
		return []reply{r, r}
	}
	return byFamily(addrs, delegateTTL, theSystem)
}

// refusal makes a reply of an error of package net.
func refusal(name, who string, err error) reply {
	symptom := cause.Classify(cause.PhaseResolve, err)
	if symptom == cause.DNSNameNotFound {
		return reply{verdict: missing, ttl: MinTTL, server: who}
	}
	if e, ok := errors.AsType[*net.DNSError](err); ok {
		err = errors.New(strings.TrimSpace(e.Err + " " + e.Server))
	}
	return reply{verdict: failed, ttl: MinTTL, server: who, err: failure(symptom, name, err)}
}

// byFamily makes the replies to A and AAAA of addresses that came together.
func byFamily(addrs []netip.Addr, ttl time.Duration, who string) []reply {
	out := make([]reply, len(hostKinds))
	for i := range out {
		out[i] = reply{verdict: empty, ttl: ttl, server: who}
	}
	for _, a := range addrs {
		r := &out[0]
		if a = a.Unmap(); a.Is6() {
			r = &out[1]
		}
		r.verdict = found
		r.addrs = append(r.addrs, a)
	}
	for i := range out {
		out[i].sort()
	}
	return out
}
