package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// peak issues rounds of twelve independent FMAs: enough to fill the latency of
// two pipes, and nothing else that could hold them up.
func peak(s isa) {
	text("peak"+s.tag, "func(n int)")
	n := gp("n")
	acc := s.vecs(12)
	for _, a := range acc {
		s.zero(a)
	}
	b := s.vec()
	s.zero(b)
	Label("loop")
	for _, a := range acc {
		VFMADD231PS(b, b, a)
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	ret()
}

// static: y_t = init_t + W x_t for groups of tasks that share W, or with relu (not 0) the
// larger of that and 0. A tile is vectors x tasks accumulators: a column of W is loaded
// once for all tasks of the group, an input is broadcast once for all vectors.
func static(s isa, vectors, tasks int) {
	text(fmt.Sprintf("static%sv%dt%d", s.tag, vectors, tasks),
		"func(w *float32, ldw, n int, x *float32, ldx int, init *float32, ldi int, y *float32, ldy, relu, groups int)")
	w0, ldw, n := gp("w"), stride("ldw"), gp("n")
	Label("group")

	acc := make([][]reg.VecVirtual, tasks)
	p, ld := gp("init"), stride("ldi")
	for t := range acc {
		acc[t] = s.vecs(vectors)
		for v := range acc[t] {
			VMOVUPS(Mem{Base: p, Disp: v * s.bytes}, acc[t][v])
		}
		ADDQ(ld, p)
	}
	save(p, "init")

	xs := make([]reg.Register, tasks)
	next, ldx := gp("x"), stride("ldx")
	for t := range xs {
		xs[t] = GP64()
		MOVQ(next, xs[t])
		ADDQ(ldx, next)
	}
	save(next, "x")

	w, i := GP64(), GP64()
	MOVQ(w0, w)
	XORQ(i, i)
	column := func(c int) {
		col := s.vecs(vectors)
		for v := range col {
			VMOVUPS(Mem{Base: w, Disp: v * s.bytes}, col[v])
		}
		for t := range acc {
			b := s.vec()
			VBROADCASTSS(Mem{Base: xs[t], Index: i, Scale: 4, Disp: 4 * c}, b)
			for v := range col {
				VFMADD231PS(col[v], b, acc[t][v])
			}
		}
		ADDQ(ldw, w)
	}
	if s.bytes == 32 { // two columns a turn, after an odd one: a short loop is left without a wrong guess more often
		TESTQ(U32(1), n)
		JZ(LabelRef("even"))
		column(0)
		INCQ(i)
		Label("even")
	}
	CMPQ(i, n)
	JGE(LabelRef("store"))
	Label("column")
	column(0)
	if s.bytes == 32 {
		column(1)
		INCQ(i)
	}
	INCQ(i)
	CMPQ(i, n)
	JLT(LabelRef("column"))

	Label("store")
	relu := gp("relu")
	TESTQ(relu, relu)
	JZ(LabelRef("linear"))
	floor := s.vec()
	s.zero(floor)
	for t := range acc {
		for v := range acc[t] {
			VMAXPS(acc[t][v], floor, acc[t][v]) // gives the accumulator when it is NaN or a zero
		}
	}
	Label("linear")
	q, ldy := gp("y"), stride("ldy")
	for t := range acc {
		for v := range acc[t] {
			VMOVUPS(acc[t][v], Mem{Base: q, Disp: v * s.bytes})
		}
		ADDQ(ldy, q)
	}
	save(q, "y")
	countDown("groups", "group")
	ret()
}

// frozen: y_t = init_t + W_t x_t for groups of tasks that each have their own W. W comes
// straight from memory into the FMA: each weight is used once. Eight vectors of AVX2 are a whole
// column of 64 neurons: one task's weights are then read in the order in which they lie, which
// is what prefetchers know.
func frozen(s isa, vectors, tasks int) {
	text(fmt.Sprintf("frozen%sv%dt%d", s.tag, vectors, tasks),
		"func(w *float32, ldw, stride, n int, x *float32, ldx int, init *float32, ldi int, y *float32, ldy, groups int)")
	w0, ldw, step, n := gp("w"), stride("ldw"), stride("stride"), gp("n")
	x, ldx := gp("x"), stride("ldx")
	// at addresses task t of the group.
	at := func(base, ld reg.Register, t, disp int) Mem {
		m := Mem{Base: base, Disp: disp}
		if t == 1 {
			m.Index, m.Scale = ld, 1
		}
		return m
	}
	Label("group")
	acc := make([][]reg.VecVirtual, tasks)
	init, ldi := gp("init"), stride("ldi")
	for t := range acc {
		acc[t] = s.vecs(vectors)
		for v := range acc[t] {
			VMOVUPS(at(init, ldi, t, v*s.bytes), acc[t][v])
		}
	}
	LEAQ(Mem{Base: init, Index: ldi, Scale: uint8(tasks)}, init)
	save(init, "init")
	w, i := GP64(), GP64()
	MOVQ(w0, w)
	XORQ(i, i)
	xs := []reg.Register{x, GP64()}
	if tasks == 2 {
		LEAQ(Mem{Base: x, Index: ldx, Scale: 1}, xs[1])
	}
	Label("column")
	for t := range acc {
		b := s.vec()
		VBROADCASTSS(Mem{Base: xs[t], Index: i, Scale: 4}, b)
		for v := range acc[t] {
			VFMADD231PS(at(w, step, t, v*s.bytes), b, acc[t][v])
		}
	}
	ADDQ(ldw, w)
	INCQ(i)
	CMPQ(i, n)
	JLT(LabelRef("column"))
	y, ldy := gp("y"), stride("ldy")
	for t := range acc {
		for v := range acc[t] {
			VMOVUPS(acc[t][v], at(y, ldy, t, v*s.bytes))
		}
	}
	LEAQ(Mem{Base: y, Index: ldy, Scale: uint8(tasks)}, y)
	save(y, "y")
	for range acc {
		ADDQ(step, w0)
		ADDQ(ldx, x)
	}
	countDown("groups", "group")
	ret()
}
