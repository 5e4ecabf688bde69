package archtest_test

import (
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"torwart/internal/archtest"
)

// module is the tree this package stands in, read once for all tests.
var module = sync.OnceValues(func() (*archtest.Tree, error) { return archtest.Load(os.DirFS("../..")) })

func load(t *testing.T) *archtest.Tree {
	t.Helper()
	tree, err := module()
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestModuleKeepsTheRules(t *testing.T) {
	tree := load(t)
	for _, f := range tree.Broken {
		t.Error(f)
	}
	for _, rule := range archtest.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			for _, f := range rule.Check(tree) {
				t.Error(f)
			}
		})
	}
}

// TestLoadSeesTheModule fails when the tree above would be empty or somewhere
// else: rules over nothing find nothing.
func TestLoadSeesTheModule(t *testing.T) {
	tree := load(t)
	if tree.Module != "torwart" {
		t.Errorf("module %q, want torwart", tree.Module)
	}
	seen := map[string]bool{}
	for _, p := range tree.Packages {
		seen[p.Dir] = true
	}
	for _, f := range tree.Files {
		seen[f.Path] = true
	}
	for _, want := range []string{"internal/cause", "internal/archtest", "go.mod", "README.md", ".ci/run"} {
		if !seen[want] {
			t.Errorf("%s was not seen", want)
		}
	}
	for path := range seen {
		if strings.HasPrefix(path, ".git/") {
			t.Errorf("%s was seen", path)
		}
	}
}

// TestAims shows, with -v, what is longer than a reader likes.
func TestAims(t *testing.T) {
	for _, f := range archtest.Aims(load(t)) {
		t.Log(f)
	}
}

// TestPlantedFaults runs every rule over a tree with planted faults, beside
// code that looks like a fault and is none. The file "want" lists what the
// rule must say; nothing more, nothing less.
func TestPlantedFaults(t *testing.T) {
	for _, rule := range archtest.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			files, want := fixture(t, rule.Name)
			tree, err := archtest.Load(files)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range tree.Broken {
				t.Errorf("fixture does not parse: %v", f)
			}
			var got strings.Builder
			for _, f := range rule.Check(tree) {
				got.WriteString(f.String() + "\n")
			}
			if diff := cmp.Diff(want, got.String()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if want == "" {
				t.Error("no fault is planted")
			}
		})
	}
}

// fixture opens testdata/<name>.txtar as a file system.
func fixture(t *testing.T, name string) (files fs.FS, want string) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{}
	for _, f := range archive.Files {
		if f.Name == "want" {
			want = string(f.Data)
			continue
		}
		m[f.Name] = &fstest.MapFile{Data: repeat(t, string(f.Data))}
	}
	return m, want
}

// repeat multiplies lines that end in "// times N", so that a fixture can
// hold a long file and stay short itself.
func repeat(t *testing.T, text string) []byte {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(text) {
		if once, times, ok := strings.Cut(line, " // times "); ok {
			n, err := strconv.Atoi(strings.TrimSpace(times))
			if err != nil {
				t.Fatal(err)
			}
			line = strings.Repeat(once+"\n", n)
		}
		out.WriteString(line)
	}
	return []byte(out.String())
}

func TestEveryFixtureHasItsRule(t *testing.T) {
	names := map[string]bool{}
	for _, rule := range archtest.Rules() {
		if names[rule.Name] {
			t.Errorf("two rules are named %s", rule.Name)
		}
		names[rule.Name] = true
	}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), ".txtar"); !ok || !names[name] {
			t.Errorf("testdata/%s: no rule has this name", f.Name())
		}
	}
}

// TestBrokenFileIsReported: a file that does not parse must not look clean.
func TestBrokenFileIsReported(t *testing.T) {
	tree, err := archtest.Load(fstest.MapFS{
		"go.mod":                  {Data: []byte("module torwart\n")},
		"internal/cause/cause.go": {Data: []byte("package cause\n\nfunc {\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Broken) != 1 {
		t.Errorf("broken files %v, want one", tree.Broken)
	}
}
