package ledger

import (
	"time"

	"torwart/internal/cause"
	"torwart/internal/traffic"
)

// Query says which of the kept exchanges are wanted. Zero fields ask for
// nothing; those that are set must all hold.
type Query struct {
	// Limit is how many exchanges are returned at most; 0 means all.
	Limit int
	// Since leaves out exchanges that ended before it.
	Since time.Time
	// ID is the exchange's reference.
	ID string
	// Outcome is what became of it.
	Outcome *traffic.Outcome
	// Symptom is the exchange's or that of any of its attempts.
	Symptom cause.Code
	// Site is the site that served it.
	Site string
	// Endpoint is that of any of its attempts.
	Endpoint string
}

// Find returns the kept exchanges q asks for, the one recorded last first.
// What it returns is shared and must not be changed.
func (l *Ledger) Find(q Query) []traffic.Exchange {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []traffic.Exchange
	f, a := l.failures.newest(), l.asides.newest()
	for f.ok() || a.ok() {
		c := &f
		if !f.ok() || a.ok() && a.entry().seq > f.entry().seq {
			c = &a
		}
		if x := &c.entry().exchange; q.matches(x) {
			out = append(out, *x)
			if q.Limit > 0 && len(out) == q.Limit {
				break
			}
		}
		c.older()
	}
	return out
}

func (q *Query) matches(x *traffic.Exchange) bool {
	switch {
	case q.ID != "" && x.ID != q.ID,
		q.Outcome != nil && x.Outcome != *q.Outcome,
		q.Site != "" && x.Site != q.Site,
		!q.Since.IsZero() && endOf(x).Before(q.Since):
		return false
	}
	symptom := q.Symptom == "" || x.Symptom == q.Symptom
	endpoint := q.Endpoint == ""
	for i := range x.Attempts {
		symptom = symptom || x.Attempts[i].Symptom == q.Symptom
		endpoint = endpoint || x.Attempts[i].Endpoint == q.Endpoint
	}
	return symptom && endpoint
}
