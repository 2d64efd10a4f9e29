package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// words makes the words of n groups, at most a chunk. A block's are two 64-bit lanes: w[1] and w[0], of which radii are
// made, and w[3] and w[2], of angles. Four blocks' lanes for radii come first, then theirs for angles.
//
// Vectors make all but a fifth of the groups, one a turn. They leave the integer units idle, and those make two blocks
// of that fifth in each turn: in four turns, of which there are at least four times as many, a group.
func (g *narrow) words(n reg.GPVirtual) {
	turns, apart, cursor := GP64(), GP64(), GP64()
	IMUL3Q(U8(13), n, apart)
	SHRQ(U8(6), apart) // n/5 for n up to chunk
	MOVQ(n, turns)
	SUBQ(apart, turns)
	LEAQ(g.at(roomWords), cursor)
	MOVQ(turns, apart)
	SHLQ(U8(7), apart)
	ADDQ(cursor, apart)
	MOVQ(apart, g.at(roomApart))

	counters, first, next := avx2.vec(), GP64(), GP64()
	VPBROADCASTQ(g.at(roomFirst), counters)
	VPADDQ(laneNumbers(), counters, counters)
	MOVQ(g.at(roomFirst), first)
	LEAQ(Mem{Base: first, Index: turns, Scale: 8}, next)
	MOVQ(next, g.at(roomNext))
	LEAQ(Mem{Base: first, Index: n, Scale: 8}, first)
	MOVQ(first, g.at(roomFirst))
	for j, m := range []uint64{philoxM0, philoxM1} {
		g.mul[j] = avx2.vec()
		VMOVDQU(quad(m), g.mul[j])
	}

	Label("words")
	emit(merge(g.eight(counters, cursor), g.two()))
	ADDQ(I32(128), cursor)
	DECQ(turns)
	JNZ(LabelRef("words"))
}

// eight is the list that makes eight blocks in vectors and steps the counters on. It is philox with half the keys: a
// 64-bit word is put on a product, for the half that the next round exchanges and for the half that the one after
// it does.
func (g *narrow) eight(counters reg.VecVirtual, to reg.Register) []op {
	var ops []op
	add := func(f func(u int)) { ops = append(ops, each(f)) }
	product := func(j int, a halves) halves {
		p := newHalves()
		add(func(u int) { VPMULUDQ(g.mul[j], a[u], p[u]) })
		return p
	}
	xorKey := func(p halves, i int) { add(func(u int) { VPXOR(g.key(i), p[u], p[u]) }) }
	xor := func(p, q halves) { add(func(u int) { VPXOR(q[u], p[u], p[u]) }) }
	high := func(p halves) halves {
		h := newHalves()
		add(func(u int) { VMOVSHDUP(p[u], h[u]) }) // a shift has one unit to go to, this has two
		return h
	}
	first := newHalves()
	ops = append(ops, func() {
		VMOVDQA(counters, first[0])
		VPADDQ(quad(4), counters, first[1])
		VPADDQ(quad(8), counters, counters)
	})
	// Rounds 1 and 2 have one product each, as in philox.
	x3 := product(0, first)
	xorKey(x3, 0)
	x1 := product(1, high(x3))
	xorKey(x1, 1)
	x0, x2 := high(x1), x3
	for r := 3; ; r++ {
		p1, p0 := product(1, x2), product(0, x0)
		if r%2 == 0 {
			xorKey(p1, r-1)
		} else {
			xorKey(p0, r-1)
		}
		if r == 10 {
			for _, x := range []halves{x1, x3} {
				add(func(u int) { VPSLLQ(U8(32), x[u], x[u]) })
			}
			xor(p1, x1)
			xor(p0, x3)
			add(func(u int) { VMOVDQA(p1[u], radiusWords(to, u)) })
			add(func(u int) { VMOVDQA(p0[u], angleWords(to, u)) })
			return ops
		}
		x0 = high(p1)
		xor(x0, x1)
		x2 = high(p0)
		if r > 3 { // x3 of round 3 is a constant
			xor(x2, x3)
		}
		x1, x3 = p1, p0
	}
}

// two is the list that makes two blocks in general registers, in the same rounds.
func (g *narrow) two() []op {
	type pair [2]reg.GPVirtual
	var ops []op
	add := func(f func(j int)) { ops = append(ops, func() { f(0) }, func() { f(1) }) }
	fresh := func() pair { return pair{GP64(), GP64()} }
	times := func(m uint64, p pair) { add(func(j int) { IMULQ(quad(m), p[j]) }) }
	high := func(p pair) pair {
		h := fresh()
		add(func(j int) { MOVQ(p[j], h[j]) })
		add(func(j int) { SHRQ(U8(32), h[j]) })
		return h
	}
	xor := func(p, q pair) { add(func(j int) { XORL(q[j].As32(), p[j].As32()) }) }
	xorKey := func(p pair, i int) { add(func(j int) { XORQ(g.key(i), p[j]) }) }
	x3 := fresh()
	add(func(j int) { MOVLQZX(g.at(roomNext), x3[j]) })
	ops = append(ops, func() { INCL(x3[1].As32()) }, func() { ADDL(U8(2), g.at(roomNext)) })
	times(philoxM0, x3)
	x1 := high(x3)
	add(func(j int) { XORL(g.key(0).Offset(4), x1[j].As32()) })
	add(func(j int) { XORL(g.key(0), x3[j].As32()) }) // and clears the upper half, which a product must not see
	times(philoxM1, x1)
	xorKey(x1, 1)
	x0, x2 := high(x1), x3
	for x1, x3, r := x1, x3, 3; ; r++ {
		p1, p0, x1r, x3r := x2, x0, x1, x3
		times(philoxM1, p1)
		times(philoxM0, p0)
		if r%2 == 0 {
			xorKey(p1, r-1)
		} else {
			xorKey(p0, r-1)
		}
		if r == 10 {
			for _, x := range []pair{x1r, x3r} {
				add(func(j int) { SHLQ(U8(32), x[j]) })
			}
			to := GP64()
			add(func(j int) { XORQ(x1r[j], p1[j]) })
			add(func(j int) { XORQ(x3r[j], p0[j]) })
			ops = append(ops, func() { MOVQ(g.at(roomApart), to) })
			add(func(j int) { MOVQ(p1[j], radiusWords(to, 0).Offset(8*j)) })
			add(func(j int) { MOVQ(p0[j], angleWords(to, 0).Offset(8*j)) })
			return append(ops, func() { g.step(to) })
		}
		x0 = high(p1)
		xor(x0, x1r)
		x2 = high(p0)
		if r > 3 {
			xor(x2, x3r)
		}
		x1, x3 = p1, p0
	}
}

// step moves to on by two blocks: by 16 bytes, and past the angles after every second time.
func (g *narrow) step(to reg.GPVirtual) {
	skip := GP64()
	ADDQ(U8(16), to)
	MOVQ(to, skip)
	ANDQ(U8(32), skip)
	ADDQ(skip, to)
	MOVQ(to, g.at(roomApart))
}
