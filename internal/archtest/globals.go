package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// allowedInits maps a file to the reason why it may have an init function.
// None has, and better so: what runs before main cannot be tested, ordered or
// left out.
func allowedInits() map[string]string { return map[string]string{} }

// checkInit finds init functions.
func checkInit(t *Tree) []Finding {
	var out []Finding
	allowed := allowedInits()
	for _, p := range t.Packages {
		for _, s := range p.Sources {
			for _, d := range s.AST.Decls {
				f, ok := d.(*ast.FuncDecl)
				if ok && f.Recv == nil && f.Name.Name == "init" && allowed[s.Path] == "" {
					out = append(out, Finding{
						s.Path, t.line(f.Pos()),
						"init runs before anyone can say no: use a table, sync.OnceValue or a constructor",
					})
				}
			}
		}
	}
	return out
}

// checkGlobals finds package variables that hold state: loggers, registries,
// locks, and whatever the package itself writes to. Tables, regexps, errors,
// sync.Pool and sync.OnceValue are no state.
func checkGlobals(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		for _, s := range p.Sources {
			for _, d := range s.AST.Decls {
				switch d := d.(type) {
				case *ast.GenDecl:
					out = append(out, t.checkVars(s, d)...)
				case *ast.FuncDecl:
					out = append(out, t.checkWrites(p, s, d)...)
				}
			}
		}
	}
	return out
}

func (t *Tree) checkVars(s *Source, d *ast.GenDecl) []Finding {
	var out []Finding
	if d.Tok != token.VAR {
		return nil
	}
	for _, spec := range d.Specs {
		v := spec.(*ast.ValueSpec)
		if v.Names[0].Name == "_" {
			continue // an interface guard
		}
		what := ""
		if v.Type != nil {
			what = stateIn(v.Type)
		}
		for _, x := range v.Values {
			if what == "" {
				what = stateIn(x)
			}
		}
		if what != "" {
			out = append(out, Finding{s.Path, t.line(v.Pos()), fmt.Sprintf(
				"package variable %s holds state (%s): make it a field of what New returns", v.Names[0].Name, what)})
		}
	}
	return out
}

// statefulPackages are packages whose every value at package level is state.
var statefulPackages = []string{"slog", "log", "prometheus", "promauto", "expvar", "atomic", "flag"}

// statelessNames are the exceptions: constants in all but syntax.
var statelessNames = []string{
	"Attr", "DefBuckets", "Desc", "ExponentialBuckets", "Labels", "Level", "LevelDebug", "LevelError",
	"LevelInfo", "LevelWarn", "LinearBuckets", "NewDesc", "String",
}

// stateIn names the state an initial value or a type makes, or returns "".
// Function literals are not looked into: what they make, they make when
// called.
func stateIn(e ast.Expr) string {
	what := ""
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.FuncType:
			return false
		case *ast.ChanType:
			what = "chan"
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "make" {
				what = "make"
			}
		case *ast.CompositeLit:
			if _, ok := n.Type.(*ast.MapType); ok && len(n.Elts) == 0 && n == e {
				what = "empty map"
			}
		case *ast.SelectorExpr:
			if w := statefulName(n); w != "" {
				what = w
			}
		}
		return what == ""
	})
	return what
}

func statefulName(sel *ast.SelectorExpr) string {
	for _, name := range []string{"Mutex", "RWMutex", "Map", "Once", "WaitGroup", "Cond"} {
		if isSelector(sel, "sync", name) {
			return "sync." + name
		}
	}
	if slices.Contains(statelessNames, sel.Sel.Name) {
		return ""
	}
	for _, pkg := range statefulPackages {
		if isSelector(sel, pkg, "") {
			return pkg + "." + sel.Sel.Name
		}
	}
	return ""
}

// checkWrites finds statements of f that change a package variable.
func (t *Tree) checkWrites(p *Package, s *Source, f *ast.FuncDecl) []Finding {
	var out []Finding
	written := func(targets ...ast.Expr) {
		for _, e := range targets {
			if id := rootIdent(e); id != nil && isPackageVar(p.info.Uses[id]) {
				out = append(out, Finding{s.Path, t.line(e.Pos()), fmt.Sprintf(
					"writes to the package variable %s: state belongs to a value somebody owns", id.Name)})
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				written(n.Lhs...)
			}
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				written(n.Key, n.Value)
			}
		case *ast.IncDecStmt:
			written(n.X)
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && (id.Name == "delete" || id.Name == "clear") && len(n.Args) > 0 {
				written(n.Args[0])
			}
		}
		return true
	})
	return out
}

// rootIdent returns x of x, x.f, x[i] and *x, or nil.
func rootIdent(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

func isPackageVar(o types.Object) bool {
	v, ok := o.(*types.Var)
	return ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope()
}
