package gateway_test

import (
	"testing"

	"torwart/internal/cause"
	"torwart/internal/traffic"
)

func TestDrainedEndpointGetsNothingNew(t *testing.T) {
	a, b := newOrigin(t), newOrigin(t)
	g := newGate(t, "balance: round_robin\nhealth: {interval: 0}", a.url, b.url)
	if n := g.Drain(a.url, true); n != 1 {
		t.Fatalf("drained in %d pools", n)
	}
	if n := g.Drain("http://127.0.0.1:1", true); n != 0 {
		t.Errorf("an unknown endpoint was drained in %d pools", n)
	}
	for range 10 {
		g.must("GET", "/x", "", "/x")
	}
	if n := a.requests.Load(); n != 0 {
		t.Errorf("%d requests reached the drained endpoint", n)
	}
	// A reload that rebuilds the pool does not forget it.
	g.apply("balance: p2c\nhealth: {interval: 0}", a.url, b.url)
	for range 10 {
		g.must("GET", "/x", "", "/x")
	}
	if n := a.requests.Load(); n != 0 {
		t.Errorf("%d requests reached the drained endpoint after a reload", n)
	}
	g.Drain(a.url, false)
	for range 40 {
		g.must("GET", "/x", "", "/x")
	}
	if a.requests.Load() == 0 {
		t.Error("the endpoint did not come back")
	}
}

func TestEverythingDrained(t *testing.T) {
	a := newOrigin(t)
	g := newGate(t, "health: {interval: 0}", a.url)
	g.Drain(a.url, true)
	if status, _, err := g.do("GET", "/x", ""); err != nil || status != 503 {
		t.Errorf("%d %v, want 503", status, err)
	}
	if x := g.last(traffic.Conceded); x.Symptom != cause.NoUpstreamAvailable {
		t.Errorf("recorded as %s", x.Symptom)
	}
}
