// Package detmath has the elementary functions of float64 that decide a number of baldwin, with the
// same bits on every machine.
//
// The standard library's Exp, Log and others have assembly on some architectures, and a compiler may
// fuse a product with the sum that follows it, so the same program prints different bits elsewhere.
// Here each function is one fixed order of IEEE operations (+, -, *, /, and one math.FMA where a product
// must be exact); every product that is added is written float64(a*b), which forbids the fusion.
//
// Largest errors against exact values, in units in the last place of the result (the tests hold them):
//
//	Sin, Cos, Sincos   0.80 ulp, any finite x
//	Log                0.90 ulp, any positive x, subnormal ones too
//	Exp                0.70 ulp, 0.80 where the result is subnormal
//
// A result that is not a number is always the NaN of math.NaN, whatever payload went in.
//
// The methods are those of fdlibm (Sun Microsystems, 1993): reduce the argument exactly, then evaluate
// a short polynomial. The polynomials are minimax fits by the Remez exchange to the functions named
// next to them; a test measures how far off they are.
package detmath

// The polynomials below return c[0] + c[1] z + ... , highest power first, each step rounded twice. They
// are written out since a loop costs as much as the arithmetic.

func poly5(z float64, c *[5]float64) float64 {
	p := float64(c[4]*z) + c[3]
	p = float64(p*z) + c[2]
	p = float64(p*z) + c[1]
	return float64(p*z) + c[0]
}

func poly6(z float64, c *[6]float64) float64 {
	p := float64(c[5]*z) + c[4]
	p = float64(p*z) + c[3]
	p = float64(p*z) + c[2]
	p = float64(p*z) + c[1]
	return float64(p*z) + c[0]
}

func poly7(z float64, c *[7]float64) float64 {
	p := float64(c[6]*z) + c[5]
	p = float64(p*z) + c[4]
	p = float64(p*z) + c[3]
	p = float64(p*z) + c[2]
	p = float64(p*z) + c[1]
	return float64(p*z) + c[0]
}
