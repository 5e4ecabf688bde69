package archtest

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// readsPhrases are the packages whose input is text written by others; they
// may match it. Errors are not text: they have types and numbers.
var readsPhrases = []string{"internal/weblog"}

// matchers are the functions that look into a string.
var matchers = []string{
	"Contains", "ContainsAny", "HasPrefix", "HasSuffix", "EqualFold", "Index", "Count", "Compare",
	"Cut", "CutPrefix", "CutSuffix", "Split", "Fields", "MatchString", "FindString", "FindStringSubmatch",
}

// rewriters are the functions that return the string they got, dressed up.
var rewriters = []string{"ToLower", "ToUpper", "ToTitle", "Trim", "TrimSpace", "TrimPrefix", "TrimSuffix", "ReplaceAll"}

// checkErrorText finds decisions made on the text of an error.
func checkErrorText(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		if slices.Contains(readsPhrases, p.Dir) {
			continue
		}
		for _, s := range p.Sources {
			for _, d := range s.AST.Decls {
				out = append(out, t.errorTextIn(p, s, d)...)
			}
		}
	}
	return out
}

func (t *Tree) errorTextIn(p *Package, s *Source, d ast.Decl) []Finding {
	var out []Finding
	texts := errorTextVars(p, d)
	fromError := func(exprs ...ast.Expr) {
		for _, e := range exprs {
			if holdsErrorText(p, e, texts) {
				out = append(out, Finding{
					s.Path, t.line(e.Pos()),
					"decides on the text of an error: use errors.Is, errors.As, an errno or a *cause.Error",
				})
				return
			}
		}
	}
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && slices.Contains(matchers, sel.Sel.Name) {
				fromError(n.Args...)
			}
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				fromError(n.X, n.Y)
			}
		case *ast.SwitchStmt:
			if n.Tag != nil {
				fromError(n.Tag)
			}
		}
		return true
	})
	return out
}

// errorTextVars collects the local variables that were given an error's text.
func errorTextVars(p *Package, d ast.Decl) map[types.Object]bool {
	vars := map[types.Object]bool{}
	ast.Inspect(d, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
			for i, rhs := range a.Rhs {
				id, ok := a.Lhs[i].(*ast.Ident)
				if ok && p.object(id) != nil && holdsErrorText(p, rhs, vars) {
					vars[p.object(id)] = true
				}
			}
		}
		return true
	})
	return vars
}

// holdsErrorText reports whether e is err.Error(), or a call or variable that
// passes it on.
func holdsErrorText(p *Package, e ast.Expr, texts map[types.Object]bool) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return texts[p.object(e)]
	case *ast.ParenExpr:
		return holdsErrorText(p, e.X, texts)
	case *ast.CallExpr:
		if sel, ok := e.Fun.(*ast.SelectorExpr); ok {
			if sel.Sel.Name == "Error" && len(e.Args) == 0 {
				return true
			}
			if isSelector(sel, "strings", "") && slices.Contains(rewriters, sel.Sel.Name) && len(e.Args) > 0 {
				return holdsErrorText(p, e.Args[0], texts)
			}
		}
		if isTextConversion(e.Fun) && len(e.Args) == 1 {
			return holdsErrorText(p, e.Args[0], texts)
		}
	}
	return false
}

// isTextConversion reports whether fun is string or a slice type such as
// []byte.
func isTextConversion(fun ast.Expr) bool {
	if _, ok := fun.(*ast.ArrayType); ok {
		return true
	}
	id, ok := fun.(*ast.Ident)
	return ok && id.Name == "string"
}
