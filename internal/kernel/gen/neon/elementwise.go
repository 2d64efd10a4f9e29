package main

import "math"

// The polynomial of exp on [-ln2/2, ln2/2], as in kernel/activation.go.
var expC = []float64{0.0013926926614, 0.00836377387441, 0.0416665501103, 0.166665733819, 0.5, 1, 1}

const (
	log2e = 1.44269504088896341
	magic = 12582912 // 1.5 * 2^23: adding it rounds to an integer that sits in the low bits
)

// single gives the bits of x rounded to float32.
func single(x float64) uint32 { return math.Float32bits(float32(x)) }

// A lanes is a few vectors that go through the same operations side by side, with the
// constants of the table.
type lanes struct {
	*asm
	at gpr // the table
	n  int
}

func (l lanes) set(bits uint32) []vec {
	r := l.vs(l.n)
	for _, v := range r {
		l.load(l.at, l.constant(bits), v)
	}
	return r
}

// one is the constant in a single register.
func (l lanes) one(bits uint32) vec {
	r := l.v()
	l.load(l.at, l.constant(bits), r)
	return r
}

// horner is p*x + c in new registers; p's are dropped.
func (l lanes) horner(p, x []vec, c float64) []vec {
	next := l.set(single(c))
	for i := range next {
		l.fmla(next[i], p[i], x[i])
	}
	l.drop(p...)
	return next
}

// with does f for all vectors with a constant.
func (l lanes) with(bits uint32, f func(i int, c vec)) {
	c := l.one(bits)
	for i := range l.n {
		f(i, c)
	}
	l.drop(c)
}

func (l lanes) each(f func(i int)) {
	for i := range l.n {
		f(i)
	}
}

// elementwise: dst = f(src) for n values, a multiple of 16.
func elementwise(a *asm, name string, body func(l lanes, x []vec) []vec) {
	a.function(name+"NEON", "dst *float32", "src *float32", "n int")
	dst, src, n := a.param("dst"), a.param("src"), a.param("n")
	l := lanes{a, a.table(), 4}
	a.label("loop")
	x := a.vs(4)
	a.load(src, 0, x...)
	y := body(l, x)
	a.store(dst, 0, y...)
	a.line("ADD $64, %v, %v", src, src)
	a.line("ADD $64, %v, %v", dst, dst)
	a.down(n, 16, "loop")
	a.line("RET")
}

// tanh: e = expm1(2|x|), e/(e+2), the sign put back; as kernel.TanhRef.
func tanh(a *asm) {
	elementwise(a, "tanh", func(l lanes, x []vec) []vec {
		sign := l.set(1 << 31)
		l.each(func(i int) { l.and(sign[i], sign[i], x[i]) })
		l.each(func(i int) { l.fabs(x[i], x[i]) })
		l.with(single(9.02), func(i int, c vec) { l.fmin(x[i], x[i], c) })
		e, n := l.set(single(magic)), l.vs(l.n)
		l.with(single(2*log2e), func(i int, c vec) { l.fmla(e[i], x[i], c) })
		l.with(single(magic), func(i int, c vec) { l.fsub(n[i], e[i], c) })
		l.with(single(0.3466796875), func(i int, c vec) { l.fmls(x[i], n[i], c) })
		l.with(single(-1.06097220e-4), func(i int, c vec) { l.fmls(x[i], n[i], c) })
		l.drop(n...)
		p := l.set(single(expC[0] * 64))
		for _, c := range []float64{expC[1] * 32, expC[2] * 16, expC[3] * 8, 2} {
			p = l.horner(p, x, c)
		}
		square := l.vs(l.n)
		l.each(func(i int) { l.fmul(square[i], x[i], x[i]) })
		l.each(func(i int) { l.fadd(x[i], x[i], x[i]) })
		l.each(func(i int) { l.fmla(x[i], p[i], square[i]) })
		l.drop(p...)
		scale(l, e)
		l.with(single(1), func(i int, c vec) { l.fsub(square[i], e[i], c) })
		l.each(func(i int) { l.fmla(square[i], x[i], e[i]) })
		l.drop(e...)
		l.with(single(2), func(i int, c vec) { l.fadd(x[i], square[i], c) })
		l.each(func(i int) { l.fdiv(x[i], square[i], x[i]) })
		l.each(func(i int) { l.or(x[i], x[i], sign[i]) })
		l.drop(square...)
		l.drop(sign...)
		return x
	})
}

// scale turns e, an integer after adding magic, into 2^e.
func scale(l lanes, e []vec) {
	l.each(func(i int) { l.shl(e[i], e[i], 23) })
	l.with(127<<23, func(i int, c vec) { l.iadd(e[i], e[i], c) })
}

// sigmoid: 1 / (1 + exp(-x)); as kernel.SigmoidRef.
func sigmoid(a *asm) {
	elementwise(a, "sigmoid", func(l lanes, x []vec) []vec {
		l.with(single(80), func(i int, c vec) { l.fmin(x[i], x[i], c) })
		l.with(single(-88), func(i int, c vec) { l.fmax(x[i], x[i], c) })
		e, n := l.set(single(magic)), l.vs(l.n)
		l.with(single(-log2e), func(i int, c vec) { l.fmla(e[i], x[i], c) })
		l.with(single(magic), func(i int, c vec) { l.fsub(n[i], e[i], c) })
		l.with(0, func(i int, zero vec) { l.fsub(x[i], zero, x[i]) })
		l.with(single(0.693359375), func(i int, c vec) { l.fmls(x[i], n[i], c) })
		l.with(single(-2.12194440e-4), func(i int, c vec) { l.fmls(x[i], n[i], c) })
		l.drop(n...)
		p := l.set(single(expC[0]))
		for _, c := range expC[1:] {
			p = l.horner(p, x, c)
		}
		scale(l, e)
		one := l.one(single(1))
		l.each(func(i int) { l.mov(x[i], one) })
		l.each(func(i int) { l.fmla(x[i], p[i], e[i]) })
		l.each(func(i int) { l.fdiv(x[i], one, x[i]) })
		l.drop(one)
		l.drop(p...)
		l.drop(e...)
		return x
	})
}

// relu: what is below 0 becomes +0; NaN and -0 stay.
func relu(a *asm) {
	elementwise(a, "relu", func(l lanes, x []vec) []vec {
		negative := l.vs(l.n)
		l.each(func(i int) { l.below(negative[i], x[i]) })
		l.each(func(i int) { l.bic(x[i], x[i], negative[i]) })
		l.drop(negative...)
		return x
	})
}
