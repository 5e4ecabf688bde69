package ejection_test

import (
	"strings"
	"testing"
	"time"

	"torwart/internal/ejection"
)

// TestCrashIsOnePieceOfNews: a process dies, with forty requests under way.
// That it takes no connection for a second and a half is not for this package;
// then it is back, and not out.
func TestCrashIsOnePieceOfNews(t *testing.T) {
	crashes := func(since time.Duration) bool {
		return since%(4*time.Second) > 3*time.Second && since%(4*time.Second) < 4500*ms
	}
	w := newWorld(t, usual, 3, well)
	w.does = func(since time.Duration, i int, _ uint64) (time.Duration, bool) {
		const latency = 150 * ms
		if i == 0 && !crashes(since) && crashes(since+latency) {
			return 3*time.Second - since%(4*time.Second) + ms, true
		}
		return latency, false
	}
	w.skip = func(i int, _ bool) bool { return i == 0 && crashes(w.now.Sub(start)) }
	w.gap = ms
	w.play(20 * time.Second)
	w.wantNobody()
}

// TestHanging: each request runs into its time limit, one after the other. That
// is not one piece of news.
func TestHanging(t *testing.T) {
	w := newWorld(t, usual, 3, at(0, 1, func(time.Duration, int, uint64) (time.Duration, bool) { return 5 * time.Second, true }))
	w.play(8 * time.Second)
	w.wantLog("5.2s: 1 ejected: 5 failures in a row")
	if w.used[1] > 400 {
		t.Errorf("it got %d requests", w.used[1])
	}
}

// TestLateNews: what began before an ejection ended says nothing about the
// time after, be it good or bad.
func TestLateNews(t *testing.T) {
	w := newWorld(t, usual, 3, at(0, 1, fastFailure))
	w.play(time.Second)
	w.pass(10 * time.Second)
	for k := range uint64(20) {
		w.pass(50 * ms)
		w.pool.Observe(w.now, 0, 1, ms, false)
		w.pool.Observe(w.now, 1, k, 5*time.Second, k%2 == 0)
		if !w.pool.Doubtful(1, w.now) {
			t.Fatal("late success ended the trial")
		}
	}
	w.wantLog("100ms: 1 ejected: 5 failures in a row", "11.1s: 1 returns: out for 10s: 5 failures in a row")
}

// TestAcquittedDoNotCount: of five failures in a row three are of a request
// that fails elsewhere as well.
func TestAcquittedDoNotCount(t *testing.T) {
	w := newWorld(t, usual, 3, well)
	w.gap = ms
	w.play(20 * time.Second)
	w.pass(100 * ms) // nobody serves after that
	w.pool.Observe(w.now, 0, poison, ms, true)
	for _, shape := range []uint64{poison, poison, poison, 1001, 1002} {
		w.pass(50 * ms)
		w.pool.Observe(w.now, 1, shape, ms, true)
		w.pool.Observe(w.now, 2, 1, ms, false)
	}
	w.wantNobody()
	for _, shape := range []uint64{1003, 1004, 1005} {
		w.pass(50 * ms)
		w.pool.Observe(w.now, 1, shape, ms, true)
		w.pool.Observe(w.now, 2, 1, ms, false)
	}
	if w.ejections(1) != 1 {
		t.Error("five others were not enough")
	}
}

// TestDoubt: where requests that may not be repeated avoid who is in doubt,
// hardly any of them is lost to an endpoint that stays bad.
func TestDoubt(t *testing.T) {
	w := newWorld(t, usual, 3, at(time.Second, 1, fastFailure))
	w.unsafe = 0.5
	w.skip = func(i int, unsafe bool) bool { return unsafe && w.pool.Doubtful(i, w.now) }
	w.play(2 * time.Minute)
	if got := w.ejections(1); got < 4 {
		t.Errorf("ejected %d times", got)
	}
	if w.lost > 1 {
		t.Errorf("lost %d requests", w.lost)
	}
}

func TestDoubtEnds(t *testing.T) {
	p := ejection.New(usual, 3, start)
	doubtful := func(after time.Duration, want bool) {
		t.Helper()
		if got := p.Doubtful(1, start.Add(after)); got != want || p.Snapshot(start.Add(after))[1].Doubtful != want {
			t.Errorf("after %v: %v, want %v", after, got, want)
		}
	}
	doubtful(0, false)
	p.Observe(start.Add(time.Second), 1, 1, ms, true)
	doubtful(time.Second, true)
	doubtful(10900*ms, true)
	doubtful(11*time.Second, false)
	p.Observe(start.Add(20*time.Second), 1, 1, ms, true)
	doubtful(20*time.Second, true)
	p.Observe(start.Add(21*time.Second), 1, 1, ms, false)
	doubtful(21*time.Second, false)
	p.Observe(start.Add(21*time.Second), 0, 1, ms, true)
	doubtful(21*time.Second, false)
}

// TestTrial: who comes back has to serve four times in a row before it is
// trusted, however many failures it takes else.
func TestTrial(t *testing.T) {
	for _, failures := range []int{2, 5, 50} {
		o := usual
		o.Failures, o.ErrorRate = failures, 0
		w := newWorld(t, o, 3, at(0, 1, fastFailure))
		w.play(5 * time.Second)
		w.pass(10 * time.Second)
		if w.pool.Ejected(1, w.now) {
			t.Fatal("not back")
		}
		serve := func(failed bool) {
			w.pass(300 * ms)
			w.pool.Observe(w.now, 0, 1, ms, false)
			w.pass(300 * ms)
			w.pool.Observe(w.now, 1, 2, ms, failed)
		}
		for k := range 4 {
			if !w.pool.Doubtful(1, w.now) {
				t.Errorf("trusted after serving %d times", k)
			}
			serve(false)
		}
		if w.pool.Doubtful(1, w.now) || len(w.log) != 2 {
			t.Errorf("not trusted: %s", w.log)
		}
		for range failures - 1 {
			serve(true)
		}
		if len(w.log) != 2 {
			t.Errorf("trusted, and yet: %s", w.log)
		}
	}
}

// TestTrialIsLost: serving three times is not enough to be forgiven one more
// failure.
func TestTrialIsLost(t *testing.T) {
	w := newWorld(t, usual, 3, at(0, 1, fastFailure))
	w.play(5 * time.Second)
	w.pass(6 * time.Second)
	for k := range 4 {
		w.pass(300 * ms)
		w.pool.Observe(w.now, 0, 1, ms, false)
		w.pool.Observe(w.now, 1, 2, ms, k == 3)
	}
	w.wantLog(
		"100ms: 1 ejected: 5 failures in a row",
		"11.3s: 1 returns: out for 10s: 5 failures in a row",
		"12.2s: 1 ejected: failed again after its return",
	)
}

// TestTrialBeginsAnew: a failure that does not eject, because nobody knows
// whether others do better, starts the trial again.
func TestTrialBeginsAnew(t *testing.T) {
	w := newWorld(t, usual, 3, at(0, 1, fastFailure))
	w.play(5 * time.Second)
	w.pass(6 * time.Second)
	w.pool.Ejected(1, w.now) // not any more
	for k := range 3 + 1 + 4 {
		if !w.pool.Doubtful(1, w.now) {
			t.Errorf("trusted before attempt %d", k)
		}
		w.pass(300 * ms)
		w.pool.Observe(w.now, 1, 2, ms, k == 3)
	}
	if w.pool.Doubtful(1, w.now) || w.ejections(1) != 1 {
		t.Errorf("not trusted: %s", w.log)
	}
}

// TestRevokedWhenTheSameFailsElsewhere: five kinds of requests fail at one
// endpoint, and moments later all of them at another: it was not the endpoint.
func TestRevokedWhenTheSameFailsElsewhere(t *testing.T) {
	for _, served := range []bool{false, true} {
		w := newWorld(t, usual, 3, well)
		w.play(time.Second)
		observe := func(i int, shape uint64, failed bool) {
			w.pass(10 * ms)
			w.pool.Observe(w.now, i, shape, ms, failed)
		}
		for shape := range uint64(5) {
			observe(0, 100, false)
			observe(1, 101+shape, true)
		}
		if w.ejections(1) != 1 {
			t.Fatalf("not ejected: %s", w.log)
		}
		for shape := range uint64(5) {
			if served { // by the third: so it was the endpoint
				observe(2, 101+shape, false)
			}
			observe(2, 100, false)
			observe(0, 101+shape, true)
		}
		want := []string{"1.1s: 1 ejected: 5 failures in a row", "1.1s: 1 returns: the same requests fail elsewhere"}
		if served {
			w.wantLog(want[0])
			continue
		}
		w.wantLog(want...)
		w.does = at(0, 1, fastFailure)
		w.play(time.Second)
		if s := w.pool.Snapshot(w.now)[1]; s.Until.Sub(s.Since) != 10*time.Second {
			t.Errorf("the next ejection takes %v", s.Until.Sub(s.Since))
		}
	}
}

// TestManyFailuresNeeded: Failures may be more than are remembered.
func TestManyFailuresNeeded(t *testing.T) {
	for _, failures := range []int{1, 2, 16, 17, 100} {
		o := usual
		o.Failures, o.ErrorRate = failures, 0
		w := newWorld(t, o, 3, at(0, 1, fastFailure))
		w.play(8 * time.Second)
		if w.ejections(1) != 1 || w.used[1] < failures || w.used[1] > failures+2 {
			t.Errorf("%d failures: after %d requests %s", failures, w.used[1], w.log)
		}
	}
}

// TestTestsCanBeOff: a zero switches a test off, and only that.
func TestTestsCanBeOff(t *testing.T) {
	bad := at(time.Second, 1, fastFailure)
	slow := at(time.Second, 1, func(time.Duration, int, uint64) (time.Duration, bool) { return 3 * time.Second, false })
	for name, c := range map[string]struct {
		off  func(*ejection.Options)
		does behaviour
		want string
	}{
		"row":          {func(o *ejection.Options) { o.Failures = 0 }, bad, "error rate"},
		"rate":         {func(o *ejection.Options) { o.ErrorRate = 0 }, bad, "in a row"},
		"latency":      {func(o *ejection.Options) { o.Latency = 0 }, slow, ""},
		"row and rate": {func(o *ejection.Options) { o.Failures, o.ErrorRate = 0, 0 }, bad, ""},
		"others":       {func(o *ejection.Options) { o.Failures, o.ErrorRate = 0, 0 }, slow, "latency"},
		"all":          {func(o *ejection.Options) { *o = ejection.Options{Share: 0.5} }, bad, ""},
	} {
		o := usual
		c.off(&o)
		w := newWorld(t, o, 3, c.does)
		w.play(15 * time.Second)
		log := strings.Join(w.log, "\n")
		if c.want == "" && log != "" || !strings.Contains(log, "ejected: ") && c.want != "" || !strings.Contains(log, c.want) {
			t.Errorf("%s off: %s", name, log)
		}
	}
}
