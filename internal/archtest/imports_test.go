package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

func TestImports(t *testing.T) { report(t, checkImports(loadTree(t))) }

// checkImports holds the import graph to allowed, apart and the rule that packages which decide a
// number lean on no other module.
func checkImports(files []*file) (findings []string) {
	for _, f := range files {
		may, known := allowed[f.pkg]
		example := strings.HasPrefix(f.pkg, "examples/")
		if !known && !f.test && !example {
			findings = append(findings, fmt.Sprintf("%s: package %s is not in the table of allowed imports", f.path, f.pkg))
			continue
		}
		for _, spec := range f.ast.Imports {
			p := importPath(spec)
			rel, own := strings.CutPrefix(p, modulePath+"/")
			switch {
			case own && slices.Contains(apart, f.pkg) && slices.Contains(apart, rel) && rel != f.pkg:
				findings = append(findings, fmt.Sprintf("%s: %s and %s never import one another", f.at(spec.Pos()), f.pkg, rel))
			case f.test:
			case example && own:
				if strings.HasPrefix(rel, "internal/") {
					findings = append(findings, fmt.Sprintf("%s: an example imports what its readers can, not %s", f.at(spec.Pos()), rel))
				}
			case own && !slices.Contains(may, rel) && rel != "internal/needtool":
				findings = append(findings, fmt.Sprintf("%s: %s may not import %s", f.at(spec.Pos()), f.pkg, rel))
			case !own && strings.Contains(p, ".") && slices.Contains(deciding, f.pkg) && !strings.HasPrefix(p, "golang.org/x/sys/"):
				findings = append(findings, fmt.Sprintf("%s: %s decides numbers and may not lean on %s", f.at(spec.Pos()), f.pkg, p))
			}
		}
	}
	return findings
}

// TestTable holds the table itself: few packages may see both learners and tasks, and none may
// import what comes after it.
func TestTable(t *testing.T) {
	for pkg, imports := range allowed {
		both := slices.Contains(imports, "task") && slices.Contains(imports, "learner")
		if both && !slices.Contains([]string{"life", "evolve", "run", "probe", "cluster", "export", "cli", "internal/bench"}, pkg) {
			t.Errorf("%s may import both task and learner", pkg)
		}
		for _, imp := range imports {
			if _, ok := allowed[imp]; !ok {
				t.Errorf("%s may import %s, which is not in the table", pkg, imp)
			}
		}
	}
	state := map[string]int{} // 1: on the path, 2: done
	var visit func(pkg string, path []string)
	visit = func(pkg string, path []string) {
		if state[pkg] == 1 {
			t.Fatalf("the table has a cycle: %v", append(path, pkg))
		}
		if state[pkg] == 2 {
			return
		}
		state[pkg] = 1
		for _, imp := range allowed[pkg] {
			visit(imp, append(path, pkg))
		}
		state[pkg] = 2
	}
	for pkg := range allowed {
		visit(pkg, nil)
	}
}

func TestImportsFindings(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"task/x.go", `package task; import _ "baldwin/learner"`, "task and learner never import one another"},
		{"learner/x_test.go", `package learner; import _ "baldwin/strategy"`, "learner and strategy never import one another"},
		{"evolve/x.go", `package evolve; import _ "baldwin/run"`, "evolve may not import run"},
		{"store/x.go", `package store; import _ "baldwin/cli"`, "store may not import cli"},
		{"novel/x.go", `package novel`, "not in the table"},
		{"life/x.go", `package life; import _ "gonum.org/v1/gonum/mat"`, "may not lean on gonum.org"},
		{"examples/x/main.go", `package main; import _ "baldwin/internal/rng"`, "an example imports what its readers can"},
		{"examples/x/main.go", `package main; import _ "baldwin/cli"`, ""},
		{"life/x.go", `package life; import _ "baldwin/task"`, ""},
		{"life/x_test.go", `package life; import _ "gonum.org/v1/gonum/mat"`, ""},
	} {
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		expect(t, checkImports(snippet(t, c.name, c.src)), want...)
	}
}

func TestNames(t *testing.T) { report(t, checkNames(loadTree(t))) }

// checkNames wants package names that say something, and no code that runs on import.
func checkNames(files []*file) (findings []string) {
	for _, f := range files {
		for _, name := range []string{path.Base(f.pkg), strings.TrimSuffix(f.ast.Name.Name, "_test")} {
			if slices.Contains(vague, name) {
				findings = append(findings, fmt.Sprintf("%s: a package named %s says nothing about what it holds", f.path, name))
				break
			}
		}
		for _, p := range funcs(f, "init") {
			findings = append(findings, f.at(p)+": no func init: a package does nothing on import")
		}
	}
	return findings
}

func TestNamesFindings(t *testing.T) {
	expect(t, checkNames(snippet(t, "util/x.go", `package util`)), "says nothing")
	expect(t, checkNames(snippet(t, "x/common/x.go", `package x`)), "says nothing")
	expect(t, checkNames(snippet(t, "task/x.go", "package task\nfunc init() {}")), "task/x.go:2: no func init")
	expect(t, checkNames(snippet(t, "task/x.go", "package task\ntype T int\nfunc (T) init() {}")))
}
