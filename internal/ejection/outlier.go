package ejection

import (
	"fmt"
	"math"
	"slices"
	"time"
)

const (
	// latencyLeast is how many latencies an endpoint's are reckoned from.
	latencyLeast = 50
	// latencyFloor is a latency, in microseconds, that is never too slow.
	latencyFloor = 50_000
	// quiet is how long ago an endpoint may have served, or served slowly, and
	// still count as one that does now, whatever its latencies were before.
	quiet = int64(2 * time.Second)
	// Latencies are compared at typicalShare: the slower answers, but so many
	// that some slow pages among many do not matter. And they have to lie
	// beyond slowestShare of the others': where some pages are slow and the
	// others are quick, two endpoints that serve the same may differ by luck.
	typicalShare, slowestShare = 0.7, 0.95
	// never is a latency, in nanoseconds, that no answer has.
	never = math.MaxInt64
)

// latencies are those of endpoint i, in microseconds.
type latencies struct {
	i                int
	typical, slowest float64
}

// judgeLatencies ejects endpoints that are much slower than most others.
func (p *Pool) judgeLatencies(m moment) {
	if p.opts.Latency <= 0 {
		return
	}
	p.known, p.typical, p.slowest = p.known[:0], p.typical[:0], p.slowest[:0]
	for i := range p.endpoints {
		if l, ok := p.latencies(m, i); ok {
			p.known = append(p.known, l)
			p.typical, p.slowest = append(p.typical, l.typical), append(p.slowest, l.slowest)
		}
	}
	if len(p.known) < 2 {
		return
	}
	slices.Sort(p.typical)
	slices.Sort(p.slowest)
	// The lower median of all: for those above it, it is the upper one of the
	// others. With as many slow as quick ones nobody can tell which is the norm.
	middle := (len(p.known) - 1) / 2
	typical, slowest := p.typical[middle], p.slowest[middle]
	slow := max(p.opts.Latency*typical, latencyFloor)
	p.slow.Store(int64(slow * 1000))
	for _, own := range p.known {
		lastSlow := p.endpoints[own.i].lastSlow.Load()
		if own.typical >= slow && own.typical > slowest && lastSlow != 0 && m-lastSlow <= quiet {
			p.eject(m, own.i, fmt.Sprintf("latency %.0fx the pool's", own.typical/max(typical, 1)))
		}
	}
}

// latencies returns those of endpoint i, and whether they are enough to go by
// and of now.
func (p *Pool) latencies(m moment, i int) (l latencies, ok bool) {
	e := &p.endpoints[i]
	if e.until.Load() != 0 || m-e.lastServed.Load() > quiet {
		return l, false
	}
	var counts [cells]uint32
	all := e.spread.read(&counts)
	if all < latencyLeast {
		return l, false
	}
	return latencies{i, quantile(&counts, all, typicalShare), quantile(&counts, all, slowestShare)}, true
}
