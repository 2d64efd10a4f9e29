package archtest

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// variants are the builds whose files are checked: the assembly's Go side, the reference alone,
// and another architecture.
var variants = []struct{ arch, tags string }{{"amd64", ""}, {"amd64", "noasm"}, {"arm64", ""}}

func TestFused(t *testing.T) {
	top, err := root()
	if err != nil {
		t.Fatal(err)
	}
	all := loadTree(t)
	seen := map[string]bool{}
	for _, v := range variants {
		ctx := build.Default
		ctx.GOARCH, ctx.GOOS, ctx.CgoEnabled = v.arch, "linux", false
		if v.tags != "" {
			ctx.BuildTags = []string{v.tags}
		}
		var files []*file
		for _, f := range all {
			ok, err := ctx.MatchFile(filepath.Join(top, filepath.FromSlash(f.pkg)), filepath.Base(f.path))
			if err != nil {
				t.Fatal(err)
			}
			if ok && !f.test {
				files = append(files, f)
			}
		}
		imp := newImporter(t, files, exact)
		for _, pkg := range exact {
			part := slices.DeleteFunc(slices.Clone(files), func(f *file) bool { return f.pkg != pkg })
			if len(part) == 0 {
				t.Errorf("package %s has no files for %s %s", pkg, v.arch, v.tags)
				continue
			}
			info, errs := imp.info(modulePath + "/" + pkg)
			findings := checkFused(part, info)
			if len(errs) > 0 { // go vet says the rest
				findings = []string{fmt.Sprintf("package %s does not type-check: %v", pkg, errs[0])}
			}
			for _, finding := range findings {
				if !seen[finding] {
					seen[finding] = true
					t.Error(finding)
				}
			}
		}
	}
}

func own(pkg string) bool { return pkg == modulePath || strings.HasPrefix(pkg, modulePath+"/") }

// An imports resolves packages of the module from their source, so that any variant can be
// checked, and all others from the build cache's export data.
type imports struct {
	files []*file
	gc    types.Importer
	done  map[string]*checked
}

type checked struct {
	pkg  *types.Package
	info *types.Info
	errs []error
}

// newImporter serves the given packages of the module and all that they import.
func newImporter(t *testing.T, files []*file, pkgs []string) *imports {
	t.Helper()
	need := []string{"math"}
	for _, f := range files {
		if !slices.Contains(pkgs, f.pkg) {
			continue
		}
		for _, spec := range f.ast.Imports {
			p := importPath(spec)
			if rel, ok := strings.CutPrefix(p, modulePath+"/"); ok {
				if !slices.Contains(pkgs, rel) {
					pkgs = append(pkgs, rel)
					return newImporter(t, files, pkgs)
				}
			} else if p != "unsafe" {
				need = append(need, p)
			}
		}
	}
	slices.Sort(need)
	data := exports(t, slices.Compact(need))
	lookup := func(p string) (io.ReadCloser, error) {
		name, ok := data[p]
		if !ok {
			return nil, fmt.Errorf("archtest: no export data of %s", p)
		}
		return os.Open(name)
	}
	fset := files[0].fset
	return &imports{files: files, gc: importer.ForCompiler(fset, "gc", lookup), done: map[string]*checked{}}
}

// exports asks the go command for the export data of the packages and all below them.
func exports(t *testing.T, pkgs []string) map[string]string {
	t.Helper()
	args := append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", "--"}, pkgs...)
	cmd := exec.Command("go", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	m := map[string]string{}
	for line := range strings.Lines(string(out)) {
		p, name, _ := strings.Cut(strings.TrimSpace(line), "\t")
		m[p] = name
	}
	return m
}

// Import implements types.Importer.
func (im *imports) Import(p string) (*types.Package, error) {
	if !own(p) {
		return im.gc.Import(p)
	}
	if _, errs := im.info(p); len(errs) > 0 {
		return nil, fmt.Errorf("package %s does not type-check", p)
	}
	return im.done[p].pkg, nil
}

// info type-checks a package of the module, once.
func (im *imports) info(p string) (*types.Info, []error) {
	if c := im.done[p]; c != nil {
		return c.info, c.errs
	}
	rel := strings.TrimPrefix(p, modulePath+"/")
	part := slices.DeleteFunc(slices.Clone(im.files), func(f *file) bool { return f.pkg != rel })
	info, errs := check(im, p, part)
	return info, errs
}

func check(im *imports, p string, files []*file) (*types.Info, []error) {
	c := &checked{info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Defs:  map[*ast.Ident]types.Object{},
		Uses:  map[*ast.Ident]types.Object{},
	}}
	if len(files) == 0 {
		return c.info, []error{fmt.Errorf("archtest: package %s has no files", p)}
	}
	conf := types.Config{
		Importer: im, FakeImportC: true, Sizes: types.SizesFor("gc", "amd64"),
		Error: func(err error) { c.errs = append(c.errs, err) },
	}
	parsed := make([]*ast.File, len(files))
	for i, f := range files {
		parsed[i] = f.ast
	}
	c.pkg, _ = conf.Check(p, files[0].fset, parsed, c.info) // every error went to c.errs
	im.done[p] = c
	return c.info, c.errs
}
