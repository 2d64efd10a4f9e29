package strategy

import (
	"cmp"
	"math"
	"slices"
)

// order returns the individuals from worst to best. NaN is worst of all and never wins; equal fitness goes by index, the
// lower index being the better.
func order(fitness []float64) []int {
	idx := make([]int, len(fitness))
	for i := range idx {
		idx[i] = i
	}
	slices.SortFunc(idx, func(a, b int) int {
		x, y := fitness[a], fitness[b]
		switch {
		case x == y || x != x && y != y:
			return cmp.Compare(b, a)
		case x != x || x < y:
			return -1
		}
		return 1
	})
	return idx
}

// centredRanks shapes fitness: ranks 0 (worst) to n-1 (best), ties sharing the average of theirs, centred and divided by
// their population standard deviation. All equal: all 0.
func centredRanks(fitness []float64, byRank []int) []float64 {
	n := len(fitness)
	out := make([]float64, n)
	for lo := 0; lo < n; {
		hi := lo + 1
		for hi < n && same(fitness[byRank[hi]], fitness[byRank[lo]]) {
			hi++
		}
		for _, i := range byRank[lo:hi] {
			out[i] = float64(lo+hi-1) / 2
		}
		lo = hi
	}
	mean := float64(n-1) / 2
	var squares float64
	for i := range out {
		out[i] -= mean
		squares += float64(out[i] * out[i])
	}
	if squares == 0 {
		return out
	}
	sd := math.Sqrt(squares / float64(n))
	for i := range out {
		out[i] /= sd
	}
	return out
}

func same(x, y float64) bool { return x == y || x != x && y != y }

// pairWeights is what each antithetic pair's noise is weighted with: the shaped fitness of theta + eps less that of
// theta - eps.
func pairWeights(shaped []float64) []float64 {
	weight := make([]float64, len(shaped)/2)
	for p := range weight {
		weight[p] = shaped[2*p] - shaped[2*p+1]
	}
	return weight
}
