package strategy

import (
	"math"

	"baldwin/internal/detmath"
)

// SNES is the Separable Natural Evolution Strategy, Schaul and others, "High dimensions and heavy tails for natural
// evolution strategies" (2011), with u_i the utilities of the ranks, which sum to 0, and s_j each number's own step size:
//
//	theta_j += s_j sum_i u_i n_ij
//	s_j *= exp(eta/2 sum_i u_i (n_ij^2 - 1))      eta = (3 + ln d)/(5 sqrt d)
//
// Individuals are drawn independently, without mirroring.
func SNES() Method {
	return Method{
		Name:    "snes",
		Summary: "Separable Natural ES: theta and a step size for every number follow the natural gradient",
		Source:  "Schaul and others 2011",
		Default: Settings{Population: 398, LearningRate: 1},
		New: func(c Config) (Strategy, error) {
			if err := first(independent(c.Settings), own("snes", c.Settings), fixedSigma("snes", c.Settings)); err != nil {
				return nil, err
			}
			return &snes{newSeparable(c)}, nil
		},
	}
}

type snes struct{ *separable }

func (s *snes) Offspring(i int, dst []float32, scratch *Scratch) float64 {
	s.write(i, false, dst, scratch)
	return 0
}

func (s *snes) Tell(fitness []float64, par Parallel) {
	if flat(fitness) {
		return
	}
	u := utilities(fitness, order(fitness))
	s.moments(u, u, par)
	rate := float32(s.Settings.LearningRate * s.Settings.decay(s.generation))
	s.Kernel.Mul(s.m, s.m, s.spread)
	s.Kernel.Axpy(s.theta, rate, s.m)
	d := s.Space.evolved()
	eta := (3 + detmath.Log(d)) / (5 * math.Sqrt(d))
	s.rescale(func(j int) float64 { return detmath.Exp(float64(eta * 0.5 * float64(s.q[j]))) }, par)
	s.settle()
}
