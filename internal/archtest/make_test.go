package archtest

import (
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMakefile holds the list of packages that make tests in every form to the table here.
func TestMakefile(t *testing.T) {
	top, err := root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(top, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "\nDECIDING = ")
	if !ok {
		t.Fatal("the Makefile has no DECIDING")
	}
	line, _, _ := strings.Cut(rest, "\n")
	got := strings.Fields(strings.ReplaceAll(line, "./", ""))
	if !slices.Equal(got, deciding) {
		t.Errorf("Makefile: DECIDING is %v, the table says %v", got, deciding)
	}
}

// TestGoldens wants a test named TestGolden... in every package of goldens: those tests run at
// GOAMD64=v3, without assembly and on arm64 too.
func TestGoldens(t *testing.T) { report(t, checkGoldens(loadTree(t), goldens)) }

func checkGoldens(files []*file, pkgs []string) (findings []string) {
	have := map[string]bool{}
	for _, f := range files {
		if !f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(fn.Name.Name, "TestGolden") {
				have[f.pkg] = true
			}
		}
	}
	for _, pkg := range pkgs {
		if !have[pkg] {
			findings = append(findings, pkg+" has no TestGolden... that would run on other machines")
		}
	}
	return findings
}

func TestGoldensFindings(t *testing.T) {
	files := snippet(t, "task/x_test.go", "package task\nfunc TestGoldenTasks() {}")
	expect(t, checkGoldens(files, []string{"task"}))
	expect(t, checkGoldens(files, []string{"task", "life"}), "life has no TestGolden")
}
