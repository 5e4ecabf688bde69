package main

import (
	"math"
	"slices"
	"time"
)

// spread is a figure measured several times.
type spread struct {
	median, low, high float64
}

// spreadOf returns the median and the extremes of the values, NaN without any.
func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{math.NaN(), math.NaN(), math.NaN()}
	}
	v := slices.Sorted(slices.Values(values))
	m := v[len(v)/2]
	if len(v)%2 == 0 {
		m = (v[len(v)/2-1] + m) / 2
	}
	return spread{m, v[0], v[len(v)-1]}
}

// percentile returns the smallest value that at least the share p (0 to 1) of
// the sorted values does not exceed; 0 without values.
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	// The epsilon undoes what binary fractions add: 0.99×100 is 99, not more.
	i := int(math.Ceil(p*float64(len(sorted))-1e-9)) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}

// ratios divides ours by the better, which is the smaller, of theirs, round by
// round. Rounds in which no rival was measured are left out.
func ratios(ours []float64, theirs ...[]float64) []float64 {
	var out []float64
	for i, x := range ours {
		best := math.Inf(1)
		for _, t := range theirs {
			if i < len(t) {
				best = min(best, t[i])
			}
		}
		if !math.IsInf(best, 1) && best > 0 {
			out = append(out, x/best)
		}
	}
	return out
}
