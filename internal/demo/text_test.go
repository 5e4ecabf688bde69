package demo_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/cause"
	"torwart/internal/demo"
	"torwart/internal/locale"
	"torwart/internal/traffic"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// report is one of fixed numbers.
func report() demo.Report {
	return demo.Report{
		Took: 40300 * time.Millisecond, Planned: 40 * time.Second,
		Plain: demo.Score{
			Requests: 8012, Failed: 1723, Unavoidable: 101,
			Saw: []demo.Count[string]{{What: "demo.saw.502", N: 1611}, {What: "demo.saw.half", N: 112}},
		},
		Torwart: demo.Score{Requests: 8012, Failed: 9, Unavoidable: 9},
		Saves: []demo.Count[traffic.Save]{
			{What: traffic.Retried, N: 1310}, {What: traffic.Held, N: 104}, {What: traffic.Resumed, N: 23},
		},
		Learned: []demo.Learned{
			{Closes: 1012 * time.Millisecond, Kept: 910800 * time.Microsecond},
			{Kept: 4 * time.Second}, // not known
			{Closes: 1004 * time.Millisecond, Kept: 903600 * time.Microsecond},
		},
		Symptoms: []demo.Count[cause.Code]{
			{What: cause.ConnectRefused, N: 1270},
			{What: cause.ResponseTimeout, N: 58},
			{What: cause.ReusedConnectionClosed, N: 1},
		},
	}
}

func TestClosingWords(t *testing.T) {
	broken := report()
	broken.Stopped, broken.Took, broken.Stall = true, 12*time.Second, 1234*time.Millisecond
	broken.Torwart.Failed += 2
	broken.Learned = nil
	broken.Torwart.Twice = []string{"/orders/7"}
	broken.Offenders = []demo.Offender{
		{Method: "GET", Target: "/wares/3?visit=83", Saw: "demo.saw.502", Exchange: &traffic.Exchange{
			Method: "GET", Target: "/wares/3?visit=83", Status: 502, Symptom: cause.ConnectRefused,
			Duration: 12 * time.Millisecond, Outcome: traffic.Conceded,
			Attempts: []traffic.Attempt{
				{
					Endpoint: "http://127.0.0.1:9101", Symptom: cause.ReusedConnectionClosed, Tier: cause.P1,
					Reused: true, IdleAge: 1500 * time.Millisecond, Error: "EOF", Decision: "again: p1-closed-unread",
				},
				{Endpoint: "http://127.0.0.1:9102", Symptom: cause.ConnectRefused, Tier: cause.P0, Decision: "answer: retries-off"},
			},
		}},
		{Method: "PUT", Target: "/baskets/9", Saw: "demo.saw.silence"},
	}
	for _, l := range locale.Langs() {
		kept := report()
		golden(t, "kept."+string(l)+".txt", kept.Text(l))
		golden(t, "broken."+string(l)+".txt", broken.Text(l))
	}
}

// control are the sequences a picture is made of.
var control = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]")

func TestPicture(t *testing.T) {
	for _, l := range locale.Langs() {
		got := strings.ReplaceAll(control.ReplaceAllString(demo.Picture(l, 80, 24, false, false), ""), "\r", "")
		golden(t, "picture."+string(l)+".txt", got)
	}
}

// A picture stays within the terminal: what wraps or scrolls cannot be drawn
// over.
func TestPictureFitsTheTerminal(t *testing.T) {
	for _, l := range locale.Langs() {
		for _, size := range [][2]int{{80, 24}, {40, 10}, {200, 60}, {3, 2}, {1, 1}} {
			got := demo.Picture(l, size[0], size[1], true, false)
			lines := strings.Split(control.ReplaceAllString(got, ""), "\r\n")
			if len(lines) > size[1] {
				t.Errorf("%v: %d lines", size, len(lines))
			}
			for _, line := range lines {
				if n := utf8.RuneCountInString(line); n >= max(size[0], 2) {
					t.Errorf("%v: a line has %d columns: %q", size, n, line)
				}
			}
		}
	}
}

func TestPictureIsDrawnOverTheLast(t *testing.T) {
	first := demo.Picture(locale.EN, 80, 24, false, false)
	again := demo.Picture(locale.EN, 80, 24, false, true)
	lines := strings.Count(first, "\n")
	if up := "\x1b[" + locale.EN.Number(int64(lines)) + "A\r"; !strings.HasPrefix(again, up) {
		t.Errorf("%d lines were drawn, and the next picture begins with %q, not %q", lines, again[:8], up)
	}
	if regexp.MustCompile("\x1b\\[[0-9;]*m").MatchString(first) {
		t.Error("colours where none are wanted")
	}
}

// What has to last so long that something can be seen does, and the others
// share the rest.
func TestProgrammeKeepsItsLength(t *testing.T) {
	for _, length := range []time.Duration{demo.ShortestDemo, 10 * time.Second, demo.DefaultLength, demo.LongestDemo} {
		var sum time.Duration
		for _, p := range demo.Programme(length) {
			sum += p.Length
			if p.Length < p.Least || p.Length < length/100 {
				t.Errorf("%v: %s takes %v", length, p.Key, p.Length)
			}
		}
		if (sum - length).Abs() > time.Millisecond {
			t.Errorf("%v: the phases take %v", length, sum)
		}
	}
}

func TestMessagesExist(t *testing.T) {
	for _, key := range demo.Keys() {
		for _, l := range locale.Langs() {
			if l.Text(key) == key {
				t.Errorf("%s: no message %q", l, key)
			}
		}
	}
}
