package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// head: outs outputs for 16, 8 or 4 tasks; tasks are the lanes, so the inputs are
// transposed in registers, four columns at a time. Needs AVX2 only, and 16 tasks
// are two chains in flight: a chain alone waits for the latency of the FMA.
//
// w is [outs][ldw] row-major, n the columns (a multiple of 4), y is [outs][tasks].
func head(outs, tasks int) {
	text(fmt.Sprintf("headAVX2o%dt%d", outs, tasks), "func(w *float32, ldw, n int, x *float32, ldx int, bias, y *float32)")
	w, ldw, n, x, ld := gp("w"), stride("ldw"), gp("n"), gp("x"), stride("ldx")
	vec := func() reg.VecVirtual { return YMM() }
	lanes, parts := 8, tasks/8
	if tasks == 4 {
		vec = func() reg.VecVirtual { return XMM() }
		lanes, parts = 4, 1
	}

	acc := make([][]reg.VecVirtual, parts)
	bias := gp("bias")
	for p := range acc {
		for o := 0; o < outs; o++ {
			acc[p] = append(acc[p], vec())
			VBROADCASTSS(Mem{Base: bias, Disp: 4 * o}, acc[p][o])
		}
	}
	ld3 := GP64()
	LEAQ(Mem{Base: ld, Index: ld, Scale: 2}, ld3)
	// base[q] is the row of task 4q.
	base := []reg.Register{x}
	for q := 1; q < tasks/4; q++ {
		b := GP64()
		LEAQ(Mem{Base: base[q-1], Index: ld, Scale: 4}, b)
		base = append(base, b)
	}
	row := func(t int) Mem {
		m := Mem{Base: base[t/4]}
		switch t % 4 {
		case 1:
			m.Index, m.Scale = ld, 1
		case 2:
			m.Index, m.Scale = ld, 2
		case 3:
			m.Index, m.Scale = ld3, 1
		}
		return m
	}
	weight := func(o, c int) Mem {
		m := Mem{Base: w, Disp: 4 * c}
		if o > 0 {
			m.Index, m.Scale = ldw, uint8(o)
		}
		return m
	}
	TESTQ(n, n)
	JZ(LabelRef("store"))
	Label("columns")
	for p := range acc {
		var r [4]reg.VecVirtual
		for j := range r {
			r[j] = vec()
			if tasks == 4 {
				VMOVUPS(row(j), r[j])
				continue
			}
			VBROADCASTF128(row(8*p+j), r[j]) // a plain XMM load would leave the upper half "live" for avo
			VINSERTF128(U8(1), row(8*p+4+j), r[j], r[j])
		}
		lo01, hi01, lo23, hi23 := vec(), vec(), vec(), vec()
		VUNPCKLPS(r[1], r[0], lo01)
		VUNPCKHPS(r[1], r[0], hi01)
		VUNPCKLPS(r[3], r[2], lo23)
		VUNPCKHPS(r[3], r[2], hi23)
		for c := 0; c < 4; c++ {
			col, b := vec(), vec()
			switch c {
			case 0:
				VUNPCKLPD(lo23, lo01, col)
			case 1:
				VUNPCKHPD(lo23, lo01, col)
			case 2:
				VUNPCKLPD(hi23, hi01, col)
			case 3:
				VUNPCKHPD(hi23, hi01, col)
			}
			for o := range acc[p] {
				VBROADCASTSS(weight(o, c), b)
				VFMADD231PS(b, col, acc[p][o])
			}
		}
	}
	ADDQ(U8(16), w)
	for _, b := range base {
		ADDQ(U8(16), b)
	}
	SUBQ(U8(4), n)
	JNZ(LabelRef("columns"))

	Label("store")
	y := gp("y")
	for p := range acc {
		for o := range acc[p] {
			VMOVUPS(acc[p][o], Mem{Base: y, Disp: 4 * (tasks*o + lanes*p)})
		}
	}
	ret()
}
