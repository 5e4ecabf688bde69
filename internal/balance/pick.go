package balance

// Picker chooses an endpoint.
type Picker interface {
	// Pick returns the index of the load to use, or -1 when all are skipped.
	// Skip says whom to leave out; nil skips nobody. It is called a few times
	// per load and must not block. (A closure made for one call is the only
	// allocation there is; on a hot path, make it once.) Pick is safe for
	// concurrent use.
	Pick(loads []*Load, skip func(i int) bool) int
}

var (
	_ Picker = (*RoundRobin)(nil)
	_ Picker = P2C{}
	_ Picker = (*Hash)(nil)
)

// New returns the picker called name in the configuration: "round_robin",
// "hash", or anything else for "p2c". A hash made this way tells endpoints by
// their index; with [NewHash] it knows them by name.
func New(name string) Picker {
	switch name {
	case "round_robin":
		return new(RoundRobin)
	case "hash":
		return new(Hash)
	}
	return P2C{}
}

// golden is the fraction of the golden ratio as a part of 2^64. Its multiples
// visit the range as evenly as any can, whenever one stops.
const golden = 0x9E3779B97F4A7C15

// fraction maps a word to 0 <= f < 1, evenly.
func fraction(word uint64) float64 { return float64(word>>11) / (1 << 53) }

// weigh adds up the weights of the loads not left out.
func weigh(loads []*Load, out func(i int) bool) (sum uint64) {
	for i, l := range loads {
		if out == nil || !out(i) {
			sum += l.weight()
		}
	}
	return sum
}

// at returns the load that the position falls to when those not left out lie
// in a row, each as long as its weight, and the one at index without is taken
// away. When the row is shorter by now it is the last in it, and -1 when there
// is none.
func at(loads []*Load, out func(i int) bool, without int, position uint64) int {
	last := -1
	for i, l := range loads {
		if i == without || out != nil && out(i) {
			continue
		}
		last = i
		w := l.weight()
		if position < w {
			break
		}
		position -= w
	}
	return last
}
