package stats

import (
	"math"
	"slices"
)

// Quantile is the p-quantile, 0 <= p <= 1, of type 7 (R. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The
// American Statistician 50, 1996), which is numpy's default and has its bits: linear between the order statistics on
// either side of index p(n-1). Where one of the two is infinite, so is the result. Of nothing it is NaN.
func Quantile(xs []float64, p float64) float64 { return Quantiles(xs, p)[0] }

// Quantiles is Quantile for several p; it sorts once.
func Quantiles(xs []float64, ps ...float64) []float64 {
	out := make([]float64, len(ps))
	bad := len(xs) == 0 || hasNaN(xs)
	sorted := slices.Clone(xs)
	slices.Sort(sorted)
	for i, p := range ps {
		if !(p >= 0 && p <= 1) {
			panic("stats: a quantile is asked for outside 0..1")
		}
		out[i] = math.NaN()
		if !bad {
			out[i] = quantileSorted(sorted, p)
		}
	}
	return out
}

// Median is Quantile at 1/2.
func Median(xs []float64) float64 { return Quantile(xs, 0.5) }

func quantileSorted(sorted []float64, p float64) float64 {
	at := float64(p * float64(len(sorted)-1))
	i := int(at) // rounds towards zero, which is down
	t := at - float64(i)
	if t == 0 {
		return zero(sorted[i])
	}
	a, b := sorted[i], sorted[i+1]
	switch {
	case a == b:
		return zero(a)
	case math.IsInf(a, 0) && math.IsInf(b, 0):
		return math.NaN() // between -Inf and +Inf there is no number to prefer
	case math.IsInf(a, 0):
		return a
	case math.IsInf(b, 0):
		return b
	}
	// From the nearer end, as numpy does, so that the result lies between a and b and grows with p.
	d := b - a
	if t >= 0.5 {
		return zero(b - float64(d*(1-t)))
	}
	return zero(a + float64(d*t))
}

// zero is x with one form of zero. Sorting does not tell -0 from 0, so which of them stands at an index is chance.
func zero(x float64) float64 {
	if x == 0 {
		return 0
	}
	return x
}
