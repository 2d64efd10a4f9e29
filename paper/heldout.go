package paper

import (
	"context"
	"fmt"
	"slices"

	"baldwin/evolve"
	"baldwin/internal/kernel"
	"baldwin/life"
	"baldwin/run"
	"baldwin/store"
	"baldwin/task"
)

// A Score is what a run's newest genome scores on the first tasks of its family's frozen held-out set.
type Score struct {
	Key
	TasksHash           string
	Mean, SD, Low, High float64 // over tasks: mean, standard deviation (ddof 1), 95% interval of the mean
}

// A Key is what a score follows from: the same key gives the same bits, so that a score that is known is not computed again.
type Key struct {
	Run        string
	Generation int
	SpecHash   string
	ThetaHash  string
	Contract   string
	Tasks      int
}

// A Scorer scores genomes on held-out tasks, each task set drawn once.
type Scorer struct {
	Registry run.Registry
	Kernel   kernel.ISA
	Threads  int
	Tasks    int         // of the held-out set
	Known    []Score     // scores computed earlier, and those that it computes
	Watch    func(Score) // told of each new score; may be nil

	lots map[string]heldOut
}

type heldOut struct {
	lot  *life.Lot
	hash string
}

// Score scores the newest genome of each run that has one past generation 0, in the order of the standings.
func (s *Scorer) Score(ctx context.Context, st *store.Store, standings []Standing) ([]Score, error) {
	var out []Score
	for i := range standings {
		j := &standings[i]
		if j.Generation() == 0 {
			continue
		}
		score, ok := s.known(Key{j.Name, j.Run.Generation, j.Run.SpecHash, j.Run.ThetaHash, run.Contract, s.Tasks})
		if !ok {
			g, err := j.Genome(ctx, s.Registry, st)
			if err != nil {
				return out, err
			}
			if score, err = s.Of(ctx, g); err != nil {
				return out, err
			}
		}
		out = append(out, score)
	}
	return out, nil
}

// Of is the score of a genome, which may have gone on since its standing was looked at.
func (s *Scorer) Of(ctx context.Context, g *Genome) (Score, error) {
	key := Key{g.Name, g.Generation, g.Run.SpecHash, g.Hash, run.Contract, s.Tasks}
	if score, ok := s.known(key); ok {
		return score, nil
	}
	score, err := s.Genome(ctx, &g.Genome, g.Generation)
	if err != nil {
		return score, fmt.Errorf("paper: scoring run %s: %w", g.Name, err)
	}
	score.Key = key
	s.Known = append(s.Known, score)
	if s.Watch != nil {
		s.Watch(score)
	}
	return score, nil
}

func (s *Scorer) known(key Key) (Score, bool) {
	i := slices.IndexFunc(s.Known, func(k Score) bool { return k.Key == key })
	if i < 0 {
		return Score{}, false
	}
	return s.Known[i], true
}

// Genome is the score of any genome; of its key it knows no more than the genome's own.
func (s *Scorer) Genome(ctx context.Context, g *run.Genome, generation int) (Score, error) {
	f := g.Spec.Family.Family
	set, err := s.heldOut(f)
	if err != nil {
		return Score{}, err
	}
	pool := evolve.NewPool(g.Learner, f, s.Kernel, g.Spec.Space(g.Learner.Layout), g.Spec.Tasks, s.Threads)
	defer pool.Close()
	row, err := run.Score(ctx, pool, g.Theta, set.lot, generation)
	key := Key{Generation: generation, SpecHash: g.Spec.Hash(), ThetaHash: g.Hash, Contract: run.Contract, Tasks: s.Tasks}
	return Score{key, set.hash, row.Mean, row.SD, row.Low, row.High}, err
}

// heldOut is the held-out set of a family, drawn once for all who live it.
func (s *Scorer) heldOut(f task.Family) (heldOut, error) {
	which := fmt.Sprintf("%s %+v %d", f.Name(), f, s.Tasks)
	if set, ok := s.lots[which]; ok {
		return set, nil
	}
	set := heldOut{lot: run.HeldOut(f, s.Tasks)}
	var err error
	if set.hash, err = run.TasksHash(set.lot.Tasks); err != nil {
		return set, err
	}
	if s.lots == nil {
		s.lots = map[string]heldOut{}
	}
	s.lots[which] = set
	return set, nil
}
