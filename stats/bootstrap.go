package stats

import (
	"math"
	"slices"
)

// IQM is the interquartile mean: the mean without the lowest and highest quarter of the scores, each rounded down to
// whole scores. With fewer than four scores nothing is left out and it is the mean. It is the aggregate that R. Agarwal
// et al. recommend for few runs ("Deep reinforcement learning at the edge of the statistical precipice", NeurIPS 2021),
// and rliable's aggregate_iqm. Of nothing it is NaN.
func IQM(xs []float64) float64 {
	if hasNaN(xs) {
		return math.NaN()
	}
	s := slices.Clone(xs)
	slices.Sort(s)
	cut := len(s) / 4
	return Mean(s[cut : len(s)-cut])
}

// Bootstrap is the 95% percentile interval of a statistic: the 0.025- and 0.975-quantiles of its values on reps samples
// of len(xs) scores each, drawn from xs with replacement. The sample is overwritten after each call, so statistic must
// not keep it; it may reorder it.
//
// index(n) returns a number below n, uniform and independent of those before. It is called len(xs) times for each
// sample, in order, so that equal indices give equal intervals.
func Bootstrap(xs []float64, reps int, statistic func(sample []float64) float64, index func(n int) int) Interval {
	return StratifiedBootstrap([][]float64{xs}, reps, func(s [][]float64) float64 { return statistic(s[0]) }, index)
}

// StratifiedBootstrap is Bootstrap for scores in strata, of which each is resampled for itself and keeps its size: the
// runs of each task (rliable's interval of an aggregate), or the runs of each of two learners (its interval of a
// probability of improvement). index is called through the first stratum, then the second, and so on. Where a stratum is
// empty the interval is NaN.
func StratifiedBootstrap(strata [][]float64, reps int, statistic func(samples [][]float64) float64, index func(n int) int) Interval {
	if reps < 1 {
		panic("stats: a bootstrap needs at least one sample")
	}
	samples := make([][]float64, len(strata))
	for i, xs := range strata {
		if len(xs) == 0 {
			return Interval{math.NaN(), math.NaN()}
		}
		samples[i] = make([]float64, len(xs))
	}
	values := make([]float64, reps)
	for r := range values {
		for i, xs := range strata {
			for j := range xs {
				samples[i][j] = xs[index(len(xs))]
			}
		}
		values[r] = statistic(samples)
	}
	q := Quantiles(values, 0.025, 0.975)
	return Interval{q[0], q[1]}
}
