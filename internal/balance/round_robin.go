package balance

import (
	"sync/atomic"
	"time"
)

// RoundRobin gives every endpoint attempts by its weight, but leaves out those
// that are [Load.Sick] while there are others. The zero value is ready for
// use.
type RoundRobin struct{ turn atomic.Uint64 }

// Pick returns the next endpoint in turn. Turns go by the endpoints not
// skipped, so the neighbour of a skipped one does not get a double share.
//
// With weights a cycle has as many turns as their sum (divided by what they
// have in common), each endpoint gets exactly its weight in them, and they are
// spread over the cycle: weights 4 and 2 make A B A, not A A A A B B.
func (r *RoundRobin) Pick(loads []*Load, skip func(i int) bool) int {
	now := time.Now()
	turn := r.turn.Add(1) - 1
	unfit := func(i int) bool { return skip != nil && skip(i) || loads[i].Sick(now) }
	if warming(loads) {
		// One that warms up takes part in a share of the turns. The turn itself
		// says in which, by a row that has nothing to do with the turns' own.
		threshold := fraction(turn * golden)
		cold := func(i int) bool { return unfit(i) || loads[i].warmth(now) < threshold }
		if i := take(turn, loads, cold); i >= 0 {
			return i
		}
	}
	if i := take(turn, loads, unfit); i >= 0 {
		return i
	}
	return take(turn, loads, skip)
}

// take returns whose turn it is among those not left out, or -1.
func take(turn uint64, loads []*Load, out func(i int) bool) int {
	usable, sum, unit := uint64(0), uint64(0), uint64(0)
	for i, l := range loads {
		if out != nil && out(i) {
			continue
		}
		w := l.weight()
		usable++
		sum += w
		if w != unit {
			unit = divisor(w, unit)
		}
	}
	if usable == 0 {
		return -1
	}
	cycle := sum / unit
	position := turn % cycle
	if cycle != usable {
		position = position * stride(cycle) % cycle
	}
	return at(loads, out, -1, position*unit)
}

// stride returns a step that visits every position of a cycle once before it
// comes back to the first, and spreads them evenly on the way: the number
// nearest above the golden section of the cycle that has no divisor with it in
// common.
func stride(cycle uint64) uint64 {
	s := cycle*618/1000 + 1
	for divisor(s, cycle) != 1 {
		s++
	}
	return s
}

// divisor returns the greatest common divisor.
func divisor(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
