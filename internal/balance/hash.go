package balance

import (
	"math"
	"time"
)

const (
	// bound is how many times the mean of its pool an endpoint may be loaded
	// before keys go elsewhere (Mirrokni, Thorup, Zadimoghaddam: Consistent
	// Hashing with Bounded Loads).
	bound = 1.25
	// leastBound is how many attempts in flight nobody calls a load. With few
	// in flight the mean says nothing: two at once would part a key.
	leastBound = 4
)

// Hash sends attempts of the same key to the same endpoint, by highest random
// weight (rendezvous): each endpoint draws a lot from the key and its own
// name, and the best lot wins. When an endpoint goes, only its keys move, each
// to the endpoint of its next best lot; when one is added, only the keys it
// wins move. Weights scale the chance to win exactly.
//
// The zero value is ready for use and tells endpoints by their index.
type Hash struct{ seeds []uint64 }

// NewHash returns a Hash over endpoints of these names, in the order of the
// loads it will be given. Only names matter for where a key goes, not their
// order.
func NewHash(names []string) *Hash {
	h := &Hash{seeds: make([]uint64, len(names))}
	seen := map[string]uint64{}
	for i, name := range names {
		// The second of a name draws its own lots.
		h.seeds[i] = mix(fnv(name) + seen[name]*golden)
		seen[name]++
	}
	return h
}

// Pick is for attempts without a key: it picks as [P2C] does.
func (h *Hash) Pick(loads []*Load, skip func(i int) bool) int { return P2C{}.Pick(loads, skip) }

// Why an endpoint should not be used for a key, though it has drawn the best
// lot. A smaller number is the smaller evil.
const (
	faultCold = 1 << iota
	faultFull
	faultSick
)

// PickKey returns the index of the load for key, or -1 when all are skipped:
// the endpoint of the best lot, or the next best while that one is skipped,
// sick, in a slow start or loaded beyond 1.25 times the mean. In a slow start
// a growing part of the keys is at home, the same part every time. Skip is
// used as by [Picker].
func (h *Hash) PickKey(key uint64, loads []*Load, skip func(i int) bool) int {
	now := time.Now()
	inFlight, sum := int64(1), uint64(0) // 1: the attempt to come
	first, even := uint64(0), true
	for i, l := range loads {
		if skip != nil && skip(i) {
			continue
		}
		inFlight += max(l.inFlight.Load(), 0)
		w := l.weight()
		if sum == 0 {
			first = w
		}
		even = even && w == first
		sum += w
	}
	best, bestFault, bestLot := -1, 0, 0.0
	for i, l := range loads {
		if skip != nil && skip(i) {
			continue
		}
		word := mix(key ^ h.seed(i))
		share := float64(l.weight()) / float64(max(sum, 1))
		fault := l.fault(now, word, share*float64(inFlight))
		if best >= 0 && fault > bestFault {
			continue
		}
		lot := lot(word, l.weight(), even)
		if best < 0 || fault < bestFault || lot > bestLot {
			best, bestFault, bestLot = i, fault, lot
		}
	}
	return best
}

func (h *Hash) seed(i int) uint64 {
	if i < len(h.seeds) {
		return h.seeds[i]
	}
	return mix(uint64(i) + golden)
}

// lot is the number an endpoint draws; the highest of a key wins. Dividing by
// the logarithm makes the chance to win proportional to the weight. Where all
// weights are the same it would not change the order, and is left out.
func lot(word uint64, weight uint64, even bool) float64 {
	u := fraction(word) + 1.0/(1<<54) // never 0 nor 1
	if even {
		return u
	}
	return float64(weight) / -math.Log(u)
}

// fault says what speaks against the endpoint for a key; mean is how many
// attempts in flight would be its part of all.
func (l *Load) fault(now time.Time, word uint64, mean float64) int {
	fault := 0
	if l.Sick(now) {
		fault |= faultSick
	}
	if n := l.inFlight.Load(); n >= leastBound && float64(n) >= math.Ceil(bound*mean) {
		fault |= faultFull
	}
	// The lot that decides who wins must not decide again who is at home: the
	// keys of an endpoint are those with high lots.
	if l.warm.Load() != 0 && l.warmth(now) < fraction(mix(word+golden)) {
		fault |= faultCold
	}
	return fault
}
