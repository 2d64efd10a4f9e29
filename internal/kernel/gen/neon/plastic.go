package main

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
	argWNext   // wStride - columns*ld
	argSrcNext // srcStride - columns*ld
	argPreNext // preLD - 4*columns
	argXNext   // xLD - 4*columns
	argBack    // columns*ld
)

// A tile is what a rule finds in registers: 16 neurons of one task.
type tile struct {
	*asm
	post, m, y []vec
	square     []vec // oja: post*post
	planes     []gpr // this column of the rule, of W before it and of W after it
	src, w     gpr
}

// abcd: t1 = A*post + B, t2 = C*post + D, W += m*(t1*pre + t2).
func (k *tile) abcd(pre, x vec, lane int) {
	a, t1, t2 := k.vs(panel), k.vs(panel), k.vs(panel)
	k.load(k.planes[0], 0, a...)
	k.load(k.planes[1], 0, t1...)
	k.each(func(v int) { k.fmla(t1[v], a[v], k.post[v]) })
	k.load(k.planes[2], 0, a...)
	k.load(k.planes[3], 0, t2...)
	k.each(func(v int) { k.fmla(t2[v], a[v], k.post[v]) })
	k.load(k.src, 0, a...)
	k.each(func(v int) { k.fmlaLane(t2[v], t1[v], pre, lane) })
	k.each(func(v int) { k.fmla(a[v], t2[v], k.m[v]) })
	k.store(k.w, 0, a...)
	k.each(func(v int) { k.fmlaLane(k.y[v], a[v], x, lane) })
	k.drop(a...)
	k.drop(t1...)
	k.drop(t2...)
}

// oja: W += m*A * (post*pre - post^2*W).
func (k *tile) oja(pre, x vec, lane int) {
	a, w, step := k.vs(panel), k.vs(panel), k.vs(panel)
	k.load(k.planes[0], 0, a...)
	k.load(k.src, 0, w...)
	k.each(func(v int) { k.fmulLane(step[v], k.post[v], pre, lane) })
	k.each(func(v int) { k.fmls(step[v], k.square[v], w[v]) })
	k.each(func(v int) { k.fmul(a[v], k.m[v], a[v]) })
	k.each(func(v int) { k.fmla(w[v], a[v], step[v]) })
	k.store(k.w, 0, w...)
	k.each(func(v int) { k.fmlaLane(k.y[v], w[v], x, lane) })
	k.drop(a...)
	k.drop(w...)
	k.drop(step...)
}

func (k *tile) each(f func(v int)) {
	for v := range panel {
		f(v)
	}
}

// plastic: 16 neurons, one block of columns, tasks one by one, under a rule.
func plastic(a *asm, name string, rule func(k *tile, pre, x vec, lane int)) {
	a.function(name+"NEON", "a *byte")
	args := a.param("a")
	get := func(offset int) gpr {
		r := a.g()
		a.line("MOVD %d(%v), %v", offset, args, r)
		return r
	}
	k := &tile{asm: a, post: a.vs(panel), m: a.vs(panel), y: a.vs(panel)}
	ld, plane := get(argLD), get(argPlane)
	k.planes = []gpr{get(argRule)}
	if name == "plastic" {
		for p := 1; p < 4; p++ {
			r := a.g()
			a.line("ADD %v, %v, %v", plane, k.planes[p-1], r)
			k.planes = append(k.planes, r)
		}
	} else {
		k.square = a.vs(panel)
	}
	k.src, k.w = get(argSrc), get(argW)
	pre, x := get(argPre), get(argX)
	post, m, y, groups := get(argPost), get(argM), get(argY), get(argGroups)
	n, step := a.g(), a.g()
	next := func(cursor gpr, offset int) {
		a.line("MOVD %d(%v), %v", offset, args, step)
		a.add(cursor, step)
	}
	a.label("group")
	a.load(post, 0, k.post...)
	a.load(m, 0, k.m...)
	a.load(y, 0, k.y...)
	for v := range k.square {
		a.fmul(k.square[v], k.post[v], k.post[v])
	}
	a.line("MOVD %d(%v), %v", argColumns, args, n)
	columns(a, n, []gpr{pre, x}, func(in []vec, lane int) {
		rule(k, in[0], in[1], lane)
		for _, cursor := range append([]gpr{k.src, k.w}, k.planes...) {
			a.add(cursor, ld)
		}
	})
	a.store(y, 0, k.y...)
	next(y, argYLD)
	next(post, argPostLD)
	next(m, argMLD)
	next(k.w, argWNext)
	next(k.src, argSrcNext)
	next(pre, argPreNext)
	next(x, argXNext)
	a.line("MOVD %d(%v), %v", argBack, args, step)
	for _, p := range k.planes {
		a.line("SUB %v, %v, %v", step, p, p)
	}
	a.down(groups, 1, "group")
	a.line("RET")
}
