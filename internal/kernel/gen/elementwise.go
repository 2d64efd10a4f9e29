package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The polynomial of exp on [-ln2/2, ln2/2], as in kernel/activation.go.
var expC = []float64{0.0013926926614, 0.00836377387441, 0.0416665501103, 0.166665733819, 0.5, 1, 1}

const (
	log2e = 1.44269504088896341
	magic = 12582912 // 1.5 * 2^23: adding it rounds to an integer that sits in the low bits
)

// elementwise: dst = f(src) for n values, a multiple of 16.
func elementwise(name string, s isa, constants []uint32, body func(k *pool, x reg.VecVirtual) reg.VecVirtual) {
	text(name+s.tag, "func(dst, src *float32, n int)")
	dst, src, n := gp("dst"), gp("src"), gp("n")
	k := newPool(s, constants...)
	Label("loop")
	x := s.vec()
	VMOVUPS(Mem{Base: src}, x)
	VMOVUPS(body(k, x), Mem{Base: dst})
	ADDQ(I32(s.bytes), src)
	ADDQ(I32(s.bytes), dst)
	SUBQ(I32(s.lanes()), n)
	JNZ(LabelRef("loop"))
	ret()
}

// tanh: e = expm1(2|x|), e/(e+2), the sign put back; as kernel.TanhRef. AVX-512; AVX2 has narrowTanh.
func tanh() {
	s := avx512
	c := []float64{expC[0] * 64, expC[1] * 32, expC[2] * 16, expC[3] * 8, 2}
	held := []uint32{0x7fffffff, 1 << 31, single(9.02), single(2 * log2e), single(magic),
		single(0.3466796875), single(-1.06097220e-4), 127 << 23, single(1), single(2)}
	for _, x := range c {
		held = append(held, single(x))
	}
	elementwise("tanh", s, held, func(k *pool, x reg.VecVirtual) reg.VecVirtual {
		sign, clamp := s.vec(), k.set(9.02)
		s.and(k.bits(1<<31), x, sign)
		s.and(k.bits(0x7fffffff), x, x)
		VMINPS(x, clamp, x) // MIN gives its second Intel source when one is NaN: x
		e, n, z := k.set(2*log2e), s.vec(), s.vec()
		VFMADD213PS(k.f(magic), x, e)
		VSUBPS(k.f(magic), e, n)
		VFNMADD231PS(k.f(0.3466796875), n, x)
		VFNMADD231PS(k.f(-1.06097220e-4), n, x)
		VMULPS(x, x, z)
		p := k.set(c[0])
		for _, c := range c[1:] {
			VFMADD213PS(k.f(c), x, p)
		}
		VADDPS(x, x, x)
		VFMADD213PS(x, z, p)
		VPSLLD(U8(23), e, e)
		VPADDD(k.bits(127<<23), e, e)
		VSUBPS(k.f(1), e, n)
		VFMADD213PS(n, e, p)
		VADDPS(k.f(2), p, z)
		VDIVPS(z, p, p)
		s.or(sign, p, p)
		return p
	})
}

// sigmoid: 1 / (1 + exp(-x)); as kernel.SigmoidRef. AVX-512; AVX2 has narrowSigmoid.
func sigmoid() {
	s := avx512
	const ln2hi, ln2lo = -0.693359375, 2.12194440e-4
	held := []uint32{single(80), single(-88), single(-log2e), single(-ln2hi), single(-ln2lo), single(magic), single(1), 127 << 23}
	for _, x := range expC {
		held = append(held, single(x))
	}
	elementwise("sigmoid", s, held, func(k *pool, x reg.VecVirtual) reg.VecVirtual {
		hi, lo := k.set(80), k.set(-88)
		VMINPS(x, hi, x)
		VMAXPS(x, lo, x)
		e, n, r := k.set(-log2e), s.vec(), s.vec()
		VFMADD213PS(k.f(magic), x, e)
		VSUBPS(k.f(magic), e, n)
		s.zero(r)
		VSUBPS(x, r, r)
		VFNMADD231PS(k.f(-ln2hi), n, r)
		VFNMADD231PS(k.f(-ln2lo), n, r)
		p := k.set(expC[0])
		for _, c := range expC[1:] {
			VFMADD213PS(k.f(c), r, p)
		}
		VPSLLD(U8(23), e, e)
		VPADDD(k.bits(127<<23), e, e)
		one := k.set(1)
		VFMADD213PS(one, e, p)
		VDIVPS(p, one, p)
		return p
	})
}

// relu: MAX gives its second Intel source, x, when one is NaN and when both are zeros.
func relu(s isa) {
	elementwise("relu", s, nil, func(_ *pool, x reg.VecVirtual) reg.VecVirtual {
		z := s.vec()
		s.zero(z)
		VMAXPS(x, z, z)
		return z
	})
}
