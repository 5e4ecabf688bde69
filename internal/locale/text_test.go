package locale_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/locale"
)

// message is one line of one file.
type message struct{ file, key, text string }

// messages reads all files of a language as they stand, doubles included,
// which encoding/json would hide.
func messages(t *testing.T, l locale.Lang) []message {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(string(l), "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no messages in %q: %v", l, err)
	}
	var out []message
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		ms, err := flatObject(b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range ms {
			ms[i].file = filepath.Base(name)
		}
		out = append(out, ms...)
	}
	return out
}

// flatObject reads an object of strings in order.
func flatObject(b []byte) ([]message, error) {
	dec := json.NewDecoder(strings.NewReader(string(b)))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return nil, fmt.Errorf("not an object: %v %w", tok, err)
	}
	var out []message
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		text, err := dec.Token()
		if err != nil {
			return nil, err
		}
		s, ok := text.(string)
		if !ok {
			return nil, fmt.Errorf("%v: %v is not a string", key, text)
		}
		out = append(out, message{key: key.(string), text: s})
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the object: %w", err)
	}
	return out, nil
}

// verbs returns the values a message puts in as "number:verb", sorted, so
// that languages may order them differently with %[2]s.
func verbs(text string) (out []string, err error) {
	next := 1
	for {
		_, after, found := strings.Cut(text, "%")
		if !found {
			sort.Strings(out)
			return out, nil
		}
		if rest, ok := strings.CutPrefix(after, "%"); ok {
			text = rest
			continue
		}
		m := verbPattern.FindStringSubmatch(after)
		if m == nil {
			return nil, fmt.Errorf("%%%.10s is no verb; a per cent sign is %%%%", after)
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		out = append(out, strconv.Itoa(next)+":"+m[2])
		next++
		text = after[len(m[0]):]
	}
}

var verbPattern = regexp.MustCompile(`^[-+#0]*\d*(?:\.\d+)?(?:\[(\d+)\])?([sdqvxfgt])`)

func TestMessagesAreTheSameInEveryLanguage(t *testing.T) {
	texts := make(map[locale.Lang]map[string]message)
	for _, l := range locale.Langs() {
		texts[l] = make(map[string]message)
		for _, m := range messages(t, l) {
			if first, twice := texts[l][m.key]; twice {
				t.Errorf("%s: %q stands in %s and again in %s", l, m.key, first.file, m.file)
			}
			texts[l][m.key] = m
		}
	}
	for _, l := range locale.Langs() {
		for key, m := range texts[l] {
			if strings.TrimSpace(m.text) == "" {
				t.Errorf("%s/%s: %q is empty", l, m.file, key)
			}
			if !strings.Contains(key, ".") || strings.ToLower(key) != key {
				t.Errorf("%s/%s: %q is not like area.what", l, m.file, key)
			}
			if half, ok := strings.CutSuffix(key, ".one"); ok && texts[l][half+".other"].key == "" {
				t.Errorf("%s/%s: %q without %q", l, m.file, key, half+".other")
			}
			if half, ok := strings.CutSuffix(key, ".other"); ok && texts[l][half+".one"].key == "" {
				t.Errorf("%s/%s: %q without %q", l, m.file, key, half+".one")
			}
			en, ok := texts[locale.EN][key]
			if !ok {
				t.Errorf("%s/%s: %q does not exist in English", l, m.file, key)
				continue
			}
			if en.file != m.file {
				t.Errorf("%q is in en/%s but in %s/%s", key, en.file, l, m.file)
			}
			want, err := verbs(en.text)
			if err != nil {
				t.Errorf("en/%s: %q: %v", en.file, key, err)
			}
			got, err := verbs(m.text)
			if err != nil {
				t.Errorf("%s/%s: %q: %v", l, m.file, key, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q takes other values in English than in %s (-en +%s):\n%s", key, l, l, diff)
			}
		}
		for key := range texts[locale.EN] {
			if _, ok := texts[l][key]; !ok {
				t.Errorf("%q is missing in %s", key, l)
			}
		}
	}
}

// TestVerbs holds the comparison above to its own promise.
func TestVerbs(t *testing.T) {
	for text, want := range map[string]string{
		"none, 100 %% sure":        "[]",
		"%s of %d":                 "[1:s 2:d]",
		"%[2]d von %[1]s":          "[1:s 2:d]",
		"%-8s|%08.3f|%+d|%q":       "[1:s 2:f 3:d 4:q]",
		"%[2]s %s":                 "[2:s 3:s]",
		"100 % sure":               "error",
		"at the end %":             "error",
		"%z":                       "error",
		"%%%s":                     "[1:s]",
		"50 %% of %s, %d, %%d, %v": "[1:s 2:d 3:v]",
	} {
		got, err := verbs(text)
		s := fmt.Sprint(got)
		if err != nil {
			s = "error"
		}
		if s != want {
			t.Errorf("verbs(%q) = %s, want %s", text, s, want)
		}
	}
}

// TestKeysInTheCodeExist reads every Text("…") and Count("…") of the program.
func TestKeysInTheCodeExist(t *testing.T) {
	known := make(map[string]bool)
	for _, m := range messages(t, locale.EN) {
		known[m.key] = true
	}
	seen := 0
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && (name == ".git" || name == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil // the compiler's business
		}
		ast.Inspect(file, func(n ast.Node) bool {
			key, form := keyOf(n)
			if key == "" {
				return true
			}
			seen++
			if !known[key+form] {
				t.Errorf("%s: no message %q", fset.Position(n.Pos()), key+form)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Error("no key found in the whole program: this test looks at the wrong thing")
	}
}

// keyOf returns the key if n is a call of Text or Count with one. Other
// methods of these names have arguments without a dot.
func keyOf(n ast.Node) (key, form string) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return "", ""
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Text" && sel.Sel.Name != "Count" {
		return "", ""
	}
	lit, ok := call.Args[0].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", ""
	}
	key, err := strconv.Unquote(lit.Value)
	if err != nil || !strings.Contains(key, ".") {
		return "", ""
	}
	if sel.Sel.Name == "Count" {
		form = ".other"
	}
	return key, form
}

func TestText(t *testing.T) {
	for _, tc := range []struct {
		got, want string
	}{
		{locale.EN.Text("unit.minute"), "min"},
		{locale.DE.Text("unit.day.other", "3"), "3 Tage"},
		{locale.Lang("").Text("unit.day.other", "3"), "3 days"},
		{locale.Lang("fr").Text("unit.day.other", "3"), "3 days"},
		{locale.DE.Text("no.such.key", 1), "no.such.key"},
		{locale.EN.Count("unit.day", 1), "1 day"},
		{locale.EN.Count("unit.day", 0), "0 days"},
		{locale.DE.Count("unit.day", 1), "1 Tag"},
		{locale.DE.Count("unit.day", 12345), "12.345 Tage"},
		{locale.DE.Count("unit.day", -1), "-1 Tage"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}
