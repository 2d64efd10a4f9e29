package paper

import (
	"context"
	"fmt"
	"math"

	"baldwin/internal/kernel"
	"baldwin/life"
	"baldwin/run"
	"baldwin/store"
)

// A Genome is the newest genome of a run of the plan.
type Genome struct {
	*Standing
	run.Genome
	Generation int
	Contract   string
}

// Genome is the newest genome of a run that has begun. One of another arithmetic contract is an error that wraps
// run.ErrContract.
func (s *Standing) Genome(ctx context.Context, r run.Registry, st *store.Store) (*Genome, error) {
	g := &Genome{Standing: s}
	var theta *run.Genome
	var err error
	if s.File != "" {
		g.Generation = s.Run.Generation
		theta, g.Contract, err = s.readGenome(r, s.File)
	} else {
		var c *run.Checkpoint
		if c, err = st.Checkpoint(ctx, s.Run.ID); err == nil {
			g.Generation, g.Contract = c.Generation, c.Contract
			theta, err = run.GenomeOf(s.Spec, c, r)
		}
	}
	if err == nil && g.Contract != run.Contract {
		err = fmt.Errorf("%w: it is %s, this build's is %s; remove the run to train it again, or plan without it", run.ErrContract, g.Contract, run.Contract)
	}
	if err != nil {
		return nil, fmt.Errorf("paper: the genome of run %s: %w", s.Name, err)
	}
	g.Genome = *theta
	return g, nil
}

// Best is the genome of a cell's best run: of the finished ones, or where there are none of those that got furthest, the
// one with the highest statistic of the paper, which is made of meta-tests; the held-out tasks choose nothing. nil: no run
// of the cell has learned anything yet.
func Best(ctx context.Context, r run.Registry, st *store.Store, standings []Standing, row, preset string) (*Genome, error) {
	var best *Standing
	for i := range standings {
		s := &standings[i]
		if s.Row() != row || s.Preset != preset || s.Generation() == 0 {
			continue
		}
		if best == nil || s.Generation() > best.Generation() || s.Generation() == best.Generation() && s.merit() > best.merit() {
			best = s
		}
	}
	if best == nil {
		return nil, nil
	}
	return best.Genome(ctx, r, st)
}

// merit is the paper's statistic, or with too few meta-tests the last of them. NaN, and no test, rank worst.
func (s *Standing) merit() float64 {
	v, ok := s.Statistic()
	if n := len(s.Tests); !ok && n > 0 {
		v = s.Tests[n-1].Mean
	}
	if math.IsNaN(v) {
		return math.Inf(-1)
	}
	return v
}

// Record gives the genome one recorded life on each task of a lot.
func (g *Genome) Record(k kernel.ISA, lot *life.Lot) []life.Life {
	return life.Record(g.Learner, g.Genome.Spec.Family.Family, k, g.Theta, lot)
}
