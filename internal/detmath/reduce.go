package detmath

import (
	"math"
	"math/bits"
)

// pi/2 in four parts (Cody and Waite). The first three have 33 bits, so that their product with a
// number of quarter turns below 2^20 is exact; together they are good to 2^-152.
const (
	quarter1 = 0x1.921fb544p+0
	quarter2 = 0x1.0b4611a6p-34
	quarter3 = 0x1.3198a2ep-69
	quarter4 = 0x1.b839a252049c1p-104

	invQuarter = 0x1.45f306dc9c883p-1 // 2/pi
)

// codyWaiteLimit is where the number of quarter turns could reach 2^20.
const codyWaiteLimit = 0x1p20

// reduce returns, for finite x >= 0, the nearest number q of quarter turns (its low two bits count) and
// x - q pi/2 as r + tail, |r| <= pi/4 and tail below half a unit in r's last place. The error is below 2^-70 of r.
func reduce(x float64) (q uint64, r, tail float64) {
	if x >= codyWaiteLimit {
		return reduceLarge(x)
	}
	n := float64(float64(x*invQuarter)+toInteger) - toInteger
	a := x - float64(n*quarter1) // exact: the terms are within a factor of two, or n is 0
	b, e1 := twoSum(a, -float64(n*quarter2))
	c, e2 := twoSum(b, -float64(n*quarter3))
	t := (e1 + e2) - float64(n*quarter4)
	r = c + t
	return uint64(n), r, (c - r) + t
}

// twoSum returns the rounded sum of a and b and its exact error (Knuth).
func twoSum(a, b float64) (s, e float64) {
	s = a + b
	bb := s - a
	return s, (a - (s - bb)) + (b - bb)
}

// invQuarterBits is 2/pi in binary: 64 zero bits, then the bits after the point, highest first.
var invQuarterBits = [...]uint64{
	0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
	0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
	0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
	0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
	0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
	0xf0cfbc209af4361d,
}

// reduceLarge is reduce for x >= 2^20, by the method of Payne and Hanek (1983).
//
// x = m 2^e with an integer m. Bits of 2/pi whose product with x is a multiple of four quarter turns
// cannot matter, and bits that give less than 2^-137 of one are not needed even next to a multiple of pi/2,
// to which no float64 comes nearer than 2^-62. Those between are 192 bits.
func reduceLarge(x float64) (q uint64, r, tail float64) {
	u := math.Float64bits(x)
	m := u&(1<<52-1) | 1<<52
	e := int(u>>52) - 1023 - 52

	// The bit of weight 2^-i sits at i - 1 + 64 of the table; the first that matters is i = e - 1.
	at := e + 62
	word, shift := at/64, uint(at%64)
	var t [3]uint64
	for j := range t {
		// A shift by 64 gives 0.
		t[j] = invQuarterBits[word+j]<<shift | invQuarterBits[word+j+1]>>(64-shift)
	}

	// p = m t mod 2^192, the turn in units of 2^-192: m t 4 / 2^192 quarter turns modulo 4.
	h2, p2 := bits.Mul64(m, t[2])
	h1, l1 := bits.Mul64(m, t[1])
	p1, carry := bits.Add64(l1, h2, 0)
	p0, _ := bits.Add64(m*t[0], h1, carry)

	// The top two bits are the quarter turns; from a half on the next one is nearer.
	q = p0 >> 62
	f0, f1, f2 := p0<<2|p1>>62, p1<<2|p2>>62, p2<<2
	negative := f0>>63 == 1
	if negative {
		q++
		var borrow uint64
		f2, borrow = bits.Sub64(0, f2, 0)
		f1, borrow = bits.Sub64(0, f1, borrow)
		f0, _ = bits.Sub64(0, f0, borrow)
	}

	// f is the fraction of a quarter turn. Move its leading bit to the top.
	z := bits.LeadingZeros64(f0)
	if z == 64 { // not reached by a float64: see above
		f0, f1, f2 = f1, f2, 0
		z += bits.LeadingZeros64(f0)
	}
	s := uint(z % 64)
	f0, f1 = f0<<s|f1>>(64-s), f1<<s|f2>>(64-s)
	scale := power2(-z)
	fh := float64(f0>>11) * (0x1p-53 * scale)
	fl := float64((f0<<53|f1>>11)>>11) * (0x1p-106 * scale)

	// r + tail = (fh + fl) pi/2.
	const quarterHi, quarterLo = 0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54
	hi := float64(fh * quarterHi)
	lo := math.FMA(fh, quarterHi, -hi) + (float64(fh*quarterLo) + float64(fl*quarterHi))
	r = hi + lo
	tail = (hi - r) + lo
	if negative {
		return q, -r, -tail
	}
	return q, r, tail
}
