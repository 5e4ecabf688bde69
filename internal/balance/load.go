package balance

import (
	"math"
	"sync/atomic"
	"time"
)

const (
	// latencyFade is the time constant with which a latency peak is
	// forgotten.
	latencyFade = 10 * time.Second
	// errorFade is the time constant with which failures are forgotten when
	// nothing new is heard. Shorter than latencyFade: the penalty for errors
	// is larger and takes longer to fade below notice.
	errorFade = 5 * time.Second
	// errorWeight is how much one result moves the error score.
	errorWeight = 0.1
	// errorPenalty is how many times dearer an endpoint is that only fails.
	errorPenalty = 32
	// sickScore is the share of failures from which an endpoint is sick, and
	// sickFor how long it is left alone then.
	sickScore = 0.3
	sickFor   = 5 * time.Second
)

// mostWeight bounds [Load.Weight].
const mostWeight = 1 << 20

// Load is what is known about one endpoint. The zero value is an endpoint
// nobody has used. It is safe for concurrent use.
type Load struct {
	// Weight is how much of the work the endpoint is to get, measured against
	// the others of its pool. Zero and less mean 1; who is to get nothing is
	// skipped. Set it before use.
	Weight int

	inFlight atomic.Int64
	done     atomic.Uint64
	failed   atomic.Uint64
	latency  faded        // nanoseconds; 0 means unknown
	errors   faded        // 0 to 1
	warm     atomic.Int64 // see Warm
}

// Begin counts an attempt that starts. Every Begin needs one End.
func (l *Load) Begin(time.Time) { l.inFlight.Add(1) }

// End counts an attempt that ended at now. Latency is from its start to the
// whole head of the answer, or to the failure. Failed is set for every
// failure the endpoint is to blame for, its own 5xx answers included.
//
// A failed attempt can raise the latency estimate (a timeout does) but never
// lowers it: being refused quickly is not being served quickly.
func (l *Load) End(now time.Time, latency time.Duration, failed bool) {
	l.inFlight.Add(-1)
	l.done.Add(1)
	result := 0.0
	if failed {
		l.failed.Add(1)
		result = 1
	}
	l.errors.update(now, errorFade, func(old, keep float64) float64 {
		if failed {
			keep = 1 // bad news that is confirmed has not grown old
		}
		return old*keep*(1-errorWeight) + result*errorWeight
	})
	sample := float64(max(latency, 1))
	l.latency.update(now, latencyFade, func(old, keep float64) float64 {
		switch {
		case sample >= old && (old > 0 || !failed):
			return sample // a peak counts at once
		case failed:
			return old
		}
		return old*keep + sample*(1-keep)
	})
}

// Cancel takes back a Begin whose attempt says nothing about the endpoint,
// such as one the client left.
func (l *Load) Cancel() { l.inFlight.Add(-1) }

// Cost returns what one more attempt at the endpoint is expected to cost:
// latency in seconds, times the attempts it would share the endpoint with,
// times up to 33 for failures. 0 means unknown.
func (l *Load) Cost(now time.Time) float64 {
	latency, idle := l.latency.read(now)
	return latency * math.Exp(-idle/latencyFade.Seconds()) / 1e9 * l.burden(now, l.weight())
}

// burden is the cost without the latency, where an endpoint of the given
// weight counts one attempt in flight as one. The attempt to come counts as one
// for all: among idle endpoints, the draw has gone by weight already.
func (l *Load) burden(now time.Time, weight uint64) float64 {
	inFlight := float64(max(l.inFlight.Load(), 0))
	if own := l.weight(); own != weight {
		inFlight *= float64(weight) / float64(own)
	}
	return (inFlight + 1) * (1 + errorPenalty*l.score(now))
}

func (l *Load) weight() uint64 { return uint64(min(max(l.Weight, 1), mostWeight)) }

// score is the recent share of failures.
func (l *Load) score(now time.Time) float64 {
	score, idle := l.errors.read(now)
	if score > 0 {
		score *= math.Exp(-idle / errorFade.Seconds())
	}
	return score
}

// Sick reports whether the endpoint has failed so often of late that it should
// be used only when there is no other. After some seconds without use it
// counts as well again, to be tried.
func (l *Load) Sick(now time.Time) bool {
	score, idle := l.errors.read(now)
	return score >= sickScore && idle < sickFor.Seconds()
}

// Snapshot is a Load for reading, by people and by the API.
type Snapshot struct {
	InFlight int64  `json:"in_flight"`
	Done     uint64 `json:"done"`
	Failed   uint64 `json:"failed"`
	// Latency is the peak-EWMA estimate; 0 means unknown.
	Latency time.Duration `json:"latency_ns"`
	// Errors is the recent share of failures, 0 to 1.
	Errors float64 `json:"errors"`
	// Cost is what [Load.Cost] returns.
	Cost float64 `json:"cost"`
	// Weight is what the endpoint counts; at least 1.
	Weight int `json:"weight"`
	// Warmth is the share of its weight the endpoint works with: below 1 in a
	// slow start.
	Warmth float64 `json:"warmth"`
}

// Snapshot returns the load as it stands at now. Its parts are read one after
// the other, so they may be some attempts apart.
func (l *Load) Snapshot(now time.Time) Snapshot {
	latency, _ := l.latency.read(now)
	return Snapshot{
		InFlight: l.inFlight.Load(),
		Done:     l.done.Load(),
		Failed:   l.failed.Load(),
		Latency:  time.Duration(latency),
		Errors:   l.score(now),
		Cost:     l.Cost(now),
		Weight:   int(l.weight()),
		Warmth:   l.warmth(now),
	}
}
