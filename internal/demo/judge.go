package demo

import (
	"time"

	"torwart/internal/cause"
	"torwart/internal/ledger"
	"torwart/internal/traffic"
)

// judge tells avoidable failures from those that no gateway can avoid.
//
// Unavoidable is an order that an upstream had received, or most probably
// had, when its connection or its answer failed: nobody can know whether it
// was carried out, and sending it again could carry it out twice. For
// torwart the tier in its ledger is the evidence. The plain proxy keeps none,
// so it is excused by the shop's own book, which is as generous as can be.
type judge struct {
	ledger *ledger.Ledger
	book   *book
	// conceded are torwart's conceded exchanges by target. They are copied
	// while the demo runs, before the ledger's ring forgets them.
	conceded map[string]traffic.Exchange
}

func (j *judge) look() {
	if j.conceded == nil {
		j.conceded = make(map[string]traffic.Exchange)
	}
	conceded := traffic.Conceded
	for _, x := range j.ledger.Find(ledger.Query{Outcome: &conceded}) {
		j.conceded[x.Target] = x
	}
}

// recordedBy is how long after its visitor had an answer an exchange of
// torwart stands in the ledger for certain.
const recordedBy = 2 * time.Second

// sort counts the failures of torwart while it runs. Those whose exchange is
// not recorded yet are left out.
func (j *judge) sort(failures []failure) (avoidable, unavoidable int) {
	for _, f := range failures {
		x, known := j.conceded[f.target]
		switch {
		case known && excused(&x):
			unavoidable++
		case known, time.Since(f.at) > recordedBy:
			avoidable++
		}
	}
	return avoidable, unavoidable
}

// excused reports whether no gateway could have avoided the failure.
func excused(x *traffic.Exchange) bool {
	if x.Method != "POST" && x.Method != "PATCH" || len(x.Attempts) == 0 {
		return false
	}
	last := &x.Attempts[len(x.Attempts)-1]
	return last.Tier == cause.P2 || last.Tier == cause.P3
}

// excusedPlain is the same for the plain proxy.
func (j *judge) excusedPlain(f failure) bool {
	return f.method == "POST" && j.book.hasArrived(order{f.way, f.target})
}

// Offender is an avoidable failure that torwart conceded.
type Offender struct {
	Method, Target string
	// Saw is what the visitor saw, a key of the messages; "" when the ledger
	// tells of a failure that no visitor noticed.
	Saw string
	// Exchange is the ledger's record; nil when it has none.
	Exchange *traffic.Exchange
}

// offenders lists what torwart conceded though it was avoidable, once the
// ledger is complete.
func (j *judge) offenders(failures []failure) []Offender {
	var out []Offender
	noticed := make(map[string]bool)
	for _, f := range failures {
		noticed[f.target] = true
		x, known := j.conceded[f.target]
		if known && excused(&x) {
			continue
		}
		o := Offender{Method: f.method, Target: f.target, Saw: f.saw.key()}
		if known {
			o.Exchange = &x
		}
		out = append(out, o)
	}
	for target, x := range j.conceded {
		if !noticed[target] && !excused(&x) {
			out = append(out, Offender{Method: x.Method, Target: target, Exchange: &x})
		}
	}
	return out
}
