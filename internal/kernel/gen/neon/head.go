package main

import "fmt"

// fourColumns loads four values of each of four rows and makes of them four columns, whose
// lanes are the rows; the cursors step on.
func fourColumns(a *asm, row []gpr) []vec {
	r, c := a.vs(4), a.vs(4)
	for t, p := range row {
		a.line("FMOVQ.P 16(%v), %s", p, r[t].f())
	}
	a.trn1(c[0], r[0], r[1])
	a.trn2(c[1], r[0], r[1])
	a.trn1(c[2], r[2], r[3])
	a.trn2(c[3], r[2], r[3])
	a.low(r[0], c[0], c[2])
	a.low(r[1], c[1], c[3])
	a.high(r[2], c[0], c[2])
	a.high(r[3], c[1], c[3])
	a.drop(c...)
	return r
}

// head: outs outputs for 16, 8 or 4 tasks, which are the lanes: the inputs are transposed in
// registers, four columns at a time. w is [outs][ldw] row-major, n the columns (a multiple of
// 4), y is [outs][tasks].
func head(a *asm, outs, tasks int) {
	a.function(fmt.Sprintf("headNEONo%dt%d", outs, tasks), "w *float32", "ldw int", "n int", "x *float32", "ldx int", "bias *float32", "y *float32")
	w, ldw, n, x, ldx, bias, y := a.param("w"), a.stride("ldw"), a.param("n"), a.param("x"), a.stride("ldx"), a.param("bias"), a.param("y")
	weights := a.vs(outs)
	acc := make([][]vec, tasks/4)
	for p := range acc {
		acc[p] = a.vs(outs)
		for o, r := range acc[p] {
			a.line("FMOVS %d(%v), %s", 4*o, bias, weights[o].f())
			a.line("VDUP %v.S[0], %v.S4", weights[o], r)
		}
	}
	// The rows of outputs and tasks; registers that are no longer needed serve as cursors.
	ws := rows(a, w, ldw, outs)
	cursors := append([]gpr{x}, spare(a, tasks-1, bias, w)...)
	for t := 1; t < tasks; t++ {
		a.line("ADD %v, %v, %v", ldx, cursors[t-1], cursors[t])
	}
	a.line("CBZ %v, done", n)
	a.label("loop")
	for o, p := range ws {
		a.line("FMOVQ.P 16(%v), %s", p, weights[o].f())
	}
	for p := range acc {
		cols := fourColumns(a, cursors[4*p:4*p+4])
		for lane, c := range cols {
			for o, r := range acc[p] {
				a.fmlaLane(r, c, weights[o], lane)
			}
		}
		a.drop(cols...)
	}
	a.down(n, 4, "loop")
	a.label("done")
	for p := range acc {
		for o, r := range acc[p] {
			a.store(y, 16*(len(acc)*o+p), r)
		}
	}
	a.line("RET")
}

// spare is n general registers, of which these are the first.
func spare(a *asm, n int, first ...gpr) []gpr {
	for len(first) < n {
		first = append(first, a.g())
	}
	return first[:n]
}

// heads: outs outputs for 4 tasks with weights of their own, which are transposed like the
// inputs. Task t's inputs begin xs[t] floats after x and its weights ws[t] after w. ldw is
// from one output's weights to the next, bias is [outs][4], y is [outs][4].
func heads(a *asm, outs int) {
	a.function(fmt.Sprintf("headsNEONo%d", outs), "w *float32", "ldw int", "ws *int", "n int", "x *float32", "xs *int", "bias *float32", "y *float32")
	w, ldw, ws, n, x, xs, bias, y := a.param("w"), a.stride("ldw"), a.param("ws"), a.param("n"), a.param("x"), a.param("xs"), a.param("bias"), a.param("y")
	acc := a.vs(outs)
	a.load(bias, 0, acc...)
	step := bias
	begins := func(base, offsets gpr) []gpr {
		r := make([]gpr, 4)
		for t := range r {
			r[t] = a.g()
			a.line("MOVD %d(%v), %v", 8*t, offsets, step)
			a.line("ADD %v<<2, %v, %v", step, base, r[t])
		}
		return r
	}
	inputs, own := begins(x, xs), [][]gpr{begins(w, ws)}
	for o := 1; o < outs; o++ {
		next := append([]gpr(nil), own[o-1]...)
		for t := range next {
			if o == 1 && t < 4 { // registers that are no longer needed come first
				next[t] = []gpr{w, ws, x, xs}[t]
			} else {
				next[t] = a.g()
			}
			a.line("ADD %v, %v, %v", ldw, own[o-1][t], next[t])
		}
		own = append(own, next)
	}
	a.line("CBZ %v, done", n)
	a.label("loop")
	cols := fourColumns(a, inputs)
	for o, r := range acc {
		weights := fourColumns(a, own[o])
		for c := range cols {
			a.fmla(r, cols[c], weights[c])
		}
		a.drop(weights...)
	}
	a.down(n, 4, "loop")
	a.label("done")
	a.store(y, 0, acc...)
	a.line("RET")
}
