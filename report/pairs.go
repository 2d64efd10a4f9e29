package report

import (
	"math"
	"slices"

	"baldwin/figure"
	"baldwin/probe"
	"baldwin/stats"
)

// A Pair compares two learners in one column, by the held-out scores of their finished runs.
type Pair struct {
	Preset, A, B string
	NA, NB       int            // runs
	Better       probe.Estimate // probability that a run of A scores above one of B, ties counted half; without interval with one run on either side
	Diff         float64        // of the means
	Hedges       float64        // Hedges' g; NaN with one run on either side
	P            float64        // Mann-Whitney, two-sided; NaN with fewer than rankRuns runs on either side
	Holm         float64        // P corrected over all pairs that have one
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
				Better: improvement(a.Scores, b.Scores), Diff: stats.Mean(a.Scores) - stats.Mean(b.Scores), Hedges: hedges(a.Scores, b.Scores), P: math.NaN(),
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
		out[i].Holm = p
	}
	return out
}

// improvement is the probability that one of a's scores is above one of b's, the runs of each resampled for themselves.
func improvement(a, b []float64) probe.Estimate {
	e := unknown()
	e.Value = stats.ProbabilityOfImprovement(a, b)
	if min(len(a), len(b)) > 1 {
		e.Interval = stats.StratifiedBootstrap([][]float64{a, b}, bootstraps, func(s [][]float64) float64 { return stats.ProbabilityOfImprovement(s[0], s[1]) }, indices())
	}
	return e
}

// hedges is the difference of means in pooled standard deviations, corrected for few scores (L. Hedges, "Distribution
// theory for Glass's estimator of effect size and related estimators", J. Educ. Stat. 6, 1981).
func hedges(a, b []float64) float64 {
	n, m := float64(len(a)), float64(len(b))
	df := n + m - 2
	pooled := math.Sqrt(((n-1)*stats.Variance(a) + (m-1)*stats.Variance(b)) / df)
	return (stats.Mean(a) - stats.Mean(b)) / pooled * (1 - 3/(4*df-1))
}
