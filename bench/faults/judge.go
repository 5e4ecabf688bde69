package main

import (
	"fmt"
	"slices"
	"time"
)

// tally is what a gateway made of a scenario.
type tally struct {
	requests int
	// avoidable are the failures that a gateway can keep from its clients.
	avoidable int
	// lost are POSTs that were delivered and never answered.
	lost int
	// excused are other failures that nobody could have avoided.
	excused int
	// twice are POSTs that were executed more than once.
	twice int
	// slow are right answers that took more than tardy longer than scripted.
	slow int
	// silent are wrong answers that look like whole ones.
	silent int
	// p99 is of answers that neither a failing endpoint had a hand in nor
	// were slow.
	p99 time.Duration
	// kinds counts the avoidable failures by what clients saw.
	kinds map[string]int
	// examples are the first avoidable failures.
	examples []string
	// symptom is how torwart's ledger names the fault: "right", or what is
	// wrong with it; "" for other gateways.
	symptom string
	// skipped is why the scenario was not played.
	skipped string
}

// judge decides what a gateway is to answer for.
//
// A failure is every answer but the right one: a status of the gateway's own,
// a body that is cut or wrong, a connection closed unanswered, no answer within
// the client's patience. It was avoidable, if another endpoint could have
// answered, or the same within ten seconds; that goes for everything but
//
//   - a POST that reached an endpoint which did not answer it: nobody knows
//     whether it was executed. Reached means that the endpoint read it, or
//     cuts connections without reading (scenario.blind), or cut them at this
//     very moment;
//   - what the scenario declares, with its reason (scenario.excuse).
//
// An answer that is wrong and looks whole is never excused.
func (s *stage) judge(results []result) tally {
	t := tally{requests: len(results), kinds: map[string]int{}}
	var healthy []time.Duration
	for i := range results {
		r := &results[i]
		sights := s.journal.of(r.id)
		if r.unsafe() && executions(sights) > 1 {
			t.twice++
		}
		if r.failure == "" {
			scripted := time.Duration(0)
			if s.scenario.due != nil {
				scripted = s.scenario.due(r.at)
			}
			if r.took > scripted+tardy {
				t.slow++
			} else if r.at >= outbreak && !mishandled(sights) {
				healthy = append(healthy, r.took)
			}
			continue
		}
		s.blame(&t, r, sights)
	}
	t.p99 = percentile(healthy, 0.99)
	return t
}

// blame files one failure.
func (s *stage) blame(t *tally, r *result, sights []sight) {
	if r.silent {
		t.silent++
	}
	switch {
	case !r.silent && s.scenario.excuse != nil && s.scenario.excuse(s, r):
		t.excused++
	case !r.silent && r.unsafe() && s.delivered(r, sights):
		t.lost++
	default:
		t.avoidable++
		t.kinds[r.method+": "+r.failure]++
		if len(t.examples) < 5 {
			t.examples = append(t.examples, fmt.Sprintf("%s %s at %v after %v: %s (seen by %v)",
				r.method, r.target(), r.at.Round(time.Millisecond), r.took.Round(time.Millisecond), r.failure, sights))
		}
	}
}

// delivered reports whether an unsafe request that failed had reached an
// endpoint which then did not answer it.
func (s *stage) delivered(r *result, sights []sight) bool {
	for _, seen := range sights {
		if !seen.answered {
			return true
		}
	}
	if len(sights) == 0 && s.scenario.blind && r.at >= outbreak/2 {
		return true
	}
	// What lay unread in a connection, or was answered by one that was cut a
	// moment later, cannot be seen from here.
	return s.journal.droppedWithin(r.due.Add(-5*time.Millisecond), r.due.Add(min(r.took, 100*time.Millisecond)))
}

func executions(sights []sight) int {
	n := 0
	for _, s := range sights {
		if s.executed {
			n++
		}
	}
	return n
}

// mishandled reports whether an endpoint that failed had a hand in it.
func mishandled(sights []sight) bool {
	return slices.ContainsFunc(sights, func(s sight) bool { return !s.answered })
}

// percentile of durations; 0 where they are too few to speak of one.
func percentile(d []time.Duration, p float64) time.Duration {
	if float64(len(d))*(1-p) < 1 {
		return 0
	}
	slices.Sort(d)
	return d[min(int(float64(len(d))*p), len(d)-1)]
}
