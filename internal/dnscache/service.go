package dnscache

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"torwart/internal/cause"
)

// SRVTarget is one server of a service (RFC 2782).
type SRVTarget struct {
	// Host is in lower case and without a final dot.
	Host string `json:"host"`
	Port uint16 `json:"port"`
	// Targets of the lowest Priority are to be used first, those of one
	// priority in the proportion of their Weight.
	Priority uint16 `json:"priority"`
	Weight   uint16 `json:"weight"`
	// Addrs are those of Host, rotated as by LookupNetIP; empty where none
	// could be found.
	Addrs []netip.Addr `json:"addrs,omitempty"`
}

// compare orders targets by priority, then weight, the heavier first.
func (t SRVTarget) compare(u SRVTarget) int {
	return cmp.Or(
		cmp.Compare(t.Priority, u.Priority), cmp.Compare(u.Weight, t.Weight),
		strings.Compare(t.Host, u.Host), cmp.Compare(t.Port, u.Port),
	)
}

// LookupSRV returns the servers of a service, such as
// "_http._tcp.app.example", by priority and weight, and their addresses. It
// promises what LookupNetIP does. Where no target has an address, that is the
// error.
func (c *Cache) LookupSRV(ctx context.Context, name string) ([]SRVTarget, error) {
	n, ok := normalise(name)
	if !ok {
		return nil, failure(cause.DNSNameNotFound, name+" is no name DNS can hold", nil)
	}
	v, err := c.current(ctx, c.entry(key{name: n, service: true}))
	if err != nil {
		return nil, err
	}
	targets := slices.Clone(v.targets)
	errs := make([]error, len(targets))
	var wg sync.WaitGroup
	for i := range targets {
		t := &targets[i]
		wg.Go(func() {
			// Targets are absolute names.
			t.Addrs, errs[i] = c.LookupNetIP(ctx, "ip", t.Host+".")
		})
	}
	wg.Wait()
	if !slices.ContainsFunc(targets, func(t SRVTarget) bool { return len(t.Addrs) > 0 }) {
		return nil, errs[0]
	}
	return targets, nil
}
