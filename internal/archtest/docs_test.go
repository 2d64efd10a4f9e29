package archtest

import (
	"fmt"
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// leastNames is how many names of the tree ARCHITECTURE.md has at least. With fewer it does not
// show the main path, and the check of its names would hold nothing.
const leastNames = 12

func TestArchitecture(t *testing.T) {
	top, err := root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(top, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatalf("ARCHITECTURE.md names the functions of the main path: %v", err)
	}
	exists := func(name string) bool {
		_, err := os.Stat(filepath.Join(top, filepath.FromSlash(name)))
		return err == nil
	}
	findings, names := checkDoc("ARCHITECTURE.md", string(text), loadTree(t), exists)
	report(t, findings)
	if names < leastNames {
		t.Errorf("ARCHITECTURE.md names %d functions and types of the tree, want %d at least", names, leastNames)
	}
}

var (
	codeSpan = regexp.MustCompile("`([^`\n]+)`")
	dotted   = regexp.MustCompile(`(?:[a-z0-9]+/)*[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+`)
	goFile   = regexp.MustCompile(`[\w./-]+\.go\b`)
	folder   = regexp.MustCompile(`^[a-z][\w/-]*/$`)
)

// checkDoc wants every name in backticks or in a fenced block that has the form of one of this
// module's (pkg.Name, pkg.Type.Member, internal/pkg.Name, Type.Member, file.go, folder/) to exist
// in the tree. It also counts the Go names that do.
func checkDoc(doc, text string, files []*file, exists func(string) bool) (findings []string, names int) {
	have := declared(files)
	packages, foreign := map[string]bool{}, map[string]bool{}
	for _, f := range files {
		packages[path.Base(f.pkg)] = true
		for _, spec := range f.ast.Imports {
			if p := importPath(spec); !own(p) {
				name, _ := f.imported(p)
				foreign[name] = true
			}
		}
	}
	fenced := false
	for i, line := range strings.Split(text, "\n") {
		find := func(format string, args ...any) {
			findings = append(findings, fmt.Sprintf("%s:%d: ", doc, i+1)+fmt.Sprintf(format, args...))
		}
		spans := []string{line}
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
			continue
		}
		if !fenced {
			spans = spans[:0]
			for _, m := range codeSpan.FindAllStringSubmatch(line, -1) {
				spans = append(spans, m[1])
			}
		}
		for _, span := range spans {
			if folder.MatchString(span) && !exists(span) {
				find("there is no folder %s", span)
			}
			for _, name := range goFile.FindAllString(span, -1) {
				under := func(f *file) bool { return f.path == name || strings.HasSuffix(f.path, "/"+name) }
				if !exists(name) && !slices.ContainsFunc(files, under) {
					find("there is no file %s", name)
				}
			}
			for _, name := range dotted.FindAllString(goFile.ReplaceAllString(span, ""), -1) {
				name = name[strings.LastIndex(name, "/")+1:]
				first, rest, _ := strings.Cut(name, ".")
				last := rest[strings.LastIndex(rest, ".")+1:]
				switch {
				case have[name]:
					names++
				case ast.IsExported(first) && ast.IsExported(last):
					find("nothing in the tree is called %s", name)
				case ast.IsExported(first), !ast.IsExported(last) && fileSuffix(last):
				case packages[first]:
					find("package %s has no %s", first, rest)
				case ast.IsExported(last) && !foreign[first]:
					find("%s names a package %s, which the tree neither has nor imports", name, first)
				}
			}
		}
	}
	return findings, names
}

// fileSuffix says whether a name like spec.yaml ends as a file's does, not as a function's.
func fileSuffix(s string) bool {
	return slices.Contains([]string{"md", "mod", "sum", "yaml", "yml", "json", "sql", "s", "py", "npz", "safetensors", "db", "txt", "svg", "sh", "txtar"}, s)
}

// declared holds the names of the tree's declarations, tests apart: pkg.Name, pkg.Type.Member and
// Type.Member, where a member is a method, a field, or a method of an interface.
func declared(files []*file) map[string]bool {
	have := map[string]bool{}
	for _, f := range files {
		if f.test {
			continue
		}
		pkg := path.Base(f.pkg)
		member := func(typ, name string) {
			have[typ+"."+name] = true
			have[pkg+"."+typ+"."+name] = true
		}
		for _, decl := range f.ast.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					have[pkg+"."+d.Name.Name] = true
				} else {
					member(receiver(d.Recv.List[0].Type), d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.ValueSpec:
						for _, id := range s.Names {
							have[pkg+"."+id.Name] = true
						}
					case *ast.TypeSpec:
						have[pkg+"."+s.Name.Name] = true
						var fields *ast.FieldList
						switch typ := s.Type.(type) {
						case *ast.StructType:
							fields = typ.Fields
						case *ast.InterfaceType:
							fields = typ.Methods
						default:
							continue
						}
						for _, field := range fields.List {
							for _, id := range field.Names {
								member(s.Name.Name, id.Name)
							}
						}
					}
				}
			}
		}
	}
	return have
}

// receiver is the name of a method's type, without star and type parameters.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.ParenExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	panic("archtest: unknown receiver")
}

func TestArchitectureFindings(t *testing.T) {
	files := snippet(t, "life/batch.go", `package life
import "math"
type Batch struct{ Tasks int }
func (b *Batch) Run() float64 { return math.Pi }
type Runner interface{ Go() }
func pool() {}
`)
	exists := func(name string) bool { return name == "life/" }
	for _, c := range []struct{ text, want string }{
		{"`life.Batch.Run` calls `Runner.Go`, `life.pool`, `internal/life.Batch.Tasks`", ""},
		{"`math.Sqrt`, `spec.yaml`, `life/batch.go`, `batch.go`, `life/`, `./...`, life.Gone outside backticks", ""},
		{"see `life.Batch.Walk()`", "package life has no Batch.Walk"},
		{"see `life.Live`", "package life has no Live"},
		{"see `life.gone`", "package life has no gone"},
		{"see `Batch.Walk`", "nothing in the tree is called Batch.Walk"},
		{"see `lives.Run`", "names a package lives"},
		{"see `life/gone.go`", "there is no file life/gone.go"},
		{"see `gone/`", "there is no folder gone/"},
		{"```\nx -> life.Gone\n```", "ARCHITECTURE.md:2: package life has no Gone"},
	} {
		findings, _ := checkDoc("ARCHITECTURE.md", c.text, files, exists)
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		expect(t, findings, want...)
	}
	if _, names := checkDoc("ARCHITECTURE.md", "`life.Batch.Run` and `life.Batch`", files, exists); names != 2 {
		t.Errorf("%d names counted, want 2", names)
	}
}
