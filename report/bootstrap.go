package report

import (
	"math/rand/v2"
	"slices"

	"baldwin/probe"
	"baldwin/stats"
)

// bootstraps is how many samples an interval is of.
const bootstraps = 10000

// indices draws for a bootstrap, the same for every report.
func indices() func(n int) int { return rand.New(rand.NewPCG(1, 2)).IntN }

// resampled is a statistic of strata with the 95% interval of its stratified bootstrap, where each stratum has so many scores at
// least: of a single one it would seem not to vary.
func resampled(strata [][]float64, least int, of func([][]float64) float64) probe.Estimate {
	e := unknown()
	e.Value = of(strata)
	if !slices.ContainsFunc(strata, func(s []float64) bool { return len(s) < least }) {
		e.Interval = stats.StratifiedBootstrap(strata, bootstraps, of, indices())
	}
	return e
}

// better is the probability that a score of a stratum is above one of the next, mean over pairs of strata.
func better(strata [][]float64) (p float64) {
	for i := 0; i < len(strata); i += 2 {
		p += stats.ProbabilityOfImprovement(strata[i], strata[i+1]) / float64(len(strata)/2)
	}
	return p
}
