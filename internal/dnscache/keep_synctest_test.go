package dnscache_test

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"torwart/internal/dnscache"
)

const soa = "test. 60 IN SOA ns.test. root.test. 1 2 3 4 3"

func TestOneQuestionPerTypeAndTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 30 IN A 10.0.0.1")
		c := w.cache()
		for range 3 {
			want(t, "lookup", lookup(t, c, "App.Test"), "10.0.0.1")
		}
		asked := []string{"A app.test @" + one, "AAAA app.test @" + one}
		if d := cmp.Diff(asked, w.questions()); d != "" {
			t.Error(d)
		}
		time.Sleep(29999 * time.Millisecond)
		lookup(t, c, "app.test")
		if q := w.questions(); q != nil {
			t.Errorf("asked %v within the TTL", q)
		}
		time.Sleep(time.Millisecond)
		w.zone("app.test. 30 IN A 10.0.0.2")
		want(t, "after the TTL", lookup(t, c, "app.test"), "10.0.0.2")
		if d := cmp.Diff(asked, w.questions()); d != "" {
			t.Error(d)
		}
	})
}

// TestOnlyTheFirstLookupWaits: a name in use is asked again in time, and a
// move shows within the TTL.
func TestOnlyTheFirstLookupWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 10 IN A 10.0.0.1")
		w.change(one, func(s *server) { s.delay = 40 * time.Millisecond })
		c := w.cache()
		start(t, c)
		if _, took := timed(t, c, "app.test"); took != 40*time.Millisecond {
			t.Errorf("the first lookup took %v", took)
		}
		begun := time.Now()
		moved := 25 * time.Second
		for time.Since(begun) < time.Minute {
			if time.Since(begun) == moved {
				w.zone("app.test. 10 IN A 10.0.0.2")
			}
			got, took := timed(t, c, "app.test")
			if took != 0 {
				t.Fatalf("after %v a lookup waited %v", time.Since(begun), took)
			}
			if time.Since(begun) > moved+10*time.Second {
				want(t, "after the move", got, "10.0.0.2")
			}
			time.Sleep(50 * time.Millisecond)
		}
		if n := len(w.questions()); n < 12 || n > 16 {
			t.Errorf("%d questions in a minute, two for each 10 s are due", n)
		}
	})
}

func TestManyNamesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.change(one, func(s *server) {
			s.delay = time.Millisecond
			s.answer = func(q dns.Question, m *dns.Msg) (*dns.Msg, bool) {
				answer := new(dns.Msg)
				answer.SetReply(m)
				answer.RecursionAvailable = true
				if q.Qtype == dns.TypeA {
					answer.Answer = []dns.RR{record(q.Name + " 300 IN A 10.0.0.1")}
				}
				return answer, true
			}
		})
		c := w.cache()
		start(t, c)
		const names = 500
		var wg sync.WaitGroup
		for i := range names {
			wg.Go(func() { lookup(t, c, fmt.Sprintf("app%d.test", i)) })
		}
		wg.Wait()
		for range 2 {
			time.Sleep(5 * time.Minute)
			for i := range names {
				if _, took := timed(t, c, fmt.Sprintf("app%d.test", i)); took != 0 {
					t.Fatalf("app%d waited %v", i, took)
				}
			}
		}
	})
}

func TestUnusedNamesAreLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 10 IN A 10.0.0.1")
		c := w.cache()
		start(t, c)
		lookup(t, c, "app.test")
		lookup(t, c, "gone.test")
		time.Sleep(12 * time.Minute)
		if n := len(c.Snapshot()); n != 1 {
			t.Errorf("%d names known: the one without an address is not forgotten", n)
		}
		w.questions()
		time.Sleep(time.Hour)
		if q := w.questions(); q != nil {
			t.Errorf("asked %v", q)
		}
		if e := entryOf(t, c, "app.test"); e.State != dnscache.Expired || e.TTL > -50*time.Minute {
			t.Errorf("state %s, TTL %v", e.State, e.TTL)
		}
		// Somebody comes again: a better answer is worth a moment …
		w.zone("app.test. 10 IN A 10.0.0.2")
		want(t, "used again", lookup(t, c, "app.test"), "10.0.0.2")
		time.Sleep(2 * time.Hour)
		// … but no more than that.
		w.change(one, func(s *server) { s.silent = true })
		got, took := timed(t, c, "app.test")
		want(t, "used again while DNS is silent", got, "10.0.0.2")
		if took != 250*time.Millisecond {
			t.Errorf("waited %v", took)
		}
		time.Sleep(25 * time.Hour)
		if s := c.Snapshot(); len(s) != 0 {
			t.Errorf("still known after a day: %+v", s)
		}
	})
}

func TestTTLIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("zero.test. 0 IN A 10.0.0.1", "long.test. 604800 IN A 10.0.0.1",
			"top.test. 4294967295 IN A 10.0.0.1")
		c := w.cache()
		for name, ttl := range map[string]time.Duration{
			"zero.test": time.Second, "long.test": time.Hour, "top.test": time.Second,
		} {
			lookup(t, c, name)
			if e := entryOf(t, c, name); e.TTL != ttl {
				t.Errorf("%s: TTL %v, want %v", name, e.TTL, ttl)
			}
		}
	})
}

// TestStaleWhileServersFail: whatever keeps the servers from answering, what
// they said last is served, at once, and the truth as soon as they are back.
func TestStaleWhileServersFail(t *testing.T) {
	for _, f := range []struct {
		name    string
		fail    func(*server)
		symptom string
	}{
		{"SERVFAIL", func(s *server) { s.rcode = dns.RcodeServerFailure }, "dns-server-failure"},
		{"REFUSED", func(s *server) { s.rcode = dns.RcodeRefused }, "dns-server-failure"},
		{"nobody listens", func(s *server) { s.dead = true }, "dns-server-failure"},
		{"silence", func(s *server) { s.silent = true }, "dns-timeout"},
	} {
		t.Run(f.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld("app.test. 10 IN A 10.0.0.1", "app.test. 10 IN AAAA 2001:db8::1")
				c := w.cache()
				start(t, c)
				lookup(t, c, "app.test")
				w.change(one, f.fail)
				for range 10 * 60 {
					time.Sleep(time.Second)
					got, took := timed(t, c, "app.test")
					if got != "10.0.0.1 2001:db8::1" || took != 0 {
						t.Fatalf("got %s after %v", got, took)
					}
				}
				e := entryOf(t, c, "app.test")
				if e.State != dnscache.Stale || string(e.Symptom) != f.symptom || e.TTL > -9*time.Minute {
					t.Errorf("got %+v", e)
				}
				want(t, "resolver", e.Resolver, one)
				w.zone("app.test. 10 IN A 10.0.0.2")
				time.Sleep(10 * time.Second)
				want(t, "back", lookup(t, c, "app.test"), "10.0.0.2")
				if e := entryOf(t, c, "app.test"); e.State != dnscache.Fresh || e.Symptom != "" {
					t.Errorf("got %+v", e)
				}
			})
		})
	}
}

func TestStaleHasAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 10 IN A 10.0.0.1")
		c := w.cache()
		lookup(t, c, "app.test")
		w.change(one, func(s *server) { s.rcode = dns.RcodeServerFailure })
		time.Sleep(24 * time.Hour)
		want(t, "after 24 h", lookup(t, c, "app.test"), "10.0.0.1")
		time.Sleep(11 * time.Second)
		want(t, "after 24 h and the TTL", lookup(t, c, "app.test"), "dns-server-failure")
	})
}

// TestVanishedNames: a name that is gone, or has no address any more, keeps
// the addresses that still answer.
func TestVanishedNames(t *testing.T) {
	full := []string{"app.test. 10 IN A 10.0.0.1", "app.test. 10 IN A 10.0.0.2", "app.test. 10 IN AAAA 2001:db8::1"}
	const all = "10.0.0.1 10.0.0.2 2001:db8::1"
	for _, c := range []struct {
		name   string
		zone   []string
		alive  []string // nil: not tested
		want   string
		state  dnscache.State
		reason string
	}{
		{"gone, untested", nil, nil, all, dnscache.Vanished, "dns-name-not-found"},
		{"gone, all answer", nil, []string{"10.0.0.1", "10.0.0.2", "2001:db8::1"}, all, dnscache.Vanished, "dns-name-not-found"},
		{"gone, one answers", nil, []string{"10.0.0.2"}, "10.0.0.2", dnscache.Vanished, "dns-name-not-found"},
		{"gone, none answers", nil, []string{}, "dns-name-not-found", dnscache.Failed, "dns-name-not-found"},
		{"empty, one answers", []string{"app.test. 10 IN TXT x"}, []string{"10.0.0.1"}, "10.0.0.1", dnscache.Vanished, "dns-empty"},
		{"empty, none answers", []string{"app.test. 10 IN TXT x"}, []string{}, "dns-empty", dnscache.Failed, "dns-empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(full...)
				w.change(one, func(s *server) { s.soa = soa })
				cache := w.cache()
				if c.alive != nil {
					cache.Reachable = reachable(t, "app.test", c.alive...)
				}
				start(t, cache)
				lookup(t, cache, "app.test")
				w.zone(c.zone...)
				time.Sleep(10 * time.Second)
				synctest.Wait()
				want(t, "addresses", lookup(t, cache, "app.test"), c.want)
				e := entryOf(t, cache, "app.test")
				if e.State != c.state || string(e.Symptom) != c.reason {
					t.Errorf("got %+v", e)
				}
				// It is looked at again: back in DNS, it is used again.
				w.zone("app.test. 10 IN A 10.0.0.9")
				time.Sleep(4 * time.Second)
				want(t, "back", lookup(t, cache, "app.test"), "10.0.0.9")
			})
		})
	}
}

func reachable(t *testing.T, name string, alive ...string) func(context.Context, string, netip.AddrPort) bool {
	return func(_ context.Context, n string, at netip.AddrPort) bool {
		if n != name || at.Port() != 0 {
			t.Errorf("asked whether %s of %s answers", at, n)
		}
		for _, a := range alive {
			if at.Addr() == netip.MustParseAddr(a) {
				return true
			}
		}
		return false
	}
}

// TestVanishedAddressesAreTestedAgain: they go as soon as they stop answering.
func TestVanishedAddressesAreTestedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 10 IN A 10.0.0.1")
		c := w.cache()
		var mu sync.Mutex
		up := true
		c.Reachable = func(context.Context, string, netip.AddrPort) bool {
			mu.Lock()
			defer mu.Unlock()
			return up
		}
		start(t, c)
		lookup(t, c, "app.test")
		w.zone()
		time.Sleep(time.Minute)
		want(t, "answering", lookup(t, c, "app.test"), "10.0.0.1")
		mu.Lock()
		up = false
		mu.Unlock()
		time.Sleep(2 * time.Second)
		want(t, "not answering", lookup(t, c, "app.test"), "dns-name-not-found")
	})
}

// TestSilentAddressDelaysNobody: while vanished addresses are tested, they are
// served.
func TestSilentAddressDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 10 IN A 10.0.0.1")
		c := w.cache()
		c.Reachable = func(ctx context.Context, _ string, _ netip.AddrPort) bool {
			<-ctx.Done()
			return false
		}
		start(t, c)
		lookup(t, c, "app.test")
		w.zone()
		time.Sleep(10 * time.Second)
		got, took := timed(t, c, "app.test")
		want(t, "while tested", got, "10.0.0.1")
		if took != 0 {
			t.Errorf("waited %v", took)
		}
		time.Sleep(2 * time.Second)
		want(t, "when tested", lookup(t, c, "app.test"), "dns-name-not-found")
	})
}

// TestOneFamilyGoes: an address is the truth about a name; the family it has
// no longer is no failure.
func TestOneFamilyGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 10 IN A 10.0.0.1", "app.test. 10 IN AAAA 2001:db8::1")
		c := w.cache()
		start(t, c)
		lookup(t, c, "app.test")
		w.change(one, func(s *server) {
			s.answer = func(q dns.Question, m *dns.Msg) (*dns.Msg, bool) {
				answer := new(dns.Msg)
				return answer.SetRcode(m, dns.RcodeServerFailure), q.Qtype == dns.TypeAAAA
			}
		})
		time.Sleep(15 * time.Second)
		want(t, "no word on AAAA", lookup(t, c, "app.test"), "10.0.0.1 2001:db8::1")
		if e := entryOf(t, c, "app.test"); e.State != dnscache.Fresh || e.TTL <= 0 {
			t.Errorf("got %+v", e)
		}
		w.change(one, func(s *server) { s.answer = nil })
		w.zone("app.test. 10 IN A 10.0.0.1")
		time.Sleep(10 * time.Second)
		want(t, "no AAAA", lookup(t, c, "app.test"), "10.0.0.1")
		if e := entryOf(t, c, "app.test"); e.State != dnscache.Fresh {
			t.Errorf("got %+v", e)
		}
	})
}

// TestDenialsAreShort: a name that is waited for is asked for again soon.
func TestDenialsAreShort(t *testing.T) {
	for _, c := range []struct {
		name, soa string
		ttl       time.Duration
	}{
		{"by the SOA", soa, 3 * time.Second},
		{"at most 5 s", "test. 3600 IN SOA ns.test. root.test. 1 2 3 4 3600", 5 * time.Second},
		{"without an SOA", "", time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.change(one, func(s *server) { s.soa = c.soa })
				cache := w.cache()
				want(t, "cold", lookup(t, cache, "app.test"), "dns-name-not-found")
				w.zone("app.test. 10 IN A 10.0.0.1")
				time.Sleep(c.ttl - 1)
				want(t, "denied", lookup(t, cache, "app.test"), "dns-name-not-found")
				time.Sleep(time.Nanosecond)
				want(t, "there", lookup(t, cache, "app.test"), "10.0.0.1")
			})
		})
	}
}

// TestSince: the same addresses in another order are no news.
func TestSince(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld("app.test. 10 IN A 10.0.0.1", "app.test. 10 IN A 10.0.0.2")
		c := w.cache()
		check := func(what string, since, answered time.Duration) {
			t.Helper()
			lookup(t, c, "app.test")
			e := entryOf(t, c, "app.test")
			if s, a := e.Since.Sub(begun), e.Answered.Sub(begun); s != since || a != answered {
				t.Errorf("%s: since %v, answered %v", what, s, a)
			}
		}
		check("first", 0, 0)
		time.Sleep(10 * time.Second)
		w.zone("app.test. 10 IN A 10.0.0.2", "app.test. 10 IN A 10.0.0.1")
		check("turned round", 0, 10*time.Second)
		time.Sleep(10 * time.Second)
		w.zone("app.test. 10 IN A 10.0.0.2")
		check("one less", 20*time.Second, 20*time.Second)
		time.Sleep(10 * time.Second)
		w.change(one, func(s *server) { s.rcode = dns.RcodeServerFailure })
		check("failing", 20*time.Second, 20*time.Second)
	})
}

func TestOnChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 10 IN A 10.0.0.1")
		c := w.cache()
		var got []string
		c.OnChange = func(e dnscache.Entry) {
			got = append(got, fmt.Sprint(e.State, e.Addrs, e.Symptom))
		}
		start(t, c)
		steps := []func(){
			func() {},
			func() { w.zone("app.test. 10 IN A 10.0.0.2") },
			func() { w.change(one, func(s *server) { s.rcode = dns.RcodeServerFailure }) },
			func() { w.zone("app.test. 10 IN A 10.0.0.2") },
		}
		for _, step := range steps {
			step()
			for range 20 {
				lookup(t, c, "app.test")
				time.Sleep(time.Second)
			}
		}
		wanted := []string{
			"fresh[10.0.0.2]", "stale[10.0.0.2]dns-server-failure", "fresh[10.0.0.2]",
		}
		if d := cmp.Diff(wanted, got); d != "" {
			t.Error(d)
		}
	})
}
