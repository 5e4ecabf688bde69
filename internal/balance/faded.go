package balance

import (
	"math"
	"sync/atomic"
	"time"
)

// faded is a number and the time it was last heard of, in one word so that
// both change together without a lock: the upper half is a float32, the lower
// half the time in milliseconds, which wraps after 49 days. The zero value is
// a zero nobody has heard of.
type faded struct{ bits atomic.Uint64 }

// read returns the number and how many seconds ago it was heard of. A clock
// that was set back counts as "just now".
func (f *faded) read(now time.Time) (value, idle float64) {
	bits := f.bits.Load()
	if bits == 0 {
		return 0, 0
	}
	return unpack(bits, now)
}

func unpack(bits uint64, now time.Time) (value, idle float64) {
	value = float64(math.Float32frombits(uint32(bits >> 32)))
	passed := int32(uint32(now.UnixMilli()) - uint32(bits))
	return value, float64(max(passed, 0)) / 1000
}

// update replaces the number by next(old, keep), where keep is how much of
// old counts after the time passed, 1 for all of it. The time is moved on only
// by whole milliseconds, so that a thousand small steps fade like a large one.
func (f *faded) update(now time.Time, fade time.Duration, next func(old, keep float64) float64) {
	for {
		bits := f.bits.Load()
		old, keep := 0.0, 1.0
		idle := 0.0
		if bits != 0 {
			old, idle = unpack(bits, now)
		}
		if idle > 0 {
			keep = math.Exp(-idle / fade.Seconds())
		}
		value := math.Float32bits(float32(next(old, keep)))
		if f.bits.CompareAndSwap(bits, uint64(value)<<32|uint64(uint32(now.UnixMilli()))) {
			return
		}
	}
}
