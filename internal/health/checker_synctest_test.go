package health_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/health"
)

var errSick = errors.New("sick")

// script is a check that returns prepared results, and sick ever after.
type script struct {
	results []error
	at      []time.Duration // when it was asked, since the start
	begin   time.Time
}

func (s *script) check(context.Context) error {
	s.at = append(s.at, time.Since(s.begin))
	if len(s.results) == 0 {
		return errSick
	}
	err := s.results[0]
	s.results = s.results[1:]
	return err
}

// run lets c run for d, and returns what it said about changes.
func run(t *testing.T, c *health.Checker, d time.Duration) (changes []string) {
	t.Helper()
	begin := time.Now()
	c.OnChange = func(up bool, err error) {
		changes = append(changes, fmt.Sprintf("%v up=%v err=%v", time.Since(begin), up, err))
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); c.Run(ctx) }()
	time.Sleep(d)
	synctest.Wait()
	cancel()
	<-done
	return changes
}

func repeat(n int, err error) []error {
	return slices.Repeat([]error{err}, n)
}

func TestUpUntilProvenOtherwise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{begin: time.Now(), results: repeat(2, errSick)}
		c := &health.Checker{Check: s.check, Interval: time.Second, Fails: 3, Jitter: -1}
		if !c.Up() || !c.State().Up {
			t.Error("down before the first check")
		}
		s.results = append(s.results, nil)
		changes := run(t, c, 600*time.Millisecond)
		if !c.Up() || len(changes) != 0 {
			t.Errorf("two failures of three took it down: %v", changes)
		}
	})
}

func TestFailsInARowTakeItDownAndPassesBringItBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{begin: time.Now()}
		s.results = slices.Concat(
			repeat(1, nil), repeat(2, errSick), repeat(1, nil), // a hiccup
			repeat(3, errSick),                 // down
			repeat(1, nil), repeat(1, errSick), // not yet back
			repeat(2, nil), // back
			repeat(100, nil),
		)
		c := &health.Checker{Check: s.check, Interval: 4 * time.Second, Fails: 3, Passes: 2, Jitter: -1}
		got := run(t, c, time.Minute)
		want := []string{
			// 0 ok, 4 s, 5 s sick, 6 s ok, 10 s, 11 s, 12 s sick
			"12s up=false err=sick",
			// 13 s ok, 14 s sick, 15 s, 16 s ok
			"16s up=true err=<nil>",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("changes (-want +got):\n%s\nchecked at %v", diff, s.at)
		}
		st := c.State()
		if !st.Up || st.Err != nil || st.Fails != 0 || st.Passes < 5 || time.Since(st.Since) != 44*time.Second {
			t.Errorf("state at the end: %+v, since %v", st, time.Since(st.Since))
		}
	})
}

func TestStateWhileDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{begin: time.Now()}
		c := &health.Checker{Check: s.check, Interval: time.Second, Fails: 2, Jitter: -1}
		run(t, c, time.Second)
		st := c.State()
		if st.Up || c.Up() || !errors.Is(st.Err, errSick) || st.Fails != 5 || st.Passes != 0 {
			t.Errorf("state: %+v", st)
		}
		if got := time.Since(st.Since); got != 750*time.Millisecond {
			t.Errorf("down for %v, want 750ms", got)
		}
		if got := time.Since(st.Checked); got != 0 {
			t.Errorf("checked %v ago", got)
		}
	})
}

func TestChecksAtOnceAndMoreOftenInDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{begin: time.Now(), results: []error{nil, nil, errSick, nil, nil}}
		c := &health.Checker{Check: s.check, Interval: 8 * time.Second, Jitter: -1}
		run(t, c, 26*time.Second)
		want := []time.Duration{0, 8 * time.Second, 16 * time.Second, 18 * time.Second, 26 * time.Second}
		if diff := cmp.Diff(want, s.at); diff != "" {
			t.Errorf("checked at (-want +got):\n%s", diff)
		}
	})
}

func TestHurryIsBounded(t *testing.T) {
	for _, c := range []struct{ interval, want time.Duration }{
		{10 * time.Second, 2500 * time.Millisecond},
		{600 * time.Millisecond, 250 * time.Millisecond},
		{100 * time.Millisecond, 100 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{begin: time.Now()}
			run(t, &health.Checker{Check: s.check, Interval: c.interval, Jitter: -1}, c.want*3)
			for i, at := range s.at {
				if at != c.want*time.Duration(i) {
					t.Errorf("interval %v: sick endpoint checked at %v, want every %v", c.interval, s.at, c.want)
					break
				}
			}
			if len(s.at) != 4 {
				t.Errorf("interval %v: %d checks", c.interval, len(s.at))
			}
		})
	}
}

func TestJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{begin: time.Now(), results: repeat(1000, nil)}
		run(t, &health.Checker{Check: s.check, Interval: 10 * time.Second}, 1000*time.Second)
		seen := map[time.Duration]bool{}
		low, high := time.Hour, time.Duration(0)
		for i := 1; i < len(s.at); i++ {
			gap := s.at[i] - s.at[i-1]
			low, high = min(low, gap), max(high, gap)
			seen[gap] = true
		}
		if low < 9*time.Second || high > 11*time.Second {
			t.Errorf("gaps from %v to %v, want 10s and a tenth", low, high)
		}
		if low > 9500*time.Millisecond || high < 10500*time.Millisecond || len(seen) < 50 {
			t.Errorf("gaps from %v to %v, %d different: hardly jittered", low, high, len(seen))
		}
	})
}

func TestCheckThatHangs(t *testing.T) {
	for _, c := range []struct{ timeout, interval, want time.Duration }{
		{time.Second, time.Minute, time.Second},
		{0, time.Minute, health.DefaultTimeout},
		{0, 2 * time.Second, 2 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			hang := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
			ch := &health.Checker{Check: hang, Timeout: c.timeout, Interval: c.interval, Fails: 1}
			got := run(t, ch, 20*time.Second)
			want := []string{fmt.Sprintf("%v up=false err=context deadline exceeded", c.want)}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("timeout %v, interval %v (-want +got):\n%s", c.timeout, c.interval, diff)
			}
		})
	}
}

// TestStoppingSaysNothing: the check that Run's end interrupts must not count
// against the endpoint.
func TestStoppingSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		c := &health.Checker{Check: hang, Interval: time.Minute, Fails: 1}
		if changes := run(t, c, time.Second); len(changes) != 0 || !c.Up() || c.State().Fails != 0 {
			t.Errorf("changes %v, state %+v", changes, c.State())
		}
	})
}

func TestNoIntervalNoChecks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{begin: time.Now()}
		c := &health.Checker{Check: s.check}
		c.Run(t.Context())
		if len(s.at) != 0 || !c.Up() {
			t.Errorf("checked at %v", s.at)
		}
	})
}
