package stats

import (
	"cmp"
	"slices"
)

// Holm is the p-values of several tests, adjusted so that rejecting all that stay at or below a level errs in any of them
// with at most that probability (S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Stat. 6,
// 1979). The result is in the order of ps. A NaN stays NaN and does not count as a test.
func Holm(ps []float64) []float64 {
	var order []int
	out := slices.Clone(ps)
	for i, p := range ps {
		if p == p {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ps[a], ps[b]) })
	// The smallest counts for all tests, the next for one less; none may come out below a smaller one.
	highest := 0.0
	for k, i := range order {
		highest = max(highest, min(1, ps[i]*float64(len(order)-k)))
		out[i] = highest
	}
	return out
}
