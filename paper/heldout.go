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
	score, err := s.one(ctx, g, key)
	if err != nil {
		return score, fmt.Errorf("paper: scoring run %s: %w", g.Name, err)
	}
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

func (s *Scorer) one(ctx context.Context, g *Genome, key Key) (Score, error) {
	set, err := s.heldOut(g.Standing)
	if err != nil {
		return Score{}, err
	}
	spec := g.Genome.Spec
	pool := evolve.NewPool(g.Learner, spec.Family.Family, s.Kernel, spec.Space(g.Learner.Layout), spec.Tasks, s.Threads)
	defer pool.Close()
	row, err := run.Score(ctx, pool, g.Theta, set.lot, g.Generation)
	return Score{key, set.hash, row.Mean, row.SD, row.Low, row.High}, err
}

// heldOut is the held-out set of a job, drawn once for all jobs of its column.
func (s *Scorer) heldOut(j *Standing) (heldOut, error) {
	column := fmt.Sprint(j.Preset, j.Rollouts)
	if set, ok := s.lots[column]; ok {
		return set, nil
	}
	set := heldOut{lot: run.HeldOut(j.Spec.Family.Family, s.Tasks)}
	var err error
	if set.hash, err = run.TasksHash(set.lot.Tasks); err != nil {
		return set, err
	}
	if s.lots == nil {
		s.lots = map[string]heldOut{}
	}
	s.lots[column] = set
	return set, nil
}
