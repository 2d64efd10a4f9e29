package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"testing"
)

func TestCalls(t *testing.T) { report(t, checkCalls(loadTree(t))) }

// checkCalls holds who may read the environment and the clock, end the process, and draw from
// global random state.
func checkCalls(files []*file) (findings []string) {
	for _, f := range files {
		for _, rule := range calls {
			if f.test || inside(f.pkg, rule.only) {
				continue
			}
			if slices.Contains(rule.names, "") {
				if _, spec := f.imported(rule.pkg); spec != nil {
					findings = append(findings, fmt.Sprintf("%s: import of %s: %s", f.at(spec.Pos()), rule.pkg, rule.why))
				}
			}
			f.eachSelector(rule.pkg, func(name string, p token.Pos) {
				if name == "." || slices.Contains(rule.names, name) {
					findings = append(findings, fmt.Sprintf("%s: %s.%s: %s", f.at(p), rule.pkg, name, rule.why))
				}
			})
		}
		for _, pkg := range []string{"math/rand", "math/rand/v2"} {
			f.eachSelector(pkg, func(name string, p token.Pos) {
				if !slices.Contains(rootless, name) {
					findings = append(findings, fmt.Sprintf("%s: %s.%s draws from global state: address a stream of internal/rng", f.at(p), pkg, name))
				}
			})
		}
	}
	return findings
}

func TestMath(t *testing.T) { report(t, checkMath(loadTree(t))) }

// checkMath holds the packages of exact to the functions of package math that give
// the same bits on every machine, and keeps math/rand and math/cmplx out of them.
func checkMath(files []*file) (findings []string) {
	for _, f := range files {
		if f.test || !slices.Contains(exact, f.pkg) {
			continue
		}
		for _, pkg := range []string{"math/rand", "math/rand/v2", "math/cmplx", "math/big"} {
			if _, spec := f.imported(pkg); spec != nil {
				findings = append(findings, fmt.Sprintf("%s: %s decides numbers and may not import %s", f.at(spec.Pos()), f.pkg, pkg))
			}
		}
		f.eachSelector("math", func(name string, p token.Pos) {
			if !slices.Contains(exactMath, name) && !mathConst(name) {
				findings = append(findings, fmt.Sprintf("%s: math.%s differs between machines: use internal/detmath or internal/kernel", f.at(p), name))
			}
		})
	}
	return findings
}

// mathConst says whether name is a constant of package math.
func mathConst(name string) bool {
	for _, prefix := range []string{"Max", "Smallest", "Min", "Sqrt", "Ln", "Log"} {
		rest, ok := cut(name, prefix)
		if !ok || rest == "" || rest == "1p" || rest == "b" {
			continue // math.Max, Min, Sqrt, Log, Log1p, Logb are functions
		}
		if prefix == "Log" && (rest == "2" || rest == "10") {
			continue // and so are Log2, Log10; Log2E and Log10E are constants
		}
		return true
	}
	return slices.Contains([]string{"Pi", "E", "Phi"}, name)
}

func cut(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || s[:len(prefix)] != prefix {
		return "", false
	}
	return s[len(prefix):], true
}

// funcs finds the plain functions of that name.
func funcs(f *file, name string) (at []token.Pos) {
	for _, d := range f.ast.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == name {
			at = append(at, fn.Pos())
		}
	}
	return at
}

func TestCallsFindings(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"run/x.go", `package run; import "os"; func f() { os.Exit(1) }`, "os.Exit"},
		{"life/x.go", `package life; import q "os"; var _ = q.Getenv("X")`, "os.Getenv"},
		{"store/x.go", `package store; import _ "flag"`, "import of flag"},
		{"evolve/x.go", `package evolve; import "time"; var _ = time.Now`, "time.Now"},
		{"evolve/x.go", `package evolve; import . "time"; var _ = Now`, "time.."},
		{"cli/x.go", `package cli; import "log"; func f() { log.Fatal() }`, "log.Fatal"},
		{"run/x.go", `package run; import "baldwin/internal/needtool"; var _ = needtool.Need`, "needtool is for tests"},
		{"run/x_test.go", `package run; import "math/rand/v2"; var _ = rand.IntN(3)`, "global state"},
		{"run/x_test.go", `package run; import "math/rand/v2"; var _ = rand.New(rand.NewPCG(1, 2)).IntN(3)`, ""},
		{"run/x.go", `package run; import "time"; var _ = time.Now()`, ""},
		{"cli/x.go", `package cli; import "os"; func f() { os.Exit(1) }`, ""},
		{"evolve/x.go", `package evolve; import "time"; func f(time struct{ Now int }) int { return time.Now }`, ""},
	} {
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		expect(t, checkCalls(snippet(t, c.name, c.src)), want...)
	}
}

func TestMathFindings(t *testing.T) {
	use := func(pkg, expr string) []string {
		return checkMath(snippet(t, pkg+"/x.go", "package x; import \"math\"; var _ = math."+expr))
	}
	for _, bad := range []string{"Exp(1)", "Log(1)", "Log1p(1)", "Log2(3)", "Max(1, 2)", "Min(1, 2)", "Sin(1)", "Hypot(3, 4)", "Pow(2, 3)"} {
		expect(t, use("task", bad), "differs between machines")
	}
	for _, good := range []string{"Pi", "Sqrt2", "Ln2", "Log2E", "MaxFloat64", "MinInt64", "SmallestNonzeroFloat32", "Sqrt(2)", "FMA(1, 2, 3)", "Float32bits(1)", "IsNaN(1)"} {
		expect(t, use("internal/kernel", good))
	}
	expect(t, use("store", "Exp(1)"))
	expect(t, checkMath(snippet(t, "strategy/x.go", `package strategy; import "math/rand"; var _ rand.Rand`)), "may not import math/rand")
}
