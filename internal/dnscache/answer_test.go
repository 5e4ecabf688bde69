package dnscache_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"torwart/internal/dnscache"
)

// wire packs an answer to "app.test." with id 1.
func wire(t testing.TB, kind uint16, f func(m *dns.Msg)) []byte {
	t.Helper()
	q := new(dns.Msg).SetQuestion("app.test.", kind)
	q.Id = 1
	m := new(dns.Msg).SetReply(q)
	m.RecursionAvailable = true
	f(m)
	out, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestReadAnswer: records that are no answer to the question count for
// nothing, wherever they stand.
func TestReadAnswer(t *testing.T) {
	for _, c := range []struct {
		name    string
		kind    uint16
		records []string
		want    string // addresses and targets; "denied"
	}{
		{"of another name", dns.TypeA, []string{"evil.test. 9 IN A 10.6.6.6"}, "denied"},
		{"of another type", dns.TypeA, []string{"app.test. 9 IN AAAA 2001:db8::1"}, "denied"},
		{"of another class", dns.TypeA, []string{"app.test. 9 CH A 10.6.6.6"}, "denied"},
		{"twice", dns.TypeA, []string{"app.test. 9 IN A 10.0.0.2", "App.test. 9 IN A 10.0.0.2", "app.test. 9 IN A 10.0.0.1"}, "10.0.0.1 10.0.0.2"},
		{"not a server's", dns.TypeA, []string{"app.test. 9 IN A 0.0.0.0", "app.test. 9 IN A 224.0.0.1"}, "denied"},
		{"IPv4 in IPv6", dns.TypeAAAA, []string{"app.test. 9 IN AAAA ::ffff:10.0.0.1"}, "10.0.0.1"},
		{"beside an alias", dns.TypeA, []string{"app.test. 9 IN A 10.6.6.6", "app.test. 9 IN CNAME b.test.", "b.test. 9 IN A 10.0.0.1"}, "10.0.0.1"},
		{"chain in any order", dns.TypeA, []string{"c.test. 9 IN A 10.0.0.1", "b.test. 9 IN CNAME c.test.", "app.test. 9 IN CNAME B.test."}, "10.0.0.1"},
		{"targets", dns.TypeSRV, []string{"app.test. 9 IN SRV 2 0 80 b.test.", "app.test. 9 IN SRV 1 0 80 C.test.", "app.test. 9 IN SRV 1 9 80 d.test.", "app.test. 9 IN SRV 1 9 80 d.test."}, "d.test c.test b.test"},
		{"no such service", dns.TypeSRV, []string{"app.test. 9 IN SRV 0 0 0 ."}, "denied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, ok := dnscache.ReadWire(wire(t, c.kind, func(m *dns.Msg) {
				for _, line := range c.records {
					m.Answer = append(m.Answer, record(line))
				}
			}), "app.test.", c.kind)
			var got []string
			for _, a := range r.Addrs {
				got = append(got, a.String())
			}
			for _, s := range r.Targets {
				got = append(got, s.Host)
			}
			if r.Denied {
				got = append(got, "denied")
			}
			if !ok {
				t.Error("no answer at all")
			}
			want(t, "reading", strings.Join(got, " "), c.want)
		})
	}
}

// TestAnswersAreBounded, whoever sends them.
func TestAnswersAreBounded(t *testing.T) {
	b := wire(t, dns.TypeA, func(m *dns.Msg) {
		for i := range 2 * dnscache.MostRecords {
			m.Answer = append(m.Answer, record(fmt.Sprintf("app.test. 9 IN A 10.0.%d.%d", i/250, i%250)))
		}
	})
	if r, ok := dnscache.ReadWire(b, "app.test.", dns.TypeA); !ok || len(r.Addrs) != dnscache.MostRecords {
		t.Errorf("%v, %d addresses", ok, len(r.Addrs))
	}
}

func FuzzReadAnswer(f *testing.F) {
	for _, records := range [][]string{
		{"app.test. 9 IN A 10.0.0.1", "app.test. 4294967295 IN AAAA 2001:db8::1"},
		{"app.test. 9 IN CNAME b.test.", "b.test. 9 IN A 10.0.0.1", "b.test. 9 IN AAAA ::"},
		{"app.test. 9 IN SRV 2 0 80 b.test.", "app.test. 0 IN SRV 2 0 80 ."},
		nil,
	} {
		for _, kind := range []uint16{dns.TypeA, dns.TypeAAAA, dns.TypeSRV} {
			f.Add(wire(f, kind, func(m *dns.Msg) {
				for _, line := range records {
					m.Answer = append(m.Answer, record(line))
				}
				m.Ns = []dns.RR{record(soa)}
				m.SetEdns0(1232, false)
			}), kind)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, kind uint16) {
		r, ok := dnscache.ReadWire(b, "app.test.", kind)
		if !ok {
			return
		}
		for _, a := range r.Addrs {
			if !a.IsValid() || a.IsUnspecified() || a.IsMulticast() || a.Is4In6() || kind == dns.TypeSRV {
				t.Errorf("address %v of type %d", a, kind)
			}
		}
		for _, s := range r.Targets {
			if s.Host == "" || strings.ToLower(s.Host) != s.Host || strings.ContainsAny(s.Host, `\ `) || kind != dns.TypeSRV {
				t.Errorf("target %+v of type %d", s, kind)
			}
		}
		records := len(r.Addrs) + len(r.Targets)
		switch {
		case records > dnscache.MostRecords:
			t.Errorf("%d records", records)
		case r.Failed && records > 0 || r.Denied && records > 0 || r.Alias != "" && records > 0:
			t.Errorf("two things at once: %+v", r)
		case !r.Failed && !r.Denied && r.Alias == "" && records == 0:
			t.Errorf("nothing at all: %+v", r)
		case !r.Failed && (r.TTL > time.Hour || r.TTL < 0 || r.Alias == "" && r.TTL < time.Second):
			t.Errorf("TTL %v", r.TTL)
		}
		// Whatever was understood is the answer to this very question.
		if again := new(dns.Msg); again.Unpack(b) != nil || !again.Response || again.Id != 1 {
			t.Errorf("understood what package dns does not: %x", b)
		}
	})
}

func TestParseResolvConf(t *testing.T) {
	type conf struct {
		Servers, Search []string
		Ndots           int
		Timeout         time.Duration
	}
	local := []string{"127.0.0.1:53", "[::1]:53"}
	for _, c := range []struct {
		name, text string
		want       conf
	}{
		{"empty", "", conf{local, nil, 1, 10 * time.Second}},
		{"cluster", cluster, conf{[]string{"192.0.2.53:53"}, []string{"web.svc.test", "svc.test"}, 2, 2 * time.Second}},
		{
			"IPv6 and comments", "# x\n; y\nnameserver 2001:db8::53\nnameserver fe80::1%eth0\nnameserver dns.test\nsearch . test.\n",
			conf{[]string{"[2001:db8::53]:53", "[fe80::1%eth0]:53"}, []string{"test"}, 1, 10 * time.Second},
		},
		{"no limit", "options timeout:99999999999 attempts:0 ndots:-1\n", conf{local, nil, 0, 15 * time.Second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got conf
			got.Servers, got.Search, got.Ndots, got.Timeout = dnscache.ParseResolvConf([]byte(c.text))
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestParseHosts(t *testing.T) {
	got := dnscache.ParseHosts([]byte("# no\n10.0.0.1\tApp.Test app # db\n::1 app\nnonsense db\n10.0.0.2\n10.0.0.3 a\\.b #x\n\n10.0.0.4 app"))
	wanted := map[string][]netip.Addr{
		"app.test": addrs("10.0.0.1"), "app": addrs("10.0.0.1", "::1", "10.0.0.4"),
	}
	if d := cmp.Diff(wanted, got, compareAddr); d != "" {
		t.Error(d)
	}
}

func FuzzSystemFiles(f *testing.F) {
	f.Add([]byte(cluster))
	f.Add([]byte("10.0.0.1 app.test # x\nnameserver ::1\noptions ndots:99 timeout:-1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for name, addrs := range dnscache.ParseHosts(text) {
			if name == "" || len(addrs) == 0 {
				t.Errorf("%q has %v", name, addrs)
			}
		}
		servers, search, ndots, timeout := dnscache.ParseResolvConf(text)
		if len(servers) == 0 || timeout < time.Second || timeout > time.Minute {
			t.Errorf("servers %v, timeout %v", servers, timeout)
		}
		for _, s := range servers {
			if _, err := netip.ParseAddrPort(s); err != nil {
				t.Error(err)
			}
		}
		asked := dnscache.Absolute("app.test", search, ndots)
		if len(asked) == 0 {
			t.Error("asks for nothing")
		}
		for _, name := range asked {
			if !strings.HasPrefix(name, "app.test.") || !strings.HasSuffix(name, ".") {
				t.Errorf("asks for %q", name)
			}
		}
	})
}
