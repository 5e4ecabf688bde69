package demo

import (
	"cmp"
	"slices"
	"time"

	"torwart/internal/cause"
	"torwart/internal/ledger"
	"torwart/internal/traffic"
)

// Report is what came out.
type Report struct {
	// Took is how long it ran; Planned is how long it would have, had nobody
	// stopped it.
	Took, Planned time.Duration
	Stopped       bool
	// Stall is the longest the machine was behind with sending visitors.
	Stall time.Duration

	Plain, Torwart Score

	// Saves are torwart's saves by kind, the most frequent first.
	Saves []Count[traffic.Save]
	// Symptoms are what torwart saw at the upstreams, by failed attempts, the
	// most frequent first.
	Symptoms []Count[cause.Code]
	// Learned is what torwart learned of each upstream's keep-alive, in their
	// order; nil when it did not come to that.
	Learned []Learned
	// Offenders are torwart's avoidable failures.
	Offenders []Offender
}

// Learned is when an upstream closes idle connections, 0 when that is not
// known, and how long torwart uses them.
type Learned struct{ Closes, Kept time.Duration }

// Score is how one way into the shop did.
type Score struct {
	Requests int
	// Failed are those a visitor did not get the right answer to.
	Failed int
	// Unavoidable are those of Failed that no gateway could have avoided.
	Unavoidable int
	// Twice are the orders carried out more than once, by target.
	Twice []string
	// FailedIn has Failed by the name of the phase in which the visitor came.
	FailedIn map[string]int
	// Saw has Failed by what the visitors saw, the most frequent first.
	Saw []Count[string]
}

// Avoidable are the failures that need not have been.
func (s Score) Avoidable() int { return s.Failed - s.Unavoidable }

// Count is how often something was seen.
type Count[T any] struct {
	What T
	N    int
}

// OK reports whether torwart kept its promise: nothing avoidable conceded, no
// order carried out twice.
func (r *Report) OK() bool { return len(r.Offenders) == 0 && len(r.Torwart.Twice) == 0 }

// report sums up, once everything has ended.
func (s *show) report(stopped bool) *Report {
	s.judge.look()
	b := s.board
	b.mu.Lock()
	defer b.mu.Unlock()
	r := &Report{Took: b.elapsed(), Planned: b.total, Stopped: stopped, Stall: b.stall}
	r.Plain, r.Torwart = s.score(plain), s.score(torwart)
	for _, f := range b.failures[plain] {
		if s.judge.excusedPlain(f) {
			r.Plain.Unavoidable++
		}
	}
	r.Learned = b.learned
	r.Offenders = s.judge.offenders(b.failures[torwart])
	noticed := 0
	for _, o := range r.Offenders {
		if o.Saw != "" {
			noticed++
		}
	}
	r.Torwart.Unavoidable = r.Torwart.Failed - noticed
	totals := s.torwart.Ledger().Totals()
	r.Saves, r.Symptoms = savesOf(totals), symptomsOf(totals)
	return r
}

// score is what was counted of a way; b.mu is held.
func (s *show) score(w wayID) Score {
	b := s.board
	t := b.sum(w)
	out := Score{Requests: t.answered, Failed: t.failed, FailedIn: make(map[string]int), Twice: s.shop.book.twice(w)}
	for i, p := range b.phases {
		if n := b.tallies[w][i].failed; n > 0 {
			out.FailedIn[p.key] = n
		}
	}
	out.Saw = b.sightings(w)
	return out
}

// sightings are the failures of a way by what the visitor saw; b.mu is held.
func (b *board) sightings(w wayID) []Count[string] {
	var out []Count[string]
	for saw := sawAnswer + 1; saw < sights; saw++ {
		if n := b.seen[w][saw]; n > 0 {
			out = append(out, Count[string]{saw.key(), n})
		}
	}
	return frequentFirst(out)
}

func savesOf(t ledger.Totals) []Count[traffic.Save] {
	var out []Count[traffic.Save]
	for _, k := range traffic.Saves() {
		if n := t.Saves[k]; n > 0 {
			out = append(out, Count[traffic.Save]{k, int(n)})
		}
	}
	return frequentFirst(out)
}

func symptomsOf(t ledger.Totals) []Count[cause.Code] {
	var out []Count[cause.Code]
	for c, n := range t.Failed {
		out = append(out, Count[cause.Code]{c, int(n)})
	}
	return frequentFirst(out)
}

// frequentFirst sorts counts in place, equals by name.
func frequentFirst[T cmp.Ordered](counts []Count[T]) []Count[T] {
	slices.SortFunc(counts, func(a, b Count[T]) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.What, b.What))
	})
	return counts
}

func sumOf[T any](counts []Count[T]) int {
	n := 0
	for _, c := range counts {
		n += c.N
	}
	return n
}
