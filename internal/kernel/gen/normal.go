package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// The polynomials of kernel/normal.go, highest power first.
var (
	radiusC = []float64{-0.02096820014, 0.1082170881, -0.2662926424, 0.4495113839, -0.6555757246, 0.9987599784, -1.999946244, 4e-7}
	sinC    = []float64{-0.004371014925, 0.07950065035, -0.6459259622, 1.570795142}
	cosC    = []float64{0.0008581906199, -0.02081062752, 0.2536507446, -1.233698215, 0.9999999535}
)

const ln4 = 1.38629436111989061883

// radius is the list that makes r from signed, the words made odd and converted; m and e
// are scratch.
func (g *noiseGen) radius(words, signed, r bundle) []op {
	s := g.s
	var ops []op
	e, m := g.bundle(), g.bundle()
	g.with(&ops, word(1), func(k Op, u int) { s.or(k, words[u], signed[u]) })
	g.each(&ops, func(u int) { VCVTDQ2PS(signed[u], signed[u]) })
	g.each(&ops, func(u int) { VGETMANTPS(U8(4), signed[u], m[u]) }) // |mantissa| in [1, 2)
	g.with(&ops, word(single(1)), func(k Op, u int) { VSUBPS(k, m[u], m[u]) })
	g.set(&ops, r, single(radiusC[0]))
	for _, x := range radiusC[1:] {
		g.fma(&ops, r, m, x)
	}
	g.each(&ops, func(u int) { VGETEXPPS(signed[u], m[u]) })
	g.set(&ops, e, single(31))
	g.each(&ops, func(u int) { VSUBPS(m[u], e[u], e[u]) })
	g.with(&ops, word(single(ln4)), func(k Op, u int) { VFMADD231PS(k, e[u], r[u]) })
	g.each(&ops, func(u int) { VSQRTPS(r[u], r[u]) })
	return ops
}

// angle is the list that makes the cosine and sine of the angle words.
func (g *noiseGen) angle(words, c, n bundle) []op {
	var ops []op
	turn, q := g.bundle(), g.bundle()
	g.each(&ops, func(u int) { VCVTDQ2PS(words[u], turn[u]) })
	g.with(&ops, word(single(0x1p-31)), func(k Op, u int) { VMULPS(k, turn[u], turn[u]) })
	g.each(&ops, func(u int) { VMULPS(turn[u], turn[u], q[u]) })
	g.set(&ops, c, single(cosC[0]))
	g.set(&ops, n, single(sinC[0]))
	for i, x := range cosC[1:] {
		g.fma(&ops, c, q, x)
		if i+1 < len(sinC) {
			g.fma(&ops, n, q, sinC[i+1])
		}
	}
	g.each(&ops, func(u int) { VMULPS(turn[u], n[u], n[u]) })
	return ops
}

// normals: Box and Muller for all units at once, as kernel.gauss. They come in c and n.
func (g *noiseGen) normals(w words) (ops []op, c, n bundle) {
	signed, r := g.bundle(), g.bundle()
	c, n = g.bundle(), g.bundle()
	ops = append(g.angle(w.angle, c, n), g.radius(w.radius, signed, r)...)
	g.with(&ops, word(1<<31), func(k Op, u int) { VPTERNLOGD(U8(0x78), k, signed[u], c[u]) })
	g.each(&ops, func(u int) { VMULPS(r[u], c[u], c[u]) })
	g.each(&ops, func(u int) { VMULPS(r[u], n[u], n[u]) })
	return ops, c, n
}
