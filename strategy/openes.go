package strategy

import "errors"

// OpenES is Salimans and others, "Evolution Strategies as a Scalable Alternative to Reinforcement Learning" (2017):
//
//	g = 1/(n sigma) sum_i F_i eps_i      F the shaped fitness, eps_i = +- sigma n_i in mirrored pairs
//
// and an optimizer that climbs it. The step is in units of sigma (see optimizer), so that every group of tensors has a step
// size of its own and a falling sigma lowers the steps with it; with one sigma, sgd here is sgd there at learning_rate
// sigma^2, and adam is adam at learning_rate sigma.
func OpenES() Method {
	return Method{
		Name:    "openes",
		Summary: "OpenAI's: the gradient of a Gaussian with fixed sigma, by sgd, adam or clipup",
		Source:  "Salimans and others 2017",
		Default: Settings{Population: 398, LearningRate: 0.1, Optimizer: Adam},
		New: func(c Config) (Strategy, error) {
			if c.Settings.Optimizer == "" {
				c.Settings.Optimizer = Adam
			}
			if err := ascent(c.Settings); err != nil {
				return nil, err
			}
			return &openES{newAntithetic(c)}, nil
		},
	}
}

type openES struct{ *antithetic }

func (o *openES) Tell(fitness []float64, par Parallel) {
	weight := pairWeights(o.Settings.shape(fitness))
	for p := range weight {
		weight[p] /= float64(len(fitness))
	}
	o.ascend(o.Settings.LearningRate, weight, par)
	o.fadeSigma()
}

// fadeSigma sets the step sizes of the next generation by the schedule.
func (s *search) fadeSigma() {
	if s.Settings.SigmaTo == 0 {
		return
	}
	f := s.Settings.fade(s.generation+1, s.Settings.SigmaTo)
	for _, b := range s.Space.Blocks {
		s.sigma[b.Group] = float64(b.Sigma * f)
	}
}

// fixedSigma refuses a schedule of sigma where a method adapts it.
func fixedSigma(name string, s Settings) error {
	if s.SigmaTo != 0 {
		return errors.New("sigma_to: " + name + " takes no schedule of sigma; openes and ars do")
	}
	return nil
}
