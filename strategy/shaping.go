package strategy

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"baldwin/internal/detmath"
)

// The ways to shape fitness, as a spec names them.
const (
	Ranks     = "ranks"
	Utilities = "utilities"
	Values    = "values"
)

// shape is the fitness as a gradient's estimate weighs it, with mean 0 and population standard deviation 1, or all 0.
func (s Settings) shape(fitness []float64) []float64 {
	switch s.Shaping {
	case Utilities:
		return standard(utilities(fitness, order(fitness)))
	case Values:
		return standard(numbers(fitness))
	}
	return centredRanks(fitness, order(fitness))
}

// utilities are those of NES (Wierstra and others 2014, eq. 3): max(0, ln(n/2 + 1) - ln k) for the k-th best, divided by
// their sum, less 1/n. Ties share the average of theirs.
func utilities(fitness []float64, byRank []int) []float64 {
	n := len(fitness)
	raw, sum := make([]float64, n), 0.0
	for k := range n {
		raw[k] = max(0, detmath.Log(float64(n)/2+1)-detmath.Log(float64(k+1)))
		sum += raw[k]
	}
	out := byTies(fitness, byRank, raw)
	for i := range out {
		out[i] = out[i]/sum - 1/float64(n)
	}
	return out
}

// byTies gives the k-th best individual weight[k], and ties the average of theirs.
func byTies(fitness []float64, byRank []int, weight []float64) []float64 {
	n := len(fitness)
	out := make([]float64, n)
	for lo := 0; lo < n; {
		hi, sum := lo, 0.0
		for hi < n && same(fitness[byRank[n-1-hi]], fitness[byRank[n-1-lo]]) {
			sum += weight[hi]
			hi++
		}
		for k := lo; k < hi; k++ {
			out[byRank[n-1-k]] = sum / float64(hi-lo)
		}
		lo = hi
	}
	return out
}

// numbers is the fitness with NaN and -Inf as the worst number there is and +Inf as the best; 0 where there is none.
func numbers(fitness []float64) []float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, f := range fitness {
		if f-f == 0 {
			low, high = min(low, f), max(high, f)
		}
	}
	out := make([]float64, len(fitness))
	for i, f := range fitness {
		switch {
		case low > high:
		case f-f == 0:
			out[i] = f
		case f > 0:
			out[i] = high
		default:
			out[i] = low
		}
	}
	return out
}

// standard centres values and divides them by their population standard deviation, in place. All equal: all 0.
func standard(v []float64) []float64 {
	n := float64(len(v))
	most := 0.0
	for _, x := range v {
		most = max(most, math.Abs(x))
	}
	var mean, squares float64
	for i := range v { // scaled first, so that no square overflows
		if most > 0 {
			v[i] /= most
		}
		mean += v[i]
	}
	mean /= n
	for i := range v {
		v[i] -= mean
		squares += float64(v[i] * v[i])
	}
	sd := math.Sqrt(squares / n)
	for i := range v {
		if sd < 1e-12 { // rounding, of equals
			v[i] = 0
		} else {
			v[i] /= sd
		}
	}
	return v
}

// flat says that all individuals are equal, so that there is nothing to learn.
func flat(fitness []float64) bool {
	for _, f := range fitness {
		if !same(f, fitness[0]) {
			return false
		}
	}
	return true
}

func checkShaping(s Settings) error {
	switch s.Shaping {
	case "", Ranks, Utilities, Values:
		return nil
	}
	return fmt.Errorf("shaping: unknown shaping %q; there are %s, %s, %s", s.Shaping, Ranks, Utilities, Values)
}

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
