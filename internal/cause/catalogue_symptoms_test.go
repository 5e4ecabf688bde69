package cause_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/cause"
)

// symptomConstants reads the codes of the first block of constants in
// codes.go, so that a new symptom without an entry cannot hide.
func symptomConstants(t *testing.T) []cause.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	block := file.Decls[0].(*ast.GenDecl)
	var codes []cause.Code
	for _, spec := range block.Specs {
		for _, value := range spec.(*ast.ValueSpec).Values {
			code, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, cause.Code(code))
		}
	}
	return codes
}

func TestEverySymptomHasItsEntry(t *testing.T) {
	var entries []cause.Code
	for _, e := range cause.Symptoms() {
		entries = append(entries, e.Code)
	}
	if diff := cmp.Diff(symptomConstants(t), entries); diff != "" {
		t.Errorf("symptoms in the catalogue differ from the constants (-constants +entries):\n%s", diff)
	}
}

// testdata/symptoms.tsv is a transcript of the project's list of symptoms,
// made by a script, in the documented order. Where the list gives a tier or
// status "else" another, the transcript has the one an attempt falls back to
// without further evidence (P2, P3) or the first (431); status 0 is "as
// answered".
func TestSymptomsAreAsDocumented(t *testing.T) {
	data, err := os.ReadFile("testdata/symptoms.tsv")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	got := []string{"code\tproxy_status\ttier\tstatus"}
	for _, e := range cause.Symptoms() {
		got = append(got, fmt.Sprintf("%s\t%s\t%s\t%d", e.Code, e.ProxyStatus, e.Tier, e.Status))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("symptoms (-documented +catalogue):\n%s", diff)
	}
}

func TestSymptomsHaveNoCategory(t *testing.T) {
	for _, e := range cause.Symptoms() {
		if e.Category != "" {
			t.Errorf("%s has the category %q; that is for root causes", e.Code, e.Category)
		}
	}
}

// symptomTexts returns the texts of an entry under names for messages.
func symptomTexts(e cause.Entry) map[string]cause.Text {
	texts := map[string]cause.Text{"title": e.Title, "meaning": e.Meaning, "tell": e.Tell}
	for i, s := range e.Remedy {
		texts["step "+strconv.Itoa(i+1)] = s.Do
	}
	return texts
}

func TestSymptomTextsAreComplete(t *testing.T) {
	for _, e := range cause.Symptoms() {
		if n := len(e.Remedy); n < 2 || n > 6 {
			t.Errorf("%s has %d steps, want 2 to 6", e.Code, n)
		}
		for what, text := range symptomTexts(e) {
			if text.EN == text.DE {
				t.Errorf("%s, %s: English and German are the same: %q", e.Code, what, text.EN)
			}
			for _, s := range []string{text.EN, text.DE} {
				switch {
				case strings.TrimSpace(s) != s || s == "":
					t.Errorf("%s, %s: empty or with blanks around it: %q", e.Code, what, s)
				case placeholder.MatchString(s):
					t.Errorf("%s, %s: placeholder %q in %q", e.Code, what, placeholder.FindString(s), s)
				case what == "title" && strings.HasSuffix(s, "."):
					t.Errorf("%s, title is a sentence: %q", e.Code, s)
				case what != "title" && !strings.ContainsAny(s[len(s)-1:], ".?"):
					t.Errorf("%s, %s does not end like a sentence: %q", e.Code, what, s)
				}
			}
		}
	}
}

func TestSymptomStepsNameTheirSoftware(t *testing.T) {
	for _, e := range cause.Symptoms() {
		var lines int
		for i, s := range e.Remedy {
			switch {
			case s.Line != "" && s.For == "":
				t.Errorf("%s, step %d: whose line is %q?", e.Code, i+1, s.Line)
			case s.Line == "" && s.For != "":
				t.Errorf("%s, step %d: for %s, but without its line", e.Code, i+1, s.For)
			case s.Line != "":
				lines++
			}
			if s.Line != strings.TrimSpace(s.Line) || placeholder.MatchString(s.Line) {
				t.Errorf("%s, step %d: line %q", e.Code, i+1, s.Line)
			}
		}
		if lines < 2 {
			t.Errorf("%s offers %d exact lines, want at least 2", e.Code, lines)
		}
	}
}

// Quotation marks and a few function words give away a text that stands in
// the wrong field or was left untranslated.
func TestSymptomTextsAreInTheirLanguage(t *testing.T) {
	english := regexp.MustCompile(`\b(the|and|with|which|does)\b`)
	german := regexp.MustCompile(`\b(der|und|nicht|ein|mit)\b|[äöüßÄÖÜ„“]`)
	quoted := regexp.MustCompile(`„[^“]*“`) // log lines stay English
	for _, e := range cause.Symptoms() {
		for what, text := range symptomTexts(e) {
			if word := german.FindString(text.EN); word != "" {
				t.Errorf("%s, %s: German %q in the English text", e.Code, what, word)
			}
			if word := english.FindString(quoted.ReplaceAllString(text.DE, "")); word != "" {
				t.Errorf("%s, %s: English %q in the German text", e.Code, what, word)
			}
		}
	}
}

// A short step such as "The same in HAProxy." may recur; whatever explains
// may not.
func TestNoTextIsSharedBetweenSymptoms(t *testing.T) {
	const short = 40
	seen := map[string]cause.Code{}
	for _, e := range cause.All() {
		for what, text := range symptomTexts(e) {
			for _, s := range []string{text.EN, text.DE} {
				if other, ok := seen[s]; ok && e.Kind == cause.Symptom && len(s) > short {
					t.Errorf("%s, %s: also in %s: %q", e.Code, what, other, s)
				}
				if e.Kind == cause.Symptom {
					seen[s] = e.Code
				}
			}
		}
	}
}

func TestSymptomsNameOnlyCodesThatExist(t *testing.T) {
	for _, e := range cause.Symptoms() {
		for what, text := range symptomTexts(e) {
			if strings.HasPrefix(what, "step") {
				continue // commands and options look like codes
			}
			for _, code := range append(codesIn(text.EN), codesIn(text.DE)...) {
				if len(cause.Lookup(cause.Code(code))) == 0 {
					t.Errorf("%s, %s names %q, which is not in the catalogue", e.Code, what, code)
				}
			}
		}
	}
}

// A symptom is told from other symptoms, and leads to root causes.
func TestSymptomTellNamesNeighboursAndRootCauses(t *testing.T) {
	for _, e := range cause.Symptoms() {
		en, de := codesIn(e.Tell.EN), codesIn(e.Tell.DE)
		if diff := cmp.Diff(en, de); diff != "" {
			t.Errorf("%s: codes named (-en +de):\n%s", e.Code, diff)
		}
		var symptoms, roots int
		for _, name := range en {
			switch code := cause.Code(name); {
			case code != e.Code && cause.LookupSymptom(code) != nil:
				symptoms++
			case cause.LookupRootCause(code) != nil:
				roots++
			}
		}
		if symptoms < 1 || roots < 1 {
			t.Errorf("%s names %d other symptoms and %d root causes, want one of each at least", e.Code, symptoms, roots)
		}
	}
}
