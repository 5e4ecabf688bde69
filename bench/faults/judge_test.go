package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/cause"
)

// verdict judges one result of a request whose story is told by note.
func verdict(sc *scenario, r result, note func(*journal)) tally {
	s := &stage{scenario: sc, journal: &journal{}}
	if r.due.IsZero() {
		r.due = time.Now()
	}
	if note != nil {
		note(s.journal)
	}
	t := s.judge([]result{r})
	t.kinds, t.examples, t.p99 = nil, nil, 0
	return t
}

func asking(method string, failure string) result {
	return result{planned: planned{request: request{id: 7, method: method}, at: time.Second}, failure: failure, took: 50 * time.Millisecond}
}

func TestWhatIsAvoidable(t *testing.T) {
	delivered := func(j *journal) { j.note(7, 1) }
	answered := func(j *journal) {
		h, _ := j.note(7, 1)
		j.mark(7, h, func(s *sight) { s.answered = true })
	}
	executedTwice := func(j *journal) { j.note(7, 1); j.note(7, 2) }
	declinedOnce := func(j *journal) { j.unexecuted(7, 1); answered(j) }
	lie := asking("POST", "wrong body")
	lie.silent = true
	late := asking("GET", "")
	late.took = 1500 * time.Millisecond
	excuses := &scenario{excuse: func(_ *stage, r *result) bool { return r.failure == "status 503" }}
	scripted := &scenario{due: always(time.Second)}
	plain := &scenario{}
	for _, c := range []struct {
		name string
		sc   *scenario
		r    result
		note func(*journal)
		want tally
	}{
		{"right", plain, asking("POST", ""), answered, tally{requests: 1}},
		{"a GET that failed", plain, asking("GET", "status 502"), delivered, tally{requests: 1, avoidable: 1}},
		{"a PUT that failed", plain, asking("PUT", "body cut: closed"), delivered, tally{requests: 1, avoidable: 1}},
		{"a POST nobody saw", plain, asking("POST", "status 502"), nil, tally{requests: 1, avoidable: 1}},
		{"a POST that was delivered", plain, asking("POST", "status 502"), delivered, tally{requests: 1, lost: 1}},
		{"a POST whose answer was there", plain, asking("POST", "status 502"), answered, tally{requests: 1, avoidable: 1}},
		{"a POST that may have been delivered", &scenario{blind: true}, asking("POST", "status 502"), nil, tally{requests: 1, lost: 1}},
		{"a GET there", &scenario{blind: true}, asking("GET", "status 502"), nil, tally{requests: 1, avoidable: 1}},
		{"a POST while connections were cut", plain, asking("POST", "status 502"), (*journal).dropped, tally{requests: 1, lost: 1}},
		{"executed twice", plain, asking("POST", ""), executedTwice, tally{requests: 1, twice: 1}},
		{"declined once, executed once", plain, asking("POST", ""), declinedOnce, tally{requests: 1}},
		{"a GET seen twice", plain, asking("GET", ""), executedTwice, tally{requests: 1}},
		{"excused", excuses, asking("GET", "status 503"), nil, tally{requests: 1, excused: 1}},
		{"excused, and delivered", excuses, asking("POST", "status 503"), delivered, tally{requests: 1, excused: 1}},
		{"not excused", excuses, asking("GET", "status 502"), nil, tally{requests: 1, avoidable: 1}},
		{"a lie is never excused", plain, lie, delivered, tally{requests: 1, avoidable: 1, silent: 1}},
		{"late", plain, late, answered, tally{requests: 1, slow: 1}},
		{"as late as scripted", scripted, late, answered, tally{requests: 1}},
	} {
		got := verdict(c.sc, c.r, c.note)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(tally{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestVerdictOnSymptoms(t *testing.T) {
	const refused, reset = cause.ConnectRefused, cause.ResetBeforeResponse
	for _, c := range []struct {
		seen      codes
		must, may codes
		want      string
	}{
		{nil, nil, nil, "right"},
		{codes{refused}, nil, nil, "1× connect-refused"},
		{codes{refused}, nil, codes{refused}, "right"},
		{codes{refused, reset}, codes{refused}, codes{reset}, "right"},
		{codes{reset}, codes{refused}, codes{reset}, "no connect-refused"},
		{codes{reset, reset}, codes{refused}, nil, "2× reset-before-response, no connect-refused"},
	} {
		var r recorded
		for _, code := range c.seen {
			r.Exchanges = append(r.Exchanges, exchange{Attempts: []attempt{{Symptom: code}, {}}})
		}
		if got := r.verdict(c.must, c.may); got != c.want {
			t.Errorf("%v with %v and %v: %q, want %q", c.seen, c.must, c.may, got, c.want)
		}
	}
}
