package main

// The polynomials of kernel/normal.go, highest power first.
var (
	radiusC = []float64{-0.02096820014, 0.1082170881, -0.2662926424, 0.4495113839, -0.6555757246, 0.9987599784, -1.999946244, 4e-7}
	sinC    = []float64{-0.004371014925, 0.07950065035, -0.6459259622, 1.570795142}
	cosC    = []float64{0.0008581906199, -0.02081062752, 0.2536507446, -1.233698215, 0.9999999535}
)

const ln4 = 1.38629436111989061883

// noise makes groups of 32 normals from eight Philox blocks each: two vectors of counters
// side by side. With add the normals are not stored but added to dst as fma(a, normal, dst).
// args are the words of kernel.noiseWords.
func noise(a *asm, name string, add bool) {
	params := []string{"dst *float32", "count int", "args *uint32"}
	if add {
		params = append(params, "a float32")
	}
	a.function(name+"NEON", params...)
	dst, count, args := a.param("dst"), a.param("count"), a.param("args")
	p := &philox{lanes: lanes{a, a.table(), 2}, cursor: a.g()}
	var scale vec
	if add {
		scale = a.scalar("a")
	}
	p.mul[0], p.mul[1] = p.one(0xD2511F53), p.one(0xCD9E8D57)
	// The counters: ctr[0] and 0, 1, 2, 3, which are made of the lanes of a table of words.
	base, step := a.v(), a.g()
	a.line("MOVWU (%v), %v", args, step)
	for lane := range 4 {
		a.line("VMOV %v, %v.S[%d]", step, base, lane)
		a.line("ADD $1, %v, %v", step, step)
	}
	a.label("loop")
	a.line("ADD $4, %v, %v", args, p.cursor)
	w := p.words(base)
	// Blocks 4u to 4u+3 give the normals 8u to 8u+7 and 16 more on.
	for u := range 2 {
		l := lanes{a, p.at, 2}
		cos, sin := gauss(l, []vec{w[1][u], w[0][u]}, []vec{w[3][u], w[2][u]})
		for half, v := range [][]vec{cos, sin} {
			pair := a.vs(2)
			a.zip1(pair[0], v[0], v[1])
			a.zip2(pair[1], v[0], v[1])
			at := 64*half + 32*u
			if add {
				a.load(dst, at, v...)
				for i := range v {
					a.fmlaLane(v[i], pair[i], scale, 0)
				}
				a.store(dst, at, v...)
			} else {
				a.store(dst, at, pair...)
			}
			a.drop(pair...)
			a.drop(v...)
		}
	}
	a.line("ADD $128, %v, %v", dst, dst)
	a.down(count, 1, "loop")
	a.line("RET")
}

// A philox is two vectors of blocks in flight and the cursor over the words of the rounds.
type philox struct {
	lanes
	mul    [2]vec
	cursor gpr
}

// product is the low and high halves of x times multiplier j.
func (p *philox) product(j int, x []vec) (low, high []vec) {
	low, high = p.vs(p.n), p.vs(p.n)
	t := p.v()
	p.each(func(i int) {
		p.umull(high[i], x[i], p.mul[j])
		p.umull2(t, x[i], p.mul[j])
		p.uzp1(low[i], high[i], t)
		p.uzp2(high[i], high[i], t)
	})
	p.drop(t)
	return low, high
}

// key is dst ^= the next word of the arguments, in all lanes.
func (p *philox) key(dst []vec) {
	k := p.v()
	p.line("VLD1R.P 4(%v), [%v.S4]", p.cursor, k)
	p.each(func(i int) { p.xor(dst[i], dst[i], k) })
	p.drop(k)
}

// mix is dst ^= b ^ the next word; b is dropped.
func (p *philox) mix(dst, b []vec) {
	p.each(func(i int) { p.xor(dst[i], dst[i], b[i]) })
	p.drop(b...)
	p.key(dst)
}

// words are the four words of the blocks with the counters in base, which step on. As
// ctr[1..3] are the same in all lanes, the first round has one product and the second one;
// the rest of them is folded into the arguments.
func (p *philox) words(base vec) [4][]vec {
	x0 := p.vs(2)
	p.mov(x0[0], base)
	p.with4(func(four vec) {
		p.iadd(x0[1], base, four)
		p.iadd(base, x0[1], four)
	})
	x3, x2 := p.product(0, x0) // round 1: x0 and x1 become constants
	p.drop(x0...)
	p.key(x2)
	x1, x0 := p.product(1, x2) // round 2: x3 becomes a constant
	p.drop(x2...)
	p.key(x0)
	x2, x3 = x3, nil
	p.key(x2)
	for range 8 {
		low0, high0 := p.product(0, x0)
		p.drop(x0...)
		low1, high1 := p.product(1, x2)
		p.drop(x2...)
		p.mix(high1, x1)
		if x3 == nil {
			p.key(high0)
		} else {
			p.mix(high0, x3)
		}
		x0, x1, x2, x3 = high1, low1, high0, low0
	}
	return [4][]vec{x0, x1, x2, x3}
}

// with4 does f with the integer 4 in all lanes.
func (p *philox) with4(f func(four vec)) {
	v := p.one(4)
	f(v)
	p.drop(v)
}

// gauss: Box and Muller as kernel.gauss; the words are used up.
func gauss(l lanes, radius, angle []vec) (cos, sin []vec) {
	l.each(func(i int) { l.scvtf(angle[i], angle[i]) })
	l.with(single(0x1p-31), func(i int, c vec) { l.fmul(angle[i], angle[i], c) })
	q := l.vs(l.n)
	l.each(func(i int) { l.fmul(q[i], angle[i], angle[i]) })
	cos, sin = l.set(single(cosC[0])), l.set(single(sinC[0]))
	for i, c := range cosC[1:] {
		cos = l.horner(cos, q, c)
		if i+1 < len(sinC) {
			sin = l.horner(sin, q, sinC[i+1])
		}
	}
	l.each(func(i int) { l.fmul(sin[i], sin[i], angle[i]) })
	l.drop(angle...)
	l.drop(q...)

	signed, m := radius, l.vs(l.n)
	l.with(1, func(i int, c vec) { l.or(signed[i], signed[i], c) })
	l.each(func(i int) { l.scvtf(signed[i], signed[i]) })
	l.with(0x7fffff, func(i int, c vec) { l.and(m[i], signed[i], c) })
	l.with(single(1), func(i int, c vec) { l.or(m[i], m[i], c) })
	l.with(single(1), func(i int, c vec) { l.fsub(m[i], m[i], c) })
	r := l.set(single(radiusC[0]))
	for _, c := range radiusC[1:] {
		r = l.horner(r, m, c)
	}
	l.each(func(i int) { l.shl(m[i], signed[i], 1) })
	l.each(func(i int) { l.ushr(m[i], m[i], 24) })
	l.with(158, func(i int, c vec) { l.isub(m[i], c, m[i]) })
	l.each(func(i int) { l.scvtf(m[i], m[i]) })
	l.with(single(ln4), func(i int, c vec) { l.fmla(r[i], m[i], c) })
	l.each(func(i int) { l.fsqrt(r[i], r[i]) })
	l.each(func(i int) { l.fmul(sin[i], sin[i], r[i]) })
	l.with(1<<31, func(i int, c vec) { l.and(signed[i], signed[i], c) })
	l.each(func(i int) { l.xor(cos[i], cos[i], signed[i]) })
	l.each(func(i int) { l.fmul(cos[i], cos[i], r[i]) })
	l.drop(signed...)
	l.drop(m...)
	l.drop(r...)
	return cos, sin
}
