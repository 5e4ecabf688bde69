package balance

import (
	"math"
	"math/rand/v2"
	"time"
)

// P2C chooses the cheaper of two endpoints drawn at random. The zero value is
// ready for use.
type P2C struct{}

// tie is how much dearer an endpoint may be and still count as the same.
// Noise would otherwise decide for the whole time a peak takes to fade.
const tie = 1.25

// Pick draws two endpoints, each with the chance of its weight, and returns
// the cheaper, by the cost described at [Load.Cost] with two differences: an
// endpoint of twice the weight counts half the attempts in flight; and of two
// endpoints, the slower one is thought faster the longer nothing was heard of
// it, down to the latency of the other but no further. So it is tried again in
// time and compared by attempts in flight alone, and so is one that nobody has
// used yet: it gets its share, not everything.
func (P2C) Pick(loads []*Load, skip func(i int) bool) int {
	now := time.Now()
	if warming(loads) {
		// One that warms up takes part in a share of the draws. Its cost alone
		// would not bound it: it may well be the fastest.
		threshold := fraction(rand.Uint64())
		cold := func(i int) bool { return skip != nil && skip(i) || loads[i].warmth(now) < threshold }
		// Nobody is warm but one that fails: then those that warm up are
		// better, all of them.
		if i := draw(now, loads, cold); i >= 0 && loads[i].score(now) < sickScore {
			return i
		}
	}
	return draw(now, loads, skip)
}

// draw returns the cheaper of two that are not left out, or -1.
func draw(now time.Time, loads []*Load, out func(i int) bool) int {
	sum := weigh(loads, out)
	if sum == 0 {
		return -1
	}
	i := at(loads, out, -1, rand.Uint64N(sum))
	if i < 0 || sum <= loads[i].weight() { // out may have changed its mind
		return i
	}
	j := at(loads, out, i, rand.Uint64N(sum-loads[i].weight()))
	if j >= 0 && cheaper(loads[j], loads[i], now) {
		return j
	}
	return i
}

// cheaper reports whether a is clearly cheaper than b.
func cheaper(a, b *Load, now time.Time) bool {
	la, idleA := a.latency.read(now)
	lb, idleB := b.latency.read(now)
	if la == 0 || lb == 0 {
		la, lb = 1, 1
	}
	// Weights are measured against the lighter of the two. Measured against
	// nothing, weights of 300 and 100 would make attempts in flight weightless.
	lighter := min(a.weight(), b.weight())
	costA := believed(la, idleA, lb) * a.burden(now, lighter)
	costB := believed(lb, idleB, la) * b.burden(now, lighter)
	return costA*tie < costB
}

// believed returns the latency to reckon with when nothing was heard for idle
// seconds: faded, but not below that of the other.
func believed(latency, idle, other float64) float64 {
	if latency <= other {
		return latency
	}
	return max(latency*math.Exp(-idle/latencyFade.Seconds()), other)
}
