package e2e_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// nodeApp is one instance of testdata/shop.js. It can be killed and started
// again at the same port.
type nodeApp struct {
	*process
	node   string
	addr   string
	orders string
}

// shop starts n instances that share an order book.
func shop(t *testing.T, n int) (apps []*nodeApp, orders string) {
	t.Helper()
	node := needs(t, "node", "nodejs")
	orders = filepath.Join(t.TempDir(), "orders")
	if err := os.WriteFile(orders, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range n {
		a := &nodeApp{node: node, addr: fmt.Sprintf("127.0.0.1:%d", freePort(t)), orders: orders}
		a.restart(t)
		apps = append(apps, a)
	}
	return apps, orders
}

// restart starts the instance and waits until it takes connections.
func (a *nodeApp) restart(t *testing.T) {
	t.Helper()
	a.launch(t)
	poll(t, 20*time.Second, "the Node application listens", func() bool { return accepts("tcp", a.addr) })
}

// launch starts the instance and does not wait for it.
func (a *nodeApp) launch(t *testing.T) {
	t.Helper()
	_, port, err := net.SplitHostPort(a.addr)
	if err != nil {
		t.Fatal(err)
	}
	a.process = start(t, "node at "+a.addr, exec.Command(a.node, "testdata/shop.js", port, a.orders))
}

// endpoint is the instance as the ledger calls it.
func (a *nodeApp) endpoint() string { return "http://" + a.addr }

// served returns how many requests of the load this process has answered.
func (a *nodeApp) served(t *testing.T) int {
	t.Helper()
	v := visitors{addr: a.addr}
	defer v.close()
	got, err := v.ask(http.MethodGet, "/served", nil)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(string(got.body))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// killedApp are the symptoms of a POST that was under way when the process of
// an application was killed.
var killedApp = []string{
	"closed-before-response", "reset-before-response", "reused-connection-closed",
	"request-write-failed", "response-head-incomplete", "response-body-incomplete",
}

func TestNodeRollingRestartLosesNoRequest(t *testing.T) {
	t.Parallel()
	apps, orders := shop(t, 3)
	g := serve(t, fmt.Sprintf("  - to: [%q, %q, %q]\n", apps[0].endpoint(), apps[1].endpoint(), apps[2].endpoint()))
	l := startLoad(t, g.addr, 150)
	l.more(t, 100)
	for _, a := range apps {
		l.caughtUp(t)
		before := g.failedAt(t, a.endpoint())
		a.kill(t)
		poll(t, 15*time.Second, "torwart meets the killed application", func() bool {
			return g.failedAt(t, a.endpoint()) > before
		})
		l.more(t, 50)
		a.restart(t)
		poll(t, 20*time.Second, "the restarted application gets requests again", func() bool { return a.served(t) > 5 })
	}
	v := verdict{gateway: g, orders: orders, symptoms: killedApp}
	v.judge(t, l.finish())
	if g.saved(t, "retried") == 0 {
		t.Error("nothing had to be saved: this test proved nothing")
	}
}

func TestNodeLoneRestartIsWaitedFor(t *testing.T) {
	t.Parallel()
	apps, orders := shop(t, 1)
	app := apps[0]
	g := serve(t, fmt.Sprintf("  - to: %q\n", app.endpoint()))
	l := startLoad(t, g.addr, 50)
	for range 2 {
		l.more(t, 50)
		app.kill(t)
		poll(t, 9*time.Second, "50 visitors wait", func() bool { return l.inFlight.Load() >= 50 })
		app.restart(t)
	}
	l.more(t, 50)
	v := verdict{gateway: g, orders: orders, symptoms: killedApp}
	v.judge(t, l.finish())
	if n := g.saved(t, "held"); n < 60 {
		t.Errorf("%d requests were held and served, want the 100 that waited, less those that had been delivered", n)
	}
}

// The most frequent 502 of all: the application closes an idle connection
// after 5 s, just when the gateway sends a request over it. Nothing may fail
// here, POSTs included: no process died.
func TestNodeIdleTimeoutIsNeverHit(t *testing.T) {
	t.Parallel()
	apps, orders := shop(t, 1)
	g := serve(t, fmt.Sprintf("  - to: %q\n", apps[0].endpoint()))
	l := &load{visitors: visitors{addr: g.addr}, cancel: func() {}}
	const together, orderEach = 40, 5
	next := 0
	for _, pause := range []time.Duration{3990 * time.Millisecond, 4990 * time.Millisecond, 5005 * time.Millisecond, 0} {
		var burst sync.WaitGroup
		for range together {
			n := next*orderEach + 4 // a POST
			next++
			burst.Go(func() { l.one(n) })
		}
		burst.Wait()
		<-time.After(pause) // the pause is what is tested
	}
	results := l.finish()
	for i := range results {
		if why := results[i].failed(); why != "" {
			t.Errorf("%s %s failed: %s", results[i].method, results[i].target, why)
		}
	}
	v := verdict{gateway: g, orders: orders}
	v.judge(t, results)
}
