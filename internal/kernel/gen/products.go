package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// mul: dst = a*b. mulAdd: dst = fma(a, b, dst).
func mul(s isa) {
	text("mul"+s.tag, "func(dst, a, b *float32, n int)")
	dst, a, b, n := gp("dst"), gp("a"), gp("b"), gp("n")
	loop(s, n, []reg.Register{dst, a, b}, func(d int) {
		v := s.vec()
		VMOVUPS(Mem{Base: a, Disp: d}, v)
		VMULPS(Mem{Base: b, Disp: d}, v, v)
		VMOVUPS(v, Mem{Base: dst, Disp: d})
	})

	text("mulAdd"+s.tag, "func(dst, a, b *float32, n int)")
	dst, a, b, n = gp("dst"), gp("a"), gp("b"), gp("n")
	loop(s, n, []reg.Register{dst, a, b}, func(d int) {
		v, f := s.vec(), s.vec()
		VMOVUPS(Mem{Base: dst, Disp: d}, v)
		VMOVUPS(Mem{Base: a, Disp: d}, f)
		VFMADD231PS(Mem{Base: b, Disp: d}, f, v)
		VMOVUPS(v, Mem{Base: dst, Disp: d})
	})
}

// mask: v stays where 0 < a and is 0 elsewhere; a comparison with NaN is false.
func mask(s isa) {
	const less = 0x11 // ordered, quiet
	text("mask"+s.tag, "func(v, a *float32, n int)")
	v, a, n := gp("v"), gp("a"), gp("n")
	z := s.vec()
	s.zero(z)
	loop(s, n, []reg.Register{v, a}, func(d int) {
		kept := s.vec()
		if s.bytes == 64 {
			above := K()
			VCMPPS(U8(less), Mem{Base: a, Disp: d}, z, above)
			VMOVUPS_Z(Mem{Base: v, Disp: d}, above, kept)
		} else {
			VCMPPS(U8(less), Mem{Base: a, Disp: d}, z, kept)
			VANDPS(Mem{Base: v, Disp: d}, kept, kept)
		}
		VMOVUPS(kept, Mem{Base: v, Disp: d})
	})
}
