package report

import (
	"math"

	"baldwin/probe"
	"baldwin/stats"
)

// A Pair compares two learners in one column, by the held-out scores of their finished runs.
type Pair struct {
	Preset, A, B string
	NA, NB       int            // runs
	Better       probe.Estimate // probability that a run of A scores above one of B, ties counted half; its interval from rankRuns a side on
	Diff         float64        // of the means
	Hedges       float64        // Hedges' g; NaN with one run on either side
	P            float64        // Mann-Whitney, two-sided; NaN with fewer than rankRuns runs on either side
	Holm         float64        // P corrected over all pairs that have one
}

// rankRuns is from how many runs a side on learners are compared by intervals and tests. Of fewer a rank test is not worth its
// correction (3 against 3 cannot go below P = 0.1), and a bootstrap's interval of a comparison is too narrow: where 2 stand above
// 2, all samples say so.
const rankRuns = 10

// pairs compares all learners that have scores, column by column, in the order of the tables.
func pairs(tables []Table) []Pair {
	var out []Pair
	for _, t := range tables {
		for _, c := range t.Columns {
			for i := range c.Results {
				for j := i + 1; j < len(c.Results); j++ {
					if a, b := &c.Results[i], &c.Results[j]; len(a.Scores) > 0 && len(b.Scores) > 0 {
						out = append(out, newPair(a, b))
					}
				}
			}
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

func newPair(a, b *Result) Pair {
	x, y := a.Scores, b.Scores
	p := Pair{
		Preset: a.Preset, A: a.Row(), B: b.Row(), NA: len(x), NB: len(y),
		Better: resampled([][]float64{x, y}, rankRuns, better), Diff: stats.Mean(x) - stats.Mean(y), Hedges: hedges(x, y), P: math.NaN(),
	}
	if min(p.NA, p.NB) >= rankRuns {
		p.P = stats.MannWhitney(x, y).P
	}
	return p
}

// hedges is the difference of means in pooled standard deviations, corrected for few scores (L. Hedges, "Distribution
// theory for Glass's estimator of effect size and related estimators", J. Educ. Stat. 6, 1981).
func hedges(a, b []float64) float64 {
	n, m := float64(len(a)), float64(len(b))
	df := n + m - 2
	pooled := math.Sqrt(((n-1)*stats.Variance(a) + (m-1)*stats.Variance(b)) / df)
	return (stats.Mean(a) - stats.Mean(b)) / pooled * (1 - 3/(4*df-1))
}
