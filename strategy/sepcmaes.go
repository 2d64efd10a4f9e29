package strategy

import (
	"math"
)

// SepCMAES is Sep-CMA-ES, Ros and Hansen, "A simple modification in CMA-ES achieving linear time and space complexity"
// (2008): CMA-ES with a diagonal C, whose learning rates are larger by (d+2)/3. With w_k the weight of the k-th best and its
// y = sqrt(C) n, all in units of sigma:
//
//	theta += sigma sum w_k y_k
//	p_s = (1-c_s) p_s + sqrt(c_s (2-c_s) mu_eff) sum w_k n_k        sigma *= exp(c_s/d_s (|p_s|/chi - 1))
//	p_c = (1-c_c) p_c + h sqrt(c_c (2-c_c) mu_eff) sum w_k y_k      C = (1 - c_1' - c_mu') C + c_1' p_c^2 + c_mu' sum w_k y_k^2
//
// Every group's sigma is a scale of its own, and all are multiplied alike.
func SepCMAES() Method {
	return Method{
		Name:    "sep-cma-es",
		Summary: "CMA-ES with a diagonal covariance: linear in the genome",
		Source:  "Ros and Hansen 2008",
		Default: Settings{Population: 398, LearningRate: 1},
		New: func(c Config) (Strategy, error) {
			if err := first(independent(c.Settings), own("sep-cma-es", c.Settings), fixedSigma("sep-cma-es", c.Settings)); err != nil {
				return nil, err
			}
			s := &sepCMA{separable: newSeparable(c)}
			s.ps, s.pc = s.vector(0), s.vector(0)
			s.numbers = []float64{0}
			s.d = max(1, c.Space.evolved())
			s.evolution = newEvolution(c.Settings.Population, s.d, false)
			s.c1 = min(1, float64(s.c1*(s.d+2)/3))
			s.cm = min(1-s.c1, float64(s.cm*(s.d+2)/3))
			return s, nil
		},
	}
}

type sepCMA struct {
	*separable
	evolution
	ps, pc []float32
	d      float64
}

func (s *sepCMA) Offspring(i int, dst []float32, scratch *Scratch) float64 {
	s.write(i, false, dst, scratch)
	return 0
}

func (s *sepCMA) Tell(fitness []float64, par Parallel) {
	if flat(fitness) {
		return
	}
	s.numbers[0]++ // generations told
	w := byTies(fitness, order(fitness), s.weight)
	s.moments(w, w, par) // m = sum w n, q = sum w n^2 - 1
	for _, b := range s.Space.Blocks {
		for j := b.Off; j < b.Off+b.Len; j++ {
			s.ps[j] = float32(s.path(float64(s.ps[j]), s.cs, float64(s.m[j])))
		}
	}
	length := math.Sqrt(s.squares(s.ps, false))
	h, wait := 1.0, 0.0
	if s.stalled(length, s.numbers[0], s.d) {
		h, wait = 0, float64(s.cc*(2-s.cc))
	}
	keep := 1 - s.c1 - s.cm + float64(s.c1*wait)
	rate := float64(s.Settings.LearningRate * s.Settings.decay(s.generation))
	pieces := s.pieces()
	par(len(pieces), func(i int) {
		p := pieces[i]
		for j := p.off; j < p.off+p.n; j++ {
			ratio := float64(s.ratio[j]) // sqrt(C_j)
			y := float64(ratio * float64(s.m[j]))
			s.theta[j] += float32(float64(rate*float64(s.spread[j])) * float64(s.m[j]))
			pc := float64((1-s.cc)*float64(s.pc[j])) + float64(h*(s.path(0, s.cc, y)))
			s.pc[j] = float32(pc)
			c := float64(keep*float64(ratio*ratio)) + float64(s.c1*float64(pc*pc)) +
				float64(s.cm*float64(ratio*ratio)*(float64(s.q[j])+1))
			s.ratio[j] = float32(min(max(math.Sqrt(c), leastRatio), mostRatio))
		}
	})
	s.resize(s.stretch(length))
	s.settle()
}
