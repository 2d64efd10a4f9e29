package stats

import "math"

// Profile is the performance profile of scores in strata (E. Dolan, J. More 2002; rliable's create_performance_profile): for
// each threshold the share of all scores above it, and the 95% interval of that share over reps stratified bootstrap samples,
// each threshold for itself; shares are in 0..1, and NaN of no scores. The samples are those that StratifiedBootstrap draws. With reps 0 there are no intervals.
func Profile(strata [][]float64, at []float64, reps int, index func(n int) int) (share []float64, bands []Interval) {
	above := func(strata [][]float64, threshold float64) float64 {
		n, over := 0, 0
		for _, xs := range strata {
			n += len(xs)
			for _, x := range xs {
				if math.IsNaN(x) {
					return math.NaN()
				}
				if x > threshold {
					over++
				}
			}
		}
		return float64(over) / float64(n)
	}
	for _, threshold := range at {
		share = append(share, above(strata, threshold))
	}
	if reps == 0 {
		return share, nil
	}
	values := make([][]float64, len(at))
	whole := StratifiedBootstrap(strata, reps, func(samples [][]float64) float64 {
		for i, threshold := range at {
			values[i] = append(values[i], above(samples, threshold))
		}
		return 0
	}, index)
	for _, v := range values {
		band := whole // NaN, where a stratum is empty
		if len(v) > 0 {
			q := Quantiles(v, 0.025, 0.975)
			band = Interval{q[0], q[1]}
		}
		bands = append(bands, band)
	}
	return share, bands
}
