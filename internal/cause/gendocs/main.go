// Command gendocs writes the pages of the catalogue: a table of all codes and
// one page for each code and language. It is run by "go generate
// ./internal/cause"; the test beside it fails while the pages in the
// repository are not what it would write. It changes nothing but the folder
// it is given, in which it owns README.md, en and de.
//
// Usage: go run ./internal/cause/gendocs docs/causes
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gendocs FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1], pages()); err != nil {
		fmt.Fprintln(os.Stderr, "gendocs:", err)
		os.Exit(1)
	}
}

// write makes the folder dir hold exactly the pages, by path below it.
func write(dir string, pages map[string]string) error {
	old, err := existing(dir)
	if err != nil {
		return err
	}
	// Pages of retired codes go.
	for name := range old {
		if _, ok := pages[name]; !ok {
			err = errors.Join(err, os.Remove(filepath.Join(dir, filepath.FromSlash(name))))
		}
	}
	for name, text := range pages {
		if old[name] == text {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		err = errors.Join(err,
			os.MkdirAll(filepath.Dir(path), 0o755),
			os.WriteFile(path, []byte(text), 0o644))
	}
	return err
}

// existing returns the pages there are below dir, by slash-separated path.
func existing(dir string) (map[string]string, error) {
	out := make(map[string]string)
	for _, pattern := range []string{"README.md", "??/*/*.md"} {
		names, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			rel, err := filepath.Rel(dir, name)
			if err != nil {
				return nil, err
			}
			out[filepath.ToSlash(rel)] = string(b)
		}
	}
	return out, nil
}
