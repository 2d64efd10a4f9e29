package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// The compiler may compute x*y + z with one rounding instead of two, across statements and
// through inlined calls, unless the product is rounded by an explicit conversion: arm64 does it,
// amd64 does it at GOAMD64=v3. So the packages of exact write float32(x*y) + z.
//
// checkFused finds every floating-point product that is not converted and may reach a sum: as an
// operand of + or -, through a variable or element that is one later in the same function, or by
// leaving the function (returned, passed to a function of the module, put into a literal), where
// this check no longer follows it. A product that goes straight into a product, a quotient, a
// comparison, a conversion or a function of the standard library is free. So is one that is exact:
// float64(a)*float64(b) of two float32, and whatever a function does that only counts (counting).
//
// It also finds a range over a map, whose order is another each time.
func checkFused(files []*file, info *types.Info) (findings []string) {
	for _, f := range files {
		c := &fused{info: info, parent: parents(f.ast)}
		for _, decl := range f.ast.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && strings.HasSuffix(fn.Name.Name, counting) {
				continue
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				var how string
				switch n := n.(type) {
				case *ast.KeyValueExpr:
					if id, ok := n.Key.(*ast.Ident); ok && strings.HasSuffix(id.Name, counting) {
						return false
					}
				case *ast.BinaryExpr:
					if n.Op == token.MUL && c.isFloat(n) && !(c.widened(n.X) && c.widened(n.Y)) {
						c.scope, c.seen = decl, map[string]bool{}
						how = c.follow(n)
					}
				case *ast.AssignStmt:
					if n.Tok == token.MUL_ASSIGN && c.isFloat(n.Lhs[0]) {
						c.scope, c.seen = decl, map[string]bool{}
						how = c.stored(n.Lhs[0])
					}
				case *ast.RangeStmt:
					if t := info.TypeOf(n.X); t != nil {
						if _, ok := t.Underlying().(*types.Map); ok {
							findings = append(findings, f.at(n.Pos())+": range over a map: its order is another each time")
						}
					}
				}
				if how != "" {
					findings = append(findings, fmt.Sprintf("%s: the product is %s and may be fused: round it, float32(a*b) or float64(a*b)", f.at(n.Pos()), how))
				}
				return true
			})
		}
	}
	return findings
}

// fused follows products through one declaration.
type fused struct {
	info   *types.Info
	parent map[ast.Node]ast.Node
	scope  ast.Node
	seen   map[string]bool // places already followed from this product
}

// follow says how the value of e may come to be added, "" when it cannot.
func (c *fused) follow(e ast.Expr) string {
	switch p := c.parent[e].(type) {
	case *ast.ParenExpr:
		return c.follow(p)
	case *ast.UnaryExpr:
		return c.follow(p)
	case *ast.BinaryExpr:
		if p.Op == token.ADD || p.Op == token.SUB {
			return "added"
		}
	case *ast.AssignStmt:
		i := slices.Index(p.Rhs, e)
		switch {
		case i < 0: // e is assigned to: what it held is added only by += and -=
			if p.Tok == token.ADD_ASSIGN || p.Tok == token.SUB_ASSIGN {
				return "added"
			}
		case p.Tok == token.ADD_ASSIGN || p.Tok == token.SUB_ASSIGN:
			return "added"
		case p.Tok == token.ASSIGN || p.Tok == token.DEFINE:
			return c.stored(p.Lhs[i])
		}
	case *ast.IncDecStmt:
		return "added"
	case *ast.ValueSpec:
		if i := slices.Index(p.Values, e); i >= 0 {
			return c.stored(p.Names[i])
		}
	case *ast.ReturnStmt:
		return "returned"
	case *ast.CompositeLit, *ast.KeyValueExpr:
		return "put into a literal"
	case *ast.CallExpr:
		return c.passed(p, e)
	}
	return ""
}

// passed says whether the call hands e on to code of this module.
func (c *fused) passed(call *ast.CallExpr, e ast.Expr) string {
	if tv := c.info.Types[call.Fun]; tv.IsType() || tv.IsBuiltin() || !slices.Contains(call.Args, e) {
		return ""
	}
	fun := ast.Unparen(call.Fun)
	if ix, ok := fun.(*ast.IndexExpr); ok {
		fun = ix.X
	}
	var id *ast.Ident
	switch fun := fun.(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	}
	if id != nil {
		if fn, ok := c.info.Uses[id].(*types.Func); ok && (fn.Pkg() == nil || !own(fn.Pkg().Path())) {
			return ""
		}
	}
	return "passed on"
}

// stored follows a product that was stored in lhs to every place of the declaration that reads it.
func (c *fused) stored(lhs ast.Expr) (how string) {
	lhs = ast.Unparen(lhs)
	var object types.Object
	text := types.ExprString(lhs)
	if id, ok := lhs.(*ast.Ident); ok {
		if id.Name == "_" {
			return ""
		}
		object = c.info.ObjectOf(id)
		text += fmt.Sprint(object.Pos())
		if v, ok := object.(*types.Var); ok && v.Kind() == types.ResultVar {
			return "returned"
		}
	}
	if c.seen[text] {
		return ""
	}
	c.seen[text] = true
	ast.Inspect(c.scope, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok || how != "" {
			return how == ""
		}
		if object != nil {
			id, ok := e.(*ast.Ident)
			if !ok || c.info.ObjectOf(id) != object || c.info.Defs[id] != nil {
				return true
			}
		} else if types.ExprString(e) != text {
			return true
		}
		if h := c.follow(e); h != "" {
			how = "stored and then " + h
		}
		return true
	})
	return how
}

// widened says whether e is float64(x) of a float32 x: the product of two such has no rounding.
func (c *fused) widened(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !c.info.Types[call.Fun].IsType() {
		return false
	}
	return basic(c.info.TypeOf(call), types.Float64) && basic(c.info.TypeOf(call.Args[0]), types.Float32)
}

func basic(t types.Type, kind types.BasicKind) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == kind
}

// isFloat says whether e is a floating-point or complex value that is not a constant.
func (c *fused) isFloat(e ast.Expr) bool {
	tv := c.info.Types[e]
	if tv.Type == nil || tv.Value != nil {
		return false
	}
	return floating(tv.Type)
}

func floating(t types.Type) bool {
	if p, ok := t.(*types.TypeParam); ok {
		t = p.Underlying()
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsFloat|types.IsComplex) != 0
	case *types.Interface: // the constraint of a type parameter
		for e := range u.EmbeddedTypes() {
			if floating(e) {
				return true
			}
		}
	case *types.Union:
		for term := range u.Terms() {
			if floating(term.Type()) {
				return true
			}
		}
	}
	return false
}

// parents maps every node to the one that holds it.
func parents(root ast.Node) map[ast.Node]ast.Node {
	m := map[ast.Node]ast.Node{}
	var path []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		if len(path) > 0 {
			m[n] = path[len(path)-1]
		}
		path = append(path, n)
		return true
	})
	return m
}

func TestFusedFindings(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{"return a*b + c", "added"},
		{"return c - a*b", "added"},
		{"return -(a*b) + c", "added"},
		{"return float32(a*b)*c + a", "added"},
		{"return float32(a)*float32(b) + c", "added"},
		{"return float32(float64(a)*float64(b) + float64(c))", ""},
		{"return float32(float64(a)*float64(b)*2 + float64(c))", "added"},
		{"c += a*b; return c", "added"},
		{"c -= (a*b); return c", "added"},
		{"t := a*b; return t + c", "stored and then added"},
		{"t := a*b; u := t; return -u - c", "stored and then stored and then added"},
		{"var t = a*b; t += c; return t", "stored and then added"},
		{"t := a; t *= b; return c + t", "stored and then added"},
		{"v[0] = a*b; return v[0] + c", "stored and then added"},
		{"v[0] *= b; v[0] += c; return v[0]", "stored and then added"},
		{"s.x = a*b; return c - s.x", "stored and then added"},
		{"s = struct{x float32}{a*b}; return s.x + c", "put into a literal"},
		{"return a*b", "returned"},
		{"t := a*b; return t", "stored and then returned"},
		{"return g(a*b, c)", "passed on"},
		{"h := g; return h(a*b, c)", "passed on"},
		{"return gen[int](a*b, b)", "passed on"},
		{"return float32(a*b) + c", ""},
		{"return c - float32(float32(a*b)*c)", ""},
		{"t := float32(a*b); return t + c", ""},
		{"return a*b/c + a", ""},
		{"if a*b > c { return a }; return b", ""},
		{"t := a*b; if t > c { return float32(t*t) }; return b", ""},
		{"return float32(math.Sqrt(float64(a)*float64(b))) + c", ""},
		{"v[0] = a*b; return c", ""},
		{"i := 3; j := i*i + 4; return float32(j)", ""},
		{"const k = 2.0*3.0 + 1; return k", ""},
		{"{ t := a*b; _ = t }; t := c; return t + a", ""},
		{"for range map[int]int{} {}; return a", "range over a map"},
	} {
		src := "package x\nimport \"math\"\nvar _ = math.Pi\n" +
			"func f(a, b, c float32, v []float32, s struct{x float32}) float32 { " + c.body + " }\n" +
			"func g(a, b float32) float32 { return a + b }\n" +
			"func gen[T int | int32](a, b float32) float32 { return a }\n"
		files := snippet(t, "x/x.go", src)
		info, errs := check(newImporter(t, files, nil), "baldwin/x", files)
		if len(errs) > 0 {
			t.Fatalf("%s: %v", c.body, errs)
		}
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		t.Run(c.body, func(t *testing.T) { expect(t, checkFused(files, info), want...) })
	}

	files := snippet(t, "x/x.go", "package x\nfunc f[T ~float32 | ~float64](a, b, c T) T { return a*b + c }\nfunc g[T ~int](a, b, c T) T { return a*b + c }\nfunc h(a, b complex128) bool { return a*b == a+b*a }\nfunc coreFMAs(a, b float64) float64 { return a*b + a }\nvar k = struct{ FMAs func(a float64) float64 }{FMAs: func(a float64) float64 { return a*a + a }}\nfunc r(a, b float64) (x float64) { x = a * b; return }\n")
	info, errs := check(newImporter(t, files, nil), "baldwin/x", files)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	expect(t, checkFused(files, info), "x.go:2", "x.go:4", "x.go:7")
}
