package ejection

import (
	"sync/atomic"
	"time"
)

// window counts attempts and failures of the last half minute, in slots of two
// seconds. Adding takes no lock. Two that open a slot at the same moment may
// lose one count.
type window [slots]atomic.Uint64

const (
	slots    = 16
	slotTime = int64(2 * time.Second)

	// A slot's word holds its number, 16 bits of failures and 16 bits of
	// attempts, so that all change together.
	countBits = 16
	countMask = 1<<countBits - 1

	// What to add to a word.
	anAttempt = 1
	aFailure  = anAttempt | 1<<countBits
)

// add counts what is one of the above.
func (w *window) add(m moment, one uint64) {
	slot := m / slotTime
	word, old := &w[slot%slots], w[slot%slots].Load()
	switch {
	case old>>(2*countBits) != uint64(slot):
		word.CompareAndSwap(old, uint64(slot)<<(2*countBits)|one)
	case old&countMask < countMask: // so many say enough
		word.Add(one)
	}
}

// counts are attempts, and those of them that failed.
type counts struct{ all, failed int }

// rate is the share of failures.
func (c counts) rate() float64 { return float64(c.failed) / float64(max(c.all, 1)) }

// sum adds up the latest slots until they hold at least so many attempts, and
// says how many slots these are: under much traffic what counts is now, under
// little it is half a minute.
func (w *window) sum(m moment, least int) (c counts, span int) {
	for ; span < slots && c.all < least; span++ {
		c = c.plus(w.slot(m/slotTime - int64(span)))
	}
	return c, span
}

// sumOver adds up the latest slots.
func (w *window) sumOver(m moment, span int) (c counts) {
	for k := range span {
		c = c.plus(w.slot(m/slotTime - int64(k)))
	}
	return c
}

func (w *window) slot(slot int64) counts {
	if slot < 0 {
		return counts{}
	}
	word := w[slot%slots].Load()
	if word>>(2*countBits) != uint64(slot) {
		return counts{}
	}
	return counts{all: int(word & countMask), failed: int(word >> countBits & countMask)}
}

func (c counts) plus(d counts) counts {
	return counts{c.all + d.all, c.failed + d.failed}
}

func (w *window) clear() {
	for i := range w {
		w[i].Store(0)
	}
}
