package kernel

import "math"

// Box and Muller's transform with the project's own polynomials (minimax by Remez, the
// coefficients then rounded to float32), highest power first.
var (
	// radiusC is -2 ln(1+f) on [0, 1), within 5e-7 and never so low that the radicand
	// could be negative.
	radiusC = [8]float32{-0.02096820014, 0.1082170881, -0.2662926424, 0.4495113839, -0.6555757246, 0.9987599784, -1.999946244, 4e-7}
	// sinC is sin(pi/2 g)/g and cosC is cos(pi/2 g), in powers of g^2, |g| <= 1.
	sinC = [4]float32{-0.004371014925, 0.07950065035, -0.6459259622, 1.570795142}
	cosC = [5]float32{0.0008581906199, -0.02081062752, 0.2536507446, -1.233698215, 0.9999999535}
)

const ln4 = 1.38629436111989061883

// gauss turns two random words into two normals, r*cos(phi) and r*sin(phi).
//
// The radius word, made odd and taken as a signed integer, gives u = |word|/2^31 in
// (0, 1] and an independent sign; r = sqrt(-2 ln u), at most 6.56. The angle word gives
// half a turn, phi = pi/2*g with g in [-1, 1]; the sign, put on the cosine, gives the
// other half.
func gauss(radius, angle uint32) (float32, float32) {
	signed := math.Float32bits(float32(int32(radius | 1)))
	r := float32(math.Sqrt(float64(radicand(signed))))
	g := float32(float32(int32(angle)) * 0x1p-31)
	q := float32(g * g)
	c, s := cosC[0], sinC[0]
	for _, x := range cosC[1:] {
		c = FMA(c, q, x)
	}
	for _, x := range sinC[1:] {
		s = FMA(s, q, x)
	}
	s = float32(s * g)
	c = math.Float32frombits(math.Float32bits(c) ^ signed&(1<<31))
	return float32(c * r), float32(s * r)
}

// radicand is -2 ln u for a float32 pattern that holds ±u*2^31, u in (0, 1].
func radicand(signed uint32) float32 {
	e := float32(158 - int32(signed<<1>>24)) // |value| = (1+f) * 2^(31-e)
	f := float32(math.Float32frombits(signed&0x7fffff|0x3f800000) - 1)
	p := radiusC[0]
	for _, c := range radiusC[1:] {
		p = FMA(p, f, c)
	}
	return FMA(e, ln4, p)
}
