package report

import (
	"math"
	"slices"

	"baldwin/figure"
	"baldwin/stats"
)

// A Pair compares two learners in one column, by the held-out scores of their finished runs.
type Pair struct {
	Preset, A, B string
	NA, NB       int     // runs
	Better       float64 // probability that a run of A scores above one of B, ties counted half
	Diff         float64 // of the means
	Hedges       float64 // Hedges' g; NaN with one run on either side
	P            float64 // Mann-Whitney, Holm-corrected over all pairs; NaN with fewer than rankRuns runs on either side
}

// rankRuns is from how many runs on a rank test is worth its correction: 3 against 3 cannot go below P = 0.1.
const rankRuns = 10

// pairs compares all learners that have scores, column by column, those that stand first in every table first.
func pairs(rs []Result) []Pair {
	rank := func(r *Result) int { return slices.Index(figure.Learners, r.Row()) }
	var out []Pair
	for i := range rs {
		for j := range rs {
			a, b := &rs[i], &rs[j]
			if a.Preset != b.Preset || rank(a) >= rank(b) || len(a.Scores) == 0 || len(b.Scores) == 0 {
				continue
			}
			p := Pair{
				Preset: a.Preset, A: a.Row(), B: b.Row(), NA: len(a.Scores), NB: len(b.Scores),
				Better: stats.ProbabilityOfImprovement(a.Scores, b.Scores),
				Diff:   stats.Mean(a.Scores) - stats.Mean(b.Scores), Hedges: hedges(a.Scores, b.Scores), P: math.NaN(),
			}
			if min(p.NA, p.NB) >= rankRuns {
				p.P = stats.MannWhitney(a.Scores, b.Scores).P
			}
			out = append(out, p)
		}
	}
	ps := make([]float64, len(out))
	for i := range out {
		ps[i] = out[i].P
	}
	for i, p := range stats.Holm(ps) {
		out[i].P = p
	}
	return out
}

// hedges is the difference of means in pooled standard deviations, corrected for few scores (L. Hedges, "Distribution
// theory for Glass's estimator of effect size and related estimators", J. Educ. Stat. 6, 1981).
func hedges(a, b []float64) float64 {
	n, m := float64(len(a)), float64(len(b))
	df := n + m - 2
	pooled := math.Sqrt(((n-1)*stats.Variance(a) + (m-1)*stats.Variance(b)) / df)
	return (stats.Mean(a) - stats.Mean(b)) / pooled * (1 - 3/(4*df-1))
}
