package strategy

import (
	"math"

	"baldwin/internal/rng"
)

// Constants of the released code.
const (
	sigmaUp, sigmaDown = 1.1, 0.9
	sigmaDrift         = 1e-6
	sigmaGain          = 0.5
	sigmaFloor         = 1e-5
	decay              = 1e-6
	elitePart          = 25 // the k best are 1/25 of population + 2 (the released code counts 400 for 398)
)

// AsReleased is the outer loop of EPRNN's released code (WorldEditors/EvolvingPRNN, commit a30a53c):
//
//	theta += 0.02 * sum_i F_i eps_i               F the centred ranks over their standard deviation
//	sigma_g += 1e-6 + (0.5/k) (sum over the k best of sigma - sum over the k worst), at least 1e-5
//
// eps_i carries its sigma, which each pair has times 0.9 or 1.1 by coin for each group of tensors. It is a sum, with no
// 1/n. Fitness is reduced by 1e-6 * sqrt(mean over tensors of mean(theta_i^2)).
func AsReleased() Method {
	return Method{
		Name:    "as-released",
		Summary: "the released code's: a sum over ranks, self-adapting sigma per group of tensors",
		Source:  "released code of EPRNN, commit a30a53c",
		Default: Settings{Population: 398, LearningRate: 0.02},
		New: func(c Config) (Strategy, error) {
			if err := first(ascent(c.Settings), fixedSigma("as-released", c.Settings)); err != nil {
				return nil, err
			}
			r := &released{antithetic: newAntithetic(c)}
			r.factor = make([]float64, c.Settings.Population/2*c.Space.Groups)
			r.scale = func(pair, group int) float64 { return r.factor[pair*r.Space.Groups+group] }
			return r, nil
		},
	}
}

type released struct {
	*antithetic
	factor []float64 // [pair][group]: this generation's sigma
}

func (r *released) Ask(generation int) {
	r.generation = generation
	for p := range r.Settings.Population / 2 {
		coins := rng.At(r.Seed, rng.Coin, uint32(generation), uint32(p), 0).Source()
		for g, s := range r.sigma {
			f := sigmaDown
			if coins.Coin() {
				f = sigmaUp
			}
			r.factor[p*r.Space.Groups+g] = s * f
		}
	}
}

func (r *released) Offspring(i int, dst []float32, s *Scratch) float64 {
	r.write(i, dst, s)
	var sum float64
	for _, b := range r.Space.Blocks {
		sum += float64(float64(r.Kernel.SumSquares(dst[b.Off:b.Off+b.Len])) / float64(b.Len))
	}
	return float64(decay * math.Sqrt(sum/float64(len(r.Space.Blocks))))
}

func (r *released) Tell(fitness []float64, par Parallel) {
	r.ascend(r.Settings.LearningRate, pairWeights(r.Settings.shape(fitness)), par)

	byRank := order(fitness)
	n := len(byRank)
	k := min(max(1, (n+2)/elitePart), n)
	for g := range r.sigma {
		var change float64
		for j := range k {
			change += r.scale(byRank[n-1-j]/2, g) - r.scale(byRank[j]/2, g)
		}
		s := r.sigma[g] + (sigmaDrift + float64(sigmaGain/float64(k)*change))
		r.sigma[g] = max(s, sigmaFloor)
	}
}
