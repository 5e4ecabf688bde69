package ledger

import (
	"sync"
	"sync/atomic"
	"time"

	"torwart/internal/cause"
	"torwart/internal/traffic"
)

// DefaultSize is how many exchanges a [Ledger] keeps when nothing else is
// said.
const DefaultSize = 4096

// outcomeCount is the number of outcomes.
const outcomeCount = int(traffic.Abandoned) + 1

// Ledger records exchanges. The zero value is ready to use. Safe for
// concurrent use.
type Ledger struct {
	// Size is how many exchanges are kept; 0 means [DefaultSize]. A quarter
	// of the places is for exchanges that were refused or abandoned without
	// a failed attempt, the rest for failures. Not to be changed after the
	// first use.
	Size int

	outcomes [outcomeCount]atomic.Uint64

	// mu guards what follows. The fast path of Record never takes it.
	mu       sync.Mutex
	seq      uint64
	failures ring
	asides   ring // refused or abandoned, nobody's failure
	failed   map[cause.Code]uint64
	conceded map[cause.Code]uint64
	refused  map[cause.Code]uint64
	saves    map[saveKey]saveTally
}

type saveKey struct {
	save    traffic.Save
	symptom cause.Code
}

type saveTally struct {
	count uint64
	last  time.Time
}

// Record counts x and, when it is worth keeping, keeps a copy of it. The
// caller may reuse x and everything it points to afterwards. To be called once
// at the end of every exchange.
func (l *Ledger) Record(x *traffic.Exchange) {
	l.outcomes[x.Outcome].Add(1)
	symptom := firstSymptom(x)
	if x.Outcome == traffic.Served && symptom == "" {
		return
	}
	kept := clone(x) // outside the lock: it is the expensive part
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count(x, symptom)
	l.seq++
	r, size := &l.failures, l.size()-l.size()/4
	if symptom == "" && (x.Outcome == traffic.Refused || x.Outcome == traffic.Abandoned) {
		r, size = &l.asides, l.size()/4
	}
	r.push(size, entry{seq: l.seq, exchange: kept})
}

// count updates the counters that are not on the fast path.
func (l *Ledger) count(x *traffic.Exchange, symptom cause.Code) {
	for i := range x.Attempts {
		if x.Attempts[i].Failed() {
			add(&l.failed, x.Attempts[i].Symptom)
		}
	}
	switch x.Outcome {
	case traffic.Conceded:
		add(&l.conceded, x.Symptom)
	case traffic.Refused:
		add(&l.refused, x.Symptom)
	case traffic.Saved:
		if l.saves == nil {
			l.saves = make(map[saveKey]saveTally)
		}
		k := saveKey{x.Save, symptom}
		t := l.saves[k]
		t.count++
		if end := endOf(x); end.After(t.last) {
			t.last = end
		}
		l.saves[k] = t
	}
}

func (l *Ledger) size() int {
	if l.Size > 0 {
		return max(l.Size, 4) // at least one place in either ring
	}
	return DefaultSize
}

// firstSymptom returns the symptom of the first failed attempt: why the
// exchange needed saving at all. "" when no attempt failed.
func firstSymptom(x *traffic.Exchange) cause.Code {
	for i := range x.Attempts {
		if x.Attempts[i].Failed() {
			return x.Attempts[i].Symptom
		}
	}
	return ""
}

func endOf(x *traffic.Exchange) time.Time { return x.Start.Add(x.Duration) }

// add counts c in *m, which it makes when needed. Codes are a closed list, so
// the maps stay small.
func add(m *map[cause.Code]uint64, c cause.Code) {
	if *m == nil {
		*m = make(map[cause.Code]uint64)
	}
	(*m)[c]++
}
