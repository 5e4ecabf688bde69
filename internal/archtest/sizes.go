package archtest

import (
	"fmt"
	"go/ast"
	"path"
	"strings"
)

// The hard stops. What is longer is split; a table is exempt by its name,
// table_*.go.
const (
	mostFileLines = 600
	mostFuncLines = 100
	mostParams    = 5
)

// The aims. Longer is allowed where it reads better.
const (
	aimFileLines = 300
	aimFuncLines = 40
	// A file with its package's own name attracts everything.
	aimNamesakeLines = 200
)

// checkSizes finds files, functions and parameter lists past the hard stops.
func checkSizes(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		for _, s := range p.All() {
			if s.Generated {
				continue
			}
			if s.Lines > mostFileLines && !isTable(s) {
				out = append(out, Finding{s.Path, 0, fmt.Sprintf(
					"%d lines, %d is the most: split it, or name it table_*.go if it is data", s.Lines, mostFileLines)})
			}
			out = append(out, t.checkFunctions(s)...)
		}
	}
	return out
}

func isTable(s *Source) bool { return strings.HasPrefix(path.Base(s.Path), "table_") }

func (t *Tree) checkFunctions(s *Source) []Finding {
	var out []Finding
	t.functions(s, func(name string, line, lines int) {
		if lines > mostFuncLines && !isTable(s) {
			out = append(out, Finding{s.Path, line, fmt.Sprintf("%s has %d lines, %d is the most", name, lines, mostFuncLines)})
		}
	})
	ast.Inspect(s.AST, func(n ast.Node) bool {
		if f, ok := n.(*ast.FuncType); ok {
			if got := parameters(f, s.Test); got > mostParams {
				out = append(out, Finding{s.Path, t.line(f.Pos()), fmt.Sprintf(
					"%d parameters, %d is the most: hand over a struct", got, mostParams)})
			}
		}
		return true
	})
	return out
}

// functions calls f with every declared function, and every function literal
// that stands in none.
func (t *Tree) functions(s *Source, f func(name string, line, lines int)) {
	for _, d := range s.AST.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			f(fn.Name.Name, t.line(fn.Pos()), t.span(fn))
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			lit, ok := n.(*ast.FuncLit)
			if ok {
				f("function literal", t.line(lit.Pos()), t.span(lit))
			}
			return !ok
		})
	}
}

func (t *Tree) span(n ast.Node) int { return t.line(n.End()) - t.line(n.Pos()) + 1 }

// parameters counts what a caller must think of: not the context, and not the
// test a helper works for.
func parameters(f *ast.FuncType, test bool) int {
	n := 0
	for i, field := range f.Params.List {
		if i == 0 && (isSelector(field.Type, "context", "Context") || test && isTestHandle(field.Type)) {
			continue
		}
		n += max(1, len(field.Names))
	}
	return n
}

func isTestHandle(e ast.Expr) bool {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	return isSelector(e, "testing", "")
}

// isSelector reports whether e is pkg.name, or pkg.anything when name is "".
func isSelector(e ast.Expr, pkg, name string) bool {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok || name != "" && sel.Sel.Name != name {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// Aims lists what is longer than a reader likes. Nobody has to obey.
func Aims(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		for _, s := range p.Sources {
			if s.Generated || isTable(s) {
				continue
			}
			aim := aimFileLines
			if path.Base(s.Path) == path.Base(p.Dir)+".go" {
				aim = aimNamesakeLines
			}
			if s.Lines > aim {
				out = append(out, Finding{s.Path, 0, fmt.Sprintf("%d lines, the aim is %d", s.Lines, aim)})
			}
			t.functions(s, func(name string, line, lines int) {
				if lines > aimFuncLines {
					out = append(out, Finding{s.Path, line, fmt.Sprintf("%s has %d lines, the aim is %d", name, lines, aimFuncLines)})
				}
			})
		}
	}
	return out
}
