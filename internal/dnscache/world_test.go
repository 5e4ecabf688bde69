package dnscache_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"torwart/internal/cause"
	"torwart/internal/dnscache"
)

// The DNS servers of these tests.
const (
	one = "192.0.2.53:53"
	two = "192.0.2.54:53"
)

// world is DNS without sockets, as a test wants it. It works inside bubbles.
type world struct {
	mu      sync.Mutex
	servers map[string]*server
	asked   []string // "A name @server", "… tcp" over TCP
	open    int      // connections of the cache's
}

// server answers by its zone, except where it is told otherwise.
type server struct {
	zone   []string      // records in presentation format
	soa    string        // stands in denials
	delay  time.Duration // before every answer
	silent bool
	dead   bool // refuses connections
	rcode  int  // for every question, when not NOERROR
	// answer decides about single questions: nil means silence, false that
	// the fields above decide.
	answer func(q dns.Question, m *dns.Msg) (*dns.Msg, bool)
}

func newWorld(zone ...string) *world {
	return &world{servers: map[string]*server{one: {zone: zone}}}
}

// change changes a server, which is made if need be.
func (w *world) change(address string, f func(*server)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.servers[address] == nil {
		w.servers[address] = &server{}
	}
	f(w.servers[address])
}

// zone replaces what server one knows.
func (w *world) zone(records ...string) {
	w.change(one, func(s *server) { s.zone, s.rcode, s.silent, s.dead = records, 0, false, false })
}

// questions returns what was asked since the last call, sorted.
func (w *world) questions() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.asked
	w.asked = nil
	slices.Sort(out)
	return out
}

// cache returns a cache that asks server one, or those named.
func (w *world) cache(servers ...string) *dnscache.Cache {
	if servers == nil {
		servers = []string{one}
	}
	c := &dnscache.Cache{Servers: servers, Dial: w.dial}
	c.SetRoute(func(netip.Addr) bool { return true })
	return c
}

func (w *world) dial(_ context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.servers[address]
	if s == nil || s.dead {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	near, far := net.Pipe()
	go w.serve(far, s, network, address)
	w.open++
	return &closing{near, w}, nil
}

// closing is a connection whose end is counted.
type closing struct {
	net.Conn
	w *world
}

func (c *closing) Close() error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	c.w.open--
	return c.Conn.Close()
}

// connections returns how many are open.
func (w *world) connections() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.open
}

// serve answers one question. It ends when the client hangs up.
func (w *world) serve(conn net.Conn, s *server, network, address string) {
	defer conn.Close()
	m, err := receive(conn, network)
	if err != nil {
		return
	}
	q := m.Question[0]
	w.mu.Lock()
	what := fmt.Sprintf("%s %s @%s", dns.TypeToString[q.Qtype], strings.TrimSuffix(q.Name, "."), address)
	if network == "tcp" {
		what += " tcp"
	}
	w.asked = append(w.asked, what)
	answer, delay := s.respond(m), s.delay
	w.mu.Unlock()
	gone := make(chan struct{})
	go func() {
		io.Copy(io.Discard, conn)
		close(gone)
	}()
	// A timer of zero is none: two of them at once, in a bubble, can crash the
	// race detector of Go 1.26.
	if answer != nil && delay > 0 {
		select {
		case <-time.After(delay):
		case <-gone:
			return
		}
	}
	if answer != nil {
		send(conn, network, answer)
	}
	<-gone
}

// respond makes the answer to a query, nil for silence. The world's mu is
// held.
func (s *server) respond(m *dns.Msg) *dns.Msg {
	q := m.Question[0]
	if s.answer != nil {
		if answer, ok := s.answer(q, m); ok {
			return answer
		}
	}
	if s.silent {
		return nil
	}
	answer := new(dns.Msg)
	answer.SetReply(m)
	answer.RecursionAvailable = true
	answer.Rcode = s.rcode
	if s.rcode == dns.RcodeSuccess {
		fillFrom(answer, q, s.zone, s.soa)
	}
	return answer
}

// fillFrom answers q from a zone as a resolver does, along aliases.
func fillFrom(answer *dns.Msg, q dns.Question, zone []string, soa string) {
	name, exists, hit := q.Name, false, false
	for _, line := range zone {
		rr := record(line)
		if !strings.EqualFold(rr.Header().Name, name) {
			continue
		}
		exists = true
		if alias, ok := rr.(*dns.CNAME); ok {
			answer.Answer = append(answer.Answer, rr)
			name, exists = alias.Target, false
			continue
		}
		if rr.Header().Rrtype == q.Qtype {
			answer.Answer = append(answer.Answer, rr)
			hit = true
		}
	}
	if !exists {
		answer.Rcode = dns.RcodeNameError
	}
	if !hit && soa != "" {
		answer.Ns = append(answer.Ns, record(soa))
	}
}

func record(line string) dns.RR {
	rr, err := dns.NewRR(line)
	if err != nil || rr == nil {
		panic(fmt.Sprintf("record %q: %v", line, err))
	}
	return rr
}

func receive(conn net.Conn, network string) (*dns.Msg, error) {
	buf := make([]byte, 4096)
	n, err := 0, error(nil)
	if network == "tcp" {
		var head [2]byte
		if _, err = io.ReadFull(conn, head[:]); err != nil {
			return nil, err
		}
		n, err = io.ReadFull(conn, buf[:binary.BigEndian.Uint16(head[:])])
	} else {
		n, err = conn.Read(buf)
	}
	if err != nil {
		return nil, err
	}
	m := new(dns.Msg)
	return m, m.Unpack(buf[:n])
}

func send(conn net.Conn, network string, m *dns.Msg) {
	wire, err := m.Pack()
	if err != nil {
		panic(err)
	}
	if network == "tcp" {
		wire = append(binary.BigEndian.AppendUint16(nil, uint16(len(wire))), wire...)
	}
	conn.Write(wire)
}

// lookup returns the addresses of a name, sorted, in one string; of an error
// its symptom.
func lookup(t *testing.T, c *dnscache.Cache, name string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	addrs, err := c.LookupNetIP(ctx, "ip", name)
	return result(t, addrs, err)
}

func result(t *testing.T, addrs []netip.Addr, err error) string {
	t.Helper()
	if err != nil {
		e := cause.As(err)
		switch {
		case e == nil:
			t.Fatalf("%T is no *cause.Error: %v", err, err)
		case e.Phase != cause.PhaseResolve:
			t.Errorf("phase %v: %v", e.Phase, err)
		case e.Side == cause.Upstream && (e.Tier != cause.P0 || e.Detail == ""):
			t.Errorf("tier %v, detail %q: %v", e.Tier, e.Detail, err)
		}
		return string(e.Symptom)
	}
	slices.SortFunc(addrs, netip.Addr.Compare)
	var out []string
	for _, a := range addrs {
		out = append(out, a.String())
	}
	return strings.Join(out, " ")
}

// timed is lookup, and the time it took.
func timed(t *testing.T, c *dnscache.Cache, name string) (string, time.Duration) {
	t.Helper()
	begun := time.Now()
	got := lookup(t, c, name)
	return got, time.Since(begun)
}

// entryOf returns what the snapshot says about a name.
func entryOf(t *testing.T, c *dnscache.Cache, name string) dnscache.Entry {
	t.Helper()
	for _, e := range c.Snapshot() {
		if e.Name == name {
			return e
		}
	}
	t.Fatalf("%s is not in the snapshot", name)
	return dnscache.Entry{}
}

// start runs c until the test ends, or the returned function is called.
func start(t *testing.T, c *dnscache.Cache) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { c.Run(ctx) })
	synctest.Wait()
	stop = func() {
		cancel()
		wg.Wait()
	}
	t.Cleanup(stop)
	return stop
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}
