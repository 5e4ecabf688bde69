package accesslog_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/accesslog"
	"torwart/internal/cause"
	"torwart/internal/traffic"
)

var update = flag.Bool("update", false, "write the golden files anew")

var zone = time.FixedZone("", 2*60*60)

// served is an ordinary exchange, cut one that needed saving.
func served() *traffic.Exchange {
	return &traffic.Exchange{
		ID:       "01JD5W8Z0000000000000000AB",
		Start:    time.Date(2026, 11, 20, 17, 0, 1, 42_900_000, zone),
		Duration: 12345678 * time.Nanosecond,
		Client:   "192.0.2.7", Method: "GET", Scheme: "https", Host: "shop.example",
		Target: "/shoes?size=42", Protocol: "HTTP/1.1",
		Referer: "https://shop.example/", Agent: "Mozilla/5.0 (X11; Linux x86_64)",
		Site: "shop.example", Rule: "/", Status: 200, BodyBytes: 5123,
		Attempts: []traffic.Attempt{{
			Endpoint: "http://127.0.0.1:9102", Status: 200,
			Timings: traffic.Timings{Send: 100 * time.Microsecond, Head: 9 * time.Millisecond, Body: time.Millisecond},
		}},
	}
}

func exchanges() []*traffic.Exchange {
	saved := served()
	saved.Outcome, saved.Save = traffic.Saved, traffic.Retried
	saved.Attempts = append([]traffic.Attempt{{
		Endpoint: "http://127.0.0.1:9101", Symptom: cause.ConnectRefused, Tier: cause.P0,
		Timings: traffic.Timings{Connect: 250 * time.Microsecond},
	}}, saved.Attempts...)

	conceded := served()
	conceded.Method, conceded.Status, conceded.BodyBytes = "POST", 502, 0
	conceded.Outcome, conceded.Symptom = traffic.Conceded, cause.ClosedBeforeResponse
	conceded.Attempts = []traffic.Attempt{{
		Endpoint: "unix:/run/php/php8.4-fpm.sock", Symptom: cause.ClosedBeforeResponse, Tier: cause.P3,
	}}

	gone := &traffic.Exchange{
		Start: served().Start, Client: "2001:db8::1", Method: "GET", Host: "shop.example",
		Target: "/slow", Protocol: "HTTP/1.1", Outcome: traffic.Abandoned, Symptom: cause.ClientGone,
	}
	malformed := &traffic.Exchange{
		Start: served().Start, Client: "192.0.2.66", Status: 400,
		Outcome: traffic.Refused, Symptom: cause.ClientRequestMalformed,
	}
	cut := &traffic.Exchange{
		Start: served().Start, Method: "GET", Target: "/", Protocol: "HTTP/1.0", Outcome: traffic.Conceded,
	}
	hostile := served()
	hostile.Target = "/\"\r\n\\\x00\x1b[31m\x7f\xff\u0085\u2028ä€\U0001f945"
	hostile.Agent = "a\" 200 5 \"-\" \"b\n192.0.2.1 - - [x] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"\n"
	return []*traffic.Exchange{served(), saved, conceded, gone, malformed, cut, hostile}
}

func write(f accesslog.Format, xs ...*traffic.Exchange) string {
	var b bytes.Buffer
	l := accesslog.Log{W: &b, Format: f}
	for _, x := range xs {
		l.Write(x)
	}
	l.Flush()
	return b.String()
}

func TestLinesLookAsPromised(t *testing.T) {
	for _, f := range []accesslog.Format{accesslog.JSON, accesslog.Combined} {
		got := write(f, exchanges()...)
		name := filepath.Join("testdata", string(f)+".golden")
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f, diff)
		}
	}
}

func TestZeroFormatIsJSON(t *testing.T) {
	if write("", served()) != write(accesslog.JSON, served()) {
		t.Error("the zero format is not JSON")
	}
}

// line is what a reader of the JSON form sees.
type line struct {
	Time     time.Time `json:"time"`
	ID       string    `json:"id"`
	Client   string    `json:"client"`
	Method   string    `json:"method"`
	Scheme   string    `json:"scheme"`
	Host     string    `json:"host"`
	Target   string    `json:"target"`
	Protocol string    `json:"protocol"`
	Status   int       `json:"status"`
	Bytes    int64     `json:"bytes"`
	MS       float64   `json:"ms"`
	Outcome  string    `json:"outcome"`
	Save     string    `json:"save"`
	Symptom  string    `json:"symptom"`
	Site     string    `json:"site"`
	Rule     string    `json:"rule"`
	Referer  string    `json:"referer"`
	Agent    string    `json:"agent"`
	Attempts []struct {
		Endpoint string  `json:"endpoint"`
		Status   int     `json:"status"`
		Symptom  string  `json:"symptom"`
		Tier     string  `json:"tier"`
		MS       float64 `json:"ms"`
	} `json:"attempts"`
}

func TestJSONLinesReadBack(t *testing.T) {
	for i, x := range exchanges() {
		var got line
		d := json.NewDecoder(strings.NewReader(write(accesslog.JSON, x)))
		d.DisallowUnknownFields()
		if err := d.Decode(&got); err != nil {
			t.Fatalf("exchange %d: %v", i, err)
		}
		if !got.Time.Equal(x.Start.Truncate(time.Millisecond)) {
			t.Errorf("exchange %d: time %v, want %v", i, got.Time, x.Start)
		}
		status := x.Status
		if x.Outcome == traffic.Abandoned {
			status = 499
		}
		want := line{
			Time: got.Time, ID: x.ID, Client: x.Client, Method: x.Method, Scheme: x.Scheme,
			Host: x.Host, Target: throughJSON(t, x.Target), Protocol: x.Protocol, Status: status,
			Bytes: x.BodyBytes, MS: float64(x.Duration.Microseconds()) / 1000,
			Outcome: x.Outcome.String(), Save: x.Save.String(), Symptom: string(x.Symptom),
			Site: x.Site, Rule: x.Rule, Referer: x.Referer, Agent: x.Agent, Attempts: got.Attempts,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("exchange %d (-want +got):\n%s", i, diff)
		}
		if len(got.Attempts) != len(x.Attempts) {
			t.Errorf("exchange %d has %d attempts, want %d", i, len(got.Attempts), len(x.Attempts))
		}
	}
}

// throughJSON is what encoding/json makes of s: the second opinion.
func throughJSON(t *testing.T, s string) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var out string
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// combined reads Apache's combined format the way log readers do: a quoted
// string ends at the next quote.
var combined = regexp.MustCompile(
	`^(\S+) - - \[([^]]+)\] "([^"]*)" (-|\d{3}) (-|\d+) "([^"]*)" "([^"]*)"\n$`)

func FuzzLinesStayWhole(f *testing.F) {
	for _, x := range exchanges() {
		f.Add(x.Client, x.Target, x.Agent)
	}
	f.Add("a b", "\u009b\x9b", "\xf0\x9f\xa5")
	f.Fuzz(func(t *testing.T, client, target, agent string) {
		x := served()
		x.Client, x.Target, x.Agent = client, target, agent

		text := write(accesslog.JSON, x)
		if strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, "\n") {
			t.Errorf("not one line: %q", text)
		}
		var got line
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatalf("%v in %q", err, text)
		}
		for _, p := range [][2]string{{got.Client, client}, {got.Target, target}, {got.Agent, agent}} {
			if want := throughJSON(t, p[1]); p[0] != want {
				t.Errorf("read back %q, want %q", p[0], want)
			}
		}
		if i := strings.IndexFunc(strings.TrimSuffix(text, "\n"), isControl); i >= 0 {
			t.Errorf("control character at %d in %q", i, text)
		}

		text = write(accesslog.Combined, x)
		m := combined.FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("not a combined line: %q", text)
		}
		for _, p := range [][2]string{{m[1], client}, {m[3], "GET " + target + " HTTP/1.1"}, {m[7], agent}} {
			if got := unescape(t, p[0]); got != p[1] && (p[1] != "" || got != "-") {
				t.Errorf("read back %q, want %q", got, p[1])
			}
		}
	})
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7F && r < 0xA0 || r == 0x2028 || r == 0x2029 }

var escape = regexp.MustCompile(`\\x[0-9A-F]{2}`)

func unescape(t *testing.T, s string) string {
	t.Helper()
	return escape.ReplaceAllStringFunc(s, func(e string) string {
		n, err := strconv.ParseUint(e[2:], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		return string([]byte{byte(n)})
	})
}

func TestConcurrentLinesDoNotMix(t *testing.T) {
	var b bytes.Buffer
	l := accesslog.Log{W: &b}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 500 {
				l.Write(served())
			}
		})
		wg.Go(func() {
			for range 50 {
				l.Flush()
			}
		})
	}
	wg.Wait()
	l.Flush()
	n := 0
	for got := range strings.Lines(b.String()) {
		if n++; got != one {
			t.Fatalf("line %d is %q", n, got)
		}
	}
	if n != 2000 {
		t.Errorf("%d lines, want 2000", n)
	}
}

// Lines share the text of a second; that must not show.
func TestEveryLineHasItsOwnTime(t *testing.T) {
	a, b, c := served(), served(), served()
	b.Start = a.Start.Add(time.Second)
	c.Start = a.Start.In(time.UTC)
	got := write(accesslog.Combined, a, b, c, a)
	want := write(accesslog.Combined, a) + write(accesslog.Combined, b) +
		write(accesslog.Combined, c) + write(accesslog.Combined, a)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
