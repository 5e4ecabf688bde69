package cause_test

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"torwart/internal/cause"
)

var update = flag.Bool("update", false, "write testdata/catalogue.golden anew; codes that are gone become retired")

const goldenHead = `# Every code there ever was: kind, code, then Proxy-Status type, tier and status
# of a symptom or category of a root cause ("-" for none). Codes stand in logs,
# metrics, URLs, alerts and stored incidents of other people, so one is never
# renamed or reused: it is retired and stays in this list for ever.
`

// goldenLine is the line of one code. key is what may never come to mean
// something else.
type goldenLine struct {
	key     string // kind and code
	rest    string
	retired bool
}

func (l goldenLine) String() string {
	if l.retired {
		return "retired " + l.key
	}
	return l.key + " " + l.rest
}

// currentLines are the lines of the catalogue as it is.
func currentLines() []goldenLine {
	dash := func(s string) string { return cmp.Or(s, "-") }
	var out []goldenLine
	for _, e := range cause.All() {
		l := goldenLine{key: fmt.Sprintf("%s %s", e.Kind, e.Code)}
		if e.Kind == cause.Symptom {
			l.rest = fmt.Sprintf("%s %s %d", dash(e.ProxyStatus), e.Tier, e.Status)
		} else {
			l.rest = dash(e.Category)
		}
		out = append(out, l)
	}
	return out
}

// parseGolden reads the file.
func parseGolden(t *testing.T, b []byte) []goldenLine {
	t.Helper()
	var out []goldenLine
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "#"):
		case len(words) == 3 && words[0] == "retired":
			out = append(out, goldenLine{key: words[1] + " " + words[2], retired: true})
		case len(words) >= 3:
			out = append(out, goldenLine{key: words[0] + " " + words[1], rest: strings.Join(words[2:], " ")})
		default:
			t.Fatalf("a line that cannot be read: %q", line)
		}
	}
	return out
}

// merge compares the catalogue with the golden list and returns the list as
// it should be, and what is wrong: faults that an update cannot put right,
// and changes that it can.
func merge(golden, current []goldenLine) (merged []goldenLine, faults, changes []string) {
	now := make(map[string]goldenLine)
	for _, l := range current {
		now[l.key] = l
	}
	known := make(map[string]bool)
	for _, old := range golden {
		known[old.key] = true
		l, alive := now[old.key]
		switch {
		case old.retired && alive:
			faults = append(faults, old.key+": retired codes are never used again; choose another")
		case !old.retired && !alive:
			changes = append(changes, old.key+": gone. Codes are retired, never renamed: "+
				"other people's logs, alerts and links hold it. If it is to be retired, -update says so in the list")
			old.retired = true
		case alive && old.rest != l.rest:
			changes = append(changes, fmt.Sprintf("%s: was %q, is %q", old.key, old.rest, l.rest))
		}
		if old.retired {
			merged = append(merged, old)
		}
	}
	for _, l := range current {
		if !known[l.key] {
			changes = append(changes, l.key+": new")
		}
	}
	// The catalogue's order, the retired at the end.
	return append(slices.Clone(current), merged...), faults, changes
}

func TestCatalogueGolden(t *testing.T) {
	file := filepath.Join("testdata", "catalogue.golden")
	b, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	merged, faults, changes := merge(parseGolden(t, b), currentLines())
	for _, f := range faults {
		t.Error(f)
	}
	if t.Failed() {
		return
	}
	text := []byte(goldenHead)
	for _, l := range merged {
		text = fmt.Appendln(text, l)
	}
	if *update {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, c := range changes {
		t.Error(c)
	}
	if !t.Failed() && !bytes.Equal(b, text) {
		t.Error("only the order or the head of the list differs")
	}
	if t.Failed() {
		t.Errorf("meant so? go test ./internal/cause -run %s -update", t.Name())
	}
}

// TestCatalogueGoldenNotices holds the guard to its promise.
func TestCatalogueGoldenNotices(t *testing.T) {
	golden := []goldenLine{
		{key: "symptom a", rest: "x P0 502"},
		{key: "symptom b", rest: "x P0 502"},
		{key: "symptom old", retired: true},
	}
	for name, tc := range map[string]struct {
		current         []goldenLine
		merged          string
		faults, changes int
	}{
		"nothing":   {golden[:2], "symptom a x P0 502,symptom b x P0 502,retired symptom old", 0, 0},
		"vanished":  {golden[:1], "symptom a x P0 502,retired symptom b,retired symptom old", 0, 1},
		"renamed":   {[]goldenLine{golden[0], {key: "symptom c", rest: "x P0 502"}}, "symptom a x P0 502,symptom c x P0 502,retired symptom b,retired symptom old", 0, 2},
		"changed":   {[]goldenLine{{key: "symptom a", rest: "x P0 503"}, golden[1]}, "symptom a x P0 503,symptom b x P0 502,retired symptom old", 0, 1},
		"new":       {append(golden[:2:2], goldenLine{key: "symptom c", rest: "y"}), "symptom a x P0 502,symptom b x P0 502,symptom c y,retired symptom old", 0, 1},
		"reused":    {append(golden[:2:2], goldenLine{key: "symptom old", rest: "y"}), "", 1, 0},
		"same code": {append(golden[:2:2], goldenLine{key: "root-cause old", rest: "y"}), "symptom a x P0 502,symptom b x P0 502,root-cause old y,retired symptom old", 0, 1},
	} {
		merged, faults, changes := merge(golden, tc.current)
		if len(faults) != tc.faults || len(changes) != tc.changes {
			t.Errorf("%s: faults %q, changes %q", name, faults, changes)
		}
		var lines []string
		for _, l := range merged {
			lines = append(lines, l.String())
		}
		if got := strings.Join(lines, ","); tc.merged != "" && got != tc.merged {
			t.Errorf("%s: got %s, want %s", name, got, tc.merged)
		}
	}
}
