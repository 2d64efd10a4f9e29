// Package stats has the statistics of runs: moments, quantiles and intervals that a run stores, and the robust
// aggregates, bootstraps and rank tests that a report is made of.
//
// All functions are pure: they leave their arguments as they are and draw nothing at random themselves. Each is one fixed
// order of IEEE operations, so equal numbers in equal order give equal bits on every machine.
//
// A NaN among the numbers makes the result NaN, and so does too little data; there is no silent omission. Where a
// function differs from that, it says so.
package stats

import "math"

// An accumulator adds with the rounding errors carried along (A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur
// Summation endlicher Summen", ZAMM 54, 1974).
type accumulator struct{ s, c float64 } // the sum, and what was lost on the way to it

func (a *accumulator) add(x float64) {
	t := a.s + x
	if math.Abs(a.s) >= math.Abs(x) {
		a.c += (a.s - t) + x
	} else {
		a.c += (x - t) + a.s
	}
	a.s = t
}

func (a *accumulator) sum() float64 {
	if a.s != a.s || math.IsInf(a.s, 0) { // what was lost on the way to infinity is no number
		return a.s
	}
	return a.s + a.c
}

// Sum adds in index order and compensates for rounding. The sum of nothing is 0.
func Sum(xs []float64) float64 {
	var a accumulator
	for _, x := range xs {
		a.add(x)
	}
	return nan(a.sum())
}

// Mean is the arithmetic mean; of nothing, NaN.
func Mean(xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	return Sum(xs) / float64(len(xs))
}

// Variance is the sample variance, with n-1 in the denominator (ddof 1); of fewer than two numbers, NaN.
//
// It takes two passes. The second term removes what the rounding of the mean leaves in the first
// (T. Chan, G. Golub, R. LeVeque, "Algorithms for computing the sample variance", The American Statistician 37, 1983, eq. 1.7).
func Variance(xs []float64) float64 {
	if len(xs) < 2 {
		return math.NaN()
	}
	n, m := float64(len(xs)), Mean(xs)
	var squares, left accumulator
	for _, x := range xs {
		d := x - m
		squares.add(float64(d * d))
		left.add(d)
	}
	v := (squares.sum() - float64(left.sum()*left.sum())/n) / (n - 1)
	if v < 0 {
		return 0
	}
	return nan(v)
}

// SD is the sample standard deviation, the square root of Variance (ddof 1).
func SD(xs []float64) float64 { return nan(math.Sqrt(Variance(xs))) }

// nan is x with one form of NaN. Machines differ in the sign and payload of those that arithmetic makes.
func nan(x float64) float64 {
	if x != x {
		return math.NaN()
	}
	return x
}

func hasNaN(xs []float64) bool {
	for _, x := range xs {
		if x != x {
			return true
		}
	}
	return false
}
