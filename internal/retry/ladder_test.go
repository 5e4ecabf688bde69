package retry_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/cause"
	"torwart/internal/retry"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// usual is a policy with the defaults, and a failure with nothing against
// another attempt but the evidence.
func usual(tier cause.Tier, symptom cause.Code) (retry.Policy, retry.Failure) {
	f := retry.Failure{
		Symptom: symptom, Tier: tier, Method: "GET",
		Replayable: true, Made: 1, Others: true, Left: time.Second, Budget: true,
	}
	switch tier {
	case cause.P0:
		f.Undelivered = 1
	case cause.P3:
		f.Ambiguous = 1
	case cause.P4:
		f.Committed = true
	case cause.P5:
		f.Status = 503
	}
	return retry.Policy{Attempts: 2}, f
}

// A circumstance is one thing that differs from usual.
type circumstance struct {
	name string
	set  func(p *retry.Policy, f *retry.Failure)
}

var circumstances = []circumstance{
	{"usual", func(*retry.Policy, *retry.Failure) {}},
	{"no other endpoint", func(_ *retry.Policy, f *retry.Failure) { f.Others = false }},
	{"no other, but earlier hope", func(_ *retry.Policy, f *retry.Failure) { f.Others = false; f.Hope = true }},
	{"unsafe_probable on", func(p *retry.Policy, _ *retry.Failure) { p.UnsafeProbable = true }},
	{"P1 off", func(p *retry.Policy, _ *retry.Failure) { p.P1Off = true }},
	{"P1 off, unsafe_probable on", func(p *retry.Policy, _ *retry.Failure) { p.P1Off, p.UnsafeProbable = true, true }},
	{"ended in P3 before", func(_ *retry.Policy, f *retry.Failure) { f.Made++; f.Ambiguous++ }},
	{"all attempts made", func(p *retry.Policy, f *retry.Failure) { f.Made += p.Attempts }},
	{"as many, but undelivered", func(p *retry.Policy, f *retry.Failure) { f.Made += p.Attempts; f.Undelivered += p.Attempts }},
	{"retries off", func(p *retry.Policy, _ *retry.Failure) { p.Attempts = 0 }},
	{"retries off, no other endpoint", func(p *retry.Policy, f *retry.Failure) { p.Attempts = 0; f.Others = false }},
	{"body not replayable", func(_ *retry.Policy, f *retry.Failure) { f.Replayable = false }},
	{"deadline passed", func(_ *retry.Policy, f *retry.Failure) { f.Left = 0 }},
	{"budget spent", func(_ *retry.Policy, f *retry.Failure) { f.Budget = false }},
	{"bytes reached the client", func(_ *retry.Policy, f *retry.Failure) { f.Committed = true }},
}

// columns are the classes of requests; TestMethodsOfAClass shows that a class
// has no exceptions.
var columns = []struct {
	name, method string
	key          bool
}{{"GET", "GET", false}, {"PUT", "PUT", false}, {"POST", "POST", false}, {"POST with key", "POST", true}}

var rungs = []struct {
	tier    cause.Tier
	symptom cause.Code
	note    string
}{
	{cause.NoTier, cause.ClientGone, "no attempt failed"},
	{cause.P0, cause.ConnectRefused, "the endpoint takes no connection"},
	{cause.P0, cause.TLSCertificateExpired, "the endpoint takes none, and waiting will not heal it"},
	{cause.P0, cause.ReusedConnectionClosed, "one connection was gone, the endpoint may be well"},
	{cause.P1, cause.ReusedConnectionClosed, "reused connection, FIN, nothing acknowledged"},
	{cause.P2, cause.ReusedConnectionClosed, "reused connection, RST, nothing acknowledged"},
	{cause.P3, cause.ClosedBeforeResponse, "delivered, then the connection ended"},
	{cause.P3, cause.ResponseTimeout, "delivered, and no answer in time"},
	{cause.P4, cause.ResponseBodyIncomplete, "bytes reached the client"},
	{cause.P5, cause.UpstreamErrorStatus, "the upstream answered 503"},
}

func TestLadder(t *testing.T) {
	var b strings.Builder
	b.WriteString("The retry-safety ladder: what is done after a failed attempt, and why.\n" +
		"GET stands for HEAD, OPTIONS, TRACE too, PUT for DELETE, POST for PATCH and\n" +
		"every unknown method, \"with key\" for a request with Idempotency-Key. $ costs a token.\n" +
		"A line says what differs from the usual: a first failure, another endpoint, time and tokens\n" +
		"left, a body that can be sent again. What is not listed changes nothing.\n")
	for _, r := range rungs {
		fmt.Fprintf(&b, "\n%s %s: %s\n", r.tier, r.symptom, r.note)
		row(&b, "", func(i int) string { return columns[i].name })
		in := func(c circumstance) (cells [4]string) {
			for i, column := range columns {
				p, f := usual(r.tier, r.symptom)
				f.Method, f.IdempotencyKey = column.method, column.key
				c.set(&p, &f)
				cells[i] = cell(retry.Decide(p, f))
			}
			return cells
		}
		same := in(circumstances[0])
		for i, c := range circumstances {
			if cells := in(c); i == 0 || cells != same {
				row(&b, c.name, func(i int) string { return cells[i] })
			}
		}
	}
	b.WriteString("\nWhere it depends on the symptom: GET, and no other endpoint\n")
	for _, s := range symptoms {
		p, f := usual(s.tier, s.code)
		f.Others = false
		fmt.Fprintf(&b, "%s  %-32s %s\n", s.tier, s.code, cell(retry.Decide(p, f)))
	}
	b.WriteString("\nWhere it depends on the status (P5): with another endpoint\n")
	for _, status := range []int{500, 501, 502, 503, 504, 505, 529} {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "POST"} {
			p, f := usual(cause.P5, cause.UpstreamErrorStatus)
			f.Method, f.Status = method, status
			fmt.Fprintf(&b, "%d  %-8s %s\n", status, method, cell(retry.Decide(p, f)))
		}
	}
	golden(t, "ladder.golden", b.String())
}

func row(b *strings.Builder, head string, of func(i int) string) {
	line := fmt.Sprintf("  %-31s", head)
	for i := range columns {
		line += fmt.Sprintf("| %-32s", of(i))
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

func cell(d retry.Decision) string {
	if d.Charged {
		return d.String() + " $"
	}
	return d.String()
}

// symptoms are those of P0 and P3, the tiers in which the symptom matters.
var symptoms = []struct {
	tier cause.Tier
	code cause.Code
}{
	{cause.P0, cause.DNSNameNotFound},
	{cause.P0, cause.DNSServerFailure},
	{cause.P0, cause.DNSTimeout},
	{cause.P0, cause.DNSEmpty},
	{cause.P0, cause.ConnectRefused},
	{cause.P0, cause.ConnectTimeout},
	{cause.P0, cause.ConnectUnroutable},
	{cause.P0, cause.ConnectProhibited},
	{cause.P0, cause.ConnectQueueFull},
	{cause.P0, cause.ConnectNoPorts},
	{cause.P0, cause.ConnectNoDescriptors},
	{cause.P0, cause.SocketMissing},
	{cause.P0, cause.SocketForbidden},
	{cause.P0, cause.TLSNotSpoken},
	{cause.P0, cause.TLSVersion},
	{cause.P0, cause.TLSAlert},
	{cause.P0, cause.TLSHandshakeClosed},
	{cause.P0, cause.TLSHandshakeTimeout},
	{cause.P0, cause.TLSCertificateExpired},
	{cause.P0, cause.TLSCertificateNotYetValid},
	{cause.P0, cause.TLSCertificateUntrusted},
	{cause.P0, cause.TLSCertificateName},
	{cause.P0, cause.TLSClientCertificateRequired},
	{cause.P0, cause.ReusedConnectionClosed},
	{cause.P0, cause.RequestWriteFailed},
	{cause.P0, cause.UpstreamErrorStatus},
	{cause.P0, cause.StreamRefused},
	{cause.P0, cause.ConnectionDraining},
	{cause.P0, cause.NoUpstreamAvailable},
	{cause.P0, cause.QueueTimeout},
	{cause.P0, cause.RequestShed},
	{cause.P3, cause.ReusedConnectionClosed},
	{cause.P3, cause.ClosedBeforeResponse},
	{cause.P3, cause.ResetBeforeResponse},
	{cause.P3, cause.RequestWriteFailed},
	{cause.P3, cause.RequestWriteStalled},
	{cause.P3, cause.ResponseTimeout},
	{cause.P3, cause.ResponseHeadIncomplete},
	{cause.P3, cause.ResponseHeadMalformed},
	{cause.P3, cause.ResponseHeadTooLarge},
	{cause.P3, cause.ResponseNotHTTP},
	{cause.P3, cause.ResponseIsTLS},
	{cause.P3, cause.ResponseFramingConflict},
	{cause.P3, cause.ResponseChunkMalformed},
	{cause.P3, cause.ResponseBodyIncomplete},
	{cause.P3, cause.ResponseBodyStalled},
	{cause.P3, cause.StreamReset},
}

// TestEverySymptomIsDecided keeps the list above in step with the catalogue.
func TestEverySymptomIsDecided(t *testing.T) {
	listed := map[cause.Code]bool{}
	for _, s := range symptoms {
		listed[s.code] = true
	}
	for _, e := range cause.Symptoms() {
		if (e.Tier == cause.P0 || e.Tier == cause.P3) && !listed[e.Code] {
			t.Errorf("%s (%s) stands in the catalogue; think about what it means for retrying and add it to the list", e.Code, e.Tier)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); look at it closely, then run with -update:\n%s", path, diff)
	}
}

// A 500 is the application's word on the request; only where the endpoint is
// known to say so while others serve is it tried elsewhere, and only for
// methods that change nothing.
func TestAnOutliersWord(t *testing.T) {
	for _, c := range []struct {
		method  string
		outlier bool
		want    retry.Action
	}{
		{"GET", false, retry.Answer},
		{"GET", true, retry.Elsewhere},
		{"HEAD", true, retry.Elsewhere},
		{"PUT", true, retry.Answer},
		{"POST", true, retry.Answer},
	} {
		p, f := usual(cause.P5, cause.UpstreamErrorStatus)
		f.Status, f.Method, f.Outlier = 500, c.method, c.outlier
		if d := retry.Decide(p, f); d.Action != c.want {
			t.Errorf("%s answered 500, outlier %v: %v, want %v", c.method, c.outlier, d, c.want)
		}
	}
}
