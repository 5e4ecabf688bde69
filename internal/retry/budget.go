package retry

import (
	"math"
	"sync/atomic"
	"time"
)

// The measures of a [Budget].
const (
	// DefaultRatio is the share of exchanges that may be retried.
	DefaultRatio = 0.2
	// FloorPerSecond is how many retries per second are always allowed.
	FloorPerSecond = 10
	// budgetWindow is how long a deposit counts. Deposits fade with this time
	// constant, so the bucket never holds more than the window's worth.
	budgetWindow = 10 * time.Second
)

const (
	// token is one retry in the bucket's fixed-point unit.
	token = 1 << 16
	// tick is how often fading and the floor are applied.
	tick = 100 * time.Millisecond
	// floorFull is what the floor alone fills the bucket to.
	floorFull = FloorPerSecond * token * float64(budgetWindow/time.Second)
)

// Budget is a token bucket for retries: every exchange deposits a part of a
// token, every retry takes a whole one, and [FloorPerSecond] tokens come for
// nothing, so that a quiet site is saved too. While everything fails, retries
// thus add at most the ratio to the load.
//
// A Budget is made by [NewBudget], safe for concurrent use and never blocks.
type Budget struct {
	start   time.Time
	deposit int64
	tokens  atomic.Int64
	ticks   atomic.Int64
}

// NewBudget returns a budget to which every exchange deposits ratio of a
// token. It starts as full as the floor makes it. A ratio of 0 leaves the
// floor only.
func NewBudget(ratio float64) *Budget {
	b := &Budget{start: time.Now(), deposit: int64(math.Round(max(ratio, 0) * token))}
	b.tokens.Store(int64(floorFull))
	return b
}

// Deposit pays in for one exchange. Call it once per exchange, not per
// attempt.
func (b *Budget) Deposit() {
	b.fade()
	b.tokens.Add(b.deposit)
}

// Available reports whether a token is there now.
func (b *Budget) Available() bool {
	b.fade()
	return b.tokens.Load() >= token
}

// Withdraw takes a token and reports whether there was one.
func (b *Budget) Withdraw() bool {
	b.fade()
	for {
		t := b.tokens.Load()
		if t < token {
			return false
		}
		if b.tokens.CompareAndSwap(t, t-token) {
			return true
		}
	}
}

// Tokens returns how many retries the bucket holds, for people.
func (b *Budget) Tokens() float64 {
	b.fade()
	return float64(b.tokens.Load()) / token
}

// fade lets deposits grow old and the floor flow in. One caller per tick does
// the work, the others go on with the tokens as they are.
func (b *Budget) fade() {
	now := int64(time.Since(b.start) / tick)
	last := b.ticks.Load()
	if now <= last || !b.ticks.CompareAndSwap(last, now) {
		return
	}
	keep := math.Exp(-float64(now-last) * float64(tick) / float64(budgetWindow))
	for {
		t := b.tokens.Load()
		next := int64(float64(t)*keep + floorFull*(1-keep))
		if b.tokens.CompareAndSwap(t, next) {
			return
		}
	}
}
