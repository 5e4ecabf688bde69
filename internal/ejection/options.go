package ejection

import "time"

// Options say when an endpoint is ejected. The zero value ejects nobody; a
// zero switches the test concerned off.
type Options struct {
	// Failures in a row eject an endpoint. More are needed where the others of
	// the pool fail so often that chance would do it.
	Failures int
	// ErrorRate is the share of failed attempts, 0 to 1, from which an
	// endpoint is ejected, if the others fail clearly less often.
	ErrorRate float64
	// MinRequests is how many attempts an error rate is reckoned from at
	// least; zero means DefaultMinRequests.
	MinRequests int
	// Latency is how many times slower than the pool's an endpoint's answers
	// have to be for it to be ejected.
	Latency float64
	// Time is how long the first ejection lasts; zero means DefaultTime. It
	// doubles, up to five minutes, each time the endpoint is ejected again,
	// and for each minute it goes well one doubling is forgotten.
	Time time.Duration
	// Share is how much of the pool may be ejected at once, 0 to 1. The last
	// endpoint never is. Less than one endpoint is none.
	Share float64
}

// What zero means.
const (
	DefaultMinRequests = 20
	DefaultTime        = 10 * time.Second
)

const (
	// longestTime bounds the doubling, unless Options.Time itself is longer.
	longestTime = 5 * time.Minute
	// forgetAfter is how long it has to go well for one doubling to be
	// forgotten.
	forgetAfter = time.Minute
	// doubtFor is how long an endpoint is in doubt after its last failure. It
	// must end: an endpoint that is left out by all can prove nothing.
	doubtFor = 10 * time.Second
	// reviewEvery is how often the tests are made that need a look at the
	// whole pool.
	reviewEvery = 500 * time.Millisecond
	// revocable is how long after an ejection new evidence can show that the
	// request was at fault and not the endpoint.
	revocable = 5 * time.Second
)

// What says of an endpoint that it serves nobody any more, for whatever reason:
// so many failures in a row, or such a rate. One that fails half of its
// requests is still better than one that fails all.
const (
	uselessRow  = 10
	uselessRate = 0.9
)

func (o Options) withDefaults() Options {
	if o.MinRequests <= 0 {
		o.MinRequests = DefaultMinRequests
	}
	if o.Time <= 0 {
		o.Time = DefaultTime
	}
	return o
}

// most returns how many of n endpoints may be out.
func (o Options) most(n int) int {
	const rounding = 1e-9 // 0.29 of 100 are 29
	return max(min(int(o.Share*float64(n)+rounding), n-1), 0)
}

// length returns how long an ejection lasts that is the times-th in a row.
func (o Options) length(times int) time.Duration {
	d, longest := o.Time, max(longestTime, o.Time)
	for ; times > 1 && d < longest; times-- {
		d *= 2
	}
	return min(d, longest)
}
