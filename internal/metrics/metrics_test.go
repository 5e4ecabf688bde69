package metrics_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"torwart/internal/cause"
	"torwart/internal/metrics"
	"torwart/internal/traffic"
)

var update = flag.Bool("update", false, "write the golden file anew")

// scrape returns what a scraper of m reads.
func scrape(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	reg := prometheus.NewPedanticRegistry() // checks what Collect sends against Describe
	if err := reg.Register(m); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	promhttp.HandlerFor(reg, promhttp.HandlerOpts{}).
		ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("scrape answered %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// busy returns metrics in which every series has a value of its own.
func busy() *metrics.Metrics {
	m := &metrics.Metrics{
		Version: "1.2.3",
		Totals: func() metrics.Totals {
			return metrics.Totals{
				Requests: 15,
				Outcomes: map[traffic.Outcome]uint64{
					traffic.Served: 1, traffic.Saved: 2, traffic.Conceded: 3, traffic.Refused: 4, traffic.Abandoned: 5,
				},
				Saves: map[traffic.Save]uint64{
					traffic.Retried: 6, traffic.Hedged: 7, traffic.Held: 8, traffic.StoodIn: 9, traffic.Resumed: 10,
				},
				Failed:   map[cause.Code]uint64{cause.ConnectRefused: 11, cause.ResponseTimeout: 12},
				Conceded: map[cause.Code]uint64{cause.ClosedBeforeResponse: 13},
				Refused:  map[cause.Code]uint64{cause.ClientRequestMalformed: 14},
			}
		},
		Gauges: func() []metrics.PoolGauge {
			return []metrics.PoolGauge{
				{
					Pool: "shop.example/", Endpoint: "http://127.0.0.1:9101", Up: true,
					InFlight: 3, Idle: 2, Latency: 12 * time.Millisecond, ErrorScore: 0.25,
				},
				{Pool: "shop.example/", Endpoint: "http://127.0.0.1:9102"},
			}
		},
		LostLines: func() uint64 { return 16 },
	}
	for i, status := range []int{0, 101, 200, 206, 304, 404, 404, 404, 502, 504, 600, -100} {
		m.Observe(&traffic.Exchange{
			Status: status, BodyBytes: 1000, Duration: time.Duration(i) * 700 * time.Microsecond,
			Attempts: make([]traffic.Attempt, i%3),
		})
	}
	for range 5 {
		m.Began()
		m.Opened()
	}
	m.Opened()
	m.Ended()
	m.Closed()
	m.Closed()
	return m
}

func TestExposition(t *testing.T) {
	const golden = "testdata/metrics.golden"
	got := scrape(t, busy())
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("a name, label or value changed (-want +got):\n%s", diff)
	}
}

func TestNamesFollowPrometheusRules(t *testing.T) {
	text := scrape(t, busy())
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\S+)`).FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(m[1], "torwart_") {
			t.Errorf("%s does not begin with torwart_", m[1])
		}
	}
}

func TestZeroValueScrapes(t *testing.T) {
	text := scrape(t, &metrics.Metrics{})
	for _, line := range []string{
		"torwart_exchange_duration_seconds_count 0",
		"torwart_exchanges_in_flight 0",
		`torwart_responses_total{class="5xx"} 0`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
}

// One odd endpoint must not cost all other metrics.
func TestOddEndpointsDoNotFailTheScrape(t *testing.T) {
	m := &metrics.Metrics{Gauges: func() []metrics.PoolGauge {
		return []metrics.PoolGauge{
			{Pool: "p", Endpoint: "twice", InFlight: 1},
			{Pool: "p", Endpoint: "twice", InFlight: 2},
			{Pool: "q", Endpoint: "twice", InFlight: 3},
			{Pool: "\xff", Endpoint: "a\"\n\\"},
		}
	}}
	text := scrape(t, m)
	for _, line := range []string{
		`torwart_endpoint_attempts_in_flight{endpoint="twice",pool="p"} 1`,
		`torwart_endpoint_attempts_in_flight{endpoint="twice",pool="q"} 3`,
		"torwart_endpoint_up{endpoint=\"a\\\"\\n\\\\\",pool=\"\uFFFD\"} 0",
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
}

func TestBucketsIncludeTheirBound(t *testing.T) {
	for _, tt := range []struct {
		d      time.Duration
		bucket string // the first that counts it
	}{
		{0, "0.001"},
		{time.Millisecond, "0.001"},
		{time.Millisecond + 1, "0.0025"},
		{time.Minute, "60"},
		{time.Minute + 1, "+Inf"},
		{time.Hour, "+Inf"},
	} {
		var m metrics.Metrics
		m.Observe(&traffic.Exchange{Duration: tt.d})
		first := regexp.MustCompile(`_bucket\{le="([^"]+)"\} 1\n`).FindStringSubmatch(scrape(t, &m))
		if first == nil || first[1] != tt.bucket {
			t.Errorf("%v is counted first in %q, want %q", tt.d, first, tt.bucket)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	var m metrics.Metrics
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 500 {
				m.Opened()
				m.Began()
				m.Observe(&traffic.Exchange{Status: 200, BodyBytes: 3})
				m.Ended()
				m.Closed()
			}
		})
	}
	wg.Go(func() {
		for range 20 {
			if text := scrape(t, &m); strings.Contains(text, "_open -") {
				t.Errorf("negative number of connections:\n%s", text)
			}
		}
	})
	wg.Wait()
	text := scrape(t, &m)
	for _, line := range []string{
		`torwart_responses_total{class="2xx"} 2000`, "torwart_response_body_bytes_total 6000",
		"torwart_exchanges_in_flight 0", "torwart_downstream_connections_open 0",
		"torwart_downstream_connections_opened_total 2000",
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
}
