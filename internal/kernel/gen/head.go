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
	h := headTile{outs: outs, parts: max(1, tasks/8), vec: ymm, lanes: 8}
	if tasks == 4 {
		h.vec, h.lanes = xmm, 4
	}
	bias := gp("bias")
	h.begin(func(o int, v reg.VecVirtual) { VBROADCASTSS(Mem{Base: bias, Disp: 4 * o}, v) })
	rows := rowsFrom(x, ld, tasks)
	weight := func(o, c int) Mem {
		m := Mem{Base: w, Disp: 4 * c}
		if o > 0 {
			m.Index, m.Scale = ldw, uint8(o)
		}
		return m
	}
	h.columns(n, rows.at, func(int) func(o, c int) reg.VecVirtual {
		return func(o, c int) reg.VecVirtual {
			b := h.vec()
			VBROADCASTSS(weight(o, c), b)
			return b
		}
	}, append(rows.base, w))
	h.store()
	ret()
}

// heads: outs outputs for 4 tasks with weights of their own, which are transposed like the
// inputs. Task t's inputs begin xs[t] floats after x and its weights ws[t] after w, so
// that a task can stand in for one that is not there. ldw is from one output's weights to
// the next, bias is [outs][4].
func heads(outs int) {
	text(fmt.Sprintf("headsAVX2o%d", outs), "func(w *float32, ldw int, ws *int, n int, x *float32, xs *int, bias, y *float32)")
	w, ldw, n, x := gp("w"), stride("ldw"), gp("n"), gp("x")
	h := headTile{outs: outs, parts: 1, vec: xmm, lanes: 4}
	bias := gp("bias")
	h.begin(func(o int, v reg.VecVirtual) { VMOVUPS(Mem{Base: bias, Disp: 16 * o}, v) })
	begins := func(base reg.Register, name string) []reg.Register {
		offsets := gp(name)
		r := make([]reg.Register, 4)
		for t := range r {
			g := GP64()
			MOVQ(Mem{Base: offsets, Disp: 8 * t}, g)
			LEAQ(Mem{Base: base, Index: g, Scale: 4}, g)
			r[t] = g
		}
		return r
	}
	xt, wt := begins(x, "xs"), begins(w, "ws")
	row := func(t int) Mem { return Mem{Base: xt[t]} }
	h.columns(n, row, func(int) func(o, c int) reg.VecVirtual {
		var cols func(c int) reg.VecVirtual
		return func(o, c int) reg.VecVirtual {
			if c == 0 {
				cols = fourColumns(h.vec, func(t int) Mem {
					m := Mem{Base: wt[t]}
					if o > 0 {
						m.Index, m.Scale = ldw, uint8(o)
					}
					return m
				})
			}
			return cols(c)
		}
	}, append(xt, wt...))
	h.store()
	ret()
}

func xmm() reg.VecVirtual { return XMM() }
func ymm() reg.VecVirtual { return YMM() }

// A headTile is the accumulators of a head, [part][output], lanes tasks to a part.
type headTile struct {
	outs, parts, lanes int
	vec                func() reg.VecVirtual
	acc                [][]reg.VecVirtual
}

// begin sets the accumulators to the biases.
func (h *headTile) begin(bias func(o int, v reg.VecVirtual)) {
	h.acc = make([][]reg.VecVirtual, h.parts)
	for p := range h.acc {
		for o := 0; o < h.outs; o++ {
			h.acc[p] = append(h.acc[p], h.vec())
			bias(o, h.acc[p][o])
		}
	}
}

// columns runs over n columns, four at a time: row addresses a task's inputs, weights makes
// for a part the lanes of weight (output, column), and cursors are what steps on.
func (h *headTile) columns(n reg.Register, row func(t int) Mem, weights func(p int) func(o, c int) reg.VecVirtual, cursors []reg.Register) {
	TESTQ(n, n)
	JZ(LabelRef("store"))
	Label("columns")
	for p := range h.acc {
		cols, weight := fourColumns(h.vec, func(t int) Mem { return row(h.lanes*p + t) }), weights(p)
		var x [4]reg.VecVirtual
		if h.lanes == 4 { // outputs may come one after the other: keep the columns
			for c := range x {
				x[c] = cols(c)
			}
			for o := range h.acc[p] {
				for c := range x {
					VFMADD231PS(weight(o, c), x[c], h.acc[p][o])
				}
			}
			continue
		}
		for c := range x {
			x[c] = cols(c)
			for o := range h.acc[p] {
				VFMADD231PS(weight(o, c), x[c], h.acc[p][o])
			}
		}
	}
	for _, b := range cursors {
		ADDQ(U8(16), b)
	}
	SUBQ(U8(4), n)
	JNZ(LabelRef("columns"))
}

// store writes the accumulators to y, [outs][tasks].
func (h *headTile) store() {
	Label("store")
	y := gp("y")
	for p := range h.acc {
		for o := range h.acc[p] {
			VMOVUPS(h.acc[p][o], Mem{Base: y, Disp: 4 * h.lanes * (h.parts*o + p)})
		}
	}
}
