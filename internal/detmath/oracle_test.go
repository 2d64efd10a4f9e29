package detmath

import (
	"math"
	"math/big"
	"sync"
)

// The oracle: the same functions by series in math/big, sharing nothing with the package.

// An oracle computes with prec bits.
type oracle struct {
	prec         uint
	quarter, ln2 *big.Float
}

// near serves arguments to about 2^40; far reduces any float64 by pi/2.
var (
	near = sync.OnceValue(func() *oracle { return newOracle(256) })
	far  = sync.OnceValue(func() *oracle { return newOracle(1400) })
)

func newOracle(prec uint) *oracle {
	o := &oracle{prec: prec}
	// Machin: pi/4 = 4 atan(1/5) - atan(1/239).
	a := o.mul(o.num(8), o.arc(5, -1))
	o.quarter = o.sub(a, o.mul(o.num(2), o.arc(239, -1)))
	// ln 2 = 2 atanh(1/3).
	o.ln2 = o.mul(o.num(2), o.arc(3, 1))
	return o
}

func (o *oracle) num(x float64) *big.Float       { return new(big.Float).SetPrec(o.prec).SetFloat64(x) }
func (o *oracle) add(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(o.prec).Add(a, b) }
func (o *oracle) sub(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(o.prec).Sub(a, b) }
func (o *oracle) mul(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(o.prec).Mul(a, b) }
func (o *oracle) div(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(o.prec).Quo(a, b) }
func (o *oracle) negligible(t, s *big.Float) bool {
	return t.Sign() == 0 || t.MantExp(nil) < s.MantExp(nil)-int(o.prec)-4
}
func (o *oracle) round(x *big.Float) (n *big.Int) {
	half := 0.5
	if x.Sign() < 0 {
		half = -half
	}
	n, _ = o.add(x, o.num(half)).Int(nil)
	return n
}

// arc returns the sum over i of sign^i / ((2i+1) n^(2i+1)): atan(1/n) for sign -1, atanh(1/n) for 1.
func (o *oracle) arc(n, sign float64) *big.Float {
	t := o.div(o.num(1), o.num(n))
	s := o.num(0)
	for i := 0; ; i++ {
		d := o.div(t, o.num(float64(2*i+1)))
		if i > 0 && o.negligible(d, s) {
			return s
		}
		s = o.add(s, d)
		t = o.div(t, o.num(sign*n*n))
	}
}

// sincos returns sin x and cos x by their Taylor series about the nearest multiple of pi/2.
func (o *oracle) sincos(x float64) (sin, cos *big.Float) {
	X := o.num(x)
	q := o.round(o.div(X, o.quarter))
	r := o.sub(X, o.mul(new(big.Float).SetPrec(o.prec).SetInt(q), o.quarter))
	z := o.mul(r, r)
	series := func(t *big.Float, k float64) *big.Float {
		s := t
		for ; ; k += 2 {
			t = o.div(o.mul(t, z), o.num(-k*(k+1)))
			if o.negligible(t, s) {
				return s
			}
			s = o.add(s, t)
		}
	}
	s, c := series(r, 2), series(o.num(1), 1)
	switch new(big.Int).And(q, big.NewInt(3)).Int64() {
	case 0:
		return s, c
	case 1:
		return c, s.Neg(s)
	case 2:
		return s.Neg(s), c.Neg(c)
	}
	return c.Neg(c), s
}

// exp returns e^x by the Taylor series of a small share of x, squared up again.
func (o *oracle) exp(x *big.Float) *big.Float {
	k := o.round(o.div(x, o.ln2))
	r := o.sub(x, o.mul(new(big.Float).SetPrec(o.prec).SetInt(k), o.ln2))
	const squarings = 12
	r.SetMantExp(r, -squarings)
	s, t := o.num(1), o.num(1)
	for i := 1; ; i++ {
		t = o.div(o.mul(t, r), o.num(float64(i)))
		if o.negligible(t, s) {
			break
		}
		s = o.add(s, t)
	}
	for range squarings {
		s = o.mul(s, s)
	}
	return s.SetMantExp(s, int(k.Int64()))
}

// log returns ln x by two steps of Halley's method on exp from the standard library's value for x's significand
// (math.Log itself is wrong for subnormal x on amd64).
func (o *oracle) log(x float64) *big.Float {
	if x == 1 {
		return o.num(0)
	}
	X := o.num(x)
	m, k := math.Frexp(x)
	y := o.add(o.num(math.Log(m)), o.mul(o.num(float64(k)), o.ln2))
	for range 2 {
		e := o.exp(y)
		y = o.add(y, o.div(o.mul(o.num(2), o.sub(X, e)), o.add(X, e)))
	}
	return y
}

// ulps returns |got - exact| in units of the last place of a float64 of exact's size.
func ulps(got float64, exact *big.Float) float64 {
	if exact.Sign() == 0 {
		return math.Abs(got) / 0x1p-1074
	}
	last := max(exact.MantExp(nil)-53, -1074)
	d := new(big.Float).SetPrec(exact.Prec()).Sub(new(big.Float).SetFloat64(got), exact)
	d.SetMantExp(d, -last)
	u, _ := d.Float64()
	return math.Abs(u)
}
