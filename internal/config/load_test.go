package config_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/config"
)

var comparePrefixes = cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })

// The defaults are the product: this is what whoever configures nothing gets,
// written down once more so that none changes by accident.
func defaultRule(to ...string) config.Rule {
	r := config.Rule{
		Path:     "/",
		Health:   config.Health{Interval: 5 * time.Second, Timeout: 2 * time.Second, Fails: 3, Passes: 2},
		Hold:     10 * time.Second,
		HoldBack: config.HoldBack{Bytes: 64 << 10, Time: 30 * time.Millisecond},
		Retry:    config.Retry{Attempts: 3, Budget: 0.2},
		Timeouts: config.Timeouts{Connect: 2 * time.Second, Response: time.Minute, Idle: time.Minute, Request: 90 * time.Second},
		Balance:  "p2c",
		Eject:    config.Eject{Failures: 5, ErrorRate: 0.5, Latency: 10, Time: 10 * time.Second, Share: 0.5},
		Resume:   true,
		Limits:   config.Limits{Head: 64 << 10, Fields: 128, Body: 1 << 30, ReplayMemory: 256 << 10, ReplayFile: 16 << 20},
	}
	for _, url := range to {
		r.To = append(r.To, config.Target{URL: url, Weight: 1})
	}
	return r
}

func TestMinimalFileIsACompleteConfiguration(t *testing.T) {
	got, problems := config.Load(filepath.Join("testdata", "good", "minimal.yaml"))
	want := &config.Config{
		Listen: []string{"127.0.0.1:8080"},
		Admin:  "127.0.0.1:9180",
		Log:    config.Log{Access: "off"},
		Sites:  []config.Site{{Rules: []config.Rule{defaultRule("http://127.0.0.1:9101", "http://127.0.0.1:9102")}}},
	}
	if diff := cmp.Diff(want, got); diff != "" || len(problems) > 0 {
		t.Errorf("%s (-want +got):\n%s", inWords(problems), diff)
	}
}

func TestFlagsAreACompleteConfiguration(t *testing.T) {
	got, problems := config.FromFlags([]string{":8080"}, []string{"http://127.0.0.1:9101", "unix:/run/app.sock"})
	want := &config.Config{
		Listen: []string{":8080"},
		Admin:  "127.0.0.1:9180",
		Log:    config.Log{Access: "off"},
		Sites:  []config.Site{{Rules: []config.Rule{defaultRule("http://127.0.0.1:9101", "unix:/run/app.sock")}}},
	}
	if diff := cmp.Diff(want, got); diff != "" || len(problems) > 0 {
		t.Errorf("%s (-want +got):\n%s", inWords(problems), diff)
	}
}

func TestFlagsWithoutListenTakeTheDefault(t *testing.T) {
	got, problems := config.FromFlags(nil, []string{"http://127.0.0.1:9101"})
	if got == nil || !slices.Equal(got.Listen, []string{"127.0.0.1:8080"}) {
		t.Errorf("%+v, %s", got, inWords(problems))
	}
}

func TestProblemsOfFlagsNameTheFlag(t *testing.T) {
	for _, c := range []struct {
		listen, to []string
		want       string
	}{
		{nil, nil, "--to: says not where requests go"},
		{nil, []string{"127.0.0.1:9101"}, `--to: "127.0.0.1:9101" has no scheme; write http://127.0.0.1:9101`},
		{[]string{"8080"}, []string{"http://127.0.0.1:9101"}, `--listen: "8080" is only a port; write ":8080"`},
		{[]string{":8080"}, []string{"http://localhost:8080"}, "--to: http://localhost:8080 is torwart itself"},
		{nil, []string{"srv+http://app.internal:80"}, "--to: a URL by SRV records has no port: they tell it; write srv+http://app.internal"},
		{[]string{"127.0.0.1:9180"}, []string{"http://127.0.0.1:9101"}, "--listen: 127.0.0.1:9180 is listened at for requests and is the admin address"},
	} {
		cfg, problems := config.FromFlags(c.listen, c.to)
		if cfg != nil || len(problems) != 1 || !strings.HasPrefix(problems[0].In("en"), c.want) {
			t.Errorf("--listen %v --to %v: %s, want %s", c.listen, c.to, inWords(problems), c.want)
		}
	}
}

func TestUnreadableFilesSayWhy(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.yaml")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 16<<20+1); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(dir, "missing.yaml")
	for file, want := range map[string]string{
		missing: missing + ": the file cannot be read: there is no such file; check the path",
		dir:     dir + ": the file cannot be read: is a directory",
		large:   large + ": the file cannot be read: it is larger than 16 MiB",
	} {
		cfg, problems := config.Load(file)
		if cfg != nil || len(problems) != 1 || problems[0].In("en") != want {
			t.Errorf("got %s, want %s", inWords(problems), want)
		}
	}
}

func TestProblemPointsAtLineAndColumn(t *testing.T) {
	_, problems := config.Parse("torwart.yaml", []byte("sites:\n  - to: http://127.0.0.1:9101\n    timeouts:\n      response: 60s\n      conect: 2s\n"))
	if len(problems) != 1 {
		t.Fatalf("%s", inWords(problems))
	}
	p := problems[0]
	if p.Line != 5 || p.Column != 7 || p.Key != "sites[0].timeouts" || p.Severity != config.Error {
		t.Errorf("%+v", p)
	}
	if got, want := p.In("en"), `torwart.yaml:5: sites[0].timeouts: unknown key "conect"; write "connect"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := p.In("de"), `torwart.yaml:5: sites[0].timeouts: unbekannter Schlüssel "conect"; schreiben Sie "connect"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A password in a URL must not end up in a terminal, a log or a ticket.
func TestPasswordsAreNotRepeated(t *testing.T) {
	for _, url := range []string{
		"http://user:s3cret@app.example.com", "http://user:s3cret@app.example.com/path?x",
		"http://user:s3cret@a b", "ftp://user:s3cret@app.example.com", "user:s3cret@app.example.com",
	} {
		_, problems := config.FromFlags(nil, []string{url})
		if words := string(inWords(problems)); words == "" || strings.Contains(words, "s3cret") {
			t.Errorf("%s: %s", url, words)
		}
	}
}

// Aliases could make a small file as large as they like.
func TestAliasesCannotExplode(t *testing.T) {
	var b strings.Builder
	b.WriteString("sites:\n- &s\n  rules:\n  - &r\n    to: &t [")
	b.WriteString(strings.Repeat(`"http://a", `, 500) + "]\n")
	b.WriteString(strings.Repeat("  - *r\n", 500))
	b.WriteString(strings.Repeat("- *s\n", 500))
	start := time.Now()
	cfg, problems := config.Parse("bomb.yaml", []byte(b.String()))
	if cfg != nil || !slices.ContainsFunc(problems, func(p config.Problem) bool {
		return p.Wrong.EN == "aliases make the file too large"
	}) {
		t.Errorf("%d problems in %v", len(problems), time.Since(start))
	}
}
