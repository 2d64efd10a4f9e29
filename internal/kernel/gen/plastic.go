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

// plastic: one panel of neurons, one block of columns, groups of tasks.
// All cursors live in registers; the four planes of the rule are loaded once for
// all tasks of the group.
func plastic(s isa, vectors, tasks int) {
	text(fmt.Sprintf("plastic%sv%dt%d", s.tag, vectors, tasks), "func(a *byte)")
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
	post, m, y := rows(argPost), rows(argM), rows(argY)

	n := get(argColumns)
	Label("column")
	bPre, bX := s.vecs(tasks), s.vecs(tasks)
	for t := 0; t < tasks; t++ {
		VBROADCASTSS(at(pre, preLD, t, 0), bPre[t])
		VBROADCASTSS(at(x, xLD, t, 0), bX[t])
	}
	for v := 0; v < vectors; v++ {
		d := v * s.bytes
		ruleA, ruleC := s.vec(), s.vec()
		VMOVUPS(Mem{Base: rule, Disp: d}, ruleA)
		VMOVUPS(Mem{Base: rule, Index: plane, Scale: 2, Disp: d}, ruleC)
		t1, t2 := s.vecs(tasks), s.vecs(tasks)
		VMOVUPS(Mem{Base: rule, Index: plane, Scale: 1, Disp: d}, t1[0])
		VMOVUPS(Mem{Base: rule, Index: plane3, Scale: 1, Disp: d}, t2[0])
		for t := 1; t < tasks; t++ {
			VMOVAPS(t1[0], t1[t])
			VMOVAPS(t2[0], t2[t])
		}
		for t := 0; t < tasks; t++ {
			VFMADD231PS(ruleA, post[t][v], t1[t]) // t1 = A*post + B
			VFMADD231PS(ruleC, post[t][v], t2[t]) // t2 = C*post + D
		}
		for t := 0; t < tasks; t++ {
			VFMADD213PS(t2[t], bPre[t], t1[t])                    // t1*pre + t2
			VFMADD213PS(at(src, srcStride, t, d), m[t][v], t1[t]) // m*that + W
			VMOVUPS(t1[t], at(w, wStride, t, d))
			VFMADD231PS(bX[t], t1[t], y[t][v])
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
	for t := range y {
		for v := range y[t] {
			VMOVUPS(y[t][v], at(p, yLD, t, v*s.bytes))
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
