package rng

import (
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mathext"
)

// Statistics with the probability that a true generator does as badly. The generator is deterministic, so each of
// them is a fixed number: a test passes for ever or never. All are held to one level, chosen before any was looked at.

// level is the probability with which one statistic rejects a true generator, both sides together. There
// are about 750 of them, so a true generator passes all with probability above 99%.
const level = 1e-5

// long is whether the long form runs: 16 times the numbers.
var long = os.Getenv("BALDWIN_LONG") == "1"

func size(n int) int {
	if long {
		return 16 * n
	}
	return n
}

// A statistic is one named p-value, two-sided: near 0 says too far from the expectation, or too close to it.
type statistic struct {
	name string
	p    float64
}

func hold(t *testing.T, all ...statistic) {
	t.Helper()
	least := statistic{p: 2}
	for _, s := range all {
		if !(s.p >= level) {
			t.Errorf("%s: p = %.3g, below %g", s.name, s.p, level)
		}
		if s.p < least.p {
			least = s
		}
	}
	t.Logf("%d statistics, least p = %.3g (%s)", len(all), least.p, least.name)
}

// zScore is the statistic of a standard normal z.
func zScore(name string, z float64) statistic {
	return statistic{fmt.Sprintf("%s (z = %.2f)", name, z), math.Erfc(math.Abs(z) / math.Sqrt2)}
}

// poisson is the statistic of a count that should have mean mu.
func poisson(name string, count int, mu float64) statistic {
	below := mathext.GammaIncRegComp(float64(count)+1, mu)
	above := 1.0
	if count > 0 {
		above = mathext.GammaIncReg(float64(count), mu)
	}
	return statistic{fmt.Sprintf("%s (%d, expected %.1f)", name, count, mu), min(1, 2*min(below, above))}
}

// chiSquare is the statistic of counts that should all have the same mean.
func chiSquare(name string, counts []int) statistic {
	n := 0
	for _, c := range counts {
		n += c
	}
	mu := float64(n) / float64(len(counts))
	x := 0.0
	for _, c := range counts {
		d := float64(c) - mu
		x += d * d / mu
	}
	free := float64(len(counts) - 1)
	above := mathext.GammaIncRegComp(free/2, x/2)
	return statistic{fmt.Sprintf("%s (chi^2 = %.1f of %.0f)", name, x, free), 2 * min(above, 1-above)}
}

// kolmogorov is the Kolmogorov-Smirnov statistic of u against the uniform distribution. It sorts u.
func kolmogorov(name string, u []float64) statistic {
	slices.Sort(u)
	n := float64(len(u))
	d := 0.0
	for i, v := range u {
		d = max(d, v-float64(i)/n, float64(i+1)/n-v)
	}
	// Stephens (1970).
	l := (math.Sqrt(n) + 0.12 + 0.11/math.Sqrt(n)) * d
	p := 0.0
	for j, sign := 1.0, 2.0; j < 100; j, sign = j+1, -sign {
		p += sign * math.Exp(-2*j*j*l*l)
	}
	if l < 0.3 { // the series converges slowly where p is 1
		p = 1
	}
	return statistic{fmt.Sprintf("%s (sqrt(n) D = %.3f)", name, l), p}
}

// correlation is the statistic of a sum of n products with mean 0 and the given variance.
func correlation(name string, sum, n, variance float64) statistic {
	return zScore(name, sum/math.Sqrt(n*variance))
}

// phi is the standard normal distribution function.
func phi(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }

// testNormality returns the statistics of one sample that should be independent standard normals.
func testNormality(name string, z []float64) []statistic {
	n := float64(len(z))
	var m1, m2, m3, m4 float64
	const bins = 512
	counts := make([]int, bins)
	var over [7][2]int // by threshold and side
	u := make([]float64, len(z))
	for i, x := range z {
		x2 := x * x
		m1 += x
		m2 += x2
		m3 += x * x2
		m4 += x2 * x2
		u[i] = phi(x)
		counts[min(bins-1, int(u[i]*bins))]++
		side := 0
		if x < 0 {
			side = 1
		}
		for s := 3; s < len(over) && x2 > float64(s*s); s++ {
			over[s][side]++
		}
	}
	all := []statistic{
		correlation(name+" mean", m1, n, 1),
		correlation(name+" variance", m2-n, n, 2),
		correlation(name+" third moment", m3, n, 15),
		correlation(name+" fourth moment", m4-3*n, n, 96),
		chiSquare(name+" in equally likely bins", counts),
		kolmogorov(name+" distribution", u),
	}
	for s := 3; s < len(over); s++ {
		mu := n * phi(float64(-s))
		all = append(all, poisson(fmt.Sprintf("%s above %d", name, s), over[s][0], mu),
			poisson(fmt.Sprintf("%s below -%d", name, s), over[s][1], mu))
	}
	return all
}

// testUniformity returns the statistics of one sample that should be independent and uniform on [0, 1). It sorts u.
func testUniformity(name string, u []float64) []statistic {
	const bins = 512
	counts := make([]int, bins)
	pairs := make([]int, 32*32)
	for i, v := range u {
		counts[int(v*bins)]++
		if i%2 == 1 {
			pairs[int(u[i-1]*32)*32+int(v*32)]++
		}
	}
	return []statistic{
		chiSquare(name+" in bins", counts),
		chiSquare(name+" in pairs", pairs),
		kolmogorov(name+" distribution", u),
	}
}

// testSeries returns, for each lag, the statistics of the correlation of z with itself that much later, and of its squares.
func testSeries(name string, z []float64, lags ...int) []statistic {
	var all []statistic
	for _, lag := range lags {
		plain, squares := 0.0, 0.0
		later := z[lag:]
		for i, y := range later {
			x := z[i]
			plain += x * y
			squares += (x*x - 1) * (y*y - 1)
		}
		n := float64(len(later))
		all = append(all, correlation(fmt.Sprintf("%s lag %d", name, lag), plain, n, 1),
			correlation(fmt.Sprintf("%s squares lag %d", name, lag), squares, n, 4))
	}
	return all
}

// TestStatisticsReject: faults of the size that matters are found, in samples of the short form's size.
func TestStatisticsReject(t *testing.T) {
	const n = 1 << 19
	good := make([]float64, n)
	r := At(1, Bootstrap, 0, 0, 0).Source()
	for i := range good {
		good[i] = r.Normal()
	}
	fault := func(f func(i int, x float64) float64) []float64 {
		bad := make([]float64, n)
		for i, x := range good {
			bad[i] = f(i, x)
		}
		return bad
	}
	for _, c := range []struct {
		name string
		all  []statistic
	}{
		{"mean 0.01", testNormality("", fault(func(_ int, x float64) float64 { return x + 0.01 }))},
		{"deviation 1.005", testNormality("", fault(func(_ int, x float64) float64 { return x * 1.005 }))},
		{"cut at 3.9", testNormality("", fault(func(_ int, x float64) float64 { return max(-3.9, min(3.9, x)) }))[6:]},
		{"coarse", testNormality("", fault(func(_ int, x float64) float64 { return math.Round(x*512) / 512 }))},
		{"neighbours mixed", testSeries("", fault(func(i int, x float64) float64 { return x + 0.01*good[max(0, i-3)] }), 3)},
		{"shared radius", testSeries("", fault(func(i int, x float64) float64 { return math.Copysign(good[i&^1], x) }), 1)},
		{"uniform's last pair", testUniformity("", fault(func(i int, x float64) float64 { return phi(good[i-i%64/63]) }))},
	} {
		least := 1.0
		for _, s := range c.all {
			least = min(least, s.p)
		}
		if !(least < level) {
			t.Errorf("%s: least p is %g, not rejected", c.name, least)
		}
	}
}
