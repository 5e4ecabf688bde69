package gateway_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"torwart/internal/config"
	"torwart/internal/gateway"
	"torwart/internal/ledger"
	"torwart/internal/listener"
	"torwart/internal/traffic"
)

// gate is a gateway serving on a real socket.
type gate struct {
	*gateway.Gateway
	t      *testing.T
	url    string
	ledger *ledger.Ledger
	client *http.Client
	server *listener.Server
}

// newGate serves sites, which is the YAML of one site's settings below
// "- to: [...]", indented by four blanks.
func newGate(t *testing.T, settings string, to ...string) *gate {
	t.Helper()
	g := &gate{t: t, ledger: &ledger.Ledger{}}
	g.Gateway = gateway.New(gateway.Options{Ledger: g.ledger})
	g.apply(settings, to...)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g.url = "http://" + l.Addr().String()
	g.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}, Timeout: 20 * time.Second}
	ctx, cancel := context.WithCancel(context.Background())
	srv := &listener.Server{Handler: g.Gateway}
	g.server = srv
	gw := g.Gateway
	var wg sync.WaitGroup
	wg.Go(func() { gw.Run(ctx) })
	wg.Go(func() {
		if err := srv.Serve(ctx, l); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		g.client.CloseIdleConnections()
		cancel()
		wg.Wait()
		end, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		if err := srv.Shutdown(end); err != nil {
			t.Errorf("connections did not end: %v", err)
		}
	})
	return g
}

// apply makes the configuration the gateway's.
func (g *gate) apply(settings string, to ...string) {
	g.t.Helper()
	yaml := "sites:\n  - to: [\"" + strings.Join(to, `", "`) + "\"]\n" + indent(settings)
	cfg, problems := config.Parse("test.yaml", []byte(yaml))
	if cfg == nil {
		g.t.Fatalf("%v\n%s", problems, yaml)
	}
	if err := g.Apply(cfg); err != nil {
		g.t.Fatal(err)
	}
}

func indent(settings string) string {
	var b strings.Builder
	for line := range strings.Lines(settings) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    " + strings.TrimLeft(line, "\t"))
		}
	}
	return b.String() + "\n"
}

// do makes one request and returns status and body, or the error.
func (g *gate) do(method, path, body string) (int, string, error) {
	req, err := http.NewRequest(method, g.url+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	if body == "" {
		req.Body = nil
	}
	resp, err := g.client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

// must makes a request that has to be answered with 200 and this body.
func (g *gate) must(method, path, body, want string) {
	g.t.Helper()
	status, got, err := g.do(method, path, body)
	if err != nil || status != 200 || got != want {
		g.t.Fatalf("%s %s: %d %.300q, %v; want 200 %.100q\n%s", method, path, status, got, err, want, g.story())
	}
}

// story is the ledger, for failures of tests.
func (g *gate) story() string {
	var b strings.Builder
	for _, x := range g.ledger.Find(ledger.Query{Limit: 10}) {
		fmt.Fprintf(&b, "%s %s: %v %v %d %s %s\n", x.Method, x.Target, x.Outcome, x.Save, x.Status, x.Symptom, x.Detail)
		for _, a := range x.Attempts {
			fmt.Fprintf(&b, "  %s %s %v %s | %s | %s\n", a.Endpoint, a.Symptom, a.Tier, a.Decision, a.Error, a.Detail)
		}
	}
	return b.String()
}

// last waits until the ledger holds an exchange with this outcome, and
// returns the newest: a client has its answer a moment before the record is
// written.
func (g *gate) last(outcome traffic.Outcome) traffic.Exchange {
	g.t.Helper()
	var found []traffic.Exchange
	g.until(func() bool {
		found = g.ledger.Find(ledger.Query{Limit: 1, Outcome: &outcome})
		return len(found) > 0
	})
	return found[0]
}

// until waits for something that will be so in a moment.
func (g *gate) until(so func() bool) {
	g.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	end := time.Now().Add(5 * time.Second)
	for !so() {
		if time.Now().After(end) {
			g.t.Fatalf("waited in vain\n%s", g.story())
		}
		<-tick.C
	}
}

// origin is an upstream that counts how often each order was executed.
type origin struct {
	url      string
	requests atomic.Int64
	mu       sync.Mutex
	orders   map[string]int
}

// newOrigin answers every request with 200 and the path, or the body where
// there is one.
func newOrigin(t *testing.T) *origin {
	t.Helper()
	o := &origin{orders: make(map[string]int)}
	srv := &http.Server{Handler: http.HandlerFunc(o.serve)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.url = "http://" + l.Addr().String()
	done := make(chan struct{})
	go func() { defer close(done); srv.Serve(l) }()
	t.Cleanup(func() { srv.Close(); <-done })
	return o
}

func (o *origin) serve(w http.ResponseWriter, r *http.Request) {
	o.requests.Add(1)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if r.Method == "POST" {
		o.mu.Lock()
		o.orders[string(body)]++
		o.mu.Unlock()
	}
	if len(body) > 0 {
		w.Write(body)
		return
	}
	io.WriteString(w, r.URL.Path)
}

// scripted is an upstream whose every connection is handled by a function.
func scripted(t *testing.T, handle func(nc *net.TCPConn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	conns := make(map[net.Conn]bool)
	wg.Go(func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns[nc] = true
			mu.Unlock()
			wg.Go(func() {
				defer nc.Close()
				handle(nc.(*net.TCPConn))
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for nc := range conns {
			nc.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return "http://" + l.Addr().String()
}

// readRequest reads a request with its body and returns its method.
func readRequest(br *bufio.Reader) (method string, err error) {
	req, err := http.ReadRequest(br)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(io.Discard, req.Body)
	return req.Method, err
}

// refusing returns a URL where nobody listens.
func refusing(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

// raw sends bytes and returns everything that comes back until the end.
func (g *gate) raw(request string) string {
	g.t.Helper()
	nc, err := net.Dial("tcp", g.url[len("http://"):])
	if err != nil {
		g.t.Fatal(err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(nc, request); err != nil {
		g.t.Fatal(err)
	}
	answer, _ := io.ReadAll(nc)
	return string(answer)
}
