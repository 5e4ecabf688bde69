package main

import (
	"fmt"
	"slices"
	"time"
)

// bounds are how far figures may move without being a leak.
type bounds struct {
	// goroutines and descriptors are how many more there may be than before.
	goroutines, descriptors int
	// memoryShare of what there was, and memory bytes, may come on top.
	memoryShare float64
	memory      uint64
}

// strict is for ten minutes. A leak of one goroutine in a thousand visits
// would be more than ten times as much.
func strict() bounds {
	return bounds{goroutines: 3, descriptors: 3, memoryShare: 0.05, memory: 256 << 10}
}

// middle is the median of a figure over some samples.
func middle(samples []sample, figure func(sample) float64) float64 {
	var all []float64
	for _, s := range samples {
		all = append(all, figure(s))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func goroutinesOf(s sample) float64  { return float64(s.goroutines) }
func descriptorsOf(s sample) float64 { return float64(s.descriptors) }
func memoryOf(s sample) float64      { return float64(s.memory) }

// figure is something that is not to grow.
type figure struct {
	name string
	of   func(sample) float64
	// allowed is the most there may be, when there was before.
	allowed func(before float64) float64
}

func (b bounds) figures() []figure {
	plus := func(n int) func(float64) float64 { return func(v float64) float64 { return v + float64(n) } }
	return []figure{
		{"goroutines", goroutinesOf, plus(b.goroutines)},
		{"descriptors", descriptorsOf, plus(b.descriptors)},
		{"memory", memoryOf, func(v float64) float64 { return v*(1+b.memoryShare) + float64(b.memory) }},
	}
}

// thirds are the samples of the second and of the last third of a run; the
// first one warms up.
func thirds(samples []sample, length time.Duration) (second, last []sample) {
	for _, s := range samples {
		switch {
		case s.at > length*2/3:
			last = append(last, s)
		case s.at > length/3:
			second = append(second, s)
		}
	}
	return second, last
}

// grown says which figures grew from the second third of a run to the last.
func (b bounds) grown(samples []sample, length time.Duration) []string {
	second, last := thirds(samples, length)
	if len(second) == 0 || len(last) == 0 {
		return nil
	}
	var out []string
	for _, f := range b.figures() {
		before, after := middle(second, f.of), middle(last, f.of)
		if after > f.allowed(before) {
			out = append(out, fmt.Sprintf("%s grow: median %.0f in the second third, %.0f in the last; at most %.0f is allowed",
				f.name, before, after, f.allowed(before)))
		}
	}
	return out
}

// left says which figures did not return to what they were before the load.
// Memory does not: the ledger keeps what it is there to keep.
func (b bounds) left(before, after sample) []string {
	var out []string
	for _, f := range b.figures()[:2] {
		if f.of(after) > f.allowed(f.of(before)) {
			out = append(out, fmt.Sprintf("%s stay behind: %.0f before the load, %.0f after it", f.name, f.of(before), f.of(after)))
		}
	}
	return out
}
