package health_test

import (
	"sync"
	"testing"
	"time"

	"torwart/internal/health"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// length returns for how long s suspects from now on.
func length(s *health.Suspicion, now time.Time) time.Duration {
	d := time.Duration(0)
	for s.Suspect(now.Add(d)) {
		d += time.Millisecond
	}
	return d
}

func TestNobodyIsSuspectAtFirst(t *testing.T) {
	var s health.Suspicion
	if s.Suspect(start) || s.Suspect(time.Time{}) {
		t.Error("suspect without a failure")
	}
}

func TestSuspicionDoubles(t *testing.T) {
	var s health.Suspicion
	now := start
	for _, want := range []time.Duration{250, 500, 1000, 2000, 4000, 5000, 5000, 5000} {
		s.Failed(now)
		got := length(&s, now)
		if got != want*time.Millisecond {
			t.Fatalf("suspect for %v, want %v ms", got, int(want))
		}
		now = now.Add(got)
	}
}

func TestOneSuccessClears(t *testing.T) {
	var s health.Suspicion
	s.Failed(start)
	s.Failed(start.Add(time.Second))
	s.Succeeded()
	if s.Suspect(start.Add(time.Second)) {
		t.Error("suspect after a success")
	}
	s.Failed(start.Add(2 * time.Second))
	if got := length(&s, start.Add(2*time.Second)); got != health.SuspectFirst {
		t.Errorf("suspect for %v after success and failure, want to begin anew", got)
	}
}

// TestFailuresTogetherCountOnce: a hundred exchanges that meet the same dead
// endpoint are one piece of news.
func TestFailuresTogetherCountOnce(t *testing.T) {
	var s health.Suspicion
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				s.Failed(start)
			}
		})
	}
	wg.Wait()
	if got := length(&s, start); got != health.SuspectFirst {
		t.Errorf("suspect for %v, want %v", got, health.SuspectFirst)
	}
	s.Failed(start.Add(100 * time.Millisecond))
	if got := length(&s, start); got != health.SuspectFirst {
		t.Errorf("a failure meanwhile made it %v", got)
	}
}

func TestClockSetBack(t *testing.T) {
	var s health.Suspicion
	s.Failed(start)
	back := start.Add(-time.Hour)
	if s.Suspect(back) {
		t.Error("suspect for an hour after the clock was set back")
	}
	s.Failed(back)
	if !s.Suspect(back) {
		t.Error("a failure after that does not count")
	}
}

func TestSuspicionAllocatesNothing(t *testing.T) {
	var s health.Suspicion
	if n := testing.AllocsPerRun(100, func() { s.Failed(start); s.Suspect(start); s.Succeeded() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
