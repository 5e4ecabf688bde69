package archtest

import (
	"fmt"
	"path"
	"strings"
)

// level is one floor of the house. Its packages import only packages of the
// floors above it in the table, never of their own.
type level struct {
	// name is the level's number and word in the design.
	name string
	// packages are folders below internal/, or below the root when they
	// hold a slash or are no package of internal/.
	packages []string
}

// levels is the law, lowest first. A new package gets one word in one row:
// the lowest row above everything it imports. Do not move a package to make
// an import pass; move the code, or let the higher package hand the thing
// down through an interface the lower one declares.
func levels() []level {
	return []level{
		{"0 words", []string{"cause", "locale"}},
		{"1 records, settings", []string{"message", "traffic", "config"}},
		{"2 mechanisms", []string{
			"http1", "http2", "dnscache", "ejection", "balance", "health", "retry", "replay",
			"admission", "httpcache", "crawler", "weblog", "configlint", "notify",
			"ledger", "accesslog", "errorpage", "metrics",
		}},
		{"3 instruments", []string{
			"listener", "upstream", "probe", "evidence", "capture", "diagnosis", "impact",
		}},
		{"4 engines", []string{"gateway", "monitor"}},
		{"5 adapters", []string{"store", "console", "admin"}},
		{"6 assembly", []string{"app"}},
		{"6 assembly, shown", []string{"demo"}},
		{"7 command line", []string{"cli"}},
		{"7 command line, main", []string{"cmd/torwart"}},
	}
}

// testsOnly are packages that exist for tests and measurements. Nothing that
// ships imports them; they may import everything.
func testsOnly() []string {
	return []string{"archtest", "faultnet", "e2e", "bench"}
}

// generators are programs run while developing. Each stands in a folder of the
// package it writes for, and just above that package's level: nothing imports
// a program, so it may use its package and that one's neighbours.
func generators() []string {
	return []string{"cause/gendocs", "config/genschema"}
}

// place is where a package stands in the tables above.
type place struct {
	rank      int // index into levels; for a generator, its parent's
	testsOnly bool
	generator bool
}

// places turns the tables into one map from folder to place.
func places() map[string]place {
	m := map[string]place{}
	for rank, l := range levels() {
		for _, p := range l.packages {
			m[folder(p)] = place{rank: rank}
		}
	}
	for _, p := range testsOnly() {
		m[folder(p)] = place{testsOnly: true}
	}
	for _, p := range generators() {
		m[folder(p)] = place{rank: m[path.Dir(folder(p))].rank, generator: true}
	}
	return m
}

// folder expands a word of the tables to a path from the module's root.
func folder(name string) string {
	switch top, _, _ := strings.Cut(name, "/"); top {
	case "cmd", "e2e", "bench":
		return name
	}
	return "internal/" + name
}

// checkLevels finds imports that do not lead downwards.
func checkLevels(t *Tree) []Finding {
	var out []Finding
	known := places()
	for _, p := range t.Packages {
		from, ok := placeOf(known, p.Dir)
		if !ok {
			out = append(out, Finding{p.Dir, 0, "package has no level: add it to the table in internal/archtest/levels.go, " +
				"in the lowest row above everything it imports"})
			continue
		}
		for _, s := range p.All() {
			out = append(out, t.checkImports(s, from, known)...)
		}
	}
	return out
}

// placeOf also finds the folders inside a tests-only package, which need no
// row of their own.
func placeOf(known map[string]place, dir string) (place, bool) {
	if p, ok := known[dir]; ok {
		return p, true
	}
	for _, name := range testsOnly() {
		if strings.HasPrefix(dir, folder(name)+"/") {
			return place{testsOnly: true}, true
		}
	}
	return place{}, false
}

func (t *Tree) checkImports(s *Source, from place, known map[string]place) []Finding {
	if from.testsOnly {
		return nil
	}
	var out []Finding
	for _, spec := range s.AST.Imports {
		target, ok := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), t.Module+"/")
		if !ok {
			continue // the standard library and other modules
		}
		to, ok := placeOf(known, target)
		if !ok {
			continue // reported where the package stands
		}
		if why := forbidden(s, target, from, to); why != "" {
			out = append(out, Finding{s.Path, t.line(spec.Pos()), why})
		}
	}
	return out
}

// forbidden says why s may not import target, or "".
func forbidden(s *Source, target string, from, to place) string {
	if to.testsOnly {
		if s.Test {
			return ""
		}
		return fmt.Sprintf("imports %s, which is for tests only", target)
	}
	if to.generator {
		return fmt.Sprintf("imports the generator %s: nothing does", target)
	}
	ceiling := from.rank // exclusive
	// A test stands beside its package and may use its neighbours too.
	if s.Test || from.generator {
		ceiling++
	}
	if to.rank < ceiling {
		return ""
	}
	ls := levels()
	return fmt.Sprintf("level %q imports %s of level %q: only lower levels may be imported; "+
		"declare a small interface here, or move the code up", ls[from.rank].name, target, ls[to.rank].name)
}
