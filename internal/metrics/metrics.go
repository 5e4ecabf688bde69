package metrics

import (
	"sync/atomic"
	"time"

	"torwart/internal/cause"
	"torwart/internal/traffic"
)

// Metrics counts what the ledger does not. The zero value is ready to use.
// Safe for concurrent use; its exported fields are not to be changed after the
// first scrape.
type Metrics struct {
	// Version is shown in torwart_build_info; "" leaves that out.
	Version string
	// Totals returns what the ledger counted; nil leaves those out.
	Totals func() Totals
	// Gauges returns the state of all endpoints; nil leaves those out. Where
	// a pool names an endpoint twice, the first stands for both.
	Gauges func() []PoolGauge
	// LostLines returns how many lines of the access log were lost; nil
	// leaves that out.
	LostLines func() uint64

	durations   [len(bounds) + 1]atomic.Uint64
	durationSum atomic.Int64 // nanoseconds
	classes     [len(classNames)]atomic.Uint64
	bodyBytes   atomic.Int64
	attempts    atomic.Uint64
	inFlight    atomic.Int64
	opened      atomic.Uint64
	closed      atomic.Uint64
}

// Totals are the ledger's counts; see there what each means. The fields are
// those of ledger.Totals, so that one converts to the other:
// metrics.Totals(l.Totals()).
type Totals struct {
	Requests uint64
	Outcomes map[traffic.Outcome]uint64
	Saves    map[traffic.Save]uint64
	Failed   map[cause.Code]uint64
	Conceded map[cause.Code]uint64
	Refused  map[cause.Code]uint64
}

// PoolGauge is the state of one endpoint of one pool at this moment.
type PoolGauge struct {
	Pool     string
	Endpoint string
	// Up is set while the endpoint may be picked.
	Up bool
	// InFlight is how many attempts are under way, Idle how many kept-alive
	// connections wait.
	InFlight int64
	Idle     int64
	// Latency is the moving average the balancer uses; 0 means not known
	// yet.
	Latency time.Duration
	// ErrorScore is the share of failed attempts the balancer reckons with,
	// 0 to 1.
	ErrorScore float64
}

// Observe counts an exchange that has ended.
func (m *Metrics) Observe(x *traffic.Exchange) {
	m.durations[bucketOf(x.Duration)].Add(1)
	m.durationSum.Add(int64(x.Duration))
	m.classes[classOf(x.Status)].Add(1)
	if x.BodyBytes > 0 {
		m.bodyBytes.Add(x.BodyBytes)
	}
	if n := len(x.Attempts); n > 0 {
		m.attempts.Add(uint64(n))
	}
}

// Began counts an exchange that begins; Ended must follow.
func (m *Metrics) Began() { m.inFlight.Add(1) }

// Ended takes back what Began counted.
func (m *Metrics) Ended() { m.inFlight.Add(-1) }

// Opened counts a connection of a client; Closed must follow.
func (m *Metrics) Opened() { m.opened.Add(1) }

// Closed counts the end of a client's connection.
func (m *Metrics) Closed() { m.closed.Add(1) }

// bounds are the upper bounds of the latency buckets, inclusive. They never
// change: a changed bound breaks every recorded quantile.
var bounds = [...]time.Duration{
	time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond,
	10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2500 * time.Millisecond, 5 * time.Second,
	10 * time.Second, 30 * time.Second, 60 * time.Second,
}

// bucketOf returns the index of the bucket d falls in; the last one has no
// upper bound. Most exchanges end within the first ones, so searching from
// the start is the quickest.
func bucketOf(d time.Duration) int {
	for i, b := range bounds {
		if d <= b {
			return i
		}
	}
	return len(bounds)
}

// classNames are the values of the label class, indexed by status/100; "none"
// is for clients that got no status at all.
var classNames = [...]string{"none", "1xx", "2xx", "3xx", "4xx", "5xx"}

func classOf(status int) int {
	if c := status / 100; c > 0 && c < len(classNames) {
		return c
	}
	return 0
}
