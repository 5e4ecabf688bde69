package ejection

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// spread is how an endpoint's latest latencies are spread: two histograms, of
// the period of ten seconds it last served in and the one before. Cells are a
// quarter of an octave wide. Adding takes no lock; what is added while a period
// begins may be lost.
type spread struct {
	period atomic.Int64
	cells  [2][cells]atomic.Uint32
}

const (
	cells      = 128 // up to two hours
	periodTime = int64(10 * time.Second)
)

func (s *spread) add(m moment, latency time.Duration) {
	period := m / periodTime
	if period > s.period.Load() {
		s.turn(period)
	}
	s.cells[period&1][cell(latency)].Add(1)
}

// turn begins a period, in place of the last but one.
func (s *spread) turn(period int64) {
	old := s.period.Load()
	if period <= old || !s.period.CompareAndSwap(old, period) {
		return
	}
	if period > old+1 {
		s.empty(1 - period&1)
	}
	s.empty(period & 1)
}

func (s *spread) empty(half int64) {
	for i := range s.cells[half] {
		s.cells[half][i].Store(0)
	}
}

func (s *spread) clear() {
	s.empty(0)
	s.empty(1)
}

// cell returns the cell of a latency: four for each doubling of microseconds,
// told by the two bits below the highest.
func cell(latency time.Duration) int {
	us := uint64(max(latency, 0)) / 1000
	if us < 4 {
		return int(us)
	}
	octave := bits.Len64(us)
	return min((octave-2)*4+int(us>>(octave-3)&3), cells-1)
}

// edge returns the least latency of a cell in microseconds.
func edge(cell int) float64 {
	if cell < 4 {
		return float64(cell)
	}
	return float64(uint64(4+cell%4) << (cell/4 - 1))
}

// read adds up both periods; all is how many latencies there are.
func (s *spread) read(into *[cells]uint32) (all int) {
	for half := range s.cells {
		for i := range into {
			n := s.cells[half][i].Load()
			into[i] += n
			all += int(n)
		}
	}
	return all
}

// quantile returns the latency in microseconds that the share q of all stays
// below: the middle of its cell.
func quantile(counts *[cells]uint32, all int, q float64) float64 {
	left := q * float64(all)
	for i, n := range counts {
		left -= float64(n)
		if left <= 0 {
			return (edge(i) + edge(i+1)) / 2
		}
	}
	return edge(cells)
}
