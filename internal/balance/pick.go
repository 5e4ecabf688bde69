package balance

import (
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// Picker chooses an endpoint.
type Picker interface {
	// Pick returns the index of the load to use, or -1 when all are skipped.
	// Skip says whom to leave out; nil skips nobody. It is called a few times
	// per load and must not block. (A closure made for one call is the only
	// allocation there is; on a hot path, make it once.) Pick is safe for
	// concurrent use.
	Pick(loads []*Load, skip func(i int) bool) int
}

var (
	_ Picker = (*RoundRobin)(nil)
	_ Picker = P2C{}
)

// New returns the picker called name in the configuration: "round_robin", or
// anything else for "p2c".
func New(name string) Picker {
	if name == "round_robin" {
		return new(RoundRobin)
	}
	return P2C{}
}

// RoundRobin gives every endpoint the same share of attempts, but leaves out
// those that are [Load.Sick] while there are others. The zero value is ready
// for use.
type RoundRobin struct{ turn atomic.Uint64 }

// Pick returns the next endpoint in turn. Turns go by the endpoints not
// skipped, so the neighbour of a skipped one does not get a double share.
func (r *RoundRobin) Pick(loads []*Load, skip func(i int) bool) int {
	now := time.Now()
	unfit := func(i int) bool { return skip != nil && skip(i) || loads[i].Sick(now) }
	usable := count(len(loads), unfit)
	if usable == 0 {
		unfit = skip
		usable = count(len(loads), skip)
	}
	if usable == 0 {
		return -1
	}
	turn := (r.turn.Add(1) - 1) % uint64(usable)
	return nth(len(loads), unfit, int(turn))
}

// P2C chooses the cheaper of two endpoints drawn at random. The zero value is
// ready for use.
type P2C struct{}

// tie is how much dearer an endpoint may be and still count as the same.
// Noise would otherwise decide for the whole time a peak takes to fade.
const tie = 1.25

// Pick draws two endpoints and returns the cheaper, by the cost described at
// [Load.Cost] with one difference: of two endpoints, the slower one is
// thought faster the longer nothing was heard of it, down to the latency of
// the other but no further. So it is tried again in time and compared by
// attempts in flight alone, and so is one that nobody has used yet: it gets
// its share, not everything.
func (P2C) Pick(loads []*Load, skip func(i int) bool) int {
	usable := count(len(loads), skip)
	if usable < 2 {
		return nth(len(loads), skip, 0)
	}
	first := rand.IntN(usable)
	second := rand.IntN(usable - 1)
	if second >= first {
		second++
	}
	i, j := nth(len(loads), skip, first), nth(len(loads), skip, second)
	switch {
	case j < 0: // skip changed its mind meanwhile
		return i
	case i < 0 || cheaper(loads[j], loads[i], time.Now()):
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
	costA := believed(la, idleA, lb) * a.weight(now)
	costB := believed(lb, idleB, la) * b.weight(now)
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

// count returns how many of n are not skipped.
func count(n int, skip func(i int) bool) int {
	if skip == nil {
		return n
	}
	usable := 0
	for i := range n {
		if !skip(i) {
			usable++
		}
	}
	return usable
}

// nth returns the index of the k-th of n that is not skipped, the last one
// before it when there are fewer by now, or -1 when there is none.
func nth(n int, skip func(i int) bool, k int) int {
	if skip == nil {
		if k < n {
			return k
		}
		return -1
	}
	last := -1
	for i := range n {
		if skip(i) {
			continue
		}
		last = i
		if k == 0 {
			break
		}
		k--
	}
	return last
}
