package archtest

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Tree is the module as the rules see it: every text file, and the Go files
// parsed and grouped into packages.
type Tree struct {
	// Module is the module's path, from go.mod.
	Module string
	// Files are all text files of the tree, sorted by path.
	Files []File
	// Packages are the module's packages, sorted by folder. Folders named
	// testdata and modules inside the module are left out.
	Packages []*Package
	// Broken are the Go files that do not parse; their rules saw a part.
	Broken []Finding

	fset  *token.FileSet
	paths map[string]bool // every file and folder, whatever is in it
}

// File is one text file.
type File struct {
	Path string // from the module's root, with slashes
	Data []byte
}

// Package is one folder with Go files.
type Package struct {
	Dir     string // from the module's root; "." for the root itself
	Sources []*Source
	Tests   []*Source

	info *types.Info
}

// All returns the package's sources and tests.
func (p *Package) All() []*Source { return slices.Concat(p.Sources, p.Tests) }

// Source is one parsed Go file.
type Source struct {
	Path      string
	AST       *ast.File
	Lines     int
	Test      bool
	Generated bool
}

// Finding is one place that breaks a rule.
type Finding struct {
	Path string
	Line int // 0: the whole file or folder
	Text string
}

// largestText is how much of a tree's single file is looked at; what is
// larger is recorded data, not something a person wrote.
const largestText = 1 << 20

// ignored are folders that are built, not written; as in .gitignore. The walk
// does not ask git: the go command's test cache sees what is opened here, and
// only so it knows that a new file means a new run.
func ignored(dir string) bool {
	switch dir {
	case ".git", "bin", "dist", ".idea", ".vscode":
		return true
	}
	return path.Base(dir) == "node_modules"
}

// Load reads and parses the tree of a module.
func Load(root fs.FS) (*Tree, error) {
	t := &Tree{fset: token.NewFileSet(), paths: map[string]bool{}}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && ignored(name):
			return fs.SkipDir
		}
		t.paths[name] = true
		if !d.Type().IsRegular() {
			return nil
		}
		return t.read(root, name, d)
	})
	if err != nil {
		return nil, err
	}
	t.parse()
	return t, nil
}

func (t *Tree) read(root fs.FS, name string, d fs.DirEntry) error {
	if info, err := d.Info(); err != nil || info.Size() > largestText {
		return err
	}
	data, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	if bytes.IndexByte(data[:min(len(data), 8192)], 0) < 0 {
		t.Files = append(t.Files, File{name, data})
	}
	return nil
}

var moduleLine = regexp.MustCompile(`(?m)^module\s+(\S+)`)

// parse turns the Go files into packages.
func (t *Tree) parse() {
	nested := map[string]bool{}
	for _, f := range t.Files {
		if path.Base(f.Path) != "go.mod" {
			continue
		}
		if dir := path.Dir(f.Path); dir != "." {
			nested[dir] = true
		} else if m := moduleLine.FindSubmatch(f.Data); m != nil {
			t.Module = string(m[1])
		}
	}
	byDir := map[string]*Package{}
	for _, f := range t.Files {
		dir := path.Dir(f.Path)
		if path.Ext(f.Path) != ".go" || outside(dir, nested) {
			continue
		}
		if byDir[dir] == nil {
			byDir[dir] = &Package{Dir: dir}
			t.Packages = append(t.Packages, byDir[dir])
		}
		byDir[dir].add(t.source(f))
	}
	slices.SortFunc(t.Packages, func(a, b *Package) int { return strings.Compare(a.Dir, b.Dir) })
	for _, p := range t.Packages {
		p.resolve(t.fset)
	}
}

// outside reports whether the go command would not look into dir.
func outside(dir string, nested map[string]bool) bool {
	for ; dir != "."; dir = path.Dir(dir) {
		base := path.Base(dir)
		if nested[dir] || base == "testdata" || base[0] == '_' || base[0] == '.' {
			return true
		}
	}
	return false
}

func (t *Tree) source(f File) *Source {
	file, err := parser.ParseFile(t.fset, f.Path, f.Data, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Broken = append(t.Broken, Finding{f.Path, 0, err.Error()})
	}
	return &Source{
		Path:      f.Path,
		AST:       file,
		Lines:     bytes.Count(f.Data, []byte("\n")),
		Test:      strings.HasSuffix(f.Path, "_test.go"),
		Generated: ast.IsGenerated(file),
	}
}

func (p *Package) add(s *Source) {
	if s.Test {
		p.Tests = append(p.Tests, s)
	} else {
		p.Sources = append(p.Sources, s)
	}
}

// resolve learns which name means which variable within the package. What is
// imported stays unknown, and errors are nobody's business here: the compiler
// reports them better.
func (p *Package) resolve(fset *token.FileSet) {
	p.info = &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	var files []*ast.File
	for _, s := range p.Sources {
		files = append(files, s.AST)
	}
	conf := types.Config{Error: func(error) {}, Importer: noImports{}, FakeImportC: true}
	_, _ = conf.Check(p.Dir, fset, files, p.info)
}

// object returns what an identifier of the package's sources stands for, or
// nil.
func (p *Package) object(id *ast.Ident) types.Object {
	if o := p.info.Defs[id]; o != nil {
		return o
	}
	return p.info.Uses[id]
}

// noImports makes every import an empty package.
type noImports struct{}

func (noImports) Import(name string) (*types.Package, error) {
	pkg := types.NewPackage(name, path.Base(name))
	pkg.MarkComplete()
	return pkg, nil
}

func (t *Tree) line(pos token.Pos) int { return t.fset.Position(pos).Line }
