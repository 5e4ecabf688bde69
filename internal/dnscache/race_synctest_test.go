package dnscache_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"torwart/internal/cause"
)

// TestServersAreRaced: what a bad first server costs.
func TestServersAreRaced(t *testing.T) {
	good := func(s *server) { s.zone = []string{"app.test. 30 IN A 10.0.0.1"} }
	for _, c := range []struct {
		name     string
		one, two func(*server)
		took     time.Duration
		want     string
	}{
		{"good", good, good, 0, "10.0.0.1"},
		// The address comes after 75 ms, and waits for IPv6 like any other.
		{"silent", func(s *server) { s.silent = true }, good, 125 * time.Millisecond, "10.0.0.1"},
		{"SERVFAIL", func(s *server) { s.rcode = dns.RcodeServerFailure }, good, 0, "10.0.0.1"},
		{"REFUSED", func(s *server) { s.rcode = dns.RcodeRefused }, good, 0, "10.0.0.1"},
		{"nobody listens", func(s *server) { s.dead = true }, good, 0, "10.0.0.1"},
		{
			"slow, but better than nothing", func(s *server) { good(s); s.delay = 400 * time.Millisecond },
			func(s *server) { s.silent = true }, 450 * time.Millisecond, "10.0.0.1",
		},
		{
			"a denial that came first waits for an address", func(s *server) { good(s); s.delay = 150 * time.Millisecond },
			func(*server) {}, 150 * time.Millisecond, "10.0.0.1",
		},
		{
			"a denial does not wait for long", func(s *server) { s.silent = true },
			func(*server) {}, 175 * time.Millisecond, "dns-name-not-found",
		},
		{
			"a denial by the only one that can say", func(s *server) { s.rcode = dns.RcodeRefused },
			func(*server) {}, 0, "dns-name-not-found",
		},
		{
			"both fail", func(s *server) { s.rcode = dns.RcodeRefused },
			func(s *server) { s.rcode = dns.RcodeServerFailure }, 300 * time.Millisecond, "dns-server-failure",
		},
		{
			"one fails, one is silent", func(s *server) { s.rcode = dns.RcodeServerFailure },
			func(s *server) { s.silent = true }, 2100 * time.Millisecond, "dns-server-failure",
		},
		{
			"both are silent", func(s *server) { s.silent = true },
			func(s *server) { s.silent = true }, 5 * time.Second, "dns-timeout",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.change(one, c.one)
				w.change(two, c.two)
				got, took := timed(t, w.cache(one, two), "app.test")
				want(t, "lookup", got, c.want)
				if took != c.took {
					t.Errorf("took %v, want %v", took, c.took)
				}
				if n := w.connections(); n != 0 {
					t.Errorf("%d questions still under way", n)
				}
			})
		})
	}
}

// TestLostDatagram: a lone server is asked again, and the failure of a moment
// fails nobody.
func TestLostDatagram(t *testing.T) {
	for _, c := range []struct {
		name  string
		first func(m *dns.Msg) *dns.Msg
	}{
		{"lost", func(*dns.Msg) *dns.Msg { return nil }},
		{"SERVFAIL", func(m *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(m, dns.RcodeServerFailure) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld("app.test. 30 IN A 10.0.0.1")
				seen := map[uint16]bool{}
				w.change(one, func(s *server) {
					s.answer = func(q dns.Question, m *dns.Msg) (*dns.Msg, bool) {
						again := seen[q.Qtype]
						seen[q.Qtype] = true
						return c.first(m), !again
					}
				})
				got, took := timed(t, w.cache(), "app.test")
				want(t, "lookup", got, "10.0.0.1")
				if took != 300*time.Millisecond {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

func TestErrorsNameWhoSaidWhat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("empty.test. 10 IN TXT x")
		c := w.cache()
		detail := func(name string) string {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := c.LookupNetIP(ctx, "ip", name)
			return cause.As(err).Detail
		}
		want(t, "NXDOMAIN", detail("gone.test"), "gone.test: NXDOMAIN from "+one)
		want(t, "empty", detail("empty.test"), "empty.test: no records from "+one)
		c = w.cache(one, two)
		w.change(one, func(s *server) { s.rcode = dns.RcodeRefused })
		want(t, "failure", detail("app.test"),
			"app.test: "+one+": REFUSED, "+two+": dial udp: connection refused")
		c = w.cache()
		w.change(one, func(s *server) { s.silent = true })
		want(t, "silence", detail("app.test"), "app.test: no answer in time from "+one)
		time.Sleep(10 * time.Second)
		start(t, c)
		detail("late.test")
		time.Sleep(4500 * time.Millisecond)
		want(t, "silence to the end", detail("late.test"), "late.test: no answer from "+one+" within 5s")
	})
}

func TestSymptoms(t *testing.T) {
	lame := false
	rcodes := func(a, aaaa int) func(dns.Question, *dns.Msg) (*dns.Msg, bool) {
		return func(q dns.Question, m *dns.Msg) (*dns.Msg, bool) {
			answer := new(dns.Msg).SetRcode(m, aaaa)
			if q.Qtype == dns.TypeA {
				answer.SetRcode(m, a)
			}
			answer.RecursionAvailable = !lame
			return answer, true
		}
	}
	for _, c := range []struct {
		name    string
		a, aaaa int
		want    string
	}{
		{"the name does not exist", dns.RcodeNameError, dns.RcodeNameError, "dns-name-not-found"},
		{"the name has no address", dns.RcodeSuccess, dns.RcodeSuccess, "dns-empty"},
		{"one type is denied with the wrong code", dns.RcodeSuccess, dns.RcodeNameError, "dns-empty"},
		{"one type is not answered for", dns.RcodeServerFailure, dns.RcodeSuccess, "dns-server-failure"},
		{"one type is not answered for, the other denies the name", dns.RcodeNameError, dns.RcodeServerFailure, "dns-server-failure"},
		{"not implemented", dns.RcodeNotImplemented, dns.RcodeNotImplemented, "dns-server-failure"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.change(one, func(s *server) { s.answer = rcodes(c.a, c.aaaa) })
				want(t, "lookup", lookup(t, w.cache(), "app.test"), c.want)
			})
		})
	}
	lame = true
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.change(one, func(s *server) { s.answer = rcodes(0, 0) })
		want(t, "a server that knows nothing and asks nobody", lookup(t, w.cache(), "app.test"), "dns-server-failure")
	})
}

// TestNoLookupOutlastsItsContext, and each says why it ended.
func TestNoLookupOutlastsItsContext(t *testing.T) {
	for _, run := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			w.change(one, func(s *server) { s.silent = true })
			c := w.cache()
			if run {
				start(t, c)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
			defer cancel()
			begun := time.Now()
			addrs, err := c.LookupNetIP(ctx, "ip", "app.test")
			want(t, "deadline", result(t, addrs, err), "dns-timeout")
			if took := time.Since(begun); took != 700*time.Millisecond {
				t.Errorf("took %v", took)
			}
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("does not say so: %v", err)
			}
			ctx, cancel = context.WithCancel(t.Context())
			go func() {
				time.Sleep(time.Second)
				cancel()
			}()
			_, err = c.LookupNetIP(ctx, "ip", "app.test")
			if got := cause.Classify(cause.PhaseResolve, err); got != cause.ClientGone || !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %s, %v", got, err)
			}
			_, err = c.LookupNetIP(ctx, "ip", "other.test")
			if !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled before: %v", err)
			}
		})
	}
}

// TestFamilies: one family does not wait for the other for long, and gets it
// all the same.
func TestFamilies(t *testing.T) {
	for _, c := range []struct {
		name         string
		v4, v6       time.Duration // of the answers; -1 for silence
		took         time.Duration
		first, later string
	}{
		{"both at once", 0, 0, 0, "10.0.0.1 2001:db8::1", "10.0.0.1 2001:db8::1"},
		{
			"IPv6 a little later", 10 * time.Millisecond, 50 * time.Millisecond, 50 * time.Millisecond,
			"10.0.0.1 2001:db8::1", "10.0.0.1 2001:db8::1",
		},
		{
			"IPv6 much later", 10 * time.Millisecond, 500 * time.Millisecond, 60 * time.Millisecond,
			"10.0.0.1", "10.0.0.1 2001:db8::1",
		},
		{
			"IPv4 much later", 400 * time.Millisecond, 0, 50 * time.Millisecond,
			"2001:db8::1", "10.0.0.1 2001:db8::1",
		},
		{"IPv6 never", 0, -1, 50 * time.Millisecond, "10.0.0.1", "10.0.0.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.change(one, func(s *server) {
					s.answer = func(q dns.Question, m *dns.Msg) (*dns.Msg, bool) {
						m = new(dns.Msg).SetReply(m)
						rr, delay := q.Name+" 60 IN A 10.0.0.1", c.v4
						if q.Qtype == dns.TypeAAAA {
							rr, delay = q.Name+" 60 IN AAAA 2001:db8::1", c.v6
						}
						if delay < 0 {
							return nil, true
						}
						s.delay = delay
						m.Answer = []dns.RR{record(rr)}
						return m, true
					}
				})
				cache := w.cache()
				start(t, cache)
				got, took := timed(t, cache, "app.test")
				want(t, "first", got, c.first)
				if took != c.took {
					t.Errorf("took %v, want %v", took, c.took)
				}
				time.Sleep(2 * time.Second)
				if n := w.connections(); n != 0 {
					t.Errorf("%d questions still under way", n)
				}
				got, took = timed(t, cache, "app.test")
				want(t, "later", got, c.later)
				if took != 0 {
					t.Errorf("later took %v", took)
				}
			})
		})
	}
}

func TestAliases(t *testing.T) {
	endless := []string{"loop.test. 60 IN CNAME pool.test.", "pool.test. 60 IN CNAME loop.test."}
	for _, c := range []struct {
		name, host string
		zone       []string
		want       string
	}{
		{"followed by the server", "app.test", []string{
			"app.test. 60 IN CNAME b.test.", "b.test. 7 IN CNAME C.test.", "c.test. 20 IN A 10.0.0.1",
		}, "10.0.0.1"},
		{"to nowhere", "app.test", []string{"app.test. 60 IN CNAME b.test."}, "dns-name-not-found"},
		{"in a circle", "loop.test", endless, "dns-server-failure"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(c.zone...)
				if c.host == "loop.test" {
					w.change(one, func(s *server) {
						s.answer = func(_ dns.Question, m *dns.Msg) (*dns.Msg, bool) {
							m = new(dns.Msg).SetReply(m)
							m.Answer = []dns.RR{record(c.zone[0]), record(c.zone[1])}
							return m, true
						}
					})
				}
				cache := w.cache()
				want(t, "lookup", lookup(t, cache, c.host), c.want)
				if e := entryOf(t, cache, c.host); c.want == "10.0.0.1" && e.TTL != 7*time.Second {
					t.Errorf("TTL %v is not the chain's least", e.TTL)
				}
			})
		})
	}
}

// TestAliasNobodyFollowed: a server that knows only its own zone names the
// alias and no more.
func TestAliasNobodyFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("b.test. 20 IN A 10.0.0.1")
		endless := false
		w.change(one, func(s *server) {
			s.answer = func(q dns.Question, m *dns.Msg) (*dns.Msg, bool) {
				m = new(dns.Msg).SetReply(m)
				switch {
				case endless:
					m.Answer = []dns.RR{record(q.Name + " 60 IN CNAME x" + q.Name)}
				case q.Name == "app.test.":
					m.Answer = []dns.RR{record("app.test. 9 IN CNAME B.test.")}
				default:
					return nil, false
				}
				return m, true
			}
		})
		c := w.cache()
		want(t, "lookup", lookup(t, c, "app.test"), "10.0.0.1")
		if e := entryOf(t, c, "app.test"); e.TTL != 9*time.Second {
			t.Errorf("TTL %v", e.TTL)
		}
		endless = true
		want(t, "endless", lookup(t, c, "endless.test"), "dns-server-failure")
		if n := len(w.questions()); n > 50 {
			t.Errorf("%d questions", n)
		}
	})
}
