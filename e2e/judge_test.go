package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// verdict is what must hold of a load.
type verdict struct {
	gateway *gateway
	// orders is the order book the applications wrote.
	orders string
	// symptoms are those a failed POST may have.
	symptoms []string
}

// unavoidable are the tiers that excuse a failed POST: the request was
// delivered, or nothing proves that it was not.
var unavoidable = []string{"P2", "P3", "P4", "P5"}

// judge holds the promises against the results.
func (v *verdict) judge(t *testing.T, results []result) {
	t.Helper()
	executed := v.executed(t)
	conceded, slowest := 0, result{}
	for i := range results {
		r := &results[i]
		if r.took > slowest.took {
			slowest = *r
		}
		n := executed[r.order]
		switch why := r.failed(); {
		case why == "" && r.method == http.MethodPost && n != 1:
			t.Errorf("%s %s was accepted and executed %d times", r.method, r.target, n)
		case why == "":
		case r.method != http.MethodPost:
			t.Errorf("%s %s failed: %s\n    %s", r.method, r.target, why, v.entry(t, r))
		default:
			conceded++
			v.excuse(t, r, why)
		}
	}
	for order, n := range executed {
		if n > 1 {
			t.Errorf("order %s was executed %d times", order, n)
		}
	}
	t.Logf("%d requests, %d orders executed, %d POSTs conceded; the slowest took %v: %s %s",
		len(results), len(executed), conceded, slowest.took, slowest.method, slowest.target)
	for how, n := range v.saves(t) {
		t.Logf("saved: %d × %s", n, how)
	}
}

// executed reads the order book: how often each order was executed.
func (v *verdict) executed(t *testing.T) map[string]int {
	t.Helper()
	data, err := os.ReadFile(v.orders)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for line := range bytes.Lines(data) {
		out[strings.TrimSpace(string(line))]++
	}
	return out
}

// excuse accepts a failed POST only where the ledger proves that it could not
// be avoided, and names what happened.
func (v *verdict) excuse(t *testing.T, r *result, why string) {
	t.Helper()
	x := v.entry(t, r)
	if x == nil {
		t.Errorf("%s %s failed and is not in the ledger: %s", r.method, r.target, why)
		return
	}
	last := x.last()
	switch {
	case x.Outcome != "conceded":
		t.Errorf("%s %s failed (%s), and the ledger calls it %s:\n    %s", r.method, r.target, why, x.Outcome, x)
	case !slices.Contains(unavoidable, last.Tier):
		t.Errorf("%s %s could have been saved (%s):\n    %s", r.method, r.target, why, x)
	case !slices.Contains(v.symptoms, x.Symptom) || x.Symptom != last.Symptom:
		t.Errorf("%s %s has the symptom %s, the last attempt %s; want one of %v:\n    %s",
			r.method, r.target, x.Symptom, last.Symptom, v.symptoms, x)
	case r.err == nil && last.Tier != "P5":
		v.honest(t, r, x)
	}
}

// honest checks the answer torwart itself gave.
func (v *verdict) honest(t *testing.T, r *result, x *exchange) {
	t.Helper()
	h := r.answer.header
	if h.Get("X-Request-Id") != x.ID {
		t.Errorf("%s %s: the visitor's reference is %q, the ledger's %q", r.method, r.target, h.Get("X-Request-Id"), x.ID)
	}
	if h.Get("Cache-Control") != "no-store" || h.Get("Proxy-Status") == "" {
		t.Errorf("%s %s: torwart's answer lacks no-store or Proxy-Status: %v\n    %s", r.method, r.target, h, x)
	}
}

// entry finds the request in the ledger, nil if it is not there.
func (v *verdict) entry(t *testing.T, r *result) *exchange {
	t.Helper()
	for _, x := range v.gateway.ledger(t, url.Values{}) {
		if x.Method == r.method && x.Target == r.target {
			return &x
		}
	}
	return nil
}

// saves counts the saved exchanges by kind and first symptom.
func (v *verdict) saves(t *testing.T) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, x := range v.gateway.ledger(t, url.Values{"outcome": {"saved"}}) {
		first := ""
		for _, a := range x.Attempts {
			if a.Symptom != "" && first == "" {
				first = fmt.Sprintf("%s after %s (%s)", x.Save, a.Symptom, a.Tier)
			}
		}
		out[x.Method+" "+first]++
	}
	return out
}
