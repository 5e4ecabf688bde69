package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// named returns the scenario whose name begins so.
func named(t *testing.T, name string) *scenario {
	t.Helper()
	for _, sc := range scenarios() {
		if strings.HasPrefix(sc.name, name) {
			return &sc
		}
	}
	t.Fatalf("no scenario is called %q", name)
	return nil
}

func newBench(t *testing.T) *bench {
	return &bench{dir: t.TempDir(), content: newContent(), progress: io.Discard}
}

// torwart with its defaults gets through the quick scenarios: nothing
// avoidable, no POST twice, every fault named rightly.
func TestTorwartLetsNothingThrough(t *testing.T) {
	if testing.Short() {
		t.Skip("plays for seconds")
	}
	b := newBench(t)
	binary := filepath.Join(b.dir, "torwart")
	if err := buildTorwart(t.Context(), binary); err != nil {
		t.Fatal(err)
	}
	g := torwart(binary, "test")
	for _, name := range []string{
		"refuses: one of three", "reads, then RST: one of three", "reads, then FIN: each 19th request's first try, lone",
		"half a body, FIN", "bad chunk", "103 Early Hints", "503 from one of three", "rolling restart: each of three killed",
	} {
		sc := named(t, name)
		if !strings.HasPrefix(name, "rolling") {
			sc.length = 700 * time.Millisecond
		}
		got, err := b.play(t.Context(), sc, &g)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got.avoidable > 0 || got.twice > 0 || got.silent > 0 || got.symptom != "right" {
			t.Errorf("%s: %s, symptom: %s\n%v %v", name, got.cell(), got.symptom, got.kinds, got.examples)
		}
	}
}

// careless is a gateway without saves that asks twice for everything, POSTs
// too, when it gets no answer.
func careless(t *testing.T, to []string) string {
	t.Helper()
	var targets []*url.URL
	for _, addr := range to {
		targets = append(targets, &url.URL{Scheme: "http", Host: addr})
	}
	n := 0
	turn := make(chan *url.URL)
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		for ; ; n++ {
			select {
			case turn <- targets[n%len(targets)]:
			case <-ctx.Done():
				return
			}
		}
	}()
	p := &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(<-turn) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.Method != http.MethodPost {
				return http.DefaultTransport.RoundTrip(r)
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				again := r.Clone(r.Context())
				again.URL.Host = (<-turn).Host
				again.Body = io.NopCloser(strings.NewReader(string(body)))
				return http.DefaultTransport.RoundTrip(again)
			}
			return resp, err
		}),
	}
	srv := httptest.NewServer(p)
	t.Cleanup(func() { srv.Close(); stop(); http.DefaultTransport.(*http.Transport).CloseIdleConnections() })
	return srv.Listener.Addr().String()
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip is f.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What a careless gateway lets through is seen: the figures are worth
// something only if they can be bad.
func TestLeaksAreSeen(t *testing.T) {
	sc := named(t, "reads, then FIN: one of three")
	sc.length = time.Second
	s, err := newStage(t.Context(), sc, newContent())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	s.setup.listen = careless(t, s.setup.to)
	got := s.judge(s.perform())
	if s.trouble != nil {
		t.Fatal(s.trouble)
	}
	if got.requests != 200 || got.avoidable < 10 || got.kinds["GET: status 502"] == 0 || got.twice < 3 {
		t.Errorf("of %d requests %d avoidable failures, %d POSTs twice: %v", got.requests, got.avoidable, got.twice, got.kinds)
	}
}

// A quiet day is quiet, and what a client gets through a plain proxy is what
// it expects: the script itself makes no failures.
func TestHealthyIsHealthy(t *testing.T) {
	for _, name := range []string{"nothing happens", "body trickles", "HEAD answered"} {
		sc := named(t, name)
		sc.length = 700 * time.Millisecond
		if name == "HEAD answered" {
			sc.manner = manner{} // net/http stumbles over it, as it may
		}
		s, err := newStage(t.Context(), sc, newContent())
		if err != nil {
			t.Fatal(err)
		}
		s.setup.listen = careless(t, s.setup.to)
		got := s.judge(s.perform())
		s.close()
		if got.requests < 70 || got.avoidable+got.lost+got.excused+got.twice+got.silent > 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Every rival that is on this machine takes its configurations and passes
// requests on with them. Caddy and Traefik are not built for it.
func TestRivalsTakeTheirConfigurations(t *testing.T) {
	if testing.Short() {
		t.Skip("starts programs")
	}
	b := newBench(t)
	list := map[string]func() (gateway, error){
		"nginx": func() (gateway, error) { return nginx(t.Context()) }, "HAProxy": func() (gateway, error) { return haproxy(t.Context()) },
		"Caddy":   func() (gateway, error) { path, err := caddyPeer().built(); return caddy(path, ""), err },
		"Traefik": func() (gateway, error) { path, err := traefikPeer().built(); return traefik(path, ""), err },
	}
	for name, find := range list {
		t.Run(name, func(t *testing.T) {
			g, err := find()
			if err != nil {
				t.Skip(err)
			}
			for _, like := range []string{"nothing happens", "restart: lone endpoint killed", "closes after each answer, unannounced: lone", "DNS: SERVFAIL", "hangs"} {
				sc := *named(t, like)
				// The configuration is what counts here, not the fault.
				sc.script, sc.manner, sc.plan, sc.length = nil, manner{}, nil, 300*time.Millisecond
				got, err := b.play(t.Context(), &sc, &g)
				if err != nil {
					t.Fatalf("%s: %v", like, err)
				}
				if got.avoidable > 0 || got.skipped == "" && got.requests != 60 {
					t.Errorf("%s: %s %v", like, got.cell(), got.kinds)
				}
			}
		})
	}
}

// Names are what -only is for, and the table's first column: there must be
// enough of them, and each but once.
func TestScenarios(t *testing.T) {
	seen := map[string]bool{}
	for _, sc := range scenarios() {
		if seen[sc.name] || strings.ContainsAny(sc.name, "|\n") {
			t.Errorf("%q is there twice, or does not fit into a table", sc.name)
		}
		seen[sc.name] = true
		if n := len(sc.requests()); n < 40 || n > 1000 {
			t.Errorf("%s: %d requests", sc.name, n)
		}
		ids := map[int]bool{}
		for _, p := range sc.requests() {
			if ids[p.id] || p.at > sc.span()+time.Second {
				t.Fatalf("%s: request %d at %v", sc.name, p.id, p.at)
			}
			ids[p.id] = true
		}
	}
	if len(seen) < 40 {
		t.Errorf("%d scenarios, the least is 40", len(seen))
	}
}

func TestRunListsWhatIsAskedFor(t *testing.T) {
	var out, errs strings.Builder
	if err := run(t.Context(), []string{"-list", "-only", "^dns"}, &out, &errs); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); n != 6 || !regexp.MustCompile(`(?m)^DNS: .*SERVFAIL`).MatchString(out.String()) {
		t.Errorf("%d lines:\n%s", n, &out)
	}
	if err := run(t.Context(), []string{"-gateways", "squid", "-only", "nothing"}, &out, &errs); err == nil {
		t.Error("an unknown gateway is no error")
	}
}
