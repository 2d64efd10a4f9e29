package detmath

import "math"

// sinC is sin r = r (1 + z (c0 + c1 z + ...)), z = r^2, for |r| <= pi/4; 2^-57 off.
var sinC = [...]float64{
	-0x1.5555555555548p-3, 0x1.111111110f730p-7, -0x1.a01a019be9217p-13,
	0x1.71de35552b51ap-19, -0x1.ae5e4b83e19fap-26, 0x1.5d8b5592e5c42p-33,
}

// cosC is cos r = 1 - z/2 + z^2 (c0 + c1 z + ...), z = r^2, for |r| <= pi/4; 2^-63 off.
var cosC = [...]float64{
	0x1.555555555554bp-5, -0x1.6c16c16c15013p-10, 0x1.a01a019c8ed07p-16,
	-0x1.27e4f7f1410dap-22, 0x1.1ee9db8e2ed45p-29, -0x1.8fa65e90f99d7p-37,
}

// Sin returns the sine of x radians. Sin(-0) is -0; Sin of an infinity is NaN.
func Sin(x float64) float64 {
	if x != x || math.Abs(x) > math.MaxFloat64 {
		return math.NaN()
	}
	q, r, tail := reduce(math.Abs(x))
	var s float64
	if q&1 == 0 {
		s = sinKernel(r, tail)
	} else {
		s = cosKernel(r, tail)
	}
	// Beyond half a turn, and for a negative x, the sine turns its sign.
	return math.Float64frombits(math.Float64bits(s) ^ (q&2<<62 ^ math.Float64bits(x)&(1<<63)))
}

// Cos returns the cosine of x radians. Cos of an infinity is NaN.
func Cos(x float64) float64 {
	_, c := Sincos(x)
	return c
}

// Sincos returns Sin(x) and Cos(x).
func Sincos(x float64) (sin, cos float64) {
	if x != x || math.Abs(x) > math.MaxFloat64 {
		return math.NaN(), math.NaN()
	}
	q, r, tail := reduce(math.Abs(x))
	s, c := sinKernel(r, tail), cosKernel(r, tail)
	switch q & 3 {
	case 0:
		sin, cos = s, c
	case 1:
		sin, cos = c, -s
	case 2:
		sin, cos = -s, -c
	default:
		sin, cos = -c, s
	}
	if math.Float64bits(x)>>63 == 1 {
		sin = -sin
	}
	return sin, cos
}

// sinKernel returns sin(r + tail) for |r| <= pi/4, tail below half a unit in r's last place.
func sinKernel(r, tail float64) float64 {
	z := float64(r * r)
	v := float64(z * r)
	p := poly5(z, (*[5]float64)(sinC[1:]))
	// r + v c0 + (v z p + tail (1 - z/2)): from the largest term, which is exact, to the smallest.
	return r - ((float64(z*(float64(0.5*tail)-float64(v*p))) - tail) - float64(v*sinC[0]))
}

// cosKernel returns cos(r + tail) for |r| <= pi/4, tail below half a unit in r's last place.
func cosKernel(r, tail float64) float64 {
	z := float64(r * r)
	h := float64(0.5 * z)
	w := 1 - h
	// (1 - w) - h is what w lost.
	return w + (((1 - w) - h) + (float64(float64(z*z)*poly6(z, &cosC)) - float64(r*tail)))
}
