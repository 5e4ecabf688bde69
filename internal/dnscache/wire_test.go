package dnscache_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"torwart/internal/cause"
	"torwart/internal/dnscache"
)

// These tests run on the wall clock, where one family may not wait for the
// other long enough: names have IPv4 addresses alone. Whatever depends on time
// is tested in bubbles.

// real is a DNS server on this machine, over UDP and TCP.
type real struct {
	address  string
	udp, tcp atomic.Int32 // questions
}

// serve starts one. handle gets the query, and an answer to fill.
func serve(t *testing.T, handle func(w dns.ResponseWriter, query, answer *dns.Msg)) *real {
	t.Helper()
	s := &real{}
	packets, stream := listenBoth(t)
	s.address = packets.LocalAddr().String()
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, m *dns.Msg) {
		if w.LocalAddr().Network() == "tcp" {
			s.tcp.Add(1)
		} else {
			s.udp.Add(1)
		}
		answer := new(dns.Msg).SetReply(m)
		answer.RecursionAvailable = true
		handle(w, m, answer)
	})
	var wg sync.WaitGroup
	t.Cleanup(wg.Wait) // the first cleanup registered is the last to run
	for _, server := range []*dns.Server{{PacketConn: packets, Handler: handler}, {Listener: stream, Handler: handler}} {
		begun := make(chan struct{})
		server.NotifyStartedFunc = func() { close(begun) }
		wg.Go(func() { server.ActivateAndServe() })
		<-begun
		t.Cleanup(func() { server.Shutdown() })
	}
	return s
}

// listenBoth finds a port that is free for UDP and TCP.
func listenBoth(t *testing.T) (net.PacketConn, net.Listener) {
	t.Helper()
	for range 20 {
		packets, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		stream, err := net.Listen("tcp", packets.LocalAddr().String())
		if err == nil {
			return packets, stream
		}
		packets.Close()
	}
	t.Fatal("no port is free for both UDP and TCP")
	return nil, nil
}

// zone answers from records.
func zone(records ...string) func(dns.ResponseWriter, *dns.Msg, *dns.Msg) {
	return func(w dns.ResponseWriter, query, answer *dns.Msg) {
		fillFrom(answer, query.Question[0], records, soa)
		w.WriteMsg(answer)
	}
}

func TestOverSockets(t *testing.T) {
	s := serve(t, zone("app.test. 30 IN CNAME b.test.", "b.test. 30 IN A 10.0.0.1"))
	c := &dnscache.Cache{Servers: []string{s.address}}
	want(t, "lookup", lookup(t, c, "app.test"), "10.0.0.1")
	want(t, "none", lookup(t, c, "gone.test"), "dns-name-not-found")
	if n := s.tcp.Load(); n != 0 {
		t.Errorf("%d questions over TCP", n)
	}
}

func TestOneQuestionForAllOverSockets(t *testing.T) {
	release := make(chan struct{})
	answer := zone("app.test. 30 IN A 10.0.0.1")
	s := serve(t, func(w dns.ResponseWriter, q, m *dns.Msg) {
		<-release
		answer(w, q, m)
	})
	c := &dnscache.Cache{Servers: []string{s.address}}
	var ready, wg sync.WaitGroup
	for range 100 {
		ready.Add(1)
		wg.Go(func() {
			ready.Done()
			want(t, "lookup", lookup(t, c, "app.test"), "10.0.0.1")
		})
	}
	ready.Wait()
	close(release)
	wg.Wait()
	// Two, and more only where this machine was asleep for so long that the
	// server was asked again.
	if n := s.udp.Load(); n > 20 {
		t.Errorf("%d questions for 100 lookups of two types", n)
	}
}

// TestLargeAnswers go over TCP.
func TestLargeAnswers(t *testing.T) {
	var records, all []string
	for i := range 200 {
		a := fmt.Sprintf("10.0.1.%d", i)
		records = append(records, "app.test. 30 IN A "+a)
		all = append(all, a)
	}
	answer := zone(records...)
	s := serve(t, func(w dns.ResponseWriter, q, m *dns.Msg) {
		if opt := q.IsEdns0(); opt == nil || opt.UDPSize() != 1232 {
			t.Errorf("asked without EDNS0 of 1232 bytes: %v", opt)
		}
		if w.LocalAddr().Network() == "tcp" || q.Question[0].Qtype != dns.TypeA {
			answer(w, q, m)
			return
		}
		m.Truncated = true
		w.WriteMsg(m)
	})
	c := &dnscache.Cache{Servers: []string{s.address}}
	got, err := c.LookupNetIP(t.Context(), "ip", "app.test")
	if err != nil || len(got) != len(all) {
		t.Fatalf("got %d addresses, %v", len(got), err)
	}
	if s.tcp.Load() == 0 {
		t.Error("no question over TCP")
	}
}

// TestCutAnswers: a truncated datagram may end anywhere.
func TestCutAnswers(t *testing.T) {
	answer := zone("app.test. 30 IN A 10.0.0.1", "app.test. 30 IN A 10.0.0.2")
	s := serve(t, func(w dns.ResponseWriter, q, m *dns.Msg) {
		if w.LocalAddr().Network() == "tcp" {
			answer(w, q, m)
			return
		}
		fillFrom(m, q.Question[0], []string{"app.test. 30 IN A 10.0.0.9"}, soa)
		m.Truncated = true
		wire, _ := m.Pack()
		w.Write(wire[:len(wire)-3])
	})
	c := &dnscache.Cache{Servers: []string{s.address}}
	want(t, "lookup", lookup(t, c, "app.test"), "10.0.0.1 10.0.0.2")
}

// TestBrokenAnswers fail their server at once.
func TestBrokenAnswers(t *testing.T) {
	bad := serve(t, func(w dns.ResponseWriter, q, m *dns.Msg) {
		fillFrom(m, q.Question[0], []string{"app.test. 30 IN A 10.0.0.9", "app.test. 30 IN AAAA 2001:db8::9"}, soa)
		wire, _ := m.Pack()
		w.Write(wire[:len(wire)-3])
	})
	good := serve(t, zone("app.test. 30 IN A 10.0.0.1"))
	c := &dnscache.Cache{Servers: []string{bad.address, good.address}}
	want(t, "with another", lookup(t, c, "app.test"), "10.0.0.1")
	c = &dnscache.Cache{Servers: []string{bad.address}}
	want(t, "alone", lookup(t, c, "app.test"), "dns-server-failure")
}

// TestServersThatChangeTheCase of the question are understood.
func TestServersThatChangeTheCase(t *testing.T) {
	answer := zone("app.test. 30 IN A 10.0.0.1")
	s := serve(t, func(w dns.ResponseWriter, q, m *dns.Msg) {
		m.Question[0].Name = strings.ToUpper(m.Question[0].Name)
		answer(w, q, m)
	})
	c := &dnscache.Cache{Servers: []string{s.address}}
	want(t, "lookup", lookup(t, c, "app.test"), "10.0.0.1")
}

// TestServerWithoutEDNS0 says so with FORMERR, and not always with the
// question.
func TestServerWithoutEDNS0(t *testing.T) {
	for _, repeats := range []bool{true, false} {
		answer := zone("app.test. 30 IN A 10.0.0.1")
		s := serve(t, func(w dns.ResponseWriter, q, m *dns.Msg) {
			if q.IsEdns0() == nil {
				answer(w, q, m)
				return
			}
			m.Rcode = dns.RcodeFormatError
			if !repeats {
				m.Question = nil
			}
			w.WriteMsg(m)
		})
		c := &dnscache.Cache{Servers: []string{s.address}}
		want(t, "lookup", lookup(t, c, "app.test"), "10.0.0.1")
	}
}

// TestForgedAnswersAreIgnored: only what comes from the server, with the
// query's id and question, is an answer.
func TestForgedAnswersAreIgnored(t *testing.T) {
	truth := zone("app.test. 30 IN A 10.0.0.1")
	forge := func(m *dns.Msg) *dns.Msg {
		m = m.Copy()
		q := m.Question[0]
		m.Answer = []dns.RR{record(q.Name + " 30 IN A 10.6.6.6"), record(q.Name + " 30 IN AAAA 2001:db8::666")}
		return m
	}
	for _, c := range []struct {
		name string
		send func(w dns.ResponseWriter, forged *dns.Msg)
	}{
		{"another id", func(w dns.ResponseWriter, m *dns.Msg) { m.Id++; w.WriteMsg(m) }},
		{"another name", func(w dns.ResponseWriter, m *dns.Msg) { m.Question[0].Name = "evil.test."; w.WriteMsg(m) }},
		{"another type", func(w dns.ResponseWriter, m *dns.Msg) { m.Question[0].Qtype = dns.TypeMX; w.WriteMsg(m) }},
		{"another class", func(w dns.ResponseWriter, m *dns.Msg) { m.Question[0].Qclass = dns.ClassCHAOS; w.WriteMsg(m) }},
		{"no question", func(w dns.ResponseWriter, m *dns.Msg) { m.Question = nil; w.WriteMsg(m) }},
		{"two questions", func(w dns.ResponseWriter, m *dns.Msg) {
			m.Question = append(m.Question, m.Question[0])
			w.WriteMsg(m)
		}},
		{"a query", func(w dns.ResponseWriter, m *dns.Msg) { m.Response = false; w.WriteMsg(m) }},
		{"noise", func(w dns.ResponseWriter, _ *dns.Msg) { w.Write([]byte("SSH-2.0-OpenSSH_9.6")) }},
		{"nothing", func(w dns.ResponseWriter, _ *dns.Msg) { w.Write(nil) }},
		{"another source", func(w dns.ResponseWriter, m *dns.Msg) {
			conn, err := net.Dial("udp", w.RemoteAddr().String())
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			wire, _ := m.Pack()
			conn.Write(wire)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var mu sync.Mutex
			told := map[uint16]bool{}
			s := serve(t, func(w dns.ResponseWriter, q, m *dns.Msg) {
				mu.Lock()
				defer mu.Unlock()
				// The truth is told once: whoever took the forgery for an
				// answer, or for a failure, does not hear it.
				if kind := q.Question[0].Qtype; !told[kind] {
					told[kind] = true
					c.send(w, forge(m))
					truth(w, q, m)
				}
			})
			cache := &dnscache.Cache{Servers: []string{s.address}}
			want(t, "lookup", lookup(t, cache, "app.test"), "10.0.0.1")
		})
	}
}

// TestQueriesCannotBeGuessed: ids and ports differ from one to the next.
func TestQueriesCannotBeGuessed(t *testing.T) {
	var mu sync.Mutex
	ids, ports := map[uint16]bool{}, map[string]bool{}
	answer := zone()
	s := serve(t, func(w dns.ResponseWriter, q, m *dns.Msg) {
		mu.Lock()
		ids[q.Id], ports[w.RemoteAddr().String()] = true, true
		mu.Unlock()
		answer(w, q, m)
	})
	c := &dnscache.Cache{Servers: []string{s.address}}
	for i := range 20 {
		lookup(t, c, fmt.Sprintf("app%d.test", i))
	}
	mu.Lock()
	defer mu.Unlock()
	if len(ids) < 35 || len(ports) < 25 {
		t.Errorf("40 queries with %d ids from %d ports", len(ids), len(ports))
	}
}

// TestNobodyListens: the refusal is heard, and the next server asked at once.
func TestNobodyListens(t *testing.T) {
	packets, stream := listenBoth(t)
	dead := packets.LocalAddr().String()
	packets.Close()
	stream.Close()
	s := serve(t, zone("app.test. 30 IN A 10.0.0.1"))
	c := &dnscache.Cache{Servers: []string{dead, s.address}}
	want(t, "with another", lookup(t, c, "app.test"), "10.0.0.1")
	c = &dnscache.Cache{Servers: []string{dead}}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	_, err := c.LookupNetIP(ctx, "ip", "app.test")
	// The refusal is an ICMP message, which some systems do not pass on.
	if s := cause.SymptomOf(err); s != cause.DNSServerFailure && s != cause.DNSTimeout {
		t.Errorf("alone: %v", err)
	}
}

// TestSilentServerWithinContext, on the wall clock.
func TestSilentServerWithinContext(t *testing.T) {
	s := serve(t, func(dns.ResponseWriter, *dns.Msg, *dns.Msg) {})
	c := &dnscache.Cache{Servers: []string{s.address}}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begun := time.Now()
	addrs, err := c.LookupNetIP(ctx, "ip", "app.test")
	want(t, "lookup", result(t, addrs, err), "dns-timeout")
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("took %v", took)
	}
	if e := cause.As(err); !strings.Contains(e.Detail, s.address) {
		t.Errorf("detail %q does not name the server", e.Detail)
	}
}

// TestStreamsThatBreak: what goes wrong over TCP fails the server, and the
// next one is asked.
func TestStreamsThatBreak(t *testing.T) {
	good := serve(t, zone("app.test. 30 IN A 10.0.0.1"))
	for name, bytes := range map[string]string{
		"closed": "", "half a length": "\x00", "half a message": "\x00\x32\x01\x02",
		"noise": "HTTP/1.1 400 Bad Request\r\n\r\n", "empty": "\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			bad := serve(t, func(w dns.ResponseWriter, _, m *dns.Msg) {
				if w.LocalAddr().Network() == "udp" {
					m.Truncated = true
					w.WriteMsg(m)
					return
				}
				w.Close()
			})
			c := &dnscache.Cache{Servers: []string{bad.address, good.address}}
			c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, address)
				if network == "tcp" && address == bad.address && err == nil {
					conn = &scripted{conn, strings.NewReader(bytes)}
				}
				return conn, err
			}
			want(t, "lookup", lookup(t, c, "app.test"), "10.0.0.1")
		})
	}
}

// scripted is a connection that brings prepared bytes.
type scripted struct {
	net.Conn
	from io.Reader
}

func (s *scripted) Read(b []byte) (int, error) { return s.from.Read(b) }

// TestManyAtOnce: many lookups, refreshes and snapshots side by side,
// for the race detector.
func TestManyAtOnce(t *testing.T) {
	s := serve(t, zone("a.test. 1 IN A 10.0.0.1", "b.test. 1 IN A 10.0.0.2", "_s._tcp.test. 1 IN SRV 1 1 1 a.test."))
	c := &dnscache.Cache{Servers: []string{s.address}, MaxNames: 3}
	c.Reachable = func(context.Context, string, netip.AddrPort) bool { return true }
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { c.Run(ctx) })
	var work sync.WaitGroup
	for i := range 8 {
		work.Go(func() {
			for n := range 200 {
				switch (n + i) % 8 {
				case 0:
					c.Refresh("a.test")
				case 1:
					c.Snapshot()
				case 2:
					c.SetServers([]string{s.address, s.address}[:1+n%2])
				case 3:
					c.LookupSRV(ctx, "_s._tcp.test")
				case 4:
					lookup(t, c, fmt.Sprintf("gone%d.test", n%3))
				default:
					want(t, "a", lookup(t, c, "a.test"), "10.0.0.1")
					want(t, "b", lookup(t, c, "b.test"), "10.0.0.2")
				}
			}
		})
	}
	work.Wait()
	cancel()
	wg.Wait()
}
