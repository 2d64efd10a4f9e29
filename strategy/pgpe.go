package strategy

// PGPE is Policy Gradients with Parameter-based Exploration, Sehnke and others (2010), climbing by ClipUp, Toklu and others
// (2020). With mirrored pairs, F+ and F- the shaped fitness of a pair and s_j each number's own step size:
//
//	g_j = 1/n sum over pairs (F+ - F-) s_j n_j
//	s_j += 0.1/n sum over pairs (F+ + F- - 2 mean F) s_j (n_j^2 - 1), by at most 20%
//
// ClipUp's speed is in units of each group's starting sigma (see optimizer).
func PGPE() Method {
	return Method{
		Name:    "pgpe",
		Summary: "policy gradients over parameters: a step size for every number, steps by clipup",
		Source:  "Sehnke and others 2010, Toklu and others 2020",
		Default: Settings{Population: 398, LearningRate: 0.1, Optimizer: ClipUp},
		New: func(c Config) (Strategy, error) {
			if c.Settings.Optimizer == "" {
				c.Settings.Optimizer = ClipUp
			}
			if err := first(ascent(c.Settings), fixedSigma("pgpe", c.Settings)); err != nil {
				return nil, err
			}
			p := &pgpe{separable: newSeparable(c)}
			p.step = newOptimizer(&p.search)
			return p, nil
		},
	}
}

const (
	pgpeSigmaRate = 0.1
	pgpeMost      = 0.2 // the largest change of a step size in a generation, as a part of it
)

type pgpe struct {
	*separable
	step optimizer
}

func (p *pgpe) Offspring(i int, dst []float32, s *Scratch) float64 {
	p.write(i/2, i%2 == 1, dst, s)
	return 0
}

func (p *pgpe) Tell(fitness []float64, par Parallel) {
	f := p.Settings.shape(fitness) // of mean 0
	n := float64(len(f))
	difference, sum := pairWeights(f), make([]float64, len(f)/2)
	for i := range sum {
		difference[i] /= n
		sum[i] = (f[2*i] + f[2*i+1]) / n
	}
	p.moments(difference, sum, par)
	p.Kernel.Mul(p.m, p.m, p.spread)
	p.step.ascend(&p.search, p.Settings.LearningRate, p.m, par)
	p.rescale(func(j int) float64 {
		return 1 + min(max(float64(pgpeSigmaRate*float64(p.q[j])), -pgpeMost), pgpeMost)
	}, par)
	p.settle()
}
