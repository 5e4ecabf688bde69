package dnscache

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"torwart/internal/cause"
)

const (
	// retryFirst is how long after a failed refresh the next one begins;
	// every further one waits twice as long, up to retryMost.
	retryFirst = time.Second
	retryMost  = 5 * time.Second
	// reachTimeout bounds the test of vanished addresses, reachAtOnce how
	// many are tested side by side.
	reachTimeout = 2 * time.Second
	reachAtOnce  = 16
)

// settle takes in the replies of f, one for each question type.
//
// Any address found is the truth about the name. Else, a server that failed
// says nothing about it: what is known stays. Only where every question is
// answered, and every answer is "no", do the addresses go, unless they still
// answer themselves.
func (c *Cache) settle(ctx context.Context, e *entry, f *flight, replies []reply) {
	e.mu.Lock()
	last, before, fails := e.parts, e.view.Load(), e.fails
	e.mu.Unlock()

	now := time.Now()
	next := &view{}
	var parts []part
	switch verdictOf(replies) {
	case found:
		fails = 0
		parts, next.until = renewed(last, replies, now)
		next.expires = next.until
	case failed:
		fails++
		parts = outlasting(last, now)
		next.err = replies[slices.IndexFunc(replies, reply.hasFailed)].err
		next.until = now.Add(retryFirst) // for those who wait for the first address
		if parts != nil {
			next.until = now.Add(min(retryMost, retryFirst<<min(fails-1, 8)))
		}
	default:
		fails = 0
		next.err = denial(e.name, replies)
		next.until = now.Add(shortest(replies))
		if parts = outlasting(last, now); parts != nil {
			parts = c.survivors(ctx, e.key, parts)
			next.until = time.Now().Add(shortest(replies))
		}
		next.vanished = parts != nil
	}
	c.fill(next, parts, before, now)

	e.mu.Lock()
	defer e.mu.Unlock()
	if ctx.Err() != nil {
		return // f was ended, and its failure says nothing
	}
	e.parts, e.fails = parts, fails
	e.view.Store(next)
	f.settled = true
}

// renewed is what is known after at least one question was answered with
// records, and until when it counts.
func renewed(last []part, replies []reply, now time.Time) ([]part, time.Time) {
	parts := make([]part, len(replies))
	until := now.Add(MaxTTL)
	for i, r := range replies {
		switch {
		case r.verdict == found:
			parts[i] = part{r, now}
			until = earlier(until, parts[i].expires())
		case r.verdict.isDenial() || i >= len(last):
			// The name has none of these now.
		case now.Before(last[i].expires().Add(StaleLimit)):
			parts[i] = last[i]
		}
	}
	return parts, until
}

// outlasting returns what of last is not beyond StaleLimit, nil for nothing.
func outlasting(last []part, now time.Time) []part {
	parts := make([]part, len(last))
	some := false
	for i, p := range last {
		if p.verdict == found && now.Before(p.expires().Add(StaleLimit)) {
			parts[i], some = p, true
		}
	}
	if !some {
		return nil
	}
	return parts
}

// denial is the error of a name all of whose questions were answered without
// a record. That the name does not exist must be said of every type: servers
// that deny a name of which they only lack one type are many.
func denial(name string, replies []reply) *cause.Error {
	symptom, r := cause.DNSNameNotFound, replies[0]
	if i := slices.IndexFunc(replies, func(r reply) bool { return r.verdict == empty }); i >= 0 {
		symptom, r = cause.DNSEmpty, replies[i]
	}
	said := ": NXDOMAIN from "
	if symptom == cause.DNSEmpty {
		said = ": no records from "
	}
	return failure(symptom, name+said+r.server, nil)
}

// survivors returns the parts whose addresses still answer, nil for none.
func (c *Cache) survivors(ctx context.Context, k key, parts []part) []part {
	if c.Reachable == nil {
		return parts
	}
	out := make([]part, len(parts))
	some := false
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	for i, p := range parts {
		if k.service {
			p.targets = filter(p.targets, func(t SRVTarget) bool {
				addrs, err := c.LookupNetIP(ctx, "ip", t.Host+".")
				return err == nil && slices.ContainsFunc(addrs, func(a netip.Addr) bool {
					return c.Reachable(ctx, bare(k.name), netip.AddrPortFrom(a, t.Port))
				})
			})
		} else {
			p.addrs = filter(p.addrs, func(a netip.Addr) bool {
				return c.Reachable(ctx, bare(k.name), netip.AddrPortFrom(a, 0))
			})
		}
		if len(p.addrs)+len(p.targets) > 0 {
			out[i], some = p, true
		}
	}
	if !some {
		return nil
	}
	return out
}

// filter returns what of all passes the test, which is made of several at
// once.
func filter[T any](all []T, test func(T) bool) []T {
	passed := make([]bool, len(all))
	places := make(chan struct{}, reachAtOnce)
	var wg sync.WaitGroup
	for i, one := range all {
		places <- struct{}{}
		wg.Go(func() {
			passed[i] = test(one)
			<-places
		})
	}
	wg.Wait()
	var out []T
	for i, one := range all {
		if passed[i] {
			out = append(out, one)
		}
	}
	return out
}

// fill completes v from the parts it shows.
func (c *Cache) fill(v *view, parts []part, before *view, now time.Time) {
	var addrs []netip.Addr
	var expires time.Time
	for _, p := range parts {
		if p.verdict != found {
			continue
		}
		addrs = append(addrs, p.addrs...)
		v.targets = append(v.targets, p.targets...)
		if p.expires().After(expires) {
			expires = p.expires()
		}
		if p.got.After(v.answered) {
			v.answered, v.server = p.got, p.server
		}
	}
	if v.expires.IsZero() {
		v.expires = expires
	}
	routed := c.route
	if routed == nil {
		routed = hasRoute
	}
	v.groups = order(addrs, routed)
	v.since = now
	if v.same(before) {
		v.since = before.since
	}
}

// report calls OnChange where the view is news.
func (c *Cache) report(e *entry, before *view) {
	v := e.view.Load()
	c.nudge(v.until)
	if c.OnChange == nil {
		return
	}
	news := before != nil && !v.same(before)
	if failing := before != nil && before.err != nil; failing != (v.err != nil) {
		news = true
	}
	if news {
		c.OnChange(e.show(v, time.Now()))
	}
}

func bare(name string) string { return strings.TrimSuffix(name, ".") }

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
