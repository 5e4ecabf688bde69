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

	// A slot's word holds, 16 bits each: its number (which wraps after a day),
	// failures that count against the endpoint, failures, attempts. So all
	// change together.
	countBits = 16
	countMask = 1<<countBits - 1

	// What to add to a word.
	anAttempt   = 1
	aFailure    = anAttempt | 1<<countBits
	aFailureOwn = aFailure | 1<<(2*countBits)
)

// add counts what is one of the above.
func (w *window) add(m moment, one uint64) {
	slot := m / slotTime
	word, number := &w[slot%slots], uint64(slot)<<(3*countBits)
	old := word.Load()
	switch {
	case old&^(1<<(3*countBits)-1) != number:
		word.CompareAndSwap(old, number|one)
	case old&countMask < countMask: // so many say enough
		word.Add(one)
	}
}

// counts are attempts, those that failed, and those of them that count against
// the endpoint.
type counts struct{ all, failed, own int }

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
	if word>>(3*countBits) != uint64(slot)&countMask {
		return counts{}
	}
	return counts{
		all:    int(word & countMask),
		failed: int(word >> countBits & countMask),
		own:    int(word >> (2 * countBits) & countMask),
	}
}

func (c counts) plus(d counts) counts {
	return counts{c.all + d.all, c.failed + d.failed, c.own + d.own}
}

func (w *window) clear() {
	for i := range w {
		w[i].Store(0)
	}
}
