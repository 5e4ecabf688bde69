package main

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// clientOf is a client that talks to an endpoint itself, without a gateway.
func clientOf(s *stage) *client {
	return &client{addr: s.endpoints[0].addr, content: s.content, expect: s.target}
}

// ask makes one request of an endpoint with this manner.
func askOne(t *testing.T, m manner, r request) result {
	t.Helper()
	s, err := newStage(t.Context(), &scenario{endpoints: 1, manner: m}, newContent())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	c := clientOf(s)
	defer c.close()
	return c.do(t.Context(), planned{request: r}, time.Now())
}

// The client tells apart what endpoints do to it.
func TestClientSeesWhatIsWrong(t *testing.T) {
	get := request{5, "GET", "item", 3000}
	for name, c := range map[string]struct {
		manner manner
		ask    request
		want   string
	}{
		"honest, GET":       {manner{}, get, ""},
		"honest, PUT":       {manner{}, request{6, "PUT", "doc", 500}, ""},
		"honest, POST":      {manner{}, request{7, "POST", "order", 100_000}, ""},
		"honest, HEAD":      {manner{}, request{8, "HEAD", "item", 100}, ""},
		"trickles":          {trickles(50 * time.Millisecond), get, ""},
		"early hints":       {oddly(true, earlyHints), get, ""},
		"drops, FIN":        {dropsNew(fin), get, "no answer: "},
		"reads, FIN":        {sick(vanishes(fin)), get, "no answer: closed"},
		"reads, RST":        {sick(vanishes(rst)), get, "no answer: reset"},
		"half a head":       {says("HTTP/1.1 200 OK\r\nContent-Type: te", fin), get, "unreadable head: closed"},
		"SSH":               {says("SSH-2.0-OpenSSH\r\n", fin), get, "not HTTP"},
		"half a body":       {spoils(fin, half), get, "body cut: closed"},
		"endless chunks":    {spoils(fin, endless), get, "body cut: closed"},
		"bad chunk":         {spoils(fin, badChunk), get, "body cut: "},
		"another's body":    {sick(func(c *conn, a *asked) bool { a.id++; r := c.right(a); a.id--; return c.send(a, r) }), get, "wrong body"},
		"503":               {fails("503 No"), get, "status 503"},
		"early 413, closed": {refusesUploads(false), request{9, "PUT", "doc", 1 << 20}, "status 413"},
		"early 413, read":   {refusesUploads(true), request{9, "PUT", "doc", 1 << 20}, "status 413"},
	} {
		got := askOne(t, c.manner, c.ask)
		if c.want == "" && got.failure != "" || !strings.HasPrefix(got.failure, c.want) {
			t.Errorf("%s: %q, want %q", name, got.failure, c.want)
		}
		if wrong := got.failure == "wrong body"; got.silent != wrong {
			t.Errorf("%s: silent is %v", name, got.silent)
		}
	}
}

// An endpoint that was killed and started again serves at the same address;
// meanwhile it refuses.
func TestEndpointRestarts(t *testing.T) {
	s, err := newStage(t.Context(), &scenario{endpoints: 1}, newContent())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	e, c := s.endpoints[0], clientOf(s)
	defer c.close()
	ask := func(id int) string {
		return c.do(t.Context(), planned{request: request{id, "GET", "item", 100}}, time.Now()).failure
	}
	for i, down := range []ends{abruptly, gracefully} {
		if got := ask(10*i + 1); got != "" {
			t.Errorf("up: %s", got)
		}
		down(e)
		if got := ask(10*i + 2); got != "no connection: refused" {
			t.Errorf("down: %s", got)
		}
		if err := e.start(); err != nil {
			t.Fatal(err)
		}
		if got := ask(10*i + 3); got != "" {
			t.Errorf("up again: %s", got)
		}
	}
}

// A connection that lies idle for longer than the endpoint keeps it is closed.
func TestEndpointClosesIdleConnections(t *testing.T) {
	s, err := newStage(t.Context(), &scenario{endpoints: 1, manner: manner{idle: 30 * time.Millisecond}}, newContent())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	c := clientOf(s)
	defer c.close()
	c.do(t.Context(), planned{request: request{1, "GET", "item", 100}}, time.Now())
	l := c.idle[0]
	l.nc.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := l.br.ReadByte(); word(err) != "closed" {
		t.Errorf("the connection ended with: %v", err)
	}
	if stands(l.nc) {
		t.Error("a closed connection stands")
	}
}

func TestBlackHoleSwallowsSYNs(t *testing.T) {
	b, err := newBlackHole(t.Context())
	if err != nil {
		t.Skip(err)
	}
	defer b.close()
	if _, err := net.DialTimeout("tcp", b.addr, 150*time.Millisecond); word(err) != "timeout" {
		t.Errorf("connecting ended with: %v", err)
	}
}

func TestNameServer(t *testing.T) {
	n, err := startNameServer(t.Context(), 30, netip.MustParseAddr("127.0.0.2"))
	if err != nil {
		t.Fatal(err)
	}
	defer n.close()
	ask := func(network string) (*dns.Msg, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		c := dns.Client{Net: network}
		m, _, err := c.ExchangeContext(ctx, new(dns.Msg).SetQuestion(appName+".", dns.TypeA), n.addr)
		return m, err
	}
	for _, network := range []string{"udp", "tcp"} {
		m, err := ask(network)
		if err != nil || len(m.Answer) != 1 || m.Answer[0].(*dns.A).A.String() != "127.0.0.2" || m.Answer[0].Header().Ttl != 30 {
			t.Errorf("%s: %v, %v", network, m, err)
		}
	}
	n.turn(func(n *nameServer) { n.rcode = dns.RcodeServerFailure })
	if m, err := ask("udp"); err != nil || m.Rcode != dns.RcodeServerFailure || len(m.Answer) > 0 {
		t.Errorf("failing: %v, %v", m, err)
	}
	n.turn(func(n *nameServer) { n.silent = true })
	if m, err := ask("udp"); err == nil {
		t.Errorf("silent: %v", m)
	}
}
