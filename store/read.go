package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"baldwin/run"
)

// Checkpoint returns the run's newest checkpoint; nil if it has none yet. One whose state is damaged (its SHA-256 is not
// the stored one) is passed over for its spare, which Log is told; when none is whole the error is ErrDamaged. Before going on
// from it, Discard what is later.
func (s *Store) Checkpoint(ctx context.Context, runID int64) (*run.Checkpoint, error) {
	generations, err := s.checkpoints(ctx, runID)
	if err != nil {
		return nil, err
	}
	var faults []error
	for _, g := range generations {
		c, err := s.checkpoint(ctx, runID, g)
		if err == nil {
			if len(faults) > 0 {
				s.log().WarnContext(ctx, "the newest checkpoint is damaged; going on from the one before it",
					"damaged", generations[0], "going_on_from", g)
			}
			return c, nil
		}
		if !errors.Is(err, ErrDamaged) && !errors.Is(known(err), ErrDamaged) {
			return nil, fail(s.path, "reading a checkpoint", err)
		}
		faults = append(faults, fmt.Errorf("generation %d: %w", g, err))
	}
	if faults != nil {
		return nil, fmt.Errorf("store: reading a checkpoint: none of the run is whole (%w): put back a copy of %s, or train it anew under another name",
			faults[0], s.path)
	}
	return nil, nil
}

// CheckpointAt returns the run's checkpoint of a generation. The newest is kept and one spare before it; where there is none
// of that generation, the error is ErrNoCheckpoint and lists those that there are.
func (s *Store) CheckpointAt(ctx context.Context, runID int64, generation int) (*run.Checkpoint, error) {
	c, err := s.checkpoint(ctx, runID, generation)
	if errors.Is(err, sql.ErrNoRows) {
		have, err := s.checkpoints(ctx, runID)
		if err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("store: %w of generation %d; there are those of %v", ErrNoCheckpoint, generation, have)
	}
	return c, fail(s.path, "reading a checkpoint", err)
}

// checkpoints lists the generations that have one, newest first.
func (s *Store) checkpoints(ctx context.Context, runID int64) ([]int, error) {
	all, err := s.Checkpoints(ctx, runID)
	var out []int
	for _, c := range all {
		out = append(out, c.Generation)
	}
	return out, err
}

// Checkpoints returns what the run's checkpoints are of, newest first: the newest and, if there is one, its spare. Their
// states are neither read nor checked, and State is nil.
func (s *Store) Checkpoints(ctx context.Context, runID int64) ([]run.Checkpoint, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT generation, contract, spec_hash, theta_hash FROM checkpoints
		WHERE run = ? ORDER BY generation DESC`, runID)
	if err != nil {
		return nil, fail(s.path, "listing checkpoints", err)
	}
	defer rows.Close()
	var out []run.Checkpoint
	for rows.Next() {
		var c run.Checkpoint
		if err := rows.Scan(&c.Generation, &c.Contract, &c.SpecHash, &c.ThetaHash); err != nil {
			return nil, fail(s.path, "listing checkpoints", err)
		}
		out = append(out, c)
	}
	return out, fail(s.path, "listing checkpoints", rows.Err())
}

func (s *Store) checkpoint(ctx context.Context, runID int64, generation int) (*run.Checkpoint, error) {
	return readCheckpoint(ctx, s.db, runID, generation)
}

// readCheckpoint reads one checkpoint and checks its state.
func readCheckpoint(ctx context.Context, q querier, runID int64, generation int) (*run.Checkpoint, error) {
	var c run.Checkpoint
	var want []byte
	err := q.QueryRowContext(ctx, `SELECT generation, contract, spec_hash, theta_hash, sha256, state FROM checkpoints
		WHERE run = ? AND generation = ?`, runID, generation).Scan(&c.Generation, &c.Contract, &c.SpecHash, &c.ThetaHash, &want, &c.State)
	if err != nil {
		return nil, err
	}
	if got := sha256.Sum256(c.State); !bytes.Equal(got[:], want) {
		return nil, fmt.Errorf("its state is %w: SHA-256 %.6x, not the stored %.6x", ErrDamaged, got, want)
	}
	return &c, nil
}

// Generations returns the run's rows from generation from on, in order.
func (s *Store) Generations(ctx context.Context, runID int64, from int) ([]run.GenerationRow, error) {
	var out []run.GenerationRow
	err := eachGeneration(ctx, s.db, runID, from, func(g *run.GenerationRow) error {
		out = append(out, *g)
		return nil
	})
	return out, fail(s.path, "reading generations", err)
}

// MetaTests returns the run's meta-tests from generation from on, in order.
func (s *Store) MetaTests(ctx context.Context, runID int64, from int) ([]run.MetaTestRow, error) {
	out, err := metaTests(ctx, s.db, runID, from)
	return out, fail(s.path, "reading meta-tests", err)
}

// eachGeneration gives do each row in order; do must not keep it.
func eachGeneration(ctx context.Context, q querier, runID int64, from int, do func(*run.GenerationRow) error) error {
	rows, err := q.QueryContext(ctx, `SELECT generation, best, upper, median, lower, worst, nan, sigma, theta_norm, lives, seconds
		FROM generations WHERE run = ? AND generation >= ? ORDER BY generation`, runID, from)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var g run.GenerationRow
		var sigma sql.RawBytes
		err := rows.Scan(&g.Generation, number{&g.Best}, number{&g.Upper}, number{&g.Median}, number{&g.Lower}, number{&g.Worst},
			&g.NaN, &sigma, number{&g.ThetaNorm}, &g.Lives, number{&g.Seconds})
		if err == nil {
			g.Sigma, err = unpack(sigma)
		}
		if err == nil {
			err = do(&g)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

func metaTests(ctx context.Context, q querier, runID int64, from int) ([]run.MetaTestRow, error) {
	rows, err := q.QueryContext(ctx, `SELECT generation, tasks, mean, sd, low, high, seconds
		FROM meta_tests WHERE run = ? AND generation >= ? ORDER BY generation`, runID, from)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []run.MetaTestRow
	for rows.Next() {
		var m run.MetaTestRow
		err := rows.Scan(&m.Generation, &m.Tasks, number{&m.Mean}, number{&m.SD}, number{&m.Low}, number{&m.High}, number{&m.Seconds})
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}
