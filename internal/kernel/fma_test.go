package kernel

import (
	"math"
	"math/big"
	"testing"
)

// exactFMA rounds the exact a*b + c once.
func exactFMA(a, b, c float32) float32 {
	x, y, z := float64(a), float64(b), float64(c)
	if sum := x*y + z; math.IsNaN(sum) || math.IsInf(sum, 0) {
		return float32(sum) // an operand is no number: float64 has no sum that overflows
	}
	wide := func(v float64) *big.Float { return new(big.Float).SetPrec(1200).SetFloat64(v) }
	sum := new(big.Float).SetPrec(1200).Mul(wide(x), wide(y))
	sum.Add(sum, wide(z))
	if sum.Sign() == 0 {
		return float32(x*y + z) // the sign of zero is IEEE's, the product is exact
	}
	f, _ := sum.Float32()
	return f
}

func checkFMA(t *testing.T, a, b, c float32) {
	t.Helper()
	for _, f := range []func(a, b, c float32) float32{FMA, fmaSlow} {
		want, got := CanonicalNaN(exactFMA(a, b, c)), CanonicalNaN(f(a, b, c))
		if math.Float32bits(want) != math.Float32bits(got) {
			t.Fatalf("%08x * %08x + %08x: want %08x, got %08x", math.Float32bits(a), math.Float32bits(b), math.Float32bits(c),
				math.Float32bits(want), math.Float32bits(got))
		}
	}
}

func TestFMAIsExact(t *testing.T) {
	r := random(6)
	for range 100_000 {
		a, b, c := value(r, wild), value(r, wild), value(r, wild)
		checkFMA(t, a, b, c)
		checkFMA(t, math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32()))
		// Cancellation: c within an ulp or two of -a*b.
		p := float32(a * b)
		checkFMA(t, a, b, -math.Float32frombits(math.Float32bits(p)+r.Uint32N(3)-1))
	}
}

// Products that lie just beside the midpoint of two float32: the sum in float64 is the
// midpoint itself, and a second rounding would go the wrong way.
func TestFMARoundsOnce(t *testing.T) {
	r, wrong := random(7), 0
	for range 100_000 {
		a := math.Float32frombits(0x3f800000 | r.Uint32N(1<<23))
		c := float32(math.Ldexp(float64(1<<23+r.Uint32N(1<<23)), r.IntN(4)))
		// a*b is half an ulp of c, give or take less than float64 can see beside c.
		b := float32(math.Ldexp(1, r.IntN(4)-1-r.IntN(2))) / a
		checkFMA(t, a, b, c)
		checkFMA(t, a, b, -c)
		if float32(float64(a)*float64(b)+float64(c)) != exactFMA(a, b, c) {
			wrong++
		}
	}
	if wrong == 0 {
		t.Error("no case would have been rounded twice: the test tests nothing")
	}
}

func TestFMASubnormal(t *testing.T) {
	r := random(8)
	for range 50_000 {
		a, b := float32(r.NormFloat64()), math.Float32frombits(r.Uint32N(1<<25))
		checkFMA(t, a, b, math.Float32frombits(r.Uint32N(1<<24)|r.Uint32()&(1<<31)))
		checkFMA(t, float32(r.NormFloat64())*1e-20, float32(r.NormFloat64())*1e-20, math.Float32frombits(r.Uint32N(1<<24)))
	}
}

// The processor's FMA and ours are one function.
func TestFMAEqualsHardware(t *testing.T) {
	r := random(9)
	const n = 64
	x, c := Aligned(n), Aligned(n)
	for range 5000 {
		a := math.Float32frombits(r.Uint32())
		for i := range x {
			x[i] = math.Float32frombits(r.Uint32())
			c[i] = -math.Float32frombits(math.Float32bits(float32(a*x[i])) + r.Uint32N(5) - 2)
		}
		for _, k := range simd(t) {
			want, got := append([]float32(nil), c...), append([]float32(nil), c...)
			Reference.Axpy(want, a, x)
			k.Axpy(got, a, x)
			same(t, k.String(), want, got)
		}
	}
}

func FuzzFMA(f *testing.F) {
	f.Add(uint32(0x3f800001), uint32(0x3f800001), uint32(0xbf800002))
	f.Add(uint32(0x00000001), uint32(0x3f000000), uint32(0x00000001))
	f.Add(uint32(0x7f800000), uint32(0), uint32(0x7fa00000))
	f.Add(uint32(0x7f7fffff), uint32(0x3f800001), uint32(0x7f7fffff))
	f.Fuzz(func(t *testing.T, a, b, c uint32) {
		checkFMA(t, math.Float32frombits(a), math.Float32frombits(b), math.Float32frombits(c))
	})
}
