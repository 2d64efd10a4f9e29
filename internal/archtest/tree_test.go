package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const modulePath = "baldwin"

// A file is one parsed Go file of the module.
type file struct {
	path string // from the root, with slashes
	pkg  string // its folder from the root
	test bool
	fset *token.FileSet
	ast  *ast.File
	src  []byte
}

// at gives the findings' form, path:line.
func (f *file) at(p token.Pos) string {
	return fmt.Sprintf("%s:%d", f.path, f.fset.Position(p).Line)
}

// imported says under which name the file imports pkg, "" when it does not.
func (f *file) imported(pkg string) (string, *ast.ImportSpec) {
	for _, spec := range f.ast.Imports {
		if importPath(spec) != pkg {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name, spec
		}
		name := path.Base(pkg)
		if strings.HasPrefix(name, "v") && pkg != name { // math/rand/v2
			if _, err := strconv.Atoi(name[1:]); err == nil {
				name = path.Base(path.Dir(pkg))
			}
		}
		return name, spec
	}
	return "", nil
}

// eachSelector calls visit with every pkg.Name that the file uses.
func (f *file) eachSelector(pkg string, visit func(name string, p token.Pos)) {
	local, spec := f.imported(pkg)
	if local == "." {
		visit(".", spec.Pos())
	}
	if local == "" || local == "." || local == "_" {
		return
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == local && x.Obj == nil {
			visit(sel.Sel.Name, sel.Pos())
		}
		return true
	})
}

func importPath(spec *ast.ImportSpec) string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		panic("archtest: unquotable import path")
	}
	return p
}

// inside says whether pkg is one of the listed packages or lies below one.
func inside(pkg string, list []string) bool {
	return slices.ContainsFunc(list, func(p string) bool {
		return pkg == p || strings.HasPrefix(pkg, p+"/")
	})
}

var root = sync.OnceValues(func() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if b, e := os.ReadFile(filepath.Join(dir, "go.mod")); e == nil && strings.HasPrefix(string(b), "module "+modulePath+"\n") {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			err = fs.ErrNotExist
		}
		dir = up
	}
	return "", fmt.Errorf("archtest: finding the module's root: %w", err)
})

// tree parses every Go file of the module; nested modules are left out.
var tree = sync.OnceValues(func() ([]*file, error) {
	top, err := root()
	if err != nil {
		return nil, err
	}
	var files []*file
	fset := token.NewFileSet()
	err = filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if p == top {
				return nil
			}
			_, e := os.Stat(filepath.Join(p, "go.mod"))
			if e == nil || name == "testdata" || name == "bin" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		src, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, p)
		if err != nil {
			return err
		}
		f, err := parse(fset, filepath.ToSlash(rel), src)
		if err != nil {
			return err
		}
		files = append(files, f)
		return nil
	})
	return files, err
})

func parse(fset *token.FileSet, name string, src []byte) (*file, error) {
	a, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("archtest: parsing: %w", err)
	}
	return &file{
		path: name, pkg: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
		fset: fset, ast: a, src: src,
	}, nil
}

func loadTree(t *testing.T) []*file {
	t.Helper()
	files, err := tree()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 10 {
		t.Fatalf("only %d Go files found: the checks would hold nothing", len(files))
	}
	return files
}

// snippet is one file of a made-up tree.
func snippet(t *testing.T, name, src string) []*file {
	t.Helper()
	f, err := parse(token.NewFileSet(), name, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return []*file{f}
}

// report fails the test with every finding.
func report(t *testing.T, findings []string) {
	t.Helper()
	for _, f := range findings {
		t.Error(f)
	}
}

// expect fails unless there is a finding with every wanted part, and as many findings as wanted.
func expect(t *testing.T, findings []string, want ...string) {
	t.Helper()
	if len(findings) != len(want) {
		t.Fatalf("%d findings, want %d:\n%s", len(findings), len(want), strings.Join(findings, "\n"))
	}
	for i, w := range want {
		if !strings.Contains(findings[i], w) {
			t.Errorf("finding %q lacks %q", findings[i], w)
		}
	}
}
