package stats

import (
	"cmp"
	"math"
	"slices"
)

// exactRuns is the most scores per side for which the null distribution of U is counted out.
const exactRuns = 30

// A RankTest is the result of MannWhitney.
type RankTest struct {
	U     float64 // pairs in which x is above y, ties counted half; 0..len(x) len(y)
	P     float64 // two-sided
	Exact bool    // P is counted out, not approximated
}

// MannWhitney tests whether x and y come from one distribution (H. Mann, D. Whitney, "On a test of whether one of two
// random variables is stochastically larger than the other", Ann. Math. Stat. 18, 1947).
//
// P is exact when there are no ties and at most 30 scores on each side. Otherwise it is the normal approximation with the
// corrections for ties and for continuity. The exact test of 3 against 3 cannot go below P = 0.1.
//
// With a NaN, or with one side empty, U and P are NaN.
func MannWhitney(x, y []float64) RankTest {
	if len(x) == 0 || len(y) == 0 || hasNaN(x) || hasNaN(y) {
		return RankTest{U: math.NaN(), P: math.NaN()}
	}
	n, m := float64(len(x)), float64(len(y))
	sum, ties := rankSum(x, y)
	u := sum - float64(n*(n+1)/2) // halves of integers: exact
	pairs := float64(n * m)
	lower := min(u, pairs-u)

	if ties == 0 && max(len(x), len(y)) <= exactRuns {
		return RankTest{u, min(1, 2*tailOfU(len(x), len(y), int(lower))), true}
	}
	all := n + m
	variance := pairs / 12 * (all + 1 - ties/(all*(all-1)))
	if variance <= 0 { // all scores are equal
		return RankTest{u, 1, false}
	}
	z := (pairs/2 - lower - 0.5) / math.Sqrt(variance)
	return RankTest{u, min(1, 2*normalTail(z)), false}
}

// ProbabilityOfImprovement is the chance that a score of x is above one of y, ties counted half: U over the number of
// pairs. rliable's probability_of_improvement is its mean over tasks. With a NaN, or with one side empty, it is NaN.
func ProbabilityOfImprovement(x, y []float64) float64 {
	if len(x) == 0 || len(y) == 0 || hasNaN(x) || hasNaN(y) {
		return math.NaN()
	}
	sum, _ := rankSum(x, y)
	n, m := float64(len(x)), float64(len(y))
	return (sum - float64(n*(n+1)/2)) / (n * m)
}

// rankSum ranks x and y together from 1, ties sharing their mean rank. It returns the sum of x's ranks, and the sum of
// t^3 - t over the groups of t tied scores.
func rankSum(x, y []float64) (sum, ties float64) {
	type score struct {
		value float64
		ofX   bool
	}
	all := make([]score, 0, len(x)+len(y))
	for _, v := range x {
		all = append(all, score{v, true})
	}
	for _, v := range y {
		all = append(all, score{v, false})
	}
	slices.SortFunc(all, func(a, b score) int { return cmp.Compare(a.value, b.value) })
	for i := 0; i < len(all); {
		j, ofX := i, 0
		for j < len(all) && all[j].value == all[i].value {
			if all[j].ofX {
				ofX++
			}
			j++
		}
		// Ranks i+1..j, whose mean is (i+1+j)/2.
		sum += float64(float64(ofX) * float64(i+1+j) / 2)
		t := float64(j - i)
		ties += float64(t * (float64(t*t) - 1))
		i = j
	}
	return sum, ties
}

// tailOfU is P(U <= u) under the null hypothesis, for n and m scores without ties.
//
// Of the orders of i x's and j y's, those with U = k are: the largest is an x, above all j y's, and the rest has k-j;
// or it is a y, and the rest has k. All terms are positive, so counts beyond 2^53 lose no more than their last places.
func tailOfU(n, m, u int) float64 {
	// counts[j][k] for the i at hand; i = 0 has one order, with U = 0.
	counts := make([][]float64, m+1)
	for j := range counts {
		counts[j] = make([]float64, n*m+1)
		counts[j][0] = 1
	}
	for i := 1; i <= n; i++ {
		for j := 1; j <= m; j++ { // j = 0 keeps its one order
			c := counts[j]
			for k := n * m; k >= 0; k-- {
				orders := counts[j-1][k]
				if k >= j {
					orders += c[k-j] // still that of i-1, since k falls
				}
				c[k] = orders
			}
		}
	}
	below, total := 0.0, 0.0
	for k, c := range counts[m] {
		if k <= u {
			below += c
		}
		total += c
	}
	return below / total
}
