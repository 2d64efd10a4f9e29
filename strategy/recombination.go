package strategy

import (
	"math"

	"baldwin/internal/detmath"
)

// evolution holds the constants of the CMA family for n individuals and d numbers, as Hansen, "The CMA Evolution Strategy: A
// Tutorial" (2016), table 1, gives them.
type evolution struct {
	weight     []float64 // of the k-th best; the first sum to 1, the rest are negative where the method uses them
	mu         int       // how many are positive
	muEff      float64
	cs, ds     float64 // of the path of sigma and its damping
	cc, c1, cm float64 // of the path of C, the rank-one and the rank-mu update
	chi        float64 // expected length of a standard normal vector
}

// newEvolution has negative weights (active CMA) if so asked.
func newEvolution(n int, d float64, active bool) evolution {
	e := evolution{weight: make([]float64, n), mu: n / 2}
	raw := func(k int) float64 { return detmath.Log(float64(n+1)/2) - detmath.Log(float64(k+1)) } // eq. 49
	var positive, squares, negative, negativeSquares float64
	for k := range n {
		w := raw(k)
		if k < e.mu {
			positive += w
			squares += float64(w * w)
		} else {
			negative -= min(w, 0)
			negativeSquares += float64(w * w)
		}
	}
	e.muEff = positive * positive / squares
	e.cs = (e.muEff + 2) / (d + e.muEff + 5) // eq. 55
	e.ds = 1 + float64(2*max(0, math.Sqrt((e.muEff-1)/(d+1))-1)) + e.cs
	e.cc = (4 + e.muEff/d) / (d + 4 + float64(2*e.muEff)/d)                    // eq. 56
	e.c1 = 2 / (float64((d+1.3)*(d+1.3)) + e.muEff)                            // eq. 57
	e.cm = min(1-e.c1, 2*(e.muEff+1/e.muEff-2)/(float64((d+2)*(d+2))+e.muEff)) // eq. 58
	e.chi = float64(math.Sqrt(d) * (1 - 1/(4*d) + 1/(21*float64(d*d))))

	var limit float64
	if active && negative > 0 && e.cm > 0 {
		other := negative * negative / negativeSquares
		limit = min(1+e.c1/e.cm, 1+2*other/(e.muEff+2), (1-e.c1-e.cm)/float64(d*e.cm)) // eq. 50 to 52
	}
	for k := range n {
		w := raw(k)
		switch {
		case k < e.mu:
			e.weight[k] = w / positive // eq. 53
		case active && w < 0:
			e.weight[k] = float64(limit*w) / negative
		}
	}
	return e
}

// path is p = (1-c) p + sqrt(c (2-c) mu_eff) y, eq. 43 and 45, for one number of a path.
func (e *evolution) path(p, c, y float64) float64 {
	return float64((1-c)*p) + float64(math.Sqrt(float64(c*(2-c))*e.muEff)*y)
}

// stalled is h_sigma = 0: the path of sigma is so long that the path of C waits, at the given generation, the first being 1.
func (e *evolution) stalled(length, generation, d float64) bool {
	return length/math.Sqrt(1-power(float64((1-e.cs)*(1-e.cs)), generation)) >= float64((1.4+2/(d+1))*e.chi)
}

// stretch is sigma's factor for the length of its path, eq. 44.
func (e *evolution) stretch(length float64) float64 {
	return detmath.Exp(min(1, float64(e.cs/e.ds*(length/e.chi-1))))
}

// The step sizes stay within these bounds, far from where float32 ends.
const leastSigma, mostSigma = 1e-12, 1e12

// resize multiplies the step sizes of all groups.
func (s *search) resize(factor float64) {
	for g := range s.sigma {
		s.sigma[g] = min(max(float64(s.sigma[g]*factor), leastSigma), mostSigma)
	}
}
