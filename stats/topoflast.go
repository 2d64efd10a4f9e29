package stats

import (
	"math"
	"slices"
)

// The paper's statistic of a run is the mean of the top 3 of its last 10 meta-tests.
const (
	PaperTop  = 3
	PaperLast = 10
)

// TopOfLast is the mean of the `top` highest of the `last` latest scores, 1 <= top <= last; the latest score stands last.
// With fewer scores than `last` it is NaN, false. A NaN among the latest makes it NaN.
//
// It selects on the test it reports, so it is higher than what the same genome scores on new tasks.
func TopOfLast(scores []float64, top, last int) (mean float64, ok bool) {
	if top < 1 || top > last {
		panic("stats: the top of the last needs 1 <= top <= last")
	}
	if len(scores) < last {
		return math.NaN(), false
	}
	window := slices.Clone(scores[len(scores)-last:])
	if hasNaN(window) {
		return math.NaN(), true
	}
	slices.Sort(window)
	slices.Reverse(window)
	return Mean(window[:top]), true
}
