package detmath

import "math"

// logC is 2 atanh(s) = 2s + s z (c0 + c1 z + ...), z = s^2, for |s| <= (sqrt 2 - 1)/(sqrt 2 + 1); 2^-59 off.
var logC = [...]float64{
	0x1.5555555555592p-1, 0x1.999999997ff63p-2, 0x1.24924941db48ap-2, 0x1.c71c521a199ffp-3,
	0x1.74663ba33f984p-3, 0x1.39a20ba63b9b5p-3, 0x1.2f02516e8f2bfp-3,
}

// Log returns the natural logarithm of x. Log(+Inf) is +Inf, Log(0) is -Inf, and below zero it is NaN.
//
// With x = 2^k (1 + f), 1 + f between sqrt(1/2) and sqrt(2), and s = f/(2+f), log(1+f) is 2 atanh(s),
// written as f - f^2/2 + s (f^2/2 + R): the first term is exact and the second small.
func Log(x float64) float64 {
	switch {
	case x != x || x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	case x > math.MaxFloat64:
		return x
	}
	k := 0
	if x < 0x1p-1022 { // subnormal: no implicit bit
		x = float64(x * 0x1p54)
		k = -54
	}
	// Counting exponents from sqrt(1/2) in place of 1 leaves a significand in [sqrt(1/2), sqrt(2)).
	const sqrtHalf = 0x3fe6a09e667f3bcd
	u := math.Float64bits(x)
	e := int64(u-sqrtHalf) >> 52
	k += int(e)
	f := math.Float64frombits(u-uint64(e)<<52) - 1 // exact

	s := f / (2 + f)
	z := float64(s * s)
	half := float64(0.5 * float64(f*f))
	r := float64(s * (half + float64(z*poly7(z, &logC))))
	if k == 0 {
		return f - (half - r)
	}
	n := float64(k)
	return float64(n*ln2Hi) - ((half - (r + float64(n*ln2Lo))) - f)
}
