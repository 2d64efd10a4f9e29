package store

import (
	"context"

	"baldwin/run"
)

// NewRun is the row of a run that a Spec asks for, as Create takes it: version and kernel are those of the baldwin that
// creates it, preset is a label.
func NewRun(name, preset string, s run.Spec, version, kernel string) Run {
	return Run{
		Name: name, Preset: preset, Family: s.Family.Name, Learner: s.Learner.Name, Strategy: s.Strategy.Name,
		Seed: s.Seed, Spec: s.YAML(), SpecHash: s.Hash(), Generations: s.Generations,
		CheckpointEvery: s.CheckpointEvery, Version: version, Kernel: kernel,
	}
}

// TakeUp makes a run ready to be trained from its newest checkpoint on, or from its beginning: what is later than the
// checkpoint is discarded, and the run's status is Running. It returns the checkpoint, nil if there is none yet, and the
// meta-tests up to it. The caller holds the run's lock.
func (s *Store) TakeUp(ctx context.Context, runID int64) (*run.Checkpoint, []run.MetaTestRow, error) {
	from, err := s.Checkpoint(ctx, runID)
	if err != nil {
		return nil, nil, err
	}
	done := 0
	if from != nil {
		done = from.Generation
	}
	if err := s.Discard(ctx, runID, done); err != nil {
		return nil, nil, err
	}
	tests, err := s.MetaTests(ctx, runID, 0)
	if err != nil {
		return nil, nil, err
	}
	// Last, so that an interrupted TakeUp leaves the status as it was.
	return from, tests, s.SetStatus(ctx, runID, run.Running)
}

// Seconds is the time on the clock that a run's generations and meta-tests took, on as many cores or workers as each had.
func (s *Store) Seconds(ctx context.Context, runID int64) (float64, error) {
	var v float64
	err := s.db.QueryRowContext(ctx, `SELECT (SELECT TOTAL(seconds) FROM generations WHERE run = ?1)
		+ (SELECT TOTAL(seconds) FROM meta_tests WHERE run = ?1)`, runID).Scan(&v)
	return v, fail(s.path, "adding up times", err)
}
