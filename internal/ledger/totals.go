package ledger

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"torwart/internal/cause"
	"torwart/internal/traffic"
)

// Totals are the counts over all exchanges since the start. Every outcome and
// every kind of save is present, also with 0; symptoms only once they were
// seen.
type Totals struct {
	// Requests is the number of all exchanges.
	Requests uint64                     `json:"requests"`
	Outcomes map[traffic.Outcome]uint64 `json:"outcomes"`
	Saves    map[traffic.Save]uint64    `json:"saves"`
	// Failed counts attempts, by what was seen; the other maps count
	// exchanges.
	Failed   map[cause.Code]uint64 `json:"failed_attempts"`
	Conceded map[cause.Code]uint64 `json:"conceded"`
	Refused  map[cause.Code]uint64 `json:"refused"`
}

// Totals returns the counts. The maps are the caller's.
func (l *Ledger) Totals() Totals {
	t := Totals{
		Outcomes: make(map[traffic.Outcome]uint64),
		Saves:    make(map[traffic.Save]uint64),
		Failed:   make(map[cause.Code]uint64),
		Conceded: make(map[cause.Code]uint64),
		Refused:  make(map[cause.Code]uint64),
	}
	for _, o := range traffic.Outcomes() {
		n := l.outcomes[o].Load()
		t.Outcomes[o] = n
		t.Requests += n
	}
	for _, s := range traffic.Saves() {
		t.Saves[s] = 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, v := range l.saves {
		t.Saves[k.save] += v.count
	}
	maps.Copy(t.Failed, l.failed)
	maps.Copy(t.Conceded, l.conceded)
	maps.Copy(t.Refused, l.refused)
	return t
}

// SaveCount says how often one kind of save hid one symptom.
type SaveCount struct {
	Save traffic.Save `json:"save"`
	// Symptom is that of the first failed attempt; "" when none had failed,
	// as with a hedged request.
	Symptom cause.Code `json:"symptom"`
	Count   uint64     `json:"count"`
	// Last is when the last such exchange ended.
	Last time.Time `json:"last"`
}

// Saves returns what was saved and from what: by kind, the most frequent
// symptom first.
func (l *Ledger) Saves() []SaveCount {
	l.mu.Lock()
	out := make([]SaveCount, 0, len(l.saves))
	for k, v := range l.saves {
		out = append(out, SaveCount{k.save, k.symptom, v.count, v.last})
	}
	l.mu.Unlock()
	slices.SortFunc(out, func(a, b SaveCount) int {
		return cmp.Or(cmp.Compare(a.Save, b.Save), cmp.Compare(b.Count, a.Count),
			cmp.Compare(a.Symptom, b.Symptom))
	})
	return out
}
