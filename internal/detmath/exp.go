package detmath

import "math"

// ln 2 in two parts. The upper has 32 bits, so that its product with a binary exponent is exact.
const (
	ln2Hi  = 0x1.62e42feep-1
	ln2Lo  = 0x1.a39ef35793c76p-33
	invLn2 = 0x1.71547652b82fep+0
)

// toInteger rounds a float64 below 2^51 in magnitude to the nearest integer, ties to even, when it is
// added and subtracted again: at its size the last place is one.
const toInteger = 0x1.8p52

// Beyond these exp is infinite or rounds to zero.
const (
	expOverflow  = 0x1.62e42fefa39efp+9  // ln of the largest float64
	expUnderflow = -0x1.74910d52d3052p+9 // below it less than half the smallest float64 is left
)

// expC is r coth(r/2) = 2 + z (c0 + c1 z + ...), z = r^2, for |r| <= ln(2)/2; 2^-62 off.
var expC = [...]float64{
	0x1.555555555552dp-3, -0x1.6c16c16bd9dddp-9, 0x1.1566aac01c546p-14, -0x1.bbd3a9a915377p-20, 0x1.63487e2f4b026p-25,
}

// Exp returns e to the power x. Exp(+Inf) is +Inf and Exp(-Inf) is 0.
//
// With x = k ln 2 + r, |r| <= ln(2)/2, and R = r coth(r/2), e^r = 1 + 2r/(R - r), and e^x = 2^k e^r.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return math.NaN()
	case x > expOverflow:
		return math.Inf(1)
	case x < expUnderflow:
		return 0
	}
	k := float64(float64(x*invLn2)+toInteger) - toInteger
	hi := x - float64(k*ln2Hi) // exact
	lo := float64(k * ln2Lo)
	r := hi - lo
	z := float64(r * r)
	c := r - float64(z*poly5(z, &expC)) // 2 - c = R - r

	// 1 + (hi + small) with the error of both sums kept.
	small := float64(r*c)/(2-c) - lo
	sum := hi + small
	y := 1 + sum
	y += (sum - (y - 1)) + (small - (sum - hi))

	// 2^k may lie outside float64 where the result does not: scale in two steps, only the second rounds.
	n := int(k)
	return float64(float64(y*power2(n/2)) * power2(n-n/2))
}

// power2 returns 2^n for n in -1022..1023.
func power2(n int) float64 { return math.Float64frombits(uint64(n+1023) << 52) }
