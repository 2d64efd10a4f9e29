package main

import "fmt"

// panel is the vectors of 16 neurons.
const panel = 4

// peak issues rounds of twelve independent FMAs and nothing else.
func peak(a *asm) {
	a.function("peakNEON", "n int")
	n := a.param("n")
	acc, b := a.vs(12), a.v()
	a.xor(b, b, b)
	for _, r := range acc {
		a.mov(r, b)
	}
	a.label("loop")
	for _, r := range acc {
		a.fmla(r, b, b)
	}
	a.down(n, 1, "loop")
	a.line("RET")
}

// columns runs over n columns, four at a time and then one by one: each cursor is a row of
// inputs of which the value of this column is in[lane] for body. It uses up n.
func columns(a *asm, n gpr, cursors []gpr, body func(in []vec, lane int)) {
	in, quads := a.vs(len(cursors)), a.g()
	a.line("LSR $2, %v, %v", n, quads)
	a.line("AND $3, %v, %v", n, n)
	a.line("CBZ %v, rest", quads)
	a.label("quad")
	for i, c := range cursors {
		a.line("FMOVQ.P 16(%v), %s", c, in[i].f())
	}
	for lane := range 4 {
		body(in, lane)
	}
	a.down(quads, 1, "quad")
	a.label("rest")
	a.line("CBZ %v, done", n)
	a.label("column")
	for i, c := range cursors {
		a.line("FMOVS.P 4(%v), %s", c, in[i].f())
	}
	body(in, 0)
	a.down(n, 1, "column")
	a.label("done")
	a.drop(in...)
}

// rows are cursors: base and then a stride on, n of them.
func rows(a *asm, base, stride gpr, n int) []gpr {
	r := make([]gpr, n)
	for t := range r {
		r[t] = a.g()
		if t == 0 {
			a.line("MOVD %v, %v", base, r[t])
		} else {
			a.line("ADD %v, %v, %v", stride, r[t-1], r[t])
		}
	}
	return r
}

// static: 16 neurons of y_t = init_t + W x_t for groups of tasks that share W, or with relu
// (not 0) the larger of that and 0. A column of W is loaded once for all tasks.
func static(a *asm, tasks int) {
	a.function(fmt.Sprintf("staticNEONt%d", tasks), "w *float32", "ldw int", "n int", "x *float32", "ldx int",
		"init *float32", "ldi int", "y *float32", "ldy int", "relu int", "groups int")
	w0, ldw, n0, x, ldx, init, ldi := a.param("w"), a.stride("ldw"), a.param("n"), a.param("x"), a.stride("ldx"), a.param("init"), a.stride("ldi")
	y, ldy, relu, groups := a.param("y"), a.stride("ldy"), a.param("relu"), a.param("groups")
	acc := make([][]vec, tasks)
	for t := range acc {
		acc[t] = a.vs(panel)
	}
	w, n := a.g(), a.g()
	a.label("group")
	for t := range acc {
		a.load(init, 0, acc[t]...)
		a.add(init, ldi)
	}
	a.line("MOVD %v, %v", w0, w)
	a.line("MOVD %v, %v", n0, n)
	xs := rows(a, x, ldx, tasks)
	a.line("ADD %v, %v, %v", ldx, xs[tasks-1], x)
	col := a.vs(panel)
	columns(a, n, xs, func(in []vec, lane int) {
		a.load(w, 0, col...)
		a.add(w, ldw)
		for t := range acc {
			for v := range col {
				a.fmlaLane(acc[t][v], col[v], in[t], lane)
			}
		}
	})
	a.line("CBZ %v, linear", relu)
	for t := range acc {
		for v := range acc[t] { // what is below 0 becomes +0; NaN and -0 stay
			a.below(col[v], acc[t][v])
			a.bic(acc[t][v], acc[t][v], col[v])
		}
	}
	a.label("linear")
	for t := range acc {
		a.store(y, 0, acc[t]...)
		a.add(y, ldy)
	}
	a.down(groups, 1, "group")
	a.line("RET")
}

// frozen: 16 neurons of y_t = init_t + W_t x_t for groups of tasks that each have their own W.
func frozen(a *asm, tasks int) {
	a.function(fmt.Sprintf("frozenNEONt%d", tasks), "w *float32", "ldw int", "stride int", "n int", "x *float32", "ldx int",
		"init *float32", "ldi int", "y *float32", "ldy int", "groups int")
	w, ldw, stride, n0, x, ldx, init, ldi := a.param("w"), a.stride("ldw"), a.stride("stride"), a.param("n"), a.param("x"), a.stride("ldx"), a.param("init"), a.stride("ldi")
	y, ldy, groups, n := a.param("y"), a.stride("ldy"), a.param("groups"), a.g()
	acc := make([][]vec, tasks)
	for t := range acc {
		acc[t] = a.vs(panel)
	}
	a.label("group")
	for t := range acc {
		a.load(init, 0, acc[t]...)
		a.add(init, ldi)
	}
	a.line("MOVD %v, %v", n0, n)
	xs, ws := rows(a, x, ldx, tasks), rows(a, w, stride, tasks)
	a.line("ADD %v, %v, %v", ldx, xs[tasks-1], x)
	a.line("ADD %v, %v, %v", stride, ws[tasks-1], w)
	columns(a, n, xs, func(in []vec, lane int) {
		for t := range acc {
			col := a.vs(panel)
			a.load(ws[t], 0, col...)
			a.add(ws[t], ldw)
			for v := range col {
				a.fmlaLane(acc[t][v], col[v], in[t], lane)
			}
			a.drop(col...)
		}
	})
	for t := range acc {
		a.store(y, 0, acc[t]...)
		a.add(y, ldy)
	}
	a.down(groups, 1, "group")
	a.line("RET")
}
