package cause_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/cause"
)

// rootCauseConstants reads the codes of all CauseXxx constants out of
// codes.go, so that a new constant without an entry cannot hide.
func rootCauseConstants(t *testing.T) []cause.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var codes []cause.Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Cause") {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, cause.Code(code))
		return false
	})
	return codes
}

func TestEveryRootCauseHasItsEntry(t *testing.T) {
	var entries []cause.Code
	for _, e := range cause.RootCauses() {
		entries = append(entries, e.Code)
	}
	if diff := cmp.Diff(rootCauseConstants(t), entries); diff != "" {
		t.Errorf("root causes in the catalogue differ from the constants (-constants +entries):\n%s", diff)
	}
}

// testdata/root-causes.tsv is a transcript of the project's list of causes,
// made by a script: code, tab, category, in the documented order.
func TestRootCauseCategoriesAreTheDocumentedOnes(t *testing.T) {
	data, err := os.ReadFile("testdata/root-causes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	var got []string
	for _, e := range cause.RootCauses() {
		category := e.Category
		if category == "" {
			category = "-"
		}
		got = append(got, string(e.Code)+"\t"+category)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes and categories (-documented +catalogue):\n%s", diff)
	}
}

func TestRootCausesCarryNothingOfASymptom(t *testing.T) {
	for _, e := range cause.RootCauses() {
		if e.ProxyStatus != "" || e.Tier != cause.NoTier || e.Status != 0 {
			t.Errorf("%s has Proxy-Status %q, tier %s, status %d; want none", e.Code, e.ProxyStatus, e.Tier, e.Status)
		}
	}
}

// placeholder finds what writers leave behind when they mean to come back.
var placeholder = regexp.MustCompile(`(?i)\b(TODO|TBD|FIXME|XXX|lorem)\b|\.\.\.|…|  `)

// rootCauseTexts returns the texts of an entry under names for messages.
func rootCauseTexts(e cause.Entry) map[string]cause.Text {
	texts := map[string]cause.Text{"title": e.Title, "meaning": e.Meaning, "tell": e.Tell}
	for i, s := range e.Remedy {
		texts["step "+strconv.Itoa(i+1)] = s.Do
	}
	return texts
}

func TestRootCauseTextsAreComplete(t *testing.T) {
	for _, e := range cause.RootCauses() {
		if n := len(e.Remedy); n < 2 || n > 6 {
			t.Errorf("%s has %d steps, want 2 to 6", e.Code, n)
		}
		for what, text := range rootCauseTexts(e) {
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
				case what != "title" && !strings.ContainsAny(s[len(s)-1:], ".?;"):
					t.Errorf("%s, %s does not end like a sentence: %q", e.Code, what, s)
				}
			}
		}
	}
}

// The quotes and a few function words give away a text that stands in the
// wrong field or was left untranslated.
func TestRootCauseTextsAreInTheirLanguage(t *testing.T) {
	english := regexp.MustCompile(`\b(the|and|with|which|does)\b`)
	german := regexp.MustCompile(`\b(der|und|nicht|ein|mit)\b|[äöüßÄÖÜ„“]`)
	quoted := regexp.MustCompile(`„[^“]*“`) // log lines and menu items stay English
	for _, e := range cause.RootCauses() {
		for what, text := range rootCauseTexts(e) {
			if word := german.FindString(text.EN); word != "" {
				t.Errorf("%s, %s: German %q in the English text", e.Code, what, word)
			}
			de := quoted.ReplaceAllString(text.DE, "")
			if word := english.FindString(de); word != "" {
				t.Errorf("%s, %s: English %q in the German text", e.Code, what, word)
			}
		}
	}
}

func TestNoTextIsSharedBetweenRootCauses(t *testing.T) {
	seen := map[string]cause.Code{}
	for _, e := range cause.RootCauses() {
		for what, text := range rootCauseTexts(e) {
			for _, s := range []string{text.EN, text.DE} {
				if other, ok := seen[s]; ok {
					t.Errorf("%s, %s: also in %s: %q", e.Code, what, other, s)
				}
				seen[s] = e.Code
			}
		}
	}
}

// codeLike finds what is written like a code: words in lower case joined by
// hyphens, not a part of a longer word, option, path or file name.
var codeLike = regexp.MustCompile(`(?:^|[^\p{L}\p{N}_./='-])(\p{Ll}[\p{Ll}\p{N}]*(?:-[\p{Ll}\p{N}]+)+)`)

// hyphenated are the other words the texts write like codes.
var hyphenated = []string{
	"cf-ray", "keep-alive", "kept-alive", "left-over", "non-zero", "read-only", "self-signed",
	"sign-on", "signed-in", "start-limit-hit", "start-up",
}

func codesIn(text string) []string {
	var out []string
	for _, m := range codeLike.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(hyphenated, m[1]) && !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return out
}

func TestRootCausesNameOnlyCodesThatExist(t *testing.T) {
	for _, e := range cause.RootCauses() {
		for _, text := range []cause.Text{e.Meaning, e.Tell} {
			for _, code := range append(codesIn(text.EN), codesIn(text.DE)...) {
				if len(cause.Lookup(cause.Code(code))) == 0 {
					t.Errorf("%s names %q, which is not in the catalogue", e.Code, code)
				}
			}
		}
	}
}

func TestTellNamesTheSameNeighboursInBothLanguages(t *testing.T) {
	for _, e := range cause.RootCauses() {
		en, de := codesIn(e.Tell.EN), codesIn(e.Tell.DE)
		if diff := cmp.Diff(en, de); diff != "" {
			t.Errorf("%s: codes named (-en +de):\n%s", e.Code, diff)
		}
		var neighbours int
		for _, code := range en {
			if code != string(e.Code) && cause.LookupRootCause(cause.Code(code)) != nil {
				neighbours++
			}
		}
		if neighbours < 2 {
			t.Errorf("%s is told apart from %d other root causes, want at least 2", e.Code, neighbours)
		}
	}
}
