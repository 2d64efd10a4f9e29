package main

// loop steps the cursors through n values, 16 at a time (sumSquares: 64).
func loop(a *asm, n gpr, values int, cursors []gpr, body func()) {
	a.label("loop")
	body()
	for _, c := range cursors {
		a.line("ADD $%d, %v, %v", 4*values, c, c)
	}
	a.down(n, values, "loop")
}

// axpy: y = fma(a, x, y).
func axpy(a *asm) {
	a.function("axpyNEON", "y *float32", "a float32", "x *float32", "n int")
	y, x, n, scale := a.param("y"), a.param("x"), a.param("n"), a.scalar("a")
	from, to := a.vs(4), a.vs(4)
	loop(a, n, 16, []gpr{y, x}, func() {
		a.load(x, 0, from...)
		a.load(y, 0, to...)
		for i := range to {
			a.fmlaLane(to[i], from[i], scale, 0)
		}
		a.store(y, 0, to...)
	})
	a.line("RET")
}

// mul: dst = a*b. mulAdd: dst = fma(a, b, dst).
func mul(a *asm) {
	for _, name := range []string{"mul", "mulAdd"} {
		a.function(name+"NEON", "dst *float32", "a *float32", "b *float32", "n int")
		dst, p, q, n := a.param("dst"), a.param("a"), a.param("b"), a.param("n")
		x, y, sum := a.vs(4), a.vs(4), a.vs(4)
		loop(a, n, 16, []gpr{dst, p, q}, func() {
			a.load(p, 0, x...)
			a.load(q, 0, y...)
			if name == "mulAdd" {
				a.load(dst, 0, sum...)
			}
			for i := range sum {
				if name == "mulAdd" {
					a.fmla(sum[i], x[i], y[i])
				} else {
					a.fmul(sum[i], x[i], y[i])
				}
			}
			a.store(dst, 0, sum...)
		})
		a.line("RET")
	}
}

// mask: v stays where 0 < a and is 0 elsewhere; a comparison with NaN is false.
func mask(a *asm) {
	a.function("maskNEON", "v *float32", "a *float32", "n int")
	p, q, n := a.param("v"), a.param("a"), a.param("n")
	v, on := a.vs(4), a.vs(4)
	loop(a, n, 16, []gpr{p, q}, func() {
		a.load(p, 0, v...)
		a.load(q, 0, on...)
		for i := range v {
			a.above(on[i], on[i])
			a.and(v[i], v[i], on[i])
		}
		a.store(p, 0, v...)
	})
	a.line("RET")
}

// perturb: plus = fma(s, noise, theta) and minus = fma(-s, noise, theta). perturbOne writes
// plus alone.
func perturb(a *asm) {
	for _, name := range []string{"perturb", "perturbOne"} {
		pair := name == "perturb"
		params := []string{"plus *float32", "theta *float32", "noise *float32", "s float32", "n int"}
		if pair {
			params = append([]string{"plus *float32", "minus *float32"}, params[1:]...)
		}
		a.function(name+"NEON", params...)
		plus, theta, noise, n, s := a.param("plus"), a.param("theta"), a.param("noise"), a.param("n"), a.scalar("s")
		cursors := []gpr{plus, theta, noise}
		if pair {
			cursors = append(cursors, a.param("minus"))
		}
		p, m, e := a.vs(4), a.vs(4), a.vs(4)
		loop(a, n, 16, cursors, func() {
			a.load(theta, 0, p...)
			a.load(noise, 0, e...)
			for i := range p {
				if pair {
					a.mov(m[i], p[i])
					a.fmlsLane(m[i], e[i], s, 0)
				}
				a.fmlaLane(p[i], e[i], s, 0)
			}
			a.store(plus, 0, p...)
			if pair {
				a.store(cursors[3], 0, m...)
			}
		})
		a.line("RET")
	}
}

// sumSquares: lanes[i%64] = fma(x_i, x_i, lanes[i%64]) for n values, a multiple of 64.
func sumSquares(a *asm) {
	a.function("sumSquaresNEON", "lanes *float32", "x *float32", "n int")
	sums, x, n := a.param("lanes"), a.param("x"), a.param("n")
	acc, v := a.vs(16), a.vs(16)
	a.load(sums, 0, acc...)
	loop(a, n, 64, []gpr{x}, func() {
		a.load(x, 0, v...)
		for i := range acc {
			a.fmla(acc[i], v[i], v[i])
		}
	})
	a.store(sums, 0, acc...)
	a.line("RET")
}
