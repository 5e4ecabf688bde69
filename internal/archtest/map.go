package archtest

import (
	"bytes"
	"path"
	"regexp"
	"strings"
)

// link is a Markdown link whose target is a path, without its anchor.
var link = regexp.MustCompile(`\]\(([^)\s:#]+)(?:#[^)\s]*)?\)`)

// checkMap keeps the documents true about the tree: a link leads somewhere,
// and every package stands in the README's list.
func checkMap(t *Tree) []Finding {
	var out []Finding
	listed := map[string]bool{}
	for _, f := range t.Files {
		if path.Ext(f.Path) != ".md" || strings.Contains(f.Path, "testdata/") {
			continue
		}
		for i, line := range bytes.Split(f.Data, []byte("\n")) {
			for _, m := range link.FindAllSubmatch(line, -1) {
				target := path.Join(path.Dir(f.Path), string(m[1]))
				if !t.paths[target] {
					out = append(out, Finding{f.Path, i + 1, "dead link: " + string(m[1])})
				}
				if f.Path == "README.md" {
					listed[target] = true
				}
			}
		}
	}
	known := places()
	for _, p := range t.Packages {
		if at, ok := known[p.Dir]; ok && !at.generator && !listed[p.Dir] {
			out = append(out, Finding{"README.md", 0, "says nothing about " + p.Dir + ": one line in \"Where things are\""})
		}
	}
	return out
}
