package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// halves is a vector for each half of a group.
type halves [2]reg.VecVirtual

func newHalves() halves { return halves(avx2.vecs(2)) }

// each is an op that does f for both halves.
func each(f func(u int)) op {
	return func() {
		f(0)
		f(1)
	}
}

// radiusWords and angleWords are the words of half u of the group at words.
func radiusWords(words reg.Register, u int) Mem { return Mem{Base: words, Disp: 64 * u} }
func angleWords(words reg.Register, u int) Mem  { return Mem{Base: words, Disp: 64*u + 32} }

// normals makes the normals of a chunk, as kernel.gauss, a group a turn. The longest chain is a radius's: it begins a
// turn ahead, that after the last in vain.
func (g *narrow) normals(add bool, dst reg.Register) {
	words := GP64()
	LEAQ(g.at(roomWords), words)
	g.mantissa, g.exponent, g.r, g.cos, g.sin = newHalves(), newHalves(), newHalves(), newHalves(), newHalves()
	emit(g.logarithm(words, 0))
	Label("normals")
	radius := append(g.radius(), g.logarithm(words, 128)...)
	emit(merge(radius, g.angle(words)))
	g.finish(add, dst, words)
	ADDQ(I32(128), words)
	ADDQ(I32(128), dst)
	DECQ(g.at(roomLeft))
	JNZ(LabelRef("normals"))
}

// logarithm is the list that takes apart the words offset bytes on: made odd and converted, they are mantissa, less 1,
// and exponent, times 2^23.
func (g *narrow) logarithm(words reg.Register, offset int) []op {
	m, e := g.mantissa, g.exponent
	return []op{
		func() {
			odd := avx2.vec()
			VBROADCASTSS(word(1), odd)
			for u := range m {
				VPOR(radiusWords(words, u).Offset(offset), odd, m[u])
			}
		},
		each(func(u int) { VCVTDQ2PS(m[u], m[u]) }),
		each(func(u int) { VPAND(word(0x7f800000), m[u], e[u]) }),
		each(func(u int) { VPAND(word(0x7fffff), m[u], m[u]) }),
		each(func(u int) { VCVTDQ2PS(e[u], e[u]) }),
		each(func(u int) { VPOR(word(0x3f800000), m[u], m[u]) }),
		each(func(u int) { VSUBPS(word(single(1)), m[u], m[u]) }),
	}
}

// radius is the list that makes r of mantissa and exponent.
func (g *narrow) radius() []op {
	m, e, r := g.mantissa, g.exponent, g.r
	ops := []op{each(func(u int) { VBROADCASTSS(word(single(radiusC[0])), r[u]) })}
	for _, x := range radiusC[1:] {
		ops = append(ops, each(func(u int) { VFMADD213PS(word(single(x)), m[u], r[u]) }))
	}
	return append(ops,
		func() {
			bias := avx2.vec()
			VBROADCASTSS(word(single(158)), bias)
			for u := range e {
				VFMADD132PS(word(single(-0x1p-23)), bias, e[u]) // exact
			}
		},
		each(func(u int) { VFMADD231PS(word(single(ln4)), e[u], r[u]) }),
		each(func(u int) { VSQRTPS(r[u], r[u]) }))
}

// angle is the list that makes cosine and sine.
func (g *narrow) angle(words reg.Register) []op {
	turn, q, c, s := newHalves(), newHalves(), g.cos, g.sin
	ops := []op{
		each(func(u int) { VCVTDQ2PS(angleWords(words, u), turn[u]) }),
		each(func(u int) { VMULPS(word(single(0x1p-31)), turn[u], turn[u]) }),
		each(func(u int) { VMULPS(turn[u], turn[u], q[u]) }),
		each(func(u int) { VBROADCASTSS(word(single(cosC[0])), c[u]) }),
		each(func(u int) { VBROADCASTSS(word(single(sinC[0])), s[u]) }),
	}
	for i, x := range cosC[1:] {
		ops = append(ops, each(func(u int) { VFMADD213PS(word(single(x)), q[u], c[u]) }))
		if i+1 < len(sinC) {
			ops = append(ops, each(func(u int) { VFMADD213PS(word(single(sinC[i+1])), q[u], s[u]) }))
		}
	}
	return append(ops, each(func(u int) { VMULPS(turn[u], s[u], s[u]) }))
}

// finish multiplies, gives the cosine its sign, and stores or adds.
func (g *narrow) finish(add bool, dst, words reg.Register) {
	sign := avx2.vec()
	VBROADCASTSS(word(1<<31), sign)
	for u := range 2 {
		s := avx2.vec()
		VPAND(radiusWords(words, u), sign, s)
		VPXOR(s, g.cos[u], g.cos[u])
	}
	for u := range 2 {
		VMULPS(g.r[u], g.sin[u], g.sin[u])
		VMULPS(g.r[u], g.cos[u], g.cos[u])
	}
	var scale reg.VecVirtual
	if add {
		scale = broadcast(avx2, "a")
	}
	for u := range 2 {
		put(scale, g.cos[u], Mem{Base: dst, Disp: 32 * u})
		put(scale, g.sin[u], Mem{Base: dst, Disp: 32*u + 64})
	}
}
