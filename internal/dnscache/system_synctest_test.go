package dnscache_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"torwart/internal/cause"
	"torwart/internal/dnscache"
)

type dnscacheAddr = netip.AddrPort

var compareAddr = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })

func addrs(list ...string) []netip.Addr {
	var out []netip.Addr
	for _, s := range list {
		out = append(out, netip.MustParseAddr(s))
	}
	return out
}

// systemCache asks as the two files say.
func systemCache(t *testing.T, w *world, resolvConf, hosts string) *dnscache.Cache {
	t.Helper()
	c := w.cache()
	c.Servers = nil
	dir := t.TempDir()
	c.ResolvConf, c.HostsFile = filepath.Join(dir, "resolv.conf"), filepath.Join(dir, "hosts")
	write(t, c.ResolvConf, resolvConf)
	write(t, c.HostsFile, hosts)
	return c
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const cluster = "nameserver 192.0.2.53\nsearch web.svc.test svc.test\noptions ndots:2 timeout:1 attempts:2\n"

func TestSearchList(t *testing.T) {
	for _, c := range []struct {
		name  string
		zone  []string
		asked []string // of type A
		want  string
	}{
		{"app", []string{"app.web.svc.test. 9 IN A 10.0.0.1"}, []string{"app.web.svc.test"}, "10.0.0.1"},
		{
			"app.web",
			[]string{"app.web.svc.test. 9 IN A 10.0.0.1"},
			[]string{"app.web.svc.test", "app.web.web.svc.test"},
			"10.0.0.1",
		},
		{"a.b.test", []string{"a.b.test. 9 IN A 10.0.0.1"}, []string{"a.b.test"}, "10.0.0.1"},
		{
			"a.b.c",
			[]string{"a.b.c.svc.test. 9 IN A 10.0.0.1"},
			[]string{"a.b.c", "a.b.c.svc.test", "a.b.c.web.svc.test"},
			"10.0.0.1",
		},
		{"app.", []string{"app.web.svc.test. 9 IN A 10.0.0.1"}, []string{"app"}, "dns-name-not-found"},
		// A family of one name is not mixed with the other of another one.
		{
			"app",
			[]string{"app.web.svc.test. 9 IN A 10.0.0.1", "app.svc.test. 9 IN AAAA 2001:db8::1"},
			[]string{"app.web.svc.test"},
			"10.0.0.1",
		},
		{
			"app",
			[]string{"app.web.svc.test. 9 IN TXT x"},
			[]string{"app", "app.svc.test", "app.web.svc.test"},
			"dns-empty",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(c.zone...)
				cache := systemCache(t, w, cluster, "")
				want(t, "lookup", lookup(t, cache, c.name), c.want)
				var asked []string
				for _, q := range w.questions() {
					if q[:2] == "A " {
						asked = append(asked, q[2:len(q)-len(" @"+one)])
					}
				}
				if d := cmp.Diff(c.asked, asked); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

// TestSearchListInTrouble: a domain whose servers fail is passed over and not
// forgotten; silence ends the search.
func TestSearchListInTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.svc.test. 9 IN A 10.0.0.1", "lost.svc.test. 9 IN A 10.0.0.9")
		w.change(one, func(s *server) {
			s.answer = func(q dns.Question, m *dns.Msg) (*dns.Msg, bool) {
				switch q.Name {
				case "app.web.svc.test.", "other.web.svc.test.", "late.svc.test.":
					return new(dns.Msg).SetRcode(m, dns.RcodeServerFailure), true
				case "lost.web.svc.test.":
					return nil, true
				}
				return nil, false
			}
		})
		c := systemCache(t, w, cluster, "")
		want(t, "found further on", lookup(t, c, "app"), "10.0.0.1")
		want(t, "found nowhere", lookup(t, c, "other"), "dns-server-failure")
		want(t, "found nowhere, failed later", lookup(t, c, "late"), "dns-server-failure")
		got, took := timed(t, c, "lost")
		want(t, "silence", got, "dns-timeout")
		if took != 2*time.Second {
			t.Errorf("took %v, timeout times attempts is 2 s", took)
		}
	})
}

// TestFailureThenSilence: what one server said is the news when time is up.
func TestFailureThenSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.change(one, func(s *server) { s.rcode = dns.RcodeRefused })
		w.change(two, func(s *server) { s.silent = true })
		c := systemCache(t, w, "nameserver 192.0.2.53\nnameserver 192.0.2.54\noptions timeout:1 attempts:1\n", "")
		got, took := timed(t, c, "app.test")
		want(t, "lookup", got, "dns-server-failure")
		if took != time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// TestTargetsAreAbsolute: the search list is no business of theirs.
func TestTargetsAreAbsolute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("_http._tcp.test. 9 IN SRV 1 1 80 a.test.", "a.test. 9 IN A 10.0.0.1",
			"a.test.web.svc.test. 9 IN A 10.6.6.6")
		c := systemCache(t, w, cluster, "")
		targets, err := c.LookupSRV(t.Context(), "_http._tcp.test.")
		if err != nil || len(targets) != 1 {
			t.Fatal(targets, err)
		}
		want(t, "address", result(t, targets[0].Addrs, nil), "10.0.0.1")
	})
}

func TestHostsFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 60 IN A 10.0.0.1", "app.test. 60 IN AAAA 2001:db8::1")
		c := systemCache(t, w, cluster, "10.9.9.9 App.test app # ours\n")
		start(t, c)
		want(t, "from the file", lookup(t, c, "app.test"), "10.9.9.9")
		want(t, "its alias", lookup(t, c, "app"), "10.9.9.9")
		want(t, "who says so", entryOf(t, c, "app").Resolver, c.HostsFile)
		if q := w.questions(); q != nil {
			t.Errorf("asked %v", q)
		}
		write(t, c.HostsFile, "10.9.9.10 app.test\n")
		time.Sleep(2 * time.Second)
		want(t, "changed", lookup(t, c, "app.test"), "10.9.9.10")
		write(t, c.HostsFile, "# nothing\n")
		time.Sleep(2 * time.Second)
		want(t, "from DNS now", lookup(t, c, "app.test"), "10.0.0.1 2001:db8::1")
		// With servers of our own the file means nothing.
		own := w.cache()
		own.HostsFile = c.HostsFile
		write(t, c.HostsFile, "10.9.9.11 app.test app\n")
		want(t, "own servers", lookup(t, own, "app.test"), "10.0.0.1 2001:db8::1")
	})
}

func TestResolvConfChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 5 IN A 10.0.0.1")
		w.change(two, func(s *server) { s.zone = []string{"app.test. 5 IN A 10.0.0.2"} })
		c := systemCache(t, w, cluster, "")
		start(t, c)
		want(t, "first", lookup(t, c, "app.test"), "10.0.0.1")
		write(t, c.ResolvConf, "# a new network\nnameserver 192.0.2.54\n")
		time.Sleep(5 * time.Second)
		want(t, "changed", lookup(t, c, "app.test"), "10.0.0.2")
		// A file that is away for a moment changes nothing.
		os.Remove(c.ResolvConf)
		w.change(two, func(s *server) { s.zone = []string{"app.test. 5 IN A 10.0.0.3"} })
		time.Sleep(5 * time.Second)
		want(t, "away", lookup(t, c, "app.test"), "10.0.0.3")
	})
}

func TestWithoutResolvConf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.change("127.0.0.1:53", func(s *server) { s.zone = []string{"app.test. 5 IN A 10.0.0.1"} })
		c := systemCache(t, w, "", "")
		os.Remove(c.ResolvConf)
		want(t, "lookup", lookup(t, c, "app.test"), "10.0.0.1")
	})
}

// library is a system's own library that knows app.test.
type library struct {
	addrs  []netip.Addr
	silent atomic.Bool
	gone   atomic.Bool
}

func (l *library) err() error {
	if l.silent.Load() {
		return &net.DNSError{Err: "timeout", IsTimeout: true}
	}
	if l.gone.Load() {
		return errNoSuchHost
	}
	return nil
}

var errNoSuchHost = &net.DNSError{Err: "no such host", IsNotFound: true}

func (l *library) LookupNetIP(_ context.Context, network, name string) ([]netip.Addr, error) {
	if network != "ip" || bare(name) != "app.test" {
		return nil, errNoSuchHost
	}
	return l.addrs, l.err()
}

func (l *library) LookupSRV(_ context.Context, service, proto, name string) (string, []*net.SRV, error) {
	if service != "" || proto != "" || name != "_http._tcp.test" {
		return "", nil, errNoSuchHost
	}
	return name, []*net.SRV{{Target: "App.test.", Port: 80, Priority: 1, Weight: 2}, {Target: "."}}, l.err()
}

func bare(name string) string { return strings.TrimSuffix(name, ".") }

// TestDelegate: where the system's settings are not in files, its own library
// is asked.
func TestDelegate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		c := systemCache(t, w, cluster, "10.9.9.9 file.test\n")
		lib := &library{addrs: addrs("::ffff:10.0.0.1", "2001:db8::1")}
		c.SetLibrary(lib)
		start(t, c)
		want(t, "lookup", lookup(t, c, "app.test"), "10.0.0.1 2001:db8::1")
		want(t, "not found", lookup(t, c, "other.test"), "dns-name-not-found")
		want(t, "in a file", lookup(t, c, "file.test"), "10.9.9.9")
		targets, err := c.LookupSRV(t.Context(), "_http._tcp.test")
		wanted := []dnscache.SRVTarget{{Host: "app.test", Port: 80, Priority: 1, Weight: 2, Addrs: lib.addrs}}
		if len(targets) == 1 && len(targets[0].Addrs) == 2 {
			wanted[0].Addrs = targets[0].Addrs
		}
		if d := cmp.Diff(wanted, targets, compareAddr); d != "" || err != nil {
			t.Error(d, err)
		}
		_, err = c.LookupSRV(t.Context(), "_gone._tcp.test")
		want(t, "no service", result(t, nil, err), "dns-name-not-found")
		lib.silent.Store(true)
		time.Sleep(time.Minute)
		want(t, "stale", lookup(t, c, "app.test"), "10.0.0.1 2001:db8::1")
		if e := entryOf(t, c, "app.test"); e.State != dnscache.Stale || e.Symptom != cause.DNSTimeout {
			t.Errorf("got %+v", e)
		}
		lib.silent.Store(false)
		lib.gone.Store(true)
		time.Sleep(10 * time.Second)
		want(t, "vanished", lookup(t, c, "app.test"), "10.0.0.1 2001:db8::1")
		if e := entryOf(t, c, "app.test"); e.State != dnscache.Vanished || e.Symptom != cause.DNSNameNotFound {
			t.Errorf("got %+v", e)
		}
		if q := w.questions(); q != nil {
			t.Errorf("asked %v", q)
		}
	})
}

func TestWhatNeedsNoLookup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("localhost. 5 IN A 10.0.0.1")
		c := w.cache()
		for host, wanted := range map[string]string{
			"10.0.0.1": "10.0.0.1", "::ffff:10.0.0.1": "10.0.0.1", "2001:db8::1": "2001:db8::1",
			"fe80::1%eth0": "fe80::1%eth0",
			"localhost":    "127.0.0.1 ::1", "LocalHost.": "127.0.0.1 ::1", "app.localhost": "127.0.0.1 ::1",
			"": "dns-name-not-found", "a..b": "dns-name-not-found", "a b": "dns-name-not-found",
			`a\.b`: "dns-name-not-found", strings.Repeat("a", 64) + ".test": "dns-name-not-found",
			strings.Repeat("a.", 128): "dns-name-not-found", "bücher.test": "dns-name-not-found", ".": "dns-name-not-found",
		} {
			want(t, host, lookup(t, c, host), wanted)
		}
		if q := w.questions(); q != nil {
			t.Errorf("asked %v", q)
		}
	})
}

func TestNetworks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 9 IN A 10.0.0.1", "app.test. 9 IN AAAA 2001:db8::1", "four.test. 9 IN A 10.0.0.1")
		c := w.cache()
		for _, x := range []struct{ network, host, want string }{
			{"ip", "app.test", "10.0.0.1 2001:db8::1"},
			{"ip4", "app.test", "10.0.0.1"},
			{"ip6", "app.test", "2001:db8::1"},
			{"ip6", "four.test", "dns-empty"},
			{"ip4", "10.0.0.1", "10.0.0.1"},
			{"ip6", "10.0.0.1", "dns-empty"},
		} {
			got, err := c.LookupNetIP(t.Context(), x.network, x.host)
			want(t, x.network+" "+x.host, result(t, got, err), x.want)
		}
		_, err := c.LookupNetIP(t.Context(), "tcp", "app.test")
		if _, ok := errors.AsType[net.UnknownNetworkError](err); !ok {
			t.Errorf("network tcp: %v", err)
		}
	})
}

// TestOrder: every address gets its turn within its family, and the families
// stand as they can be reached.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(
			"app.test. 9 IN A 10.0.0.1", "app.test. 9 IN A 10.0.0.2", "app.test. 9 IN A 10.0.0.3",
			"app.test. 9 IN AAAA 2001:db8::1", "app.test. 9 IN AAAA 2001:db8::2",
			"app.test. 9 IN AAAA fd00::1",
			"block.test. 9 IN A 0.0.0.0", "block.test. 9 IN AAAA ::",
		)
		for _, routed := range []bool{true, false} {
			c := w.cache()
			c.SetRoute(func(netip.Addr) bool { return routed })
			firsts := map[string]int{}
			for range 60 {
				got, err := c.LookupNetIP(t.Context(), "ip", "app.test")
				if err != nil || len(got) != 6 {
					t.Fatal(got, err)
				}
				v6, v4 := got[:2], got[2:5]
				if !routed {
					v4, v6 = got[:3], got[3:5]
				}
				for _, a := range v4 {
					if !a.Is4() {
						t.Fatalf("routed %v: %v", routed, got)
					}
				}
				if got[5] != netip.MustParseAddr("fd00::1") {
					t.Fatalf("the local address does not come last: %v", got)
				}
				firsts[v4[0].String()]++
				firsts[v6[0].String()]++
			}
			wanted := map[string]int{
				"10.0.0.1": 20, "10.0.0.2": 20, "10.0.0.3": 20, "2001:db8::1": 30, "2001:db8::2": 30,
			}
			if d := cmp.Diff(wanted, firsts); d != "" {
				t.Error(d)
			}
			want(t, "blocked", lookup(t, c, "block.test"), "dns-empty")
		}
	})
}
