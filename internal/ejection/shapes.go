package ejection

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// shapes remembers the shapes that failed of late: 128 of them at most, in
// sets of four that push each other out, the one longest quiet first.
// Finding one takes no lock.
type shapes struct {
	keys [shapeSets * shapeWays]atomic.Uint64
	all  [shapeSets * shapeWays]suspect
}

const (
	shapeSets, shapeWays = 32, 4
	// rememberFor is how long after its last failure a shape is remembered,
	// and how long a quarantine lasts.
	rememberFor = int64(time.Minute)
	// strikes is how often in a row a shape has to fail, at two endpoints at
	// least, to be poison.
	strikes = 3
)

// suspect is a shape that failed. Endpoints are bits; beyond 64 they share.
type suspect struct {
	served atomic.Uint64 // endpoints that served it last
	until  atomic.Int64  // quarantined until; 0: not
	failed uint64        // endpoints where it failed last
	// Since it was last served anywhere: where it failed, how often, and when
	// first.
	run    uint64
	misses int
	first  moment
	last   moment // the last failure
}

func bit(i int) uint64 { return 1 << (i & 63) }

// find returns the suspect of this shape, or nil.
func (t *shapes) find(shape uint64) *suspect {
	set := shape % shapeSets * shapeWays
	for i := set; i < set+shapeWays; i++ {
		if t.keys[i].Load() == shape && shape != 0 {
			return &t.all[i]
		}
	}
	return nil
}

// claim returns the suspect of this shape, a new one if need be, at the cost of
// another.
func (t *shapes) claim(m moment, shape uint64) *suspect {
	if s := t.find(shape); s != nil {
		if m-s.last > rememberFor {
			s.forget()
		}
		return s
	}
	set := shape % shapeSets * shapeWays
	oldest := set
	for i := set; i < set+shapeWays; i++ {
		if t.all[i].last < t.all[oldest].last {
			oldest = i
		}
	}
	s := &t.all[oldest]
	t.keys[oldest].Store(0) // nobody should read the one for the other
	s.forget()
	t.keys[oldest].Store(shape)
	return s
}

func (s *suspect) forget() {
	s.served.Store(0)
	s.until.Store(0)
	s.failed, s.run, s.misses, s.first, s.last = 0, 0, 0, 0, 0
}

// failedAt notes a failure at endpoint i.
func (s *suspect) failedAt(m moment, i int) {
	if s.misses == 0 {
		s.first = m
	}
	s.misses++
	s.run |= bit(i)
	s.failed |= bit(i)
	s.served.Store(s.served.Load() &^ bit(i))
	s.last = m
}

// shapeServed notes that endpoint i served a shape that failed before.
func (p *Pool) shapeServed(shape uint64, i int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.shapes.find(shape)
	if s == nil {
		return
	}
	s.served.Store(s.served.Load() | bit(i))
	s.until.Store(0)
	s.failed &^= bit(i)
	s.run, s.misses = 0, 0
}

// quarantine notes that the shape is poison, if it is: it failed at several
// endpoints, and these have served others since it began to fail. What dies
// along with poison, because it was at the endpoint at the same moment, looks
// the same at first; but endpoints have served it again by the time it counts.
func (p *Pool) quarantine(m moment, s *suspect) bool {
	if until := s.until.Load(); until == 0 || m >= until {
		if s.misses < strikes || bits.OnesCount64(s.run) < 2 {
			return false
		}
		for i := range p.endpoints {
			if s.run&bit(i) != 0 && p.endpoints[i].lastServed.Load() <= s.first {
				return false
			}
		}
	}
	s.until.Store(m + rememberFor)
	return true
}

// blame is what the failures of a shape say about an endpoint where it failed.
type blame uint8

const (
	// blameSome: it was not sent elsewhere, as far as is known.
	blameSome blame = iota
	// blameNone: it fails elsewhere too, and is served nowhere.
	blameNone
	// blameAll: it is served elsewhere.
	blameAll
)

func (t *shapes) blame(i int, shape uint64) blame {
	switch s := t.find(shape); {
	case s == nil:
		return blameSome
	case s.served.Load()&^bit(i) != 0:
		return blameAll
	case s.failed&^bit(i) != 0:
		return blameNone
	}
	return blameSome
}
