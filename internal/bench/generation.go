package bench

import (
	"context"
	"math"
	"time"

	"baldwin/evolve"
	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/run"
	"baldwin/strategy"
)

// generation turns real generations of a spec and keeps the one with the best share. Each is like the last: theta moves,
// the work hardly does.
type generation struct {
	spec     run.Spec
	learner  *learner.Learner
	strategy strategy.Strategy
	pool     *evolve.Pool
	fitness  []float64
	rounds   int
	best     float64 // seconds of the generation whose share was best
	fmas     float64 // and what it needed
	isa      kernel.ISA
}

func newGeneration(o Options, s run.Spec, threads int) (*generation, error) {
	l, err := s.Fit(o.Registry)
	if err != nil {
		return nil, err
	}
	theta := make([]float32, l.Layout.Dim)
	l.Layout.Init(theta, s.Seed)
	st, err := s.NewStrategy(o.Registry, l, theta, o.Kernel)
	if err != nil {
		return nil, err
	}
	return &generation{
		spec: s, learner: l, strategy: st, isa: o.Kernel, best: math.Inf(1), fitness: make([]float64, st.Population()),
		pool: evolve.NewPool(l, s.Family.Family, o.Kernel, s.Space(l.Layout), s.Tasks, threads),
	}, nil
}

// once turns a generation as evolve.Generation does. What its lives need is counted before theta moves, by living them
// again, where it may be the best: no two offspring arrive in the same step.
func (g *generation) once(ctx context.Context) error {
	g.rounds++
	begun := time.Now()
	lot := life.Draw(g.spec.Family.Family, g.spec.Seed, rng.Train, g.rounds, 0, g.spec.Tasks)
	g.strategy.Ask(g.rounds)
	if err := g.pool.Evaluate(ctx, g.strategy, lot, g.fitness); err != nil {
		return err
	}
	took := time.Since(begun)
	var fmas float64
	if near := 1.05; took.Seconds() < near*g.best {
		fmas = g.count(lot)
	}
	begun = time.Now()
	g.strategy.Tell(g.fitness, g.pool.Parallel)
	took += time.Since(begun)
	if d := took.Seconds(); g.fmas == 0 || fmas/d > g.fmas/g.best {
		g.best, g.fmas = d, fmas
	}
	return nil
}

// count is how many fused multiply-adds the generation that was asked for needs.
func (g *generation) count(lot *life.Lot) (fmas float64) {
	scratch := strategy.NewScratch(g.spec.Space(g.learner.Layout))
	offspring := func(i int, dst []float32) { g.strategy.Offspring(i, dst, scratch) }
	for _, p := range life.Plans(g.learner, g.spec.Family.Family, g.isa, len(g.fitness), offspring, lot) {
		fmas += g.learner.FMAs(p)
	}
	return fmas
}

func (g *generation) report(peak float64) Generation {
	return Generation{
		Milliseconds: g.best * 1e3, PeakShare: share(g.fmas/g.best, peak), NeededFMAs: g.fmas,
		Lives: len(g.fitness) * g.spec.Tasks,
	}
}

// normals is how many a generation makes: for each pair every parameter, once to perturb and, unless they are kept, again
// to update.
func (g *generation) normals(s run.Spec) (first, again int) {
	pairs := s.Strategy.Population / 2
	kept := strategy.Kept(g.isa, g.learner.Layout.Dim, pairs)
	return pairs * g.learner.Layout.Parameters(), (pairs - kept) * g.learner.Layout.Parameters()
}
