package gateway_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"torwart/internal/cause"
	"torwart/internal/config"
	"torwart/internal/faultnet"
	"torwart/internal/gateway"
	"torwart/internal/ledger"
	"torwart/internal/listener"
	"torwart/internal/traffic"
)

// bubble is a gateway and its upstreams on an in-memory network, where time
// passes only while everybody waits.
type bubble struct {
	t      *testing.T
	net    faultnet.Network
	ledger ledger.Ledger
	gw     *gateway.Gateway
	client *http.Client
	// handle is what upstreams do before they answer.
	handle func()
	stop   []func()
	wg     sync.WaitGroup
}

const gateAddr = "10.0.0.1:80"

// inBubble runs test with a gateway for the upstream addresses, which all
// answer with their path unless told otherwise.
func inBubble(t *testing.T, settings string, to []string, test func(b *bubble)) {
	synctest.Test(t, func(t *testing.T) {
		b := &bubble{t: t}
		b.gw = gateway.New(gateway.Options{Ledger: &b.ledger, Dialer: &b.net})
		for i, addr := range to {
			b.upstream(addr)
			to[i] = "http://" + addr
		}
		yaml := "sites:\n  - to: [\"" + strings.Join(to, `", "`) + "\"]\n" + indent(settings)
		cfg, problems := config.Parse("t.yaml", []byte(yaml))
		if cfg == nil {
			t.Fatal(problems)
		}
		if err := b.gw.Apply(cfg); err != nil {
			t.Fatal(err)
		}
		l, err := b.net.Listen(gateAddr)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		srv := &listener.Server{Handler: b.gw}
		b.wg.Go(func() { b.gw.Run(ctx) })
		b.wg.Go(func() { srv.Serve(ctx, l) })
		transport := &http.Transport{DialContext: b.net.DialContext, MaxIdleConnsPerHost: 100}
		b.client = &http.Client{Transport: transport}
		test(b)
		transport.CloseIdleConnections()
		cancel()
		if err := srv.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		for _, stop := range b.stop {
			stop()
		}
		b.wg.Wait()
	})
}

func (b *bubble) upstream(addr string) {
	b.t.Helper()
	l, err := b.net.Listen(addr)
	if err != nil {
		b.t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if b.handle != nil {
			b.handle()
		}
		io.WriteString(w, r.URL.Path)
	})}
	b.wg.Go(func() { srv.Serve(l) })
	b.stop = append(b.stop, func() { srv.Close() })
}

// get makes a request and returns the status and how long it took.
func (b *bubble) do(method, path string) (int, time.Duration) {
	b.t.Helper()
	begun := time.Now()
	req, err := http.NewRequest(method, "http://"+gateAddr+path, strings.NewReader("order"))
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Errorf("%s %s: %v", method, path, err)
		return 0, time.Since(begun)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		b.t.Error(err)
	}
	return resp.StatusCode, time.Since(begun)
}

func (b *bubble) newest() traffic.Exchange {
	b.t.Helper()
	synctest.Wait()
	found := b.ledger.Find(ledger.Query{Limit: 1})
	if len(found) == 0 {
		b.t.Fatal("nothing was recorded")
	}
	return found[0]
}

func TestSilentEndpointIsLeftAfterTheResponseTimeout(t *testing.T) {
	inBubble(t, "timeouts: {response: 7s}\nhealth: {interval: 0}",
		[]string{"10.0.1.1:80", "10.0.1.2:80"}, func(b *bubble) {
			b.net.Set("10.0.1.1:80", faultnet.Faults{Stall: true})
			var slow int
			for range 20 {
				status, took := b.do("GET", "/x")
				if status != 200 {
					t.Errorf("status %d", status)
				}
				if took >= 7*time.Second && took < 8*time.Second {
					slow++
				}
			}
			if slow != 1 {
				t.Errorf("%d of 20 requests took the response timeout, want 1: it is known then", slow)
			}
			if x := b.newest(); x.Attempts[0].Symptom != cause.ResponseTimeout || x.Save != traffic.Retried {
				t.Errorf("recorded %s, %v", x.Attempts[0].Symptom, x.Save)
			}
		})
}

func TestPOSTIsNotRepeatedAfterTheResponseTimeout(t *testing.T) {
	inBubble(t, "timeouts: {response: 7s}\nhealth: {interval: 0}",
		[]string{"10.0.1.1:80", "10.0.1.2:80"}, func(b *bubble) {
			for _, addr := range []string{"10.0.1.1:80", "10.0.1.2:80"} {
				b.net.Set(addr, faultnet.Faults{Stall: true})
			}
			if status, took := b.do("POST", "/x"); status != 504 || took < 7*time.Second || took > 8*time.Second {
				t.Errorf("status %d after %v, want 504 after 7 s", status, took)
			}
			if x := b.newest(); len(x.Attempts) != 1 {
				t.Errorf("%d attempts at a POST that was delivered", len(x.Attempts))
			}
		})
}

func TestHoldEndsWithTheOutage(t *testing.T) {
	inBubble(t, "hold: 10s\nhealth: {interval: 0}", []string{"10.0.1.1:80"}, func(b *bubble) {
		b.net.Set("10.0.1.1:80", faultnet.Faults{Refuse: true})
		time.AfterFunc(3*time.Second, func() { b.net.Set("10.0.1.1:80", faultnet.Faults{}) })
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if status, took := b.do("POST", "/x"); status != 200 || took < 3*time.Second || took > 4*time.Second {
					t.Errorf("status %d after %v, want 200 soon after 3 s", status, took)
				}
			})
		}
		wg.Wait()
		if x := b.newest(); x.Save != traffic.Held {
			t.Errorf("saved by %v", x.Save)
		}
	})
}

// An application that has just come back is not asked for everything at once.
func TestHoldLetsOutInStep(t *testing.T) {
	inBubble(t, "hold: 10s\nhealth: {interval: 0}", []string{"10.0.1.1:80"}, func(b *bubble) {
		const held, work = 100, 200 * time.Millisecond
		var mu sync.Mutex
		var begun []time.Time
		b.handle = func() {
			mu.Lock()
			begun = append(begun, time.Now())
			mu.Unlock()
			time.Sleep(work)
		}
		b.net.Set("10.0.1.1:80", faultnet.Faults{Refuse: true})
		var wg sync.WaitGroup
		for range held {
			wg.Go(func() {
				if status, _ := b.do("GET", "/x"); status != 200 {
					t.Errorf("status %d", status)
				}
			})
		}
		time.Sleep(2 * time.Second)
		b.net.Set("10.0.1.1:80", faultnet.Faults{})
		wg.Wait()
		within := func(d time.Duration) (n int) {
			for _, at := range begun {
				if at.Sub(begun[0]) < d {
					n++
				}
			}
			return n
		}
		if len(begun) != held || within(work) > 4 || within(2*work) > 12 {
			t.Errorf("%d requests; %d in the first %v, %d in the first %v", len(begun), within(work), work, within(2*work), 2*work)
		}
		if last := begun[held-1].Sub(begun[0]); last > 3*time.Second {
			t.Errorf("the last was let out after %v", last)
		}
	})
}

func TestHoldTimeRunsOut(t *testing.T) {
	inBubble(t, "hold: 10s\nhealth: {interval: 0}", []string{"10.0.1.1:80"}, func(b *bubble) {
		b.net.Set("10.0.1.1:80", faultnet.Faults{Refuse: true})
		if status, took := b.do("GET", "/x"); status != 502 || took < 10*time.Second || took > 11*time.Second {
			t.Errorf("status %d after %v, want 502 after 10 s", status, took)
		}
		b.gw.Pools() // must not wait for anything
	})
}

func TestHoldSwitchedOff(t *testing.T) {
	inBubble(t, "hold: 0s\nhealth: {interval: 0}", []string{"10.0.1.1:80"}, func(b *bubble) {
		b.net.Set("10.0.1.1:80", faultnet.Faults{Refuse: true})
		if status, took := b.do("GET", "/x"); status != 502 || took > time.Second {
			t.Errorf("status %d after %v, want 502 at once", status, took)
		}
	})
}

func TestOneDeadlineBoundsEverything(t *testing.T) {
	inBubble(t, "timeouts: {response: 7s, request: 9s}\nhealth: {interval: 0}",
		[]string{"10.0.1.1:80", "10.0.1.2:80", "10.0.1.3:80"}, func(b *bubble) {
			for _, addr := range []string{"10.0.1.1:80", "10.0.1.2:80", "10.0.1.3:80"} {
				b.net.Set(addr, faultnet.Faults{Stall: true})
			}
			if status, took := b.do("GET", "/x"); status != 504 || took > 9500*time.Millisecond {
				t.Errorf("status %d after %v, want 504 within 9 s", status, took)
			}
		})
}

func TestBlackHoleCostsAMomentOnce(t *testing.T) {
	inBubble(t, "timeouts: {connect: 2s}\nbalance: round_robin\nhealth: {interval: 0}",
		[]string{"10.0.1.1:80", "10.0.1.2:80"}, func(b *bubble) {
			b.net.Set("10.0.1.1:80", faultnet.Faults{BlackHole: true})
			var slow int
			for range 3 {
				status, took := b.do("POST", "/x")
				if status != 200 {
					t.Errorf("status %d: a POST that was never delivered failed", status)
				}
				if took > time.Second {
					t.Errorf("waited %v with another endpoint there", took)
				}
				if took >= 250*time.Millisecond {
					slow++
				}
			}
			if slow != 1 {
				t.Errorf("%d requests waited for the black hole, want 1: the endpoint is suspect then", slow)
			}
			if x := b.newest(); x.Attempts[0].Symptom != cause.ConnectTimeout {
				t.Errorf("recorded %s", x.Attempts[0].Symptom)
			}
		})
}

// Where nobody else could be asked, a connection gets all its time.
func TestSlowConnectionOfALoneEndpoint(t *testing.T) {
	inBubble(t, "timeouts: {connect: 2s}\nhealth: {interval: 0}", []string{"10.0.1.1:80"}, func(b *bubble) {
		b.net.Set("10.0.1.1:80", faultnet.Faults{Connect: 1500 * time.Millisecond})
		if status, took := b.do("POST", "/x"); status != 200 || took > 2*time.Second {
			t.Errorf("status %d after %v", status, took)
		}
	})
}

func TestHealthChecksTakeAnEndpointOutAndBack(t *testing.T) {
	inBubble(t, "health: {interval: 5s, timeout: 1s, fails: 3, passes: 2}",
		[]string{"10.0.1.1:80", "10.0.1.2:80"}, func(b *bubble) {
			up := func() bool { return b.gw.Pools()[0].Endpoints[0].Up }
			time.Sleep(time.Minute)
			if !up() {
				t.Fatal("a healthy endpoint is down")
			}
			b.net.Set("10.0.1.1:80", faultnet.Faults{Refuse: true})
			time.Sleep(time.Minute)
			if up() {
				t.Error("an endpoint that refuses connections for a minute is up")
			}
			b.net.Set("10.0.1.1:80", faultnet.Faults{})
			time.Sleep(time.Minute)
			if !up() {
				t.Error("an endpoint that came back a minute ago is down")
			}
		})
}

func TestClosedAtReuseIsRetriedOnAFreshConnection(t *testing.T) {
	inBubble(t, "health: {interval: 0}", []string{"10.0.1.1:80"}, func(b *bubble) {
		b.do("GET", "/warm")
		b.net.Set("10.0.1.1:80", faultnet.Faults{Reuse: faultnet.Reuse{After: 1, End: faultnet.RST}})
		if status, _ := b.do("GET", "/x"); status != 200 {
			t.Errorf("status %d", status)
		}
		x := b.newest()
		if len(x.Attempts) != 2 || x.Attempts[0].Symptom != cause.ReusedConnectionClosed || x.Attempts[1].Reused {
			t.Errorf("recorded %+v", x.Attempts)
		}
	})
}
