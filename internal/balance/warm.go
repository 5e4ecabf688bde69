package balance

import "time"

// leastWarmth is the share an endpoint starts with: enough to fill its caches,
// too little to hurt when it is not well after all.
const leastWarmth = 0.1

// Warm begins a slow start of length d, up to a quarter of an hour: from a
// tenth at now, the endpoint's part in the work grows evenly to all of its
// weight. It is for endpoints that come back from somewhere else; who serves
// already is not made slower by waiting. A d of zero ends a slow start.
//
// However cold an endpoint is, it is used when it is the only one.
func (l *Load) Warm(now time.Time, d time.Duration) {
	length := min(d.Milliseconds(), warmLengthMask)
	if length <= 0 {
		l.warm.Store(0)
		return
	}
	l.warm.Store((now.UnixMilli()+length)<<warmLengthBits | length)
}

// Load.warm is the end of the slow start in Unix milliseconds, shifted by
// warmLengthBits, and its length in milliseconds below: one word, so that both
// change together. 0 means warm.
const (
	warmLengthBits = 20
	warmLengthMask = 1<<warmLengthBits - 1
)

// warming reports whether any of the loads is in a slow start. Nearly always
// none is, and the pickers then need not ask each load time and again.
func warming(loads []*Load) bool {
	for _, l := range loads {
		if l.warm.Load() != 0 {
			return true
		}
	}
	return false
}

// warmth returns the share of its weight the endpoint is to work with, from
// leastWarmth to 1.
func (l *Load) warmth(now time.Time) float64 {
	bits := l.warm.Load()
	if bits == 0 {
		return 1
	}
	left, length := bits>>warmLengthBits-now.UnixMilli(), bits&warmLengthMask
	if left <= 0 || left > length {
		// Over, or begun before the clock was put back. Somebody who warms it
		// anew in this moment wins.
		l.warm.CompareAndSwap(bits, 0)
		return 1
	}
	return max(1-float64(left)/float64(length), leastWarmth)
}
