package kernel

import "math"

// expC is the polynomial of exp(r) on [-ln2/2, ln2/2], highest power first.
var expC = [7]float32{0.0013926926614, 0.00836377387441, 0.0416665501103, 0.166665733819, 0.5, 1, 1}

const (
	log2e = 1.44269504088896341
	// magic is 1.5*2^23: after adding it a float32 is rounded to an integer, which
	// stands in the low bits of its pattern.
	magic = 12582912
)

// TanhRef is tanh(x) within 2.46 ulp (all float32 were tried), never beyond [-1, 1]; odd,
// tanh(-0) = -0, tanh(NaN) is NaN.
//
// With a = min(|x|, 9.02): 2a = k*ln2 + 2s, e = expm1(2a) = 2^k*expm1(2s) + (2^k - 1),
// tanh = e/(e+2). A rational form is cheaper but errs by 5.7 ulp and exceeds 1.
func TanhRef(x float32) float32 {
	sign := math.Float32bits(x) & (1 << 31)
	x = math.Float32frombits(math.Float32bits(x) &^ (1 << 31))
	if 9.02 < x { // false for NaN, which goes through
		x = 9.02
	}
	k := FMA(2*log2e, x, magic)
	n := float32(k - magic)
	x = FMA(-n, 0.3466796875, x) // s = x - k*ln2/2 in two parts
	x = FMA(-n, -1.06097220e-4, x)
	p := float32(expC[0] * 64) // coefficients of expm1(2s)/s^2 - 2/s
	p = FMA(p, x, float32(expC[1]*32))
	p = FMA(p, x, float32(expC[2]*16))
	p = FMA(p, x, float32(expC[3]*8))
	p = FMA(p, x, 2)
	p = FMA(p, float32(x*x), float32(x+x))
	scale := math.Float32frombits(math.Float32bits(k)<<23 + 127<<23)
	p = FMA(p, scale, float32(scale-1))
	p = float32(p / float32(p+2))
	return math.Float32frombits(math.Float32bits(p) | sign)
}

// SigmoidRef is 1/(1 + exp(-x)) within 2.49 ulp (all float32 were tried), in (0, 1]. The
// argument is clamped to [-88, 80]: below, the result stays at 6e-39; from 17 on it is 1.
// sigmoid(NaN) is NaN.
func SigmoidRef(x float32) float32 {
	if 80 < x {
		x = 80
	}
	if -88 > x {
		x = -88
	}
	k := FMA(-log2e, x, magic)
	n := float32(k - magic)
	r := float32(0 - x)
	r = FMA(-n, 0.693359375, r)
	r = FMA(-n, -2.12194440e-4, r)
	p := expC[0]
	for _, c := range expC[1:] {
		p = FMA(p, r, c)
	}
	scale := math.Float32frombits(math.Float32bits(k)<<23 + 127<<23)
	return float32(1 / FMA(p, scale, 1))
}

// ReluRef is max(0, x); relu(NaN) is NaN and relu(-0) is -0.
func ReluRef(x float32) float32 {
	if 0 > x {
		return 0
	}
	return x
}
