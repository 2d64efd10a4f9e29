package kernel

import (
	"math"
	"os"
	"sync"
	"testing"
)

// Bounds on the error in units of the last place, over all float32 (BALDWIN_LONG=1), else
// over one in about a thousand.
const (
	tanhULP    = 2.5
	sigmoidULP = 2.5
)

// ulps is the distance of got from the true value in units of the last place of float32.
func ulps(got float32, want float64) float64 {
	_, e := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(e-24, -149))
}

// worst applies f to all patterns from..to in steps and returns the greatest error.
func worst(from, to uint64, f func(dst, src []float32), want func(float64) float64) (most float64, at float32) {
	step := uint64(1009)
	if os.Getenv("BALDWIN_LONG") == "1" {
		step = 1
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	const parts = 8
	for part := range uint64(parts) {
		wg.Go(func() {
			src, dst := make([]float32, 0, 4096), make([]float32, 4096)
			var local float64
			var localAt float32
			flush := func() {
				f(dst[:len(src)], src)
				for i, x := range src {
					if e := ulps(dst[i], want(float64(x))); e > local {
						local, localAt = e, x
					}
				}
				src = src[:0]
			}
			for b := from + part*step; b <= to; b += parts * step {
				if src = append(src, math.Float32frombits(uint32(b))); len(src) == cap(src) {
					flush()
				}
			}
			flush()
			mu.Lock()
			defer mu.Unlock()
			if local > most {
				most, at = local, localAt
			}
		})
	}
	wg.Wait()
	return most, at
}

const (
	infinity = 0x7f800000
	negative = 1 << 31
)

func TestTanhError(t *testing.T) {
	for _, sign := range []uint64{0, negative} {
		e, x := worst(sign, sign+infinity, Best().Tanh, math.Tanh)
		t.Logf("%.3f ulp at %g", e, x)
		if e > tanhULP {
			t.Errorf("tanh(%g) errs by %.3f ulp, bound %g", x, e, tanhULP)
		}
	}
	for _, x := range []float32{8.9, 9, 9.01, 9.02, 20, math.MaxFloat32, float32(math.Inf(1))} {
		if y := TanhRef(x); y > 1 || TanhRef(-x) != -y {
			t.Errorf("tanh(%g) = %g, tanh(%g) = %g", x, y, -x, TanhRef(-x))
		}
	}
	if TanhRef(float32(math.Inf(1))) != 1 || math.Float32bits(TanhRef(float32(math.Copysign(0, -1)))) != negative {
		t.Error("tanh(inf) is not 1, or tanh(-0) is not -0")
	}
}

func TestTanhNeverExceedsOne(t *testing.T) {
	for b := uint32(0x40000000); b < 0x41200000; b += 3 { // 2 to 10, where it saturates
		if y := TanhRef(math.Float32frombits(b)); !(y <= 1) {
			t.Fatalf("tanh(%g) = %g", math.Float32frombits(b), y)
		}
	}
}

func TestSigmoidError(t *testing.T) {
	exact := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	up, x := worst(0, infinity, Best().Sigmoid, exact)
	down, y := worst(negative, uint64(math.Float32bits(-88)), Best().Sigmoid, exact)
	t.Logf("%.3f ulp at %g, %.3f ulp at %g", up, x, down, y)
	if up > sigmoidULP || down > sigmoidULP {
		t.Errorf("sigmoid errs by %.3f ulp at %g and %.3f ulp at %g, bound %g", up, x, down, y, sigmoidULP)
	}
	for _, x := range []float32{-88.1, -100, -math.MaxFloat32, float32(math.Inf(-1))} {
		if got := SigmoidRef(x); got != SigmoidRef(-88) {
			t.Errorf("sigmoid(%g) = %g, want sigmoid(-88) = %g", x, got, SigmoidRef(-88))
		}
	}
	if SigmoidRef(0) != 0.5 || SigmoidRef(float32(math.Inf(1))) != 1 {
		t.Error("sigmoid(0) is not 1/2, or sigmoid(inf) is not 1")
	}
}

func TestSpecialValues(t *testing.T) {
	quiet, signalling := math.Float32frombits(0x7fc01234), math.Float32frombits(0xff801234)
	minusZero := float32(math.Copysign(0, -1))
	src := make([]float32, 20)
	dst := make([]float32, 20)
	for _, k := range Available() {
		for name, f := range map[string]func(dst, src []float32){"tanh": k.Tanh, "sigmoid": k.Sigmoid, "relu": k.Relu} {
			for _, x := range []float32{quiet, signalling} {
				for i := range src {
					src[i] = x
				}
				f(dst, src)
				for i, y := range dst {
					if y == y {
						t.Fatalf("%v %s: NaN became %g at %d", k, name, y, i)
					}
				}
			}
		}
		for i := range src {
			src[i] = minusZero
		}
		k.Relu(dst, src)
		for i, y := range dst {
			if math.Float32bits(y) != negative {
				t.Fatalf("%v relu(-0) at %d is %g", k, i, y)
			}
		}
	}
}
