package retry_test

import (
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"torwart/internal/retry"
)

// drain takes all there is and returns how many that was.
func drain(b *retry.Budget) int {
	n := 0
	for b.Withdraw() {
		n++
	}
	return n
}

func TestBudgetStartsWithTheFloor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := retry.NewBudget(retry.DefaultRatio)
		if got, want := drain(b), retry.FloorPerSecond*10; got != want {
			t.Errorf("a new budget gave %d retries, want %d", got, want)
		}
		if b.Available() {
			t.Error("a drained budget says a token is available")
		}
	})
}

func TestBudgetFloorComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := retry.NewBudget(0)
		drain(b)
		got := 0
		for range 60 {
			time.Sleep(time.Second)
			got += drain(b)
		}
		// Fading takes some of a second's tokens before they are asked for.
		if want := 60 * retry.FloorPerSecond; got < want*9/10 || got > want {
			t.Errorf("a minute gave %d retries, want about %d", got, want)
		}
	})
}

func TestBudgetIsAShareOfTheExchanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const perSecond = 1000
		b := retry.NewBudget(0.2)
		drain(b)
		got := 0
		for range 60 * perSecond { // everything fails for a minute
			b.Deposit()
			if b.Withdraw() {
				got++
			}
			time.Sleep(time.Second / perSecond)
		}
		want := 60 * (perSecond*0.2 + retry.FloorPerSecond)
		if math.Abs(float64(got)-want) > want*0.02 {
			t.Errorf("%d retries in a minute, want about %.0f", got, want)
		}
	})
}

func TestBudgetHoldsTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := retry.NewBudget(0.2)
		for range 600 * 100 { // ten quiet minutes at 100/s
			b.Deposit()
			time.Sleep(10 * time.Millisecond)
		}
		if got := drain(b); got < 290 || got > 310 { // (100 x 0.2 + 10) x 10 s
			t.Errorf("saved up %d retries, want about 300", got)
		}
		time.Sleep(24 * time.Hour)
		if got := drain(b); got != 100 {
			t.Errorf("a day of silence left %d retries, want the floor's 100", got)
		}
	})
}

func TestBudgetIsSharedSafely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := retry.NewBudget(0.25)
		drain(b)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 1000 {
					b.Deposit()
				}
			})
		}
		wg.Wait()
		counts := make([]int, 8)
		for i := range counts {
			wg.Go(func() { counts[i] = drain(b) })
		}
		wg.Wait()
		got := 0
		for _, n := range counts {
			got += n
		}
		if got != 2000 {
			t.Errorf("8 x 1000 deposits of 0.25 gave %d retries, want 2000", got)
		}
	})
}

func TestBudgetAllocatesNothing(t *testing.T) {
	b := retry.NewBudget(0.2)
	if n := testing.AllocsPerRun(100, func() { b.Deposit(); b.Available(); b.Withdraw() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
