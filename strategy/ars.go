package strategy

import (
	"math"
	"slices"
)

// ARS is Augmented Random Search without its observation filter, Mania and others, "Simple random search provides a
// competitive approach to reinforcement learning" (2018), V1-t:
//
//	theta += alpha/(b s) sum over the b best pairs of (F(theta + eps) - F(theta - eps)) n
//
// A pair is as good as the better of its two, b is half of the pairs, and s is the standard deviation of the 2b values
// that take part. It differs from the paper in that F are ranks unless shaping says values, and that a step is in units of
// sigma (see optimizer).
func ARS() Method {
	return Method{
		Name:    "ars",
		Summary: "Augmented Random Search: only the better half of the pairs moves theta",
		Source:  "Mania and others 2018",
		Default: Settings{Population: 398, LearningRate: 0.5, Optimizer: SGD},
		New: func(c Config) (Strategy, error) {
			if err := ascent(c.Settings); err != nil {
				return nil, err
			}
			return &ars{newAntithetic(c)}, nil
		},
	}
}

type ars struct{ *antithetic }

func (a *ars) Tell(fitness []float64, par Parallel) {
	f := a.Settings.shape(fitness)
	pairs := len(f) / 2
	better := func(p int) float64 { return max(f[2*p], f[2*p+1]) }
	best := make([]int, pairs)
	for p := range best {
		best[p] = p
	}
	slices.SortStableFunc(best, func(p, q int) int {
		switch {
		case better(p) > better(q):
			return -1
		case better(p) < better(q):
			return 1
		}
		return 0
	})
	best = best[:(pairs+1)/2]

	var mean, squares float64
	for _, p := range best {
		mean += f[2*p] + f[2*p+1]
	}
	n := float64(2 * len(best))
	mean /= n
	for _, p := range best {
		x, y := f[2*p]-mean, f[2*p+1]-mean
		squares += float64(x*x) + float64(y*y)
	}
	weight := make([]float64, pairs)
	if squares > 0 {
		scale := 1 / (float64(len(best)) * math.Sqrt(squares/n))
		for _, p := range best {
			weight[p] = float64(scale * (f[2*p] - f[2*p+1]))
		}
	}
	a.ascend(a.Settings.LearningRate, weight, par)
	a.fadeSigma()
}
