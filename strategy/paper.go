package strategy

// Paper is eq. 10 of EPRNN with fixed step sizes:
//
//	theta += (alpha/n) * sum_i F_i (theta_i - theta)      alpha = 0.2
//
// The paper gives no sigmas; they are those of the released code, held fixed. Its step is 40 times smaller than the
// released code's: it is there to be compared.
func Paper() Method {
	return Method{
		Name:    "paper",
		Summary: "eq. 10 of the paper to the letter: the mean over ranks, fixed sigma",
		Source:  "EPRNN, eq. 10",
		Default: Settings{Population: 400, LearningRate: 0.2},
		New: func(c Config) (Strategy, error) {
			if err := even(c.Settings.Population); err != nil {
				return nil, err
			}
			p := &paper{newAntithetic(c)}
			p.scale = func(_, group int) float64 { return p.sigma[group] }
			return p, nil
		},
	}
}

type paper struct{ antithetic }

func (p *paper) Ask(generation int) { p.generation = generation }

func (p *paper) Offspring(i int, dst []float32, s *Scratch) float64 {
	p.write(i, dst, s)
	return 0
}

func (p *paper) Tell(fitness []float64, par Parallel) {
	f := centredRanks(fitness, order(fitness))
	p.ascend(p.Settings.LearningRate/float64(len(f)), pairWeights(f), par)
}
