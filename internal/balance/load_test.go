package balance_test

import (
	"math"
	"sync"
	"testing"
	"time"

	"torwart/internal/balance"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// after returns the time d after start.
func after(d time.Duration) time.Time { return start.Add(d) }

// served lets l serve one attempt that ends at now.
func served(l *balance.Load, now time.Time, latency time.Duration) {
	l.Begin(now.Add(-latency))
	l.End(now, latency, false)
}

func failed(l *balance.Load, now time.Time, latency time.Duration) {
	l.Begin(now.Add(-latency))
	l.End(now, latency, true)
}

func wantLatency(t *testing.T, l *balance.Load, now time.Time, want time.Duration) {
	t.Helper()
	got := l.Snapshot(now).Latency
	if math.Abs(float64(got-want)) > float64(want)/100 {
		t.Errorf("latency is thought %v, want %v", got, want)
	}
}

func TestPeakCountsAtOnceAndFades(t *testing.T) {
	var l balance.Load
	served(&l, start, 10*time.Millisecond)
	wantLatency(t, &l, start, 10*time.Millisecond)
	served(&l, after(time.Millisecond), time.Second)
	wantLatency(t, &l, after(time.Millisecond), time.Second)
	// One quick answer a time constant later takes it 63 % of the way down.
	served(&l, after(10*time.Second+time.Millisecond), 10*time.Millisecond)
	wantLatency(t, &l, after(11*time.Second), 374*time.Millisecond)
}

func TestManySmallStepsFadeLikeALargeOne(t *testing.T) {
	var l balance.Load
	served(&l, start, time.Second)
	for i := range 100_000 { // ten per millisecond
		served(&l, after(time.Duration(i)*100*time.Microsecond), time.Millisecond)
	}
	wantLatency(t, &l, after(10*time.Second), 369*time.Millisecond)
}

func TestFailingFastIsNotBeingFast(t *testing.T) {
	var l balance.Load
	served(&l, start, 50*time.Millisecond)
	for i := range 1000 {
		failed(&l, after(time.Duration(i)*100*time.Millisecond), time.Millisecond)
	}
	wantLatency(t, &l, after(100*time.Second), 50*time.Millisecond)
}

func TestFailingSlowlyIsBeingSlow(t *testing.T) {
	var l balance.Load
	served(&l, start, 50*time.Millisecond)
	failed(&l, after(5*time.Second), 5*time.Second)
	wantLatency(t, &l, after(5*time.Second), 5*time.Second)
}

func TestOnlyFailingLeavesTheLatencyUnknown(t *testing.T) {
	var l balance.Load
	failed(&l, start, time.Millisecond)
	if got := l.Snapshot(start).Latency; got != 0 {
		t.Errorf("latency is thought %v after nothing but a failure", got)
	}
}

func TestCostGrowsWithLoadAndFailures(t *testing.T) {
	var l balance.Load
	if got := l.Cost(start); got != 0 {
		t.Errorf("the cost of an endpoint nobody used is %v, want 0: unknown", got)
	}
	served(&l, start, 100*time.Millisecond)
	cost := func(want float64) {
		t.Helper()
		if got := l.Cost(start); math.Abs(got-want) > want/100 {
			t.Errorf("cost %v, want %v", got, want)
		}
	}
	cost(0.1)
	l.Begin(start)
	cost(0.2)
	l.Begin(start)
	cost(0.3)
	l.Cancel()
	l.End(start, time.Millisecond, true)
	cost(0.1 * (1 + 3.2))
}

func TestFailuresAreForgotten(t *testing.T) {
	var l balance.Load
	for range 50 {
		failed(&l, start, time.Millisecond)
	}
	if s := l.Snapshot(start); s.Errors < 0.99 || !l.Sick(start) {
		t.Errorf("after 50 failures the score is %v", s.Errors)
	}
	if s := l.Snapshot(after(5 * time.Second)); math.Abs(s.Errors-0.366) > 0.01 || !l.Sick(after(4*time.Second)) {
		t.Errorf("5 s later the score is %v, want 0.366, and sick until then", s.Errors)
	}
	if l.Sick(after(6 * time.Second)) {
		t.Error("6 s after the last failure it is not tried again")
	}
	// Answers heal faster than time.
	for range 20 {
		served(&l, start, time.Millisecond)
	}
	if l.Sick(start) {
		t.Error("sick after 20 good answers")
	}
}

func TestOneMoreFailureConfirmsTheOthers(t *testing.T) {
	var l balance.Load
	for range 50 {
		failed(&l, start, time.Millisecond)
	}
	now := after(20 * time.Second)
	failed(&l, now, time.Millisecond)
	if got := l.Snapshot(now).Errors; got < 0.99 || !l.Sick(now) {
		t.Errorf("the try after a pause failed too, and the score is %v", got)
	}
	served(&l, after(40*time.Second), time.Millisecond)
	if got := l.Snapshot(after(40 * time.Second)).Errors; got > 0.02 {
		t.Errorf("the next try went well, and the score is %v", got)
	}
}

func TestOneFailureInTenIsNotSick(t *testing.T) {
	var l balance.Load
	for i := range 1000 {
		now := after(time.Duration(i) * time.Millisecond)
		if i%10 == 0 {
			failed(&l, now, time.Millisecond)
		} else {
			served(&l, now, time.Millisecond)
		}
		if i > 10 && l.Sick(now) {
			t.Fatalf("sick at attempt %d, score %v", i, l.Snapshot(now).Errors)
		}
	}
}

// TestClockSetBack: nothing may depend on the clock going forward only.
func TestClockSetBack(t *testing.T) {
	var l balance.Load
	served(&l, after(time.Hour), 10*time.Millisecond)
	failed(&l, after(time.Hour), time.Millisecond)
	if got := l.Cost(start); math.IsNaN(got) || got < 0.01 || got > 1 {
		t.Errorf("cost an hour ago: %v", got)
	}
	served(&l, start, time.Millisecond)
	served(&l, after(60*time.Second), time.Millisecond)
	if got := l.Snapshot(after(60 * time.Second)).Latency; got > 2*time.Millisecond {
		t.Errorf("latency still thought %v a minute later", got)
	}
}

func TestLoadIsSafeForConcurrentUse(t *testing.T) {
	var l balance.Load
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 5000 {
				now := after(time.Duration(j) * time.Millisecond)
				l.Begin(now)
				l.Cost(now)
				l.End(now, time.Duration(1+i)*time.Millisecond, j%3 == 0)
			}
		})
	}
	wg.Wait()
	s := l.Snapshot(after(5 * time.Second))
	if s.InFlight != 0 || s.Done != 20000 || s.Failed != 4*1667 {
		t.Errorf("after all ended: %+v", s)
	}
	if s.Latency < time.Millisecond || s.Latency > 4*time.Millisecond || s.Errors < 0.01 || s.Errors > 0.99 {
		t.Errorf("torn values: %+v", s)
	}
}
