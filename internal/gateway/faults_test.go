package gateway_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"torwart/internal/cause"
	"torwart/internal/ledger"
	"torwart/internal/traffic"
)

// fault is one way in which one of three endpoints fails.
type fault struct {
	name    string
	url     func(t *testing.T) string
	symptom cause.Code
}

func handled(handle func(nc *net.TCPConn, br *bufio.Reader)) func(t *testing.T) string {
	return func(t *testing.T) string {
		return scripted(t, func(nc *net.TCPConn) { handle(nc, bufio.NewReader(nc)) })
	}
}

// answering reads every request and answers with fixed bytes.
func answering(answer string) func(t *testing.T) string {
	return handled(func(nc *net.TCPConn, br *bufio.Reader) {
		if _, err := readRequest(br); err == nil {
			io.WriteString(nc, answer)
		}
	})
}

var faults = []fault{
	{"refuses", refusing, cause.ConnectRefused},
	{"closes after the request", answering(""), cause.ClosedBeforeResponse},
	{"resets after the request", handled(func(nc *net.TCPConn, br *bufio.Reader) {
		readRequest(br)
		nc.SetLinger(0)
	}), cause.ResetBeforeResponse},
	{"hangs", handled(func(nc *net.TCPConn, _ *bufio.Reader) {
		io.Copy(io.Discard, nc)
	}), cause.ResponseTimeout},
	{"answers garbage", answering("\x00\x01\x02garbage\r\n\r\n"), cause.ResponseNotHTTP},
	{"answers a bad field", answering("HTTP/1.1 200 OK\r\n<br>Warning: x\r\n\r\n"), cause.ResponseHeadMalformed},
	{"answers TLS", answering("\x15\x03\x01\x00\x02\x02\x46"), cause.ResponseIsTLS},
	{"cuts the head", answering("HTTP/1.1 200 OK\r\nContent-"), cause.ResponseHeadIncomplete},
	{"cuts a small body", answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), cause.ResponseBodyIncomplete},
	{"breaks a chunk", answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalfXX\r\n"), cause.ResponseChunkMalformed},
	{"answers 503", answering("HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), cause.UpstreamErrorStatus},
}

// One endpoint of three fails in one way: no GET or PUT fails, no POST is
// executed twice, and the ledger names the symptom.
func TestOneOfThreeFails(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			a, b := newOrigin(t), newOrigin(t)
			bad := f.url(t)
			g := newGate(t, `
				timeouts: {response: 300ms, request: 5s}
				balance: round_robin
				health: {interval: 0}
			`, a.url, bad, b.url)
			for i := range 30 {
				g.must("GET", fmt.Sprintf("/g%d", i), "", fmt.Sprintf("/g%d", i))
				if f.symptom != cause.UpstreamErrorStatus { // a PUT's own 503 stands
					g.must("PUT", "/p", fmt.Sprintf("put %d", i), fmt.Sprintf("put %d", i))
				}
			}
			var failed int
			for i := range 30 {
				order := fmt.Sprintf("order %d", i)
				status, _, err := g.do("POST", "/order", order)
				if err != nil {
					t.Fatal(err)
				}
				if status != 200 {
					failed++
				}
			}
			for order, n := range executed(a, b) {
				if n > 1 {
					t.Errorf("%s was executed %d times", order, n)
				}
			}
			if f.symptom == cause.ConnectRefused && failed > 0 {
				t.Errorf("%d POSTs failed though nothing had been delivered", failed)
			}
			g.named(bad, f.symptom)
		})
	}
}

// executed counts how often each order was executed, anywhere.
func executed(origins ...*origin) map[string]int {
	sum := make(map[string]int)
	for _, o := range origins {
		o.mu.Lock()
		for order, n := range o.orders {
			sum[order] += n
		}
		o.mu.Unlock()
	}
	return sum
}

// named checks that all failed attempts at an endpoint carry this symptom.
func (g *gate) named(endpoint string, symptom cause.Code) {
	g.t.Helper()
	g.last(traffic.Saved)
	n := 0
	for _, x := range g.ledger.Find(ledger.Query{}) {
		for _, a := range x.Attempts {
			if !a.Failed() {
				continue
			}
			n++
			if a.Endpoint != endpoint || a.Symptom != symptom {
				g.t.Errorf("%s %s: attempt at %s named %s, want %s", x.Method, x.Target, a.Endpoint, a.Symptom, symptom)
			}
			if a.Decision == "" {
				g.t.Errorf("no decision on the record of %s", a.Symptom)
			}
		}
	}
	if n == 0 {
		g.t.Error("no failed attempt was recorded")
	}
}

// All endpoints fail: the answer is honest and says so in every field it has.
func TestNothingLeft(t *testing.T) {
	g := newGate(t, "hold: 0s\nhealth: {interval: 0}", refusing(t), refusing(t))
	resp, err := g.client.Get(g.url + "/x")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 502 {
		t.Errorf("status %d, want 502", resp.StatusCode)
	}
	if ps := resp.Header.Get("Proxy-Status"); !strings.Contains(ps, "; error=connection_refused") || !strings.Contains(ps, `details="connect-refused"`) {
		t.Errorf("Proxy-Status: %s", ps)
	}
	if resp.Header.Get("Retry-After") == "" || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("header %v", resp.Header)
	}
	body, _ := io.ReadAll(resp.Body)
	id := resp.Header.Get("X-Request-Id")
	if id == "" || !strings.Contains(string(body), id) {
		t.Errorf("the page does not carry the reference %q:\n%s", id, body)
	}
	x := g.last(traffic.Conceded)
	if x.ID != id || x.Symptom != cause.ConnectRefused || len(x.Attempts) != 2 {
		t.Errorf("recorded: %+v", x)
	}
}

// A POST that was delivered and never answered is not sent again, whatever
// other endpoints there are.
func TestDeliveredPOSTIsNeverRepeated(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	eat := func(nc *net.TCPConn) {
		br := bufio.NewReader(nc)
		if method, err := readRequest(br); err == nil {
			mu.Lock()
			seen[method]++
			mu.Unlock()
		}
	}
	g := newGate(t, "health: {interval: 0}", scripted(t, eat), scripted(t, eat), scripted(t, eat))
	status, body, err := g.do("POST", "/order", "one")
	if err != nil || status != 502 {
		t.Fatalf("%d %v", status, err)
	}
	mu.Lock()
	reached := seen["POST"]
	mu.Unlock()
	if reached != 1 {
		t.Errorf("the POST reached %d endpoints", reached)
	}
	if !strings.Contains(strings.ToLower(body), "not known") && !strings.Contains(strings.ToLower(body), "nobody") &&
		!strings.Contains(strings.ToLower(body), "may have") {
		t.Errorf("the page does not warn that the order may have been carried out:\n%s", body)
	}
	if x := g.last(traffic.Conceded); x.Attempts[0].Decision != "answer: p3-unsafe-never" {
		t.Errorf("decision %q", x.Attempts[0].Decision)
	}
}

// A body that breaks after bytes of it reached the client is cut visibly.
func TestCutAfterCommitIsVisible(t *testing.T) {
	big := strings.Repeat("x", 200<<10)
	for _, framing := range []string{"Content-Length: 400000\r\n\r\n" + big, "Transfer-Encoding: chunked\r\n\r\n32000\r\n" + big + "\r\n"} {
		url := answering("HTTP/1.1 200 OK\r\n" + framing)(t)
		g := newGate(t, "health: {interval: 0}", url)
		status, body, err := g.do("GET", "/big", "")
		if status != 200 || err == nil {
			t.Errorf("status %d with %d bytes, err %v: a cut body looked whole", status, len(body), err)
		}
		x := g.last(traffic.Conceded)
		if x.Symptom != cause.ResponseBodyIncomplete || x.Attempts[0].Tier != cause.P4 {
			t.Errorf("recorded %s %v", x.Symptom, x.Attempts[0].Tier)
		}
	}
}

// The lone endpoint restarts: requests wait for it instead of failing.
func TestHoldRidesOutARestart(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	g := newGate(t, "hold: 10s\nhealth: {interval: 0}", "http://"+addr)
	results := make(chan error, 20)
	for i := range 20 {
		go func() {
			method := []string{"GET", "POST"}[i%2]
			status, _, err := g.do(method, "/held", "body")
			if err == nil && status != 200 {
				err = fmt.Errorf("%s: status %d", method, status)
			}
			results <- err
		}()
	}
	g.until(func() bool { return g.Pools()[0].Held == 20 })
	l, err = net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer nc.Close()
				br := bufio.NewReader(nc)
				for {
					if _, err := readRequest(br); err != nil {
						return
					}
					io.WriteString(nc, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
				}
			}()
		}
	}()
	defer func() { l.Close(); <-done }()
	for range 20 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	if x := g.last(traffic.Saved); x.Save != traffic.Held {
		t.Errorf("saved by %v, want held", x.Save)
	}
}

// A name that does not exist will not exist in ten seconds either.
func TestHopelessFailsAtOnce(t *testing.T) {
	g := newGate(t, "hold: 10s\nhealth: {interval: 0}", "http://no-such-name.invalid:80")
	begun := time.Now()
	status, _, err := g.do("GET", "/", "")
	if err != nil || status < 500 {
		t.Fatalf("%d %v", status, err)
	}
	if x := g.last(traffic.Conceded); x.Symptom == cause.DNSNameNotFound && time.Since(begun) > 5*time.Second {
		t.Errorf("waited %v for a name that does not exist", time.Since(begun))
	}
}

// A client that leaves while its request waits frees its place.
func TestClientThatLeavesIsNoticed(t *testing.T) {
	g := newGate(t, "health: {interval: 0}", handled(func(nc *net.TCPConn, _ *bufio.Reader) {
		io.Copy(io.Discard, nc)
	})(t))
	nc, err := net.Dial("tcp", g.url[len("http://"):])
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(nc, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	nc.Close()
	if x := g.last(traffic.Abandoned); x.Symptom != cause.ClientGone {
		t.Errorf("recorded as %s", x.Symptom)
	}
}

// A process that is dying still takes a connection or two. Going back to it at
// once would spend the one further try that an ambiguous failure allows.
func TestDyingProcessIsGivenAMoment(t *testing.T) {
	var died atomic.Int64 // unix nanoseconds
	url := handled(func(nc *net.TCPConn, br *bufio.Reader) {
		if died.CompareAndSwap(0, time.Now().UnixNano()) {
			readRequest(br)
			return
		}
		if time.Since(time.Unix(0, died.Load())) < 30*time.Millisecond {
			nc.SetLinger(0)
			return
		}
		if _, err := readRequest(br); err == nil {
			io.WriteString(nc, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nback")
		}
	})(t)
	g := newGate(t, "health: {interval: 0}", url)
	g.must("GET", "/", "", "back")
}
