package gateway_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"torwart/internal/traffic"
)

const hedging = "hedge: {budget: 50%, after: 20ms}\nbalance: round_robin\nhealth: {interval: 0}\ntimeouts: {response: 10s}"

// stuck answers nothing until its client gives up.
func stuck(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

func TestSlowRequestIsHedged(t *testing.T) {
	fast := newOrigin(t)
	g := newGate(t, hedging, serverOf(t, stuck), fast.url)
	begun := time.Now()
	for range 6 {
		g.must("GET", "/x", "", "/x")
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("six requests took %v: nobody hedged", took)
	}
	x := g.last(traffic.Saved)
	if x.Save != traffic.Hedged || len(x.Attempts) != 2 || x.Attempts[0].Decision != "hedge: lost" {
		t.Errorf("recorded %v, %+v", x.Save, x.Attempts)
	}
	if s := g.Pools()[0].Endpoints[0].Load.InFlight; s != 0 {
		t.Errorf("%d attempts are still counted at the endpoint that lost", s)
	}
}

// The first attempt answers while the second is under way.
func TestFirstAttemptMayStillWin(t *testing.T) {
	asked := make(chan struct{}, 1)
	slow := serverOf(t, func(w http.ResponseWriter, _ *http.Request) {
		<-asked
		io.WriteString(w, "first")
	})
	second := serverOf(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		stuck(w, r)
	})
	g := newGate(t, hedging, slow, second)
	g.must("GET", "/x", "", "first")
	if n := len(g.ledger.Saves()); n != 0 {
		t.Errorf("%d saves counted: nothing was saved", n)
	}
}

func TestUnsafeRequestsAreNotHedged(t *testing.T) {
	fast := newOrigin(t)
	g := newGate(t, "hedge: {budget: 50%, after: 20ms}\nbalance: round_robin\nhealth: {interval: 0}\ntimeouts: {response: 200ms}",
		serverOf(t, stuck), fast.url)
	for range 2 {
		if status, _, err := g.do("POST", "/x", "order"); err != nil || status != 200 && status != 504 {
			t.Errorf("%d %v", status, err)
		}
	}
	if x := g.last(traffic.Conceded); len(x.Attempts) != 1 {
		t.Errorf("%d attempts at a POST", len(x.Attempts))
	}
}
