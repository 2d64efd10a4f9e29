package rng

import (
	"fmt"
	"math"
	"testing"

	"baldwin/internal/kernel"
)

// floats returns n normals of a stream in float64.
func floats(s Stream, n int) []float64 {
	buf := make([]float32, n)
	s.Normals(kernel.Best(), buf)
	z := make([]float64, n)
	for i, x := range buf {
		z[i] = float64(x)
	}
	return z
}

// TestNormalsAreNormal: moments, distribution, bins and tails of one long stream.
func TestNormalsAreNormal(t *testing.T) {
	hold(t, testNormality("normals", floats(At(1, Perturb, 1, 0, 0), size(1<<21)))...)
}

// TestTails counts what lies far out in more normals than the other tests can afford.
func TestTails(t *testing.T) {
	n := size(1 << 26)
	s := At(1, Perturb, 4, 0, 0)
	buf := make([]float32, 1<<14)
	var over [7][2]int // by threshold and side
	for i := 0; i < n; i += len(buf) {
		s.Skip(i).Normals(kernel.Best(), buf)
		for _, x := range buf {
			if x > -3 && x < 3 {
				continue
			}
			side := 0
			if x < 0 {
				side, x = 1, -x
			}
			for t := 3; t < len(over) && x > float32(t); t++ {
				over[t][side]++
			}
		}
	}
	var all []statistic
	for t := 3; t < len(over); t++ {
		mu := float64(n) * phi(float64(-t))
		all = append(all, poisson(fmt.Sprintf("above %d", t), over[t][0], mu),
			poisson(fmt.Sprintf("below -%d", t), over[t][1], mu))
	}
	hold(t, all...)
	t.Log(over[3:])
}

// TestNormalsAreIndependent: correlations within one stream at every lag up to 64, which covers the two
// normals of one Box-Muller pair (16 apart), one block's words and a group of 32.
func TestNormalsAreIndependent(t *testing.T) {
	z := floats(At(1, Perturb, 2, 0, 0), size(1<<18))
	lags := make([]int, 64)
	for i := range lags {
		lags[i] = i + 1
	}
	hold(t, testSeries("normals", z, lags...)...)
}

// TestPairsOfNormals counts pairs at a few lags in 32 x 32 equally likely cells, which sees dependence that is
// no correlation.
func TestPairsOfNormals(t *testing.T) {
	z := floats(At(1, Perturb, 3, 0, 0), size(1<<19))
	cell := make([]int, len(z))
	for i, x := range z {
		cell[i] = min(31, int(32*phi(x)))
	}
	var all []statistic
	for _, lag := range []int{1, 2, 16, 32} {
		counts := make([]int, 32*32)
		// Each number in one pair only.
		for i := 0; i+2*lag <= len(z); i += 2 * lag {
			for j := i; j < i+lag; j++ {
				counts[32*cell[j]+cell[j+lag]]++
			}
		}
		all = append(all, chiSquare(fmt.Sprintf("pairs at lag %d", lag), counts))
	}
	// The two of one Box-Muller pair as a point of the plane.
	const sectors = 256
	angle := make([]int, sectors)
	var radius []float64
	for i := 0; i+32 <= len(z); i += 32 {
		for j := i; j < i+16; j++ {
			turn := math.Atan2(z[j+16], z[j])/(2*math.Pi) + 0.5
			angle[min(sectors-1, int(turn*sectors))]++
			radius = append(radius, math.Exp(-0.5*(z[j]*z[j]+z[j+16]*z[j+16])))
		}
	}
	hold(t, append(all, chiSquare("angle", angle), kolmogorov("radius", radius))...)
}
