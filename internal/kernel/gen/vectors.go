package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// loop steps the cursors through n values (a multiple of 16), two vectors of AVX2
// or one of AVX-512 at a time.
func loop(s isa, n reg.Register, cursors []reg.Register, body func(disp int)) {
	Label("loop")
	for d := 0; d < 64; d += s.bytes {
		body(d)
	}
	for _, c := range cursors {
		ADDQ(I32(64), c)
	}
	SUBQ(I32(16), n)
	JNZ(LabelRef("loop"))
	ret()
}

// broadcast loads a float32 parameter into all lanes.
func broadcast(s isa, name string) reg.VecVirtual {
	b, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := s.vec()
	VBROADCASTSS(b.Addr, v)
	return v
}

// axpy: y = fma(a, x, y).
func axpy(s isa) {
	text("axpy"+s.tag, "func(y *float32, a float32, x *float32, n int)")
	y, x, n, a := gp("y"), gp("x"), gp("n"), broadcast(s, "a")
	loop(s, n, []reg.Register{y, x}, func(d int) {
		v := s.vec()
		VMOVUPS(Mem{Base: y, Disp: d}, v)
		VFMADD231PS(Mem{Base: x, Disp: d}, a, v)
		VMOVUPS(v, Mem{Base: y, Disp: d})
	})
}

// perturb: plus = fma(s, noise, theta) and minus = fma(-s, noise, theta); the
// product is negated, which is the same bits. perturbOne writes plus alone.
func perturb(s isa) {
	text("perturb"+s.tag, "func(plus, minus, theta, noise *float32, s float32, n int)")
	plus, minus, theta, noise, n, sigma := gp("plus"), gp("minus"), gp("theta"), gp("noise"), gp("n"), broadcast(s, "s")
	loop(s, n, []reg.Register{plus, minus, theta, noise}, func(d int) {
		p, m, e := s.vec(), s.vec(), s.vec()
		VMOVUPS(Mem{Base: theta, Disp: d}, p)
		VMOVUPS(Mem{Base: noise, Disp: d}, e)
		VMOVAPS(p, m)
		VFMADD231PS(e, sigma, p)
		VFNMADD231PS(e, sigma, m)
		VMOVUPS(p, Mem{Base: plus, Disp: d})
		VMOVUPS(m, Mem{Base: minus, Disp: d})
	})

	text("perturbOne"+s.tag, "func(plus, theta, noise *float32, s float32, n int)")
	plus, theta, noise, n, sigma = gp("plus"), gp("theta"), gp("noise"), gp("n"), broadcast(s, "s")
	loop(s, n, []reg.Register{plus, theta, noise}, func(d int) {
		p := s.vec()
		VMOVUPS(Mem{Base: theta, Disp: d}, p)
		VFMADD231PS(Mem{Base: noise, Disp: d}, sigma, p)
		VMOVUPS(p, Mem{Base: plus, Disp: d})
	})
}

// sumSquares: lanes[i%64] = fma(x_i, x_i, lanes[i%64]) for n values, a multiple of 64.
func sumSquares(s isa) {
	text("sumSquares"+s.tag, "func(lanes, x *float32, n int)")
	lanes, x, n := gp("lanes"), gp("x"), gp("n")
	acc := s.vecs(256 / s.bytes)
	for i, a := range acc {
		VMOVUPS(Mem{Base: lanes, Disp: i * s.bytes}, a)
	}
	Label("loop")
	for i, a := range acc {
		v := s.vec()
		VMOVUPS(Mem{Base: x, Disp: i * s.bytes}, v)
		VFMADD231PS(v, v, a)
	}
	ADDQ(I32(256), x)
	SUBQ(I32(64), n)
	JNZ(LabelRef("loop"))
	for i, a := range acc {
		VMOVUPS(a, Mem{Base: lanes, Disp: i * s.bytes})
	}
	ret()
}
