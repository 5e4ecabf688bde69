package archtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// leastComment is the number of lines below which a package comment cannot
// say what the package provides, promises and does not do.
const leastComment = 3

// checkPackageComments wants exactly one package comment per package.
func checkPackageComments(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		sources := p.Sources
		if len(sources) == 0 { // a folder of tests
			sources = p.Tests
		}
		var found []string
		for _, s := range sources {
			lines := commentLines(s)
			if lines == 0 {
				continue
			}
			found = append(found, s.Path)
			if lines < leastComment {
				out = append(out, Finding{s.Path, t.line(s.AST.Package), fmt.Sprintf(
					"package comment of %d lines: say what it provides, promises and does not do", lines)})
			}
		}
		switch {
		case len(found) == 0:
			out = append(out, Finding{p.Dir, 0, "no package comment: write one in doc.go"})
		case len(found) > 1:
			out = append(out, Finding{p.Dir, 0, "more than one package comment: " + strings.Join(found, ", ")})
		}
	}
	return out
}

// commentLines counts the package comment's lines that say something. Build
// constraints and the mark of generated code say nothing.
func commentLines(s *Source) int {
	if s.AST.Doc == nil {
		return 0
	}
	n := 0
	for line := range strings.Lines(s.AST.Doc.Text()) {
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "Code generated ") {
			n++
		}
	}
	return n
}

// checkHasTests wants a test file beside every package of internal/.
// Generators are tested by the golden files they write.
func checkHasTests(t *Tree) []Finding {
	var out []Finding
	known := places()
	for _, p := range t.Packages {
		if strings.HasPrefix(p.Dir, "internal/") && len(p.Tests) == 0 && !known[p.Dir].generator {
			out = append(out, Finding{p.Dir, 0, "no test file"})
		}
	}
	return out
}

var (
	todoWord = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)
	todoForm = regexp.MustCompile(`\bTODO\(#\d+\): \S`)
)

// checkTodo wants every open end to name its issue.
func checkTodo(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		for _, s := range p.All() {
			for _, group := range s.AST.Comments {
				for _, c := range group.List {
					if todoWord.MatchString(c.Text) && !todoForm.MatchString(c.Text) {
						out = append(out, Finding{s.Path, t.line(c.Pos()), "write TODO(#issue): and what is to be done"})
					}
				}
			}
		}
	}
	return out
}

// bannedNames say nothing about what a package is for.
var bannedNames = []string{
	"util", "utils", "common", "helper", "helpers", "manager", "types", "models",
	"core", "base", "misc", "shared", "lib",
}

// deepest is how many folders a package may lie below the root.
const deepest = 3

// checkNames finds packages with names that say nothing, and buried ones.
func checkNames(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		words := strings.Split(p.Dir, "/")
		if len(words) > deepest {
			out = append(out, Finding{p.Dir, 0, fmt.Sprintf("lies %d folders deep, %d is the most", len(words), deepest)})
		}
		for _, s := range p.All() {
			if name := strings.TrimSuffix(s.AST.Name.Name, "_test"); name != words[len(words)-1] && name != "main" {
				words = append(words, name)
			}
		}
		slices.Sort(words)
		for _, w := range slices.Compact(words) {
			if saysNothing(w) {
				out = append(out, Finding{p.Dir, 0, fmt.Sprintf("the name %q says nothing: name the concept", w)})
			}
		}
	}
	return out
}

func saysNothing(name string) bool {
	return slices.Contains(bannedNames, name) ||
		strings.HasSuffix(name, "util") || strings.HasSuffix(name, "utils") || strings.HasSuffix(name, "helpers")
}
