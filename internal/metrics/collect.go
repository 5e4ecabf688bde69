package metrics

import (
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"torwart/internal/cause"
)

var _ prometheus.Collector = (*Metrics)(nil)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("torwart_"+name, help, labels, nil)
}

// The metrics. A name is never changed: dashboards and alerts hold it.
var (
	buildInfo = desc("build_info",
		"Always 1; the label tells the version that runs.", "version")

	exchanges = desc("exchanges_total",
		"Requests that have ended, by what became of them.", "outcome")
	saves = desc("saves_total",
		"Exchanges that would have failed and did not, by kind of save.", "save")
	conceded = desc("exchanges_conceded_total",
		"Gateway failures clients saw, by symptom.", "symptom")
	refused = desc("exchanges_refused_total",
		"Requests refused on purpose, by symptom.", "symptom")
	failed = desc("attempts_failed_total",
		"Attempts at endpoints that failed, also those of saved exchanges, by symptom.", "symptom")

	attempts = desc("attempts_total",
		"Attempts at endpoints.")
	durations = desc("exchange_duration_seconds",
		"Time from the first byte of a request to the last byte of its answer.")
	responses = desc("responses_total",
		"Answers to clients by class of status; none: the client got no status.", "class")
	bodyBytes = desc("response_body_bytes_total",
		"Bytes of response bodies sent to clients.")
	inFlight = desc("exchanges_in_flight",
		"Exchanges under way.")
	connsOpen = desc("downstream_connections_open",
		"Connections of clients that are open.")
	connsOpened = desc("downstream_connections_opened_total",
		"Connections of clients that were accepted.")
	lostLines = desc("access_log_lines_lost_total",
		"Lines of the access log that could not be written.")

	endpointUp = desc("endpoint_up",
		"1 while the endpoint may be picked, else 0.", "pool", "endpoint")
	endpointInFlight = desc("endpoint_attempts_in_flight",
		"Attempts under way at the endpoint.", "pool", "endpoint")
	endpointIdle = desc("endpoint_connections_idle",
		"Kept-alive connections to the endpoint that wait for a request.", "pool", "endpoint")
	endpointLatency = desc("endpoint_latency_seconds",
		"Moving average of the endpoint's latency, as the balancer sees it.", "pool", "endpoint")
	endpointErrors = desc("endpoint_error_ratio",
		"Share of the endpoint's attempts that fail, as the balancer sees it.", "pool", "endpoint")
)

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		buildInfo, exchanges, saves, conceded, refused, failed,
		attempts, durations, responses, bodyBytes, inFlight, connsOpen, connsOpened, lostLines,
		endpointUp, endpointInFlight, endpointIdle, endpointLatency, endpointErrors,
	} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. It is where the atomics are read.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	s := sink{ch}
	if m.Version != "" {
		s.gauge(buildInfo, 1, m.Version)
	}
	m.collectOwn(s)
	if m.Totals != nil {
		s.totals(m.Totals())
	}
	if m.LostLines != nil {
		s.counter(lostLines, m.LostLines())
	}
	if m.Gauges != nil {
		s.endpoints(m.Gauges())
	}
}

func (m *Metrics) collectOwn(s sink) {
	s.counter(attempts, m.attempts.Load())
	s.counter(bodyBytes, uint64(m.bodyBytes.Load()))
	s.gauge(inFlight, float64(m.inFlight.Load()))
	closed := m.closed.Load() // before opened, so that the difference is never negative
	opened := m.opened.Load()
	s.gauge(connsOpen, float64(opened-closed))
	s.counter(connsOpened, opened)
	for i, class := range classNames {
		s.counter(responses, m.classes[i].Load(), class)
	}
	buckets := make(map[float64]uint64, len(bounds))
	var count uint64
	for i, b := range bounds {
		count += m.durations[i].Load() // Prometheus' buckets hold the smaller ones
		buckets[b.Seconds()] = count
	}
	count += m.durations[len(bounds)].Load()
	sum := time.Duration(m.durationSum.Load()).Seconds()
	s.ch <- prometheus.MustNewConstHistogram(durations, count, sum, buckets)
}

// sink hands metrics to a scrape.
type sink struct{ ch chan<- prometheus.Metric }

func (s sink) counter(d *prometheus.Desc, n uint64, labels ...string) {
	s.ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
}

func (s sink) gauge(d *prometheus.Desc, v float64, labels ...string) {
	// A label that is not UTF-8 would fail the whole scrape.
	for i := range labels {
		labels[i] = strings.ToValidUTF8(labels[i], "\uFFFD")
	}
	s.ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func (s sink) totals(t Totals) {
	for o, n := range t.Outcomes {
		s.counter(exchanges, n, o.String())
	}
	for k, n := range t.Saves {
		s.counter(saves, n, k.String())
	}
	s.symptoms(failed, t.Failed)
	s.symptoms(conceded, t.Conceded)
	s.symptoms(refused, t.Refused)
}

func (s sink) symptoms(d *prometheus.Desc, counts map[cause.Code]uint64) {
	for c, n := range counts {
		s.counter(d, n, string(c))
	}
}

func (s sink) endpoints(gauges []PoolGauge) {
	type key struct{ pool, endpoint string }
	seen := make(map[key]bool, len(gauges))
	for i := range gauges {
		g := &gauges[i]
		k := key{g.Pool, g.Endpoint}
		if seen[k] {
			continue // a second series of the same labels would fail the scrape
		}
		seen[k] = true
		up := 0.0
		if g.Up {
			up = 1
		}
		s.gauge(endpointUp, up, g.Pool, g.Endpoint)
		s.gauge(endpointInFlight, float64(g.InFlight), g.Pool, g.Endpoint)
		s.gauge(endpointIdle, float64(g.Idle), g.Pool, g.Endpoint)
		s.gauge(endpointErrors, g.ErrorScore, g.Pool, g.Endpoint)
		if g.Latency > 0 {
			s.gauge(endpointLatency, g.Latency.Seconds(), g.Pool, g.Endpoint)
		}
	}
}
