package strategy

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestEigen: v diag(a) v^T is the matrix again and v is orthogonal, for random, degenerate and ill-conditioned matrices.
func TestEigen(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, d := range []int{1, 2, 3, 10, 40} {
		for name, entry := range map[string]func(i, j int) float64{
			"random":    func(int, int) float64 { return r.NormFloat64() },
			"identity":  func(i, j int) float64 { return map[bool]float64{true: 1}[i == j] },
			"rank one":  func(i, j int) float64 { return float64((i + 1) * (j + 1)) },
			"condition": func(i, j int) float64 { return math.Pow(10, -float64(i+j)/4) },
			"zero":      func(int, int) float64 { return 0 },
		} {
			m := make([]float64, d*d)
			size := 0.0
			for i := range d {
				for j := range i + 1 {
					m[i*d+j] = entry(i, j)
					m[j*d+i] = m[i*d+j]
					size = max(size, math.Abs(m[i*d+j]))
				}
			}
			a, v := append([]float64(nil), m...), make([]float64, d*d)
			eigen(a, v, d)
			for i := range d {
				for j := range d {
					var back, unit float64
					for k := range d {
						back += v[i*d+k] * a[k*d+k] * v[j*d+k]
						unit += v[k*d+i] * v[k*d+j]
					}
					if math.Abs(back-m[i*d+j]) > 1e-12*float64(d)*size {
						t.Fatalf("%s %d: [%d][%d] is %g again, was %g", name, d, i, j, back, m[i*d+j])
					}
					if want := map[bool]float64{true: 1}[i == j]; math.Abs(unit-want) > 1e-12 {
						t.Fatalf("%s %d: vectors %d and %d have the product %g", name, d, i, j, unit)
					}
				}
			}
		}
	}
}

// TestCMAESTooLarge: a large genome is refused, with what takes it.
func TestCMAESTooLarge(t *testing.T) {
	sp := Space{Dim: 256, Groups: 1, Blocks: []Block{{"a", 0, MostCMAES + 1, 0, 0.1}}}
	_, err := CMAES().New(config(CMAES(), sp, 20))
	if err == nil || !strings.Contains(err.Error(), "at most 128 numbers, this one has 129; sep-cma-es and lm-ma-es take any") {
		t.Errorf("got %v", err)
	}
	sp.Blocks[0].Len = MostCMAES
	generation(begin(t, CMAES(), config(CMAES(), sp, 4)), 1, synthetic(1), sp.Dim, serial)
}
