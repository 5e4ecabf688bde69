package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"torwart/internal/cause"
	"torwart/internal/ledger"
	"torwart/internal/traffic"
)

// judge tells avoidable failures from those that no gateway can avoid.
//
// Unavoidable is an order that an upstream had received, or most probably had,
// when its connection or its answer failed: the tier in the ledger is the
// evidence. Passed on is what an upstream itself answered, where sending the
// request again is not torwart's to decide: a 413, a 500, and to orders
// everything.
type judge struct {
	ledger *ledger.Ledger

	mu       sync.Mutex
	right    int
	passedOn int
	excused  int
	avoid    int
	// kinds counts the avoidable failures by what torwart says of them.
	kinds map[string]int
	// told receives the story of each.
	told io.Writer
}

// see judges one answer.
func (j *judge) see(r request, res result) {
	unsafe := r.method == "POST"
	passed := res.servedBy != "" && (unsafe && res.status >= 400 || res.status == 500 || res.status == 413)
	var x *traffic.Exchange
	if res.failure != "" && !passed {
		x = j.recorded(r.target)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case res.failure == "":
		j.right++
	case passed:
		j.passedOn++
	case unsafe && x != nil && excused(x):
		j.excused++
	default:
		j.avoid++
		j.kinds[kind(r, res, x)]++
		fmt.Fprintf(j.told, "avoidable: %s %s %s%s: %s%s\n",
			time.Now().UTC().Format("15:04:05.000"), r.method, r.host, r.target, res.failure, story(x))
	}
}

// kind says shortly what an avoidable failure was.
func kind(r request, res result, x *traffic.Exchange) string {
	what := r.method + ", " + res.failure
	if x == nil {
		return what + ", not in the ledger"
	}
	what += ", " + string(x.Symptom)
	for _, a := range slices.Backward(x.Attempts) {
		if a.Failed() {
			return what + fmt.Sprintf(" at tier %s", a.Tier)
		}
	}
	return what
}

// recordedBy is how long after its answer an exchange stands in the ledger
// for certain.
const recordedBy = 2 * time.Second

// recorded finds what torwart says about a failure; nil when it says nothing.
func (j *judge) recorded(target string) *traffic.Exchange {
	for end := time.Now().Add(recordedBy); time.Now().Before(end); time.Sleep(beat) {
		conceded := traffic.Conceded
		for _, x := range j.ledger.Find(ledger.Query{Outcome: &conceded, Since: time.Now().Add(-2 * patience)}) {
			if x.Target == target {
				return &x
			}
		}
	}
	return nil
}

// excused reports whether no gateway could have avoided the failure.
func excused(x *traffic.Exchange) bool {
	if len(x.Attempts) == 0 {
		return false
	}
	last := &x.Attempts[len(x.Attempts)-1]
	return last.Tier == cause.P2 || last.Tier == cause.P3
}

// story tells what became of an exchange, attempt by attempt.
func story(x *traffic.Exchange) string {
	if x == nil {
		return " (not in the ledger)"
	}
	var b strings.Builder
	fmt.Fprintf(&b, " (%s after %v", x.Symptom, x.Duration.Round(time.Millisecond))
	for _, a := range x.Attempts {
		fmt.Fprintf(&b, "; %s %s %s: %s", a.Endpoint, a.Tier, a.Symptom, a.Decision)
	}
	return b.String() + ")"
}
