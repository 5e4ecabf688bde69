package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync/atomic"
	"testing"

	"torwart/internal/config"
	"torwart/internal/traffic"
)

// named starts n upstreams that answer with their own letter.
func named(t *testing.T, n int) (urls []string) {
	t.Helper()
	for i := range n {
		letter := string('a' + rune(i))
		urls = append(urls, serverOf(t, func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			io.WriteString(w, letter)
		}))
	}
	return urls
}

// applyYAML makes a whole file the gateway's configuration.
func (g *gate) applyYAML(yaml string) {
	g.t.Helper()
	cfg, problems := config.Parse("t.yaml", []byte(yaml))
	if cfg == nil {
		g.t.Fatalf("%v\n%s", problems, yaml)
	}
	if err := g.Apply(cfg); err != nil {
		g.t.Fatal(err)
	}
}

// tally makes n requests and counts who answered.
func (g *gate) tally(n int, client *http.Client, path func(i int) string) map[string]int {
	g.t.Helper()
	got := map[string]int{}
	for i := range n {
		resp, err := client.Get(g.url + path(i))
		if err != nil {
			g.t.Fatal(err)
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		got[string(b)]++
	}
	return got
}

func same(path string) func(int) string { return func(int) string { return path } }

func TestStickyClientStays(t *testing.T) {
	urls := named(t, 3)
	g := newGate(t, "", urls[0])
	g.applyYAML(fmt.Sprintf("sites:\n  - to: [%q, %q, %q]\n    sticky: {cookie: seat, ttl: 1h}\n    health: {interval: 0}\n", urls[0], urls[1], urls[2]))
	seen := map[string]bool{}
	for range 12 {
		jar, _ := cookiejar.New(nil)
		client := &http.Client{Jar: jar, Transport: g.client.Transport}
		got := g.tally(10, client, same("/"))
		if len(got) != 1 {
			t.Fatalf("a client with a cookie was sent to %v", got)
		}
		for name := range got {
			seen[name] = true
		}
	}
	if len(seen) < 2 {
		t.Errorf("twelve clients all sit at %v", seen)
	}
	// Its endpoint goes: the client moves, and stays where it is then.
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, Transport: g.client.Transport}
	first := g.tally(1, client, same("/"))
	for i, u := range urls {
		if first[string('a'+rune(i))] == 1 {
			g.Drain(u, true)
		}
	}
	if moved := g.tally(10, client, same("/")); len(moved) != 1 {
		t.Errorf("after its endpoint went the client was sent to %v", moved)
	}
}

func TestStickyCookieSaysNothingAboutTheEndpoint(t *testing.T) {
	urls := named(t, 1)
	g := newGate(t, "sticky: seat", urls[0])
	answer := g.raw("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	_, cookie, _ := strings.Cut(answer, "Set-Cookie: ")
	cookie, _, _ = strings.Cut(cookie, "\r\n")
	if !strings.HasPrefix(cookie, "seat=") || !strings.HasSuffix(cookie, "; Path=/; HttpOnly; SameSite=Lax") ||
		strings.Contains(cookie, "127.0.0.1") {
		t.Errorf("cookie %q", cookie)
	}
}

func TestWeightsAndBackups(t *testing.T) {
	urls := named(t, 3)
	g := newGate(t, "", urls[0])
	dead := refusing(t)
	yaml := "sites:\n  - to:\n    - {url: %q, weight: 3}\n    - {url: %q}\n    - {url: %q, backup: true}\n    balance: round_robin\n    health: {interval: 0}\n"
	g.applyYAML(fmt.Sprintf(yaml, urls[0], urls[1], urls[2]))
	if got := g.tally(40, g.client, same("/")); got["a"] != 30 || got["b"] != 10 || got["c"] != 0 {
		t.Errorf("weights 3 and 1 and a backup got %v", got)
	}
	g.applyYAML(fmt.Sprintf(yaml, dead, refusing(t), urls[2]))
	if got := g.tally(5, g.client, same("/")); got["c"] != 5 {
		t.Errorf("with all others away the backup got %v", got)
	}
}

func TestHashKeepsAPathAtOneEndpoint(t *testing.T) {
	urls := named(t, 3)
	g := newGate(t, "", urls[0])
	g.applyYAML(fmt.Sprintf("sites:\n  - to: [%q, %q, %q]\n    balance: hash\n    hash: path\n    health: {interval: 0}\n", urls[0], urls[1], urls[2]))
	all := map[string]int{}
	for i := range 20 {
		got := g.tally(5, g.client, same(fmt.Sprintf("/page%d?x=1", i)))
		if len(got) != 1 {
			t.Errorf("one path went to %v", got)
		}
		for k := range got {
			all[k]++
		}
	}
	if len(all) < 3 {
		t.Errorf("twenty paths went to %v only", all)
	}
}

// A gray failure: fast 500s while connections are taken and health checks
// pass. Even a client whose cookie says that it sits there gets moved.
func TestOutlierIsEjected(t *testing.T) {
	var broken atomic.Bool
	bad := serverOf(t, func(w http.ResponseWriter, _ *http.Request) {
		if broken.Load() {
			http.Error(w, "broken", http.StatusInternalServerError)
		}
	})
	g := newGate(t, "sticky: seat\neject: {time: 1h}", bad, newOrigin(t).url, newOrigin(t).url)
	jar, _ := cookiejar.New(nil)
	sitting := &http.Client{Jar: jar, Transport: g.client.Transport}
	g.Drain(g.Pools()[0].Endpoints[1].URL, true)
	g.Drain(g.Pools()[0].Endpoints[2].URL, true)
	g.tally(1, sitting, same("/seat"))
	g.Drain(g.Pools()[0].Endpoints[1].URL, false)
	g.Drain(g.Pools()[0].Endpoints[2].URL, false)
	broken.Store(true)
	failed := 0
	for i := range 40 {
		g.tally(3, g.client, same("/other"))
		// A PUT's 500 is the client's to see; a GET's would be tried elsewhere.
		req, _ := http.NewRequest("PUT", fmt.Sprintf("%s/shape%c", g.url, 'a'+i%20), nil)
		resp, err := sitting.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 {
			failed++
		}
	}
	s := g.Pools()[0].Endpoints[0]
	if !s.Ejection.Ejected || s.Ejection.Why == "" || failed > 25 {
		t.Errorf("%d of 40 met it: %+v\n%s", failed, s.Ejection, g.story())
	}
}

// One URL that fails everywhere ejects nobody.
func TestPoisonURLEjectsNobody(t *testing.T) {
	h := func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/poison" {
			http.Error(w, "broken", http.StatusInternalServerError)
		}
	}
	g := newGate(t, "health: {interval: 0}", serverOf(t, h), serverOf(t, h), serverOf(t, h))
	for i := range 150 {
		path := "/poison"
		if i%3 == 0 {
			path = "/fine"
		}
		status, _, err := g.do("POST", path, "x")
		if err != nil || path == "/fine" && status != 200 {
			t.Fatalf("%s: %d %v", path, status, err)
		}
	}
	for _, e := range g.Pools()[0].Endpoints {
		if e.Ejection.Ejected {
			t.Errorf("%s was ejected: %s", e.URL, e.Ejection.Why)
		}
	}
}

// Orders are not sent to an endpoint whose last attempt failed, while others
// are there: a delivered POST that is lost cannot be saved.
func TestOrdersAvoidDoubtfulEndpoints(t *testing.T) {
	die := answering("")(t)
	g := newGate(t, "balance: round_robin\nhealth: {interval: 0}\neject: {failures: 1000, error_rate: 0, latency: 0}",
		die, newOrigin(t).url, newOrigin(t).url)
	lost := 0
	for i := range 60 {
		if status, _, err := g.do("POST", "/order", fmt.Sprint(i)); err != nil || status != 200 {
			lost++
		}
	}
	if lost > 3 {
		t.Errorf("%d of 60 orders were lost to an endpoint known to be bad", lost)
	}
	if lost > 0 {
		g.last(traffic.Conceded)
	}
}
