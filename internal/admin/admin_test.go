package admin_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/admin"
	"torwart/internal/cause"
	"torwart/internal/config"
	"torwart/internal/gateway"
	"torwart/internal/ledger"
	"torwart/internal/metrics"
	"torwart/internal/traffic"
)

// start is when the exchanges of the tests began.
var start = time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)

// options are those of a gateway that has seen three exchanges: one saved, one
// conceded, one refused.
func options() admin.Options {
	var l ledger.Ledger
	refused := traffic.Attempt{
		Endpoint: "http://127.0.0.1:9101", Symptom: cause.ConnectRefused, Tier: cause.P0, Phase: cause.PhaseConnect,
	}
	for _, x := range []traffic.Exchange{
		{
			ID: "a", Start: start, Site: "shop.example.com", Outcome: traffic.Saved, Save: traffic.Retried, Status: 200,
			Attempts: []traffic.Attempt{refused, {Endpoint: "http://127.0.0.1:9102", Status: 200}},
		},
		{
			ID: "b", Start: start.Add(time.Minute), Site: "www.example.com", Outcome: traffic.Conceded, Status: 503,
			Symptom: cause.NoUpstreamAvailable, Attempts: []traffic.Attempt{refused},
		},
		{
			ID: "c", Start: start.Add(2 * time.Minute), Site: "www.example.com", Outcome: traffic.Refused, Status: 503,
			Symptom: cause.RequestShed,
		},
	} {
		l.Record(&x)
	}
	return admin.Options{
		Version: "1.2.3",
		Pools: func() []gateway.PoolState {
			return []gateway.PoolState{{Name: "http://127.0.0.1:9101", Endpoints: []gateway.EndpointState{
				{URL: "http://127.0.0.1:9101", HealthError: "connect-refused"},
				{URL: "http://127.0.0.1:9102", Up: true},
			}}}
		},
		Ledger:  &l,
		Metrics: &metrics.Metrics{Version: "1.2.3"},
		Ready:   func() error { return nil },
		Reload:  func() ([]config.Change, []config.Problem, error) { return nil, nil, nil },
	}
}

// answer is what a request got.
type answer struct {
	status int
	header http.Header
	body   string
}

func ask(t *testing.T, o admin.Options, method, target string, fields ...string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	w := httptest.NewRecorder()
	admin.New(o).ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// decode reads an answer of the API, which is JSON whatever its status.
func decode(t *testing.T, a answer) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%d %q is no JSON object: %v", a.status, a.body, err)
	}
	if got := a.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type is %q", got)
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control is %q", got)
	}
	return v
}

func TestHealthzSaysThatTheProcessLives(t *testing.T) {
	o := options()
	o.Ready = func() error { return errors.New("draining") }
	if a := ask(t, o, "GET", "/healthz"); a.status != 200 || a.body != "ok\n" {
		t.Errorf("got %d %q", a.status, a.body)
	}
}

func TestReadyz(t *testing.T) {
	o := options()
	if a := ask(t, o, "GET", "/readyz"); a.status != 200 || a.body != "ready\n" {
		t.Errorf("ready: got %d %q", a.status, a.body)
	}
	o.Ready = func() error { return errors.New("no endpoint of pool http://127.0.0.1:9101 is up") }
	a := ask(t, o, "GET", "/readyz")
	if a.status != 503 || a.body != "no endpoint of pool http://127.0.0.1:9101 is up\n" {
		t.Errorf("not ready: got %d %q", a.status, a.body)
	}
}

func TestMetricsShowTheGatewayAndTheProcess(t *testing.T) {
	a := ask(t, options(), "GET", "/metrics")
	if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		t.Errorf("got %d, %q", a.status, a.header.Get("Content-Type"))
	}
	for _, want := range []string{"\ntorwart_build_info{version=\"1.2.3\"} 1\n", "\ngo_goroutines "} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %q in:\n%s", want, a.body)
		}
	}
}

func TestPools(t *testing.T) {
	o := options()
	pools := decode(t, ask(t, o, "GET", "/api/v1/pools"))["pools"].([]any)
	endpoints := pools[0].(map[string]any)["endpoints"].([]any)
	if first := endpoints[0].(map[string]any); first["up"] != false || first["health_error"] != "connect-refused" {
		t.Errorf("first endpoint is %v", first)
	}
	if second := endpoints[1].(map[string]any); second["url"] != "http://127.0.0.1:9102" || second["up"] != true {
		t.Errorf("second endpoint is %v", second)
	}
	o.Pools = func() []gateway.PoolState { return nil }
	if got := decode(t, ask(t, o, "GET", "/api/v1/pools"))["pools"]; got == nil {
		t.Error("no pools are null, want an empty list")
	}
}

func TestSaves(t *testing.T) {
	v := decode(t, ask(t, options(), "GET", "/api/v1/saves"))
	want := []any{map[string]any{
		"save": "retried", "symptom": "connect-refused", "count": 1.0, "last": "2026-11-20T03:00:00Z",
	}}
	if diff := cmp.Diff(want, v["saves"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := v["totals"].(map[string]any)["requests"]; got != 3.0 {
		t.Errorf("%v requests, want 3", got)
	}
}

func TestLedgerFindsWhatIsAskedFor(t *testing.T) {
	o := options()
	var l ledger.Ledger // more than the default limit
	for range 150 {
		l.Record(&traffic.Exchange{Outcome: traffic.Conceded, Symptom: cause.ConnectRefused})
	}
	for query, want := range map[string]string{
		"":                                   "c b a",
		"limit=1":                            "c",
		"limit=0":                            "c b a",
		"id=b":                               "b",
		"id=nobody":                          "",
		"outcome=saved":                      "a",
		"symptom=connect-refused":            "b a",
		"symptom=request-shed":               "c",
		"site=www.example.com":               "c b",
		"endpoint=http%3A//127.0.0.1%3A9102": "a",
		"since=2026-11-20T03:01:00Z":         "c b",
		"since=0s":                           "",
		"since=":                             "c b a",
		"outcome=conceded&site=www.example.com&limit=5": "b",
	} {
		a := ask(t, o, "GET", "/api/v1/ledger?"+query)
		var ids []string
		v := decode(t, a)
		found, ok := v["exchanges"].([]any)
		if a.status != 200 || !ok {
			t.Errorf("%s: got %d %s", query, a.status, a.body)
			continue
		}
		for _, x := range found {
			ids = append(ids, x.(map[string]any)["id"].(string))
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
		if _, ok := v["totals"].(map[string]any); !ok {
			t.Errorf("%s: no totals", query)
		}
	}
	o.Ledger = &l
	if n := len(decode(t, ask(t, o, "GET", "/api/v1/ledger"))["exchanges"].([]any)); n != 100 {
		t.Errorf("%d exchanges when no limit is given, want 100", n)
	}
}

func TestLedgerSaysWhatIsWrongWithAQuestion(t *testing.T) {
	for query, want := range map[string]string{
		"limit=many":       `limit="many": write a number, 0 for all`,
		"limit=-1":         `limit="-1": write a number, 0 for all`,
		"since=yesterday":  `since="yesterday": write an age such as 15m or a time such as 2026-11-20T03:00:00Z`,
		"since=-5m":        `since="-5m": write an age such as 15m or a time such as 2026-11-20T03:00:00Z`,
		"outcome=good":     `outcome="good": write one of [served saved conceded refused abandoned]`,
		"symptom=broken":   `symptom="broken" is not in the catalogue; see torwart causes`,
		"symptom=app-down": `symptom="app-down" is not in the catalogue; see torwart causes`,
		"status=503":       `unknown parameter "status"; known are limit, since, id, outcome, symptom, site, endpoint`,
		"id=%zz":           `the query cannot be read: invalid URL escape "%zz"`,
	} {
		a := ask(t, options(), "GET", "/api/v1/ledger?"+query)
		v := decode(t, a)
		if a.status != 400 || v["error"] != want {
			t.Errorf("%s: got %d %v, want 400 %s", query, a.status, v["error"], want)
		}
	}
}

func TestReloadAnswersInTheLanguageOfItsCaller(t *testing.T) {
	text := func(en, de string) cause.Text { return cause.Text{EN: en, DE: de} }
	change := config.Change{Where: text("site x", "Site x"), What: text("is added", "kommt hinzu")}
	doubt := config.Problem{File: "t.yaml", Line: 3, Severity: config.Warning, Wrong: text("odd", "seltsam")}
	fault := config.Problem{File: "t.yaml", Line: 4, Key: "hold", Wrong: text("bad", "falsch")}
	for _, tc := range []struct {
		what     string
		lang     string
		changes  []config.Change
		problems []config.Problem
		err      error
		status   int
		want     map[string]any
	}{
		{
			what: "nothing changed", status: 200,
			want: map[string]any{"changes": []any{}, "warnings": []any{}},
		},
		{
			what: "changed", changes: []config.Change{change}, problems: []config.Problem{doubt}, status: 200,
			want: map[string]any{"changes": []any{"site x: is added"}, "warnings": []any{"t.yaml:3: warning: odd"}},
		},
		{
			what: "changed, in German", lang: "de-AT, en;q=0.5",
			changes: []config.Change{change}, problems: []config.Problem{doubt}, status: 200,
			want: map[string]any{"changes": []any{"Site x: kommt hinzu"}, "warnings": []any{"t.yaml:3: Warnung: seltsam"}},
		},
		{
			what: "bad file", problems: []config.Problem{doubt, fault}, status: 422,
			want: map[string]any{
				"error":    "the configuration has errors; the running one stays",
				"problems": []any{"t.yaml:3: warning: odd", "t.yaml:4: hold: bad"},
			},
		},
		{
			what: "not applied", problems: []config.Problem{doubt}, err: errors.New("listen :80: taken"), status: 422,
			want: map[string]any{"error": "listen :80: taken", "problems": []any{"t.yaml:3: warning: odd"}},
		},
	} {
		o := options()
		o.Reload = func() ([]config.Change, []config.Problem, error) { return tc.changes, tc.problems, tc.err }
		a := ask(t, o, "POST", "/api/v1/reload", "Accept-Language", tc.lang)
		if diff := cmp.Diff(tc.want, decode(t, a)); a.status != tc.status || diff != "" {
			t.Errorf("%s: %d (-want +got):\n%s", tc.what, a.status, diff)
		}
	}
}

func TestReloadWithoutAFile(t *testing.T) {
	o := options()
	o.Reload = nil
	a := ask(t, o, "POST", "/api/v1/reload")
	if got := decode(t, a)["error"]; a.status != 409 || got != "this torwart was started without a configuration file" {
		t.Errorf("got %d %v", a.status, got)
	}
}

func TestReadingReloadsNothing(t *testing.T) {
	o := options()
	o.Reload = func() ([]config.Change, []config.Problem, error) {
		t.Error("reloaded")
		return nil, nil, nil
	}
	for _, method := range []string{"GET", "HEAD", "PUT", "OPTIONS"} {
		ask(t, o, method, "/api/v1/reload")
	}
}

func TestWhatIsNotThereAndWhatIsNotTakenIsSaidInJSON(t *testing.T) {
	for _, tc := range []struct {
		method, target string
		status         int
		allow, want    string
	}{
		{"GET", "/", 404, "", "nothing at /"},
		{"GET", "/api/v1/incidents", 404, "", "nothing at /api/v1/incidents"},
		{"GET", "/api/v1/pools/", 404, "", "nothing at /api/v1/pools/"},
		{"DELETE", "/api/v1/pools", 405, "GET, HEAD", "/api/v1/pools takes GET, HEAD, not DELETE"},
		{"POST", "/metrics", 405, "GET, HEAD", "/metrics takes GET, HEAD, not POST"},
		{"GET", "/api/v1/reload", 405, "POST", "/api/v1/reload takes POST, not GET"},
	} {
		a := ask(t, options(), tc.method, tc.target)
		if got := decode(t, a)["error"]; a.status != tc.status || got != tc.want || a.header.Get("Allow") != tc.allow {
			t.Errorf("%s %s: got %d %v, Allow %q", tc.method, tc.target, a.status, got, a.header.Get("Allow"))
		}
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	srv := httptest.NewServer(admin.New(options()))
	defer srv.Close()
	resp, err := http.Head(srv.URL + "/api/v1/pools")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode != 200 || len(body) != 0 || err != nil || resp.Header.Get("Server") != "torwart/1.2.3" {
		t.Errorf("got %d %q %v, Server %q", resp.StatusCode, body, err, resp.Header.Get("Server"))
	}
}
