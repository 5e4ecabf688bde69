package config

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// repositoryRoot is the folder with go.mod.
const repositoryRoot = "../.."

// yamlBlocks returns the ```yaml blocks of a Markdown text, by their line.
// Blocks marked "yaml snippet" are no whole files and are left out.
func yamlBlocks(text string) map[int]string {
	out := map[int]string{}
	begin := 0
	for i, line := range strings.Split(text, "\n") {
		switch {
		case begin == 0 && strings.TrimSpace(line) == "```yaml":
			begin = i + 1
		case begin > 0 && strings.TrimSpace(line) == "```":
			begin = 0
		case begin > 0:
			out[begin] += line + "\n"
		}
	}
	return out
}

// documents returns the Markdown files people read: the README and docs/.
func documents(t *testing.T) []string {
	t.Helper()
	var files []string
	if _, err := os.Stat(filepath.Join(repositoryRoot, "README.md")); err == nil {
		files = append(files, filepath.Join(repositoryRoot, "README.md"))
	}
	err := filepath.WalkDir(filepath.Join(repositoryRoot, "docs"), func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".md" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestExamplesInDocumentsWork(t *testing.T) {
	n := 0
	for _, file := range documents(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line, block := range yamlBlocks(string(data)) {
			n++
			_, problems := Parse(filepath.Base(file), []byte(block))
			for _, p := range problems {
				p.Line += line
				t.Error(p.In("en"))
			}
		}
	}
	if n < 5 {
		t.Errorf("only %d examples were found", n)
	}
}

// The manual lists every key, with the default that holds.
func TestManualListsEveryKey(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(repositoryRoot, "docs", "configuration.md"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"sites": true, "rules": true, "to": true}
	walkFields(reflect.TypeFor[File](), "", func(path string, _ reflect.Type, f field) {
		path = strings.TrimPrefix(strings.TrimPrefix(path, "sites."), "rules.")
		known[path] = true
		row := "\n| `" + path + "` | "
		if f.preset != "" {
			row += "`" + f.preset + "` "
		}
		if !strings.Contains(string(data), row+"| ") {
			t.Errorf("docs/configuration.md has no row %q", row+"| ")
		}
	})
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "| `"); ok {
			if key, _, _ := strings.Cut(rest, "`"); !known[key] {
				t.Errorf("docs/configuration.md explains %s, which is no key", key)
			}
		}
	}
}
