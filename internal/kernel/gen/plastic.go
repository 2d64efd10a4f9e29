package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of kernel.plasticArgs; all strides are in bytes.
const (
	argSrc = 8 * iota
	argSrcStride
	argW
	argWStride
	argRule
	argPlane
	argM
	argMLD
	argPost
	argPostLD
	argPre
	argPreLD
	argX
	argXLD
	argY
	argYLD
	argColumns
	argGroups
	argLD
	argWNext   // tasks*wStride - columns*ld
	argSrcNext // tasks*srcStride - columns*ld
	argPreNext // tasks*preLD - 4*columns
	argXNext   // tasks*xLD - 4*columns
	argBack    // columns*ld
)

// A tile is what a rule finds in registers, [task][vector], in one panel of neurons.
type tile struct {
	s          isa
	post, m, y [][]reg.VecVirtual
	square     [][]reg.VecVirtual // oja: post*post
	bPre, bX   []reg.VecVirtual   // this column's pre and x, in all lanes

	ruleAt func(plane, v int) Mem // this column of the rule
	srcAt  func(t, v int) Mem     // and of W, before
	wAt    func(t, v int) Mem     // and after
}

// abcd: t1 = A*post + B, t2 = C*post + D, W += m*(t1*pre + t2). The four planes are loaded
// once for all tasks of the group; a task alone takes A and C straight from memory.
func (k *tile) abcd(v int) {
	s, tasks := k.s, len(k.y)
	ruleA, ruleC := Op(k.ruleAt(0, v)), Op(k.ruleAt(2, v))
	if tasks > 1 {
		a, c := s.vec(), s.vec()
		VMOVUPS(ruleA, a)
		VMOVUPS(ruleC, c)
		ruleA, ruleC = a, c
	}
	t1, t2 := s.vecs(tasks), s.vecs(tasks)
	VMOVUPS(k.ruleAt(1, v), t1[0])
	VMOVUPS(k.ruleAt(3, v), t2[0])
	for t := 1; t < tasks; t++ {
		VMOVAPS(t1[0], t1[t])
		VMOVAPS(t2[0], t2[t])
	}
	for t := range k.y {
		VFMADD231PS(ruleA, k.post[t][v], t1[t])
		VFMADD231PS(ruleC, k.post[t][v], t2[t])
	}
	for t := range k.y {
		VFMADD213PS(t2[t], k.bPre[t], t1[t])
		VFMADD213PS(k.srcAt(t, v), k.m[t][v], t1[t])
		VMOVUPS(t1[t], k.wAt(t, v))
		VFMADD231PS(k.bX[t], t1[t], k.y[t][v])
	}
}

// oja: W += m*A * (post*pre - post^2*W).
func (k *tile) oja(v int) {
	s := k.s
	ruleA := s.vec()
	VMOVUPS(k.ruleAt(0, v), ruleA)
	for t := range k.y {
		w, step, rate := s.vec(), s.vec(), s.vec()
		VMOVUPS(k.srcAt(t, v), w)
		VMULPS(k.bPre[t], k.post[t][v], step)
		VFNMADD231PS(w, k.square[t][v], step)
		VMULPS(ruleA, k.m[t][v], rate)
		VFMADD231PS(step, rate, w)
		VMOVUPS(w, k.wAt(t, v))
		VFMADD231PS(k.bX[t], w, k.y[t][v])
	}
}

// plastic: one panel of neurons, one block of columns, groups of tasks, under a rule.
// All cursors live in registers.
func plastic(name string, s isa, vectors, tasks int) {
	text(fmt.Sprintf("%s%sv%dt%d", name, s.tag, vectors, tasks), "func(a *byte)")
	a := gp("a")
	arg := func(offset int) Mem { return Mem{Base: a, Disp: offset} }
	get := func(offset int) reg.GPVirtual { g := GP64(); MOVQ(arg(offset), g); return g }
	// at addresses task t of the group.
	at := func(base, ld reg.Register, t, disp int) Mem {
		m := Mem{Base: base, Disp: disp}
		if t == 1 {
			m.Index, m.Scale = ld, 1
		}
		return m
	}

	plane := get(argPlane)
	plane3 := GP64()
	LEAQ(Mem{Base: plane, Index: plane, Scale: 2}, plane3)
	wStride, srcStride, ld := get(argWStride), get(argSrcStride), get(argLD)
	rule, w, src, pre, x := get(argRule), get(argW), get(argSrc), get(argPre), get(argX)

	preLD, xLD := reg.GPVirtual(nil), reg.GPVirtual(nil)
	if tasks == 2 {
		preLD, xLD = get(argPreLD), get(argXLD)
	}

	// Cursors that find no register live in the frame, not in the arguments: at the end
	// they point past the rows, which the garbage collector must never see.
	frame := AllocLocal(32)
	cursor := map[int]Mem{argPost: frame, argM: frame.Offset(8), argY: frame.Offset(16), argGroups: frame.Offset(24)}
	for _, offset := range []int{argPost, argM, argY, argGroups} {
		MOVQ(get(offset), cursor[offset])
	}

	Label("group")
	// The vectors of the group: post, m and the accumulators y.
	rows := func(offset int) [][]reg.VecVirtual {
		p, rowLD := GP64(), get(offset+8)
		MOVQ(cursor[offset], p)
		r := make([][]reg.VecVirtual, tasks)
		for t := range r {
			r[t] = s.vecs(vectors)
			for v := range r[t] {
				VMOVUPS(at(p, rowLD, t, v*s.bytes), r[t][v])
			}
		}
		if offset != argY {
			LEAQ(Mem{Base: p, Index: rowLD, Scale: uint8(tasks)}, p)
			MOVQ(p, cursor[offset])
		}
		return r
	}
	k := &tile{
		s: s, post: rows(argPost), m: rows(argM), y: rows(argY),
		ruleAt: func(p, v int) Mem {
			m := Mem{Base: rule, Disp: v * s.bytes}
			switch p {
			case 1:
				m.Index, m.Scale = plane, 1
			case 2:
				m.Index, m.Scale = plane, 2
			case 3:
				m.Index, m.Scale = plane3, 1
			}
			return m
		},
		srcAt: func(t, v int) Mem { return at(src, srcStride, t, v*s.bytes) },
		wAt:   func(t, v int) Mem { return at(w, wStride, t, v*s.bytes) },
	}
	if name == "oja" {
		for t := range k.post {
			k.square = append(k.square, s.vecs(vectors))
			for v := range k.square[t] {
				VMULPS(k.post[t][v], k.post[t][v], k.square[t][v])
			}
		}
	}

	n := get(argColumns)
	Label("column")
	k.bPre, k.bX = s.vecs(tasks), s.vecs(tasks)
	for t := 0; t < tasks; t++ {
		VBROADCASTSS(at(pre, preLD, t, 0), k.bPre[t])
		VBROADCASTSS(at(x, xLD, t, 0), k.bX[t])
	}
	for v := 0; v < vectors; v++ {
		if name == "oja" {
			k.oja(v)
		} else {
			k.abcd(v)
		}
	}
	ADDQ(ld, rule)
	ADDQ(ld, w)
	ADDQ(ld, src)
	ADDQ(U8(4), pre)
	ADDQ(U8(4), x)
	DECQ(n)
	JNZ(LabelRef("column"))

	p, yLD := GP64(), get(argYLD)
	MOVQ(cursor[argY], p)
	for t := range k.y {
		for v := range k.y[t] {
			VMOVUPS(k.y[t][v], at(p, yLD, t, v*s.bytes))
		}
	}
	LEAQ(Mem{Base: p, Index: yLD, Scale: uint8(tasks)}, p)
	MOVQ(p, cursor[argY])
	ADDQ(arg(argWNext), w)
	ADDQ(arg(argSrcNext), src)
	ADDQ(arg(argPreNext), pre)
	ADDQ(arg(argXNext), x)
	SUBQ(arg(argBack), rule)
	DECQ(cursor[argGroups])
	JNZ(LabelRef("group"))
	ret()
}
