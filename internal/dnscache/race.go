package dnscache

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"

	"torwart/internal/cause"
)

const (
	// stagger is how long a server may be silent before the next is asked
	// beside it.
	stagger = 75 * time.Millisecond
	// roundPause is how long after the last server was asked the first is
	// asked again, as datagrams get lost; it doubles with every round.
	roundPause = 300 * time.Millisecond
	rounds     = 6
	// failRounds is how often as many failures as there are servers are
	// enough to give up.
	failRounds = 2
	// secondThoughts is how long a denial waits for the other servers asked:
	// one that does not know an internal zone is often the quicker one.
	secondThoughts = 100 * time.Millisecond
	// ownTimeout bounds a lookup that asks the Servers of a Cache.
	ownTimeout = 5 * time.Second
)

// asking is how questions are put.
type asking struct {
	servers []string
	timeout time.Duration // of one name
	search  []string
	ndots   int
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
}

// ask puts q, and follows aliases no server has followed.
func (a *asking) ask(ctx context.Context, q question) reply {
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	ttl := MaxTTL
	for range mostAliases {
		r := a.race(ctx, q)
		ttl = min(ttl, r.ttl)
		if r.verdict != aliased {
			if r.verdict == found {
				r.ttl = max(MinTTL, ttl)
			}
			return r
		}
		name, ok := normalise(r.alias)
		if !ok {
			return broken(q, "is an alias of "+r.alias+", which is no host name")
		}
		q.name = name
	}
	return broken(q, "is an alias without an end")
}

func broken(q question, what string) reply {
	return reply{verdict: failed, ttl: MinTTL, err: failure(cause.DNSServerFailure, bare(q.name)+": "+what, nil)}
}

// race asks one server after the other, the next one as soon as one fails or
// is silent for too long, and all of them again. The first that knows the
// name wins; those still asked are ended, and have ended, when it returns.
func (a *asking) race(ctx context.Context, q question) reply {
	ctx, cancel := context.WithCancel(ctx)
	t := race{
		asking: a, q: q, begun: time.Now(),
		replies: make(chan reply, rounds*len(a.servers)),
		open:    map[string]bool{},
		said:    map[string]string{},
		timer:   time.NewTimer(forever),
	}
	defer t.running.Wait()
	defer cancel()
	defer t.timer.Stop()
	t.next(ctx)
	for {
		select {
		case <-ctx.Done():
			return t.silence(ctx.Err())
		case <-t.timer.C:
			if t.denial != nil {
				return *t.denial
			}
			t.next(ctx)
		case r := <-t.replies:
			if t.take(ctx, r) {
				return r
			}
			if t.failed >= failRounds*len(a.servers) {
				return t.failure()
			}
			if t.denial != nil && len(t.open) == 0 {
				return *t.denial
			}
		}
	}
}

// race is the state of one.
type race struct {
	*asking
	q       question
	begun   time.Time
	running sync.WaitGroup
	replies chan reply // has room for every one
	timer   *time.Timer
	tries   int               // begun
	open    map[string]bool   // servers asked that have never answered
	failed  int               // tries
	denial  *reply            // one that waits for the others
	said    map[string]string // server to how it failed last
	err     error             // the last that came from the wire
}

// next asks the next server, and sets the timer for the one after it.
func (t *race) next(ctx context.Context) {
	if t.tries >= rounds*len(t.servers) {
		return
	}
	server := t.servers[t.tries%len(t.servers)]
	if t.tries < len(t.servers) {
		t.open[server] = true
	}
	t.tries++
	t.running.Go(func() { t.replies <- t.query(ctx, server, t.q) })
	t.timer.Reset(t.pause())
}

// pause is how long the server asked last may be silent.
func (t *race) pause() time.Duration {
	if t.tries%len(t.servers) != 0 {
		return stagger
	}
	return roundPause << (t.tries/len(t.servers) - 1)
}

// take takes in a reply, and reports whether it decides the race.
func (t *race) take(ctx context.Context, r reply) bool {
	delete(t.open, r.server)
	switch {
	case r.verdict.isDenial():
		if len(t.open) == 0 {
			return true
		}
		if t.denial == nil {
			t.denial = &r
			t.timer.Reset(secondThoughts)
		}
		return false
	case r.verdict != failed:
		return true
	}
	t.failed++
	t.said[r.server] = dns.RcodeToString[r.rcode]
	if r.err != nil {
		t.err = r.err.Err
		t.said[r.server] = r.err.Detail
	}
	// The others do not get to wait for this one. A new round does: what
	// fails once more at once has cost two questions for nothing.
	if t.denial == nil && t.tries%len(t.servers) != 0 {
		t.next(ctx)
	}
	return false
}

// silence is the reply when time is up.
func (t *race) silence(err error) reply {
	if t.failed > 0 {
		return t.failure()
	}
	took := time.Since(t.begun).Round(time.Millisecond)
	detail := fmt.Sprintf("%s: no answer from %s within %v", bare(t.q.name), strings.Join(t.servers, ", "), took)
	return reply{verdict: failed, ttl: MinTTL, err: failure(cause.DNSTimeout, detail, err)}
}

// failure is the reply when no server was of use and at least one said so.
func (t *race) failure() reply {
	symptom := cause.DNSServerFailure
	if t.err != nil && len(t.said) == len(t.servers) {
		// What keeps this machine from asking at all has its own symptom.
		if s := cause.Classify(cause.PhaseResolve, t.err); cause.SideOf(s) == cause.Internal && s != cause.GatewayInternal {
			symptom = s
		}
	}
	var each []string
	for _, s := range t.servers {
		what := t.said[s]
		if what == "" {
			what = "no answer"
		}
		each = append(each, s+": "+what)
	}
	detail := bare(t.q.name) + ": " + strings.Join(each, ", ")
	return reply{verdict: failed, ttl: MinTTL, err: failure(symptom, detail, t.err)}
}

// query asks one server.
func (a *asking) query(ctx context.Context, server string, q question) reply {
	m, err := a.exchange(ctx, server, q)
	if err != nil {
		what := "no answer"
		if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
			what = err.Error()
		}
		return reply{verdict: failed, server: server, err: &cause.Error{Detail: what, Err: err}}
	}
	r := read(m, q)
	r.server = server
	return r
}
