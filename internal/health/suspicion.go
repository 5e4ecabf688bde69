package health

import (
	"sync/atomic"
	"time"
)

// How long an endpoint is suspect.
const (
	SuspectFirst   = 250 * time.Millisecond
	SuspectLongest = 5 * time.Second
)

// Suspicion remembers that an endpoint took no connection, so that the next
// requests try others first: for [SuspectFirst], doubling up to
// [SuspectLongest] while failures continue, until one success. The zero value
// suspects nobody. It is safe for concurrent use.
type Suspicion struct {
	// bits is the end of the suspicion in Unix milliseconds, shifted by 8,
	// and the number of doublings below: one word, so that both change
	// together.
	bits atomic.Int64
}

const doublingBits = 8

// Suspect reports whether the endpoint should be avoided at now.
func (s *Suspicion) Suspect(now time.Time) bool {
	bits := s.bits.Load()
	return bits != 0 && suspect(bits>>doublingBits, now)
}

// suspect reports whether now is before until. An end further away than any
// suspicion lasts was set before the clock was put back, and has no meaning.
func suspect(until int64, now time.Time) bool {
	left := until - now.UnixMilli()
	return left > 0 && left <= SuspectLongest.Milliseconds()
}

// Failed notes a failure to connect. Failures while the endpoint is suspect
// already do not count: a hundred requests that fail together are one piece
// of news.
func (s *Suspicion) Failed(now time.Time) {
	for {
		bits := s.bits.Load()
		doublings := int64(0)
		if bits != 0 {
			if suspect(bits>>doublingBits, now) {
				return
			}
			doublings = min(bits&(1<<doublingBits-1)+1, 5)
		}
		length := min(SuspectFirst<<doublings, SuspectLongest)
		next := now.Add(length).UnixMilli()<<doublingBits | doublings
		if s.bits.CompareAndSwap(bits, next) {
			return
		}
	}
}

// Succeeded clears the suspicion.
func (s *Suspicion) Succeeded() {
	// The load keeps the word shared between the cores in the usual case.
	if s.bits.Load() != 0 {
		s.bits.Store(0)
	}
}
