package main

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/cause"
)

// TestPagesAreUpToDate fails when somebody changed the catalogue and not the
// pages, or the pages and not the catalogue.
func TestPagesAreUpToDate(t *testing.T) {
	got, err := existing(filepath.Join("..", "..", "..", "docs", "causes"))
	if err != nil {
		t.Fatal(err)
	}
	want := pages()
	names := slices.Sorted(maps.Keys(want))
	for name := range got {
		if _, ok := want[name]; !ok {
			names = append(names, name)
		}
	}
	stale := 0
	for _, name := range names {
		if diff := cmp.Diff(want[name], got[name]); diff != "" {
			stale++
			if stale <= 3 {
				t.Errorf("docs/causes/%s (-want +got):\n%s", name, diff)
			}
		}
	}
	if stale > 0 {
		t.Errorf("%d pages differ from the catalogue; run: go generate ./internal/cause", stale)
	}
}

func TestEveryEntryHasItsPages(t *testing.T) {
	if got, want := len(pages()), 2*len(cause.All())+1; got != want || want == 1 {
		t.Errorf("%d pages for %d entries in two languages and an index", got, len(cause.All()))
	}
}

var linkPattern = regexp.MustCompile(`\]\(([^)]*)\)`)

func TestEveryLinkLeadsToAPage(t *testing.T) {
	all := pages()
	links := 0
	for name, text := range all {
		for _, m := range linkPattern.FindAllStringSubmatch(text, -1) {
			links++
			if _, ok := all[path.Join(path.Dir(name), m[1])]; !ok {
				t.Errorf("%s: the link %s leads nowhere", name, m[1])
			}
		}
	}
	if links < 2*len(cause.All()) {
		t.Errorf("only %d links in all pages", links)
	}
}

func TestWriteLeavesExactlyThePages(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"README.md": "index", "en/symptom/a.md": "a", "de/symptom/a.md": "ä"}
	if err := write(dir, map[string]string{"README.md": "old", "en/symptom/retired.md": "x"}); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "notes.md")
	if err := os.WriteFile(other, []byte("not ours"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write(dir, files); err != nil {
		t.Fatal(err)
	}
	got, err := existing(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(files, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if b, err := os.ReadFile(other); err != nil || !strings.Contains(string(b), "not ours") {
		t.Errorf("a file that is none of the pages was touched: %q, %v", b, err)
	}
}
