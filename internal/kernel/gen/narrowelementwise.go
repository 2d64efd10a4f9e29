package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// narrowElementwise: dst = f(src) for n values, a multiple of 16, in AVX2. body lists what makes a vector of src one of
// dst, a chain of latencies. Four vectors, and two at the end, are made side by side, each some ops behind the one
// before, so that all of them neither wait nor divide at the same time.
func narrowElementwise(name string, body func(src, dst Mem) []op) {
	const lag = 3
	text(name+"AVX2", "func(dst, src *float32, n int)")
	dst, src, n := gp("dst"), gp("src"), gp("n")
	vectors := func(count int) {
		var lists [][]op
		for v := range count {
			lists = append(lists, body(Mem{Base: src, Disp: 32 * v}, Mem{Base: dst, Disp: 32 * v}))
		}
		for i := range len(lists[0]) + lag*(count-1) {
			for v, l := range lists {
				if j := i - lag*v; j >= 0 && j < len(l) {
					l[j]()
				}
			}
		}
	}
	SUBQ(U8(32), n)
	JLT(LabelRef("two"))
	Label("four")
	vectors(4)
	ADDQ(U8(128), src)
	ADDQ(U8(128), dst)
	SUBQ(U8(32), n)
	JGE(LabelRef("four"))
	Label("two")
	ADDQ(U8(32), n)
	JZ(LabelRef("done"))
	vectors(2)
	Label("done")
	ret()
}

// all gives v the float32 x in all lanes.
func all(x float64, v reg.VecVirtual) { VBROADCASTSS(word(single(x)), v) }

// f is the float32 x as an operand.
func f(x float64) Mem { return word(single(x)) }

// narrowTanh is tanh; it reads the sign again at the end, to hold no register for it.
func narrowTanh() {
	narrowElementwise("tanh", func(src, dst Mem) []op {
		x, e, p, z := avx2.vec(), avx2.vec(), avx2.vec(), avx2.vec()
		return []op{
			func() { VBROADCASTSS(word(0x7fffffff), x); VPAND(src, x, x) },
			func() { all(9.02, z); VMINPS(x, z, x) }, // MIN gives its second Intel source when one is NaN: x
			func() { all(2*log2e, e); VFMADD213PS(f(magic), x, e) },
			func() { VSUBPS(f(magic), e, p) },
			func() { VFNMADD231PS(f(0.3466796875), p, x) },
			func() { VFNMADD231PS(f(-1.06097220e-4), p, x) },
			func() { all(expC[0]*64, p); VFMADD213PS(f(expC[1]*32), x, p) },
			func() { VPSLLD(U8(23), e, e) },
			func() { VFMADD213PS(f(expC[2]*16), x, p) },
			func() { VPADDD(word(127<<23), e, e) },
			func() { VFMADD213PS(f(expC[3]*8), x, p) },
			func() { VMULPS(x, x, z) },
			func() { VFMADD213PS(f(2), x, p) },
			func() { VADDPS(x, x, x) },
			func() { VFMADD213PS(x, z, p) },
			func() { VSUBPS(f(1), e, x) },
			func() { VFMADD213PS(x, e, p) },
			func() { VADDPS(f(2), p, x) },
			func() { VDIVPS(x, p, p) },
			func() { VBROADCASTSS(word(1<<31), z); VPAND(src, z, z) },
			func() { VPOR(z, p, p); VMOVUPS(p, dst) },
		}
	})
}

// narrowSigmoid is sigmoid, but that r = 0 - x is not made: the next FMA subtracts x. r differs where it is zero, in the
// sign, which its product with a polynomial loses in a sum with 1.
func narrowSigmoid() {
	const ln2hi, ln2lo = -0.693359375, 2.12194440e-4
	narrowElementwise("sigmoid", func(src, dst Mem) []op {
		r, e, p, z := avx2.vec(), avx2.vec(), avx2.vec(), avx2.vec()
		ops := []op{
			func() { all(80, z); VMOVUPS(src, r); VMINPS(r, z, r) },
			func() { all(-88, z); VMAXPS(r, z, r) },
			func() { all(-log2e, e); VFMADD213PS(f(magic), r, e) },
			func() { VSUBPS(f(magic), e, p) },
			func() { VFNMSUB231PS(f(-ln2hi), p, r) },
			func() { VFNMADD231PS(f(-ln2lo), p, r) },
			func() { all(expC[0], p); VFMADD213PS(f(expC[1]), r, p) },
			func() { VPSLLD(U8(23), e, e) },
			func() { VFMADD213PS(f(expC[2]), r, p) },
			func() { VPADDD(word(127<<23), e, e) },
		}
		for _, c := range expC[3:] {
			ops = append(ops, func() { VFMADD213PS(f(c), r, p) })
		}
		return append(ops,
			func() { all(1, z); VFMADD213PS(z, e, p) },
			func() { VDIVPS(p, z, p); VMOVUPS(p, dst) })
	})
}
