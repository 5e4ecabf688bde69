package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/cause"
	"torwart/internal/ledger"
	"torwart/internal/traffic"
)

var start = time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)

// exchange returns one with this outcome and an attempt for each symptom; ""
// is an attempt that did not fail.
func exchange(id string, o traffic.Outcome, symptoms ...cause.Code) *traffic.Exchange {
	x := &traffic.Exchange{ID: id, Start: start, Outcome: o}
	for i, s := range symptoms {
		x.Attempts = append(x.Attempts, traffic.Attempt{
			Endpoint: fmt.Sprintf("http://127.0.0.1:910%d", i+1), Symptom: s,
		})
	}
	return x
}

func ids(xs []traffic.Exchange) string {
	var out []string
	for i := range xs {
		out = append(out, xs[i].ID)
	}
	return strings.Join(out, " ")
}

func TestOnlyTroubleIsKept(t *testing.T) {
	var l ledger.Ledger
	l.Record(exchange("smooth", traffic.Served, ""))
	l.Record(exchange("hedged", traffic.Served, cause.ResponseTimeout, ""))
	l.Record(exchange("saved", traffic.Saved, cause.ConnectRefused, ""))
	l.Record(exchange("conceded", traffic.Conceded, cause.ConnectRefused))
	l.Record(exchange("local", traffic.Conceded))
	l.Record(exchange("refused", traffic.Refused))
	l.Record(exchange("abandoned", traffic.Abandoned, ""))
	l.Record(exchange("left", traffic.Abandoned, cause.ResponseTimeout))
	want := "left abandoned refused local conceded saved hedged"
	if got := ids(l.Find(ledger.Query{})); got != want {
		t.Errorf("kept %q, want %q", got, want)
	}
}

func TestFindNarrows(t *testing.T) {
	var l ledger.Ledger
	old := exchange("old", traffic.Conceded, cause.ConnectTimeout)
	old.Start, old.Duration = start.Add(-time.Hour), 10*time.Second
	l.Record(old)
	shop := exchange("shop", traffic.Saved, cause.ConnectRefused, cause.ResponseTimeout, "")
	shop.Site = "shop.example"
	l.Record(shop)
	shed := exchange("shed", traffic.Refused)
	shed.Symptom, shed.Site = cause.RequestShed, "shop.example"
	l.Record(shed)
	l.Record(exchange("plain", traffic.Conceded, cause.ConnectRefused))

	saved, served := traffic.Saved, traffic.Served
	for _, tt := range []struct {
		name string
		q    ledger.Query
		want string
	}{
		{"everything, the last first", ledger.Query{}, "plain shed shop old"},
		{"at most two", ledger.Query{Limit: 2}, "plain shed"},
		{"a limit counts matches only", ledger.Query{Limit: 1, Site: "shop.example"}, "shed"},
		{"by id", ledger.Query{ID: "shop"}, "shop"},
		{"by an unknown id", ledger.Query{ID: "none"}, ""},
		{"by outcome", ledger.Query{Outcome: &saved}, "shop"},
		{"served is an outcome too", ledger.Query{Outcome: &served}, ""},
		{"by a symptom of any attempt", ledger.Query{Symptom: cause.ResponseTimeout}, "shop"},
		{"by the symptom of the exchange", ledger.Query{Symptom: cause.RequestShed}, "shed"},
		{"by site", ledger.Query{Site: "shop.example"}, "shed shop"},
		{"by endpoint", ledger.Query{Endpoint: "http://127.0.0.1:9102"}, "shop"},
		{"ended since", ledger.Query{Since: start.Add(-time.Hour + 11*time.Second)}, "plain shed shop"},
		{"ended exactly then", ledger.Query{Since: start.Add(-time.Hour + 10*time.Second)}, "plain shed shop old"},
		{"all must hold", ledger.Query{Site: "shop.example", Symptom: cause.ConnectRefused}, "shop"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := ids(l.Find(tt.q)); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOldestGoFirst(t *testing.T) {
	l := ledger.Ledger{Size: 8} // 6 failures, 2 others
	for i := range 20 {
		l.Record(exchange(fmt.Sprint("f", i), traffic.Conceded, cause.ConnectRefused))
	}
	if got, want := ids(l.Find(ledger.Query{})), "f19 f18 f17 f16 f15 f14"; got != want {
		t.Errorf("kept %q, want %q", got, want)
	}
	if got, want := ids(l.Find(ledger.Query{Limit: 2})), "f19 f18"; got != want {
		t.Errorf("kept %q, want %q", got, want)
	}
}

func TestRefusalsDoNotPushOutFailures(t *testing.T) {
	l := ledger.Ledger{Size: 8}
	l.Record(exchange("failure", traffic.Conceded, cause.ConnectRefused))
	for i := range 1000 {
		l.Record(exchange(fmt.Sprint("r", i), traffic.Refused))
		l.Record(exchange(fmt.Sprint("a", i), traffic.Abandoned))
	}
	l.Record(exchange("last", traffic.Saved, cause.ConnectRefused, ""))
	if got, want := ids(l.Find(ledger.Query{})), "last a999 r999 failure"; got != want {
		t.Errorf("kept %q, want %q", got, want)
	}
}

func TestDefaultSize(t *testing.T) {
	var l ledger.Ledger
	for range ledger.DefaultSize + 100 {
		l.Record(exchange("", traffic.Conceded))
		l.Record(exchange("", traffic.Refused))
	}
	if n := len(l.Find(ledger.Query{})); n != ledger.DefaultSize {
		t.Errorf("%d exchanges kept, want %d", n, ledger.DefaultSize)
	}
}

// full returns an exchange in which every text and slice is filled.
func full() *traffic.Exchange {
	return &traffic.Exchange{
		ID: "id", Start: start, Duration: time.Second, Client: "client", Method: "GET", Scheme: "https",
		Host: "host", Target: "/target", Protocol: "HTTP/1.1", Referer: "referer", Agent: "agent",
		Site: "site", Rule: "rule", Status: 502, BodyBytes: 7, Outcome: traffic.Conceded,
		Symptom: cause.ResponseNotHTTP, Detail: "detail",
		Attempts: []traffic.Attempt{{
			Endpoint: "endpoint", Start: start, Reused: true, Local: "local", Remote: "remote",
			FirstBytes: []byte("SSH-2.0"), TCP: &traffic.TCPInfo{State: "ESTABLISHED"}, TLS: "tls",
			Symptom: cause.ResponseNotHTTP, Detail: "detail", Error: "error", Decision: "decision",
		}},
	}
}

func TestKeptExchangeIsACopy(t *testing.T) {
	var l ledger.Ledger
	x := full()
	l.Record(x)
	x.ID, x.Attempts[0].Endpoint = "reused", "reused"
	x.Attempts[0].TCP.State = "reused"
	copy(x.Attempts[0].FirstBytes, "reused")
	if diff := cmp.Diff([]traffic.Exchange{*full()}, l.Find(ledger.Query{})); diff != "" {
		t.Errorf("(-recorded +found):\n%s", diff)
	}
}

func TestKeptExchangeIsBounded(t *testing.T) {
	var l ledger.Ledger
	x := full()
	x.Target = "/" + strings.Repeat("a", 64<<10)
	for i := range 1000 {
		x.Attempts = append(x.Attempts, traffic.Attempt{Detail: fmt.Sprint(i)})
	}
	l.Record(x)
	got := l.Find(ledger.Query{})[0]
	if want := "/" + strings.Repeat("a", ledger.MaxText-4) + "..."; got.Target != want {
		t.Errorf("target of %d bytes kept, want %d", len(got.Target), len(want))
	}
	if got.Rule != "rule" || got.Attempts[0].Decision != "decision" {
		t.Errorf("cutting one text harmed another: %q, %q", got.Rule, got.Attempts[0].Decision)
	}
	if n := len(got.Attempts); n != ledger.MaxAttempts {
		t.Fatalf("%d attempts kept, want %d", n, ledger.MaxAttempts)
	}
	first, last := got.Attempts[1].Detail, got.Attempts[ledger.MaxAttempts-1].Detail
	if first != "0" || last != "999" {
		t.Errorf("kept attempts from %q to %q, want the first and the last", first, last)
	}
}

func TestTotals(t *testing.T) {
	var l ledger.Ledger
	for range 3 {
		l.Record(exchange("", traffic.Served, ""))
	}
	for _, s := range []traffic.Save{traffic.Retried, traffic.Retried, traffic.Held} {
		x := exchange("", traffic.Saved, cause.ConnectRefused, cause.ResponseTimeout, "")
		x.Save = s
		l.Record(x)
	}
	x := exchange("", traffic.Conceded, cause.ConnectTimeout)
	x.Symptom = cause.NoUpstreamAvailable
	l.Record(x)
	x = exchange("", traffic.Refused)
	x.Symptom = cause.RequestShed
	l.Record(x)
	want := ledger.Totals{
		Requests: 8,
		Outcomes: map[traffic.Outcome]uint64{
			traffic.Served: 3, traffic.Saved: 3, traffic.Conceded: 1, traffic.Refused: 1, traffic.Abandoned: 0,
		},
		Saves: map[traffic.Save]uint64{
			traffic.Retried: 2, traffic.Hedged: 0, traffic.Held: 1, traffic.StoodIn: 0, traffic.Resumed: 0,
		},
		Failed: map[cause.Code]uint64{
			cause.ConnectRefused: 3, cause.ResponseTimeout: 3, cause.ConnectTimeout: 1,
		},
		Conceded: map[cause.Code]uint64{cause.NoUpstreamAvailable: 1},
		Refused:  map[cause.Code]uint64{cause.RequestShed: 1},
	}
	if diff := cmp.Diff(want, l.Totals()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSaves(t *testing.T) {
	var l ledger.Ledger
	record := func(s traffic.Save, c cause.Code, after time.Duration) {
		x := exchange("", traffic.Saved, c, "")
		x.Save, x.Start, x.Duration = s, start.Add(after), time.Second
		l.Record(x)
	}
	record(traffic.Held, cause.ConnectRefused, 0)
	record(traffic.Retried, cause.ResponseTimeout, 0)
	record(traffic.Retried, cause.ConnectRefused, 9*time.Second)
	record(traffic.Retried, cause.ConnectRefused, 5*time.Second) // began first, ended last
	want := []ledger.SaveCount{
		{Save: traffic.Retried, Symptom: cause.ConnectRefused, Count: 2, Last: start.Add(10 * time.Second)},
		{Save: traffic.Retried, Symptom: cause.ResponseTimeout, Count: 1, Last: start.Add(time.Second)},
		{Save: traffic.Held, Symptom: cause.ConnectRefused, Count: 1, Last: start.Add(time.Second)},
	}
	if diff := cmp.Diff(want, l.Saves()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestConcurrentUse(t *testing.T) {
	l := ledger.Ledger{Size: 16}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			x := full() // reused for every exchange, as its owner does
			for i := range 500 {
				x.Outcome = traffic.Outcomes()[(g+i)%5]
				x.Attempts[0].FirstBytes[0]++
				l.Record(x)
			}
		})
		wg.Go(func() {
			for range 100 {
				for _, x := range l.Find(ledger.Query{Symptom: cause.ResponseNotHTTP}) {
					if !slices.Equal(x.Attempts[0].FirstBytes[1:], []byte("SH-2.0")) {
						t.Errorf("first bytes are %q", x.Attempts[0].FirstBytes)
					}
				}
				l.Totals()
				l.Saves()
			}
		})
	}
	wg.Wait()
	if got := l.Totals().Requests; got != 2000 {
		t.Errorf("%d exchanges counted, want 2000", got)
	}
}
