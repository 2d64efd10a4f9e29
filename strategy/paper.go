package strategy

import "errors"

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
			if err := first(ascent(c.Settings), plain(c.Settings), fixedSigma("paper", c.Settings)); err != nil {
				return nil, err
			}
			return &paper{newAntithetic(c)}, nil
		},
	}
}

// plain refuses an optimizer: eq. 10 is gradient ascent.
func plain(s Settings) error {
	if s.Shaping != "" || s.Optimizer != "" || s.Momentum != 0 || s.WeightDecay != 0 {
		return errors.New("name: paper is eq. 10 to the letter and takes no shaping, optimizer, momentum or weight_decay; openes does")
	}
	return nil
}

type paper struct{ *antithetic }

func (p *paper) Tell(fitness []float64, par Parallel) {
	f := centredRanks(fitness, order(fitness))
	p.ascend(p.Settings.LearningRate/float64(len(f)), pairWeights(f), par)
}
