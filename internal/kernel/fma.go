package kernel

import "math"

// FMA is a*b + c with one rounding to float32 (IEEE 754 fusedMultiplyAdd), on any machine.
//
// The product of two float32 is exact in float64, so s = fl64(a*b + c) has one
// rounding, and rounding s to float32 is a second one. Two roundings differ from one
// only where s lies on the midpoint of two float32 values: its low 29 bits are then
// 1 followed by zeros. Below the normal range of float32 the midpoints lie elsewhere.
// Both cases go the slow way; all others are right as they stand.
func FMA(a, b, c float32) float32 {
	s := float64(float64(a)*float64(b)) + float64(c) // the product is exact
	if u := math.Float64bits(s); u&0x1fffffff != 0x10000000 && u<<1 >= minNormal<<1 {
		return float32(s)
	}
	return fmaSlow(a, b, c)
}

// minNormal is the float64 pattern of 2^-126, the smallest normal float32.
const minNormal = (1023 - 126) << 52

// fmaSlow is FMA without the fast path. TwoSum (Knuth) gives the error e of the sum
// exactly; where e is not zero the sum is rounded to odd (Boldo and Melquiond 2008),
// after which the second rounding is innocent: 53 >= 2*24 + 2 bits.
func fmaSlow(a, b, c float32) float32 {
	p := float64(float64(a) * float64(b))
	z := float64(c)
	s := float64(p + z)
	t := float64(s - p)
	e := float64(float64(p-float64(s-t)) + float64(z-t))
	if e != 0 && e == e {
		if u := math.Float64bits(s); u&1 == 0 {
			if (e > 0) == (s > 0) {
				u++
			} else {
				u--
			}
			s = math.Float64frombits(u)
		}
	}
	return float32(s)
}
