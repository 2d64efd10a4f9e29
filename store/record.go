package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"baldwin/run"
)

type recorder struct {
	s *Store
	r Run
}

// Recorder returns what records the run's commits. A Commit is one transaction: rows, checkpoint and status
// are all on the disk when it returns, or none is. It is carried out even when its context is done, so that Ctrl-C can be recorded.
//
// A commit must go on where the store ends: its first row is the generation after the last, its checkpoint is of the last
// row's generation, and a checkpoint of a generation that has one must be of the same genome. So two processes that
// train one run, or one that came out with other bits, cannot mix their rows.
//
// Of the checkpoints the newest is kept, and as its spare the newest before it whose generation is a multiple of the
// run's CheckpointEvery. What stays thus depends on the generation alone, not on where the run was interrupted.
func (s *Store) Recorder(r *Run) run.Recorder { return &recorder{s, *r} }

// Commit implements run.Recorder.
func (w *recorder) Commit(ctx context.Context, c run.Commit) error {
	ctx = context.WithoutCancel(ctx)
	doing := "committing to run " + w.r.Name
	tx, err := w.s.db.BeginTx(ctx, nil)
	if err != nil {
		return fail(w.s.path, doing, err)
	}
	defer tx.Rollback()
	if err := w.follows(ctx, tx, &c); err != nil {
		return fail(w.s.path, doing, err)
	}
	res, err := tx.ExecContext(ctx, "UPDATE runs SET status = ?, updated = "+now+" WHERE id = ?", string(c.Status), w.r.ID)
	if err != nil {
		return fail(w.s.path, doing, err)
	}
	if err := gone(res); err != nil {
		return err
	}
	if err := write(ctx, tx, w.r.ID, &c); err != nil {
		return fail(w.s.path, doing, err)
	}
	if err := w.prune(ctx, tx, c.Checkpoint.Generation); err != nil {
		return fail(w.s.path, doing, err)
	}
	return fail(w.s.path, doing, tx.Commit())
}

// follows checks that c goes on where the store ends.
func (w *recorder) follows(ctx context.Context, q querier, c *run.Commit) error {
	switch c.Status {
	case run.Running, run.Stopped, run.Finished:
	default:
		return fmt.Errorf("no status is called %q", c.Status)
	}
	end, err := lastRow(ctx, q, w.r.ID)
	if err != nil {
		return err
	}
	for _, g := range c.Generations {
		if g.Generation != end+1 {
			return fmt.Errorf("generation %d cannot follow generation %d: does another process train this run?", g.Generation, end)
		}
		end++
	}
	k := &c.Checkpoint
	switch {
	case k.Generation != end:
		return fmt.Errorf("the checkpoint is of generation %d but the rows end at %d: does another process train this run?", k.Generation, end)
	case len(k.State) == 0:
		return errors.New("the checkpoint has no state")
	case k.SpecHash != w.r.SpecHash:
		return fmt.Errorf("the checkpoint is of spec %.12s, the run of %.12s", k.SpecHash, w.r.SpecHash)
	}
	for _, m := range c.MetaTests {
		if m.Generation < 0 || m.Generation > end {
			return fmt.Errorf("a meta-test of generation %d cannot come before that generation; the rows end at %d", m.Generation, end)
		}
	}
	var theta string
	err = q.QueryRowContext(ctx, "SELECT theta_hash FROM checkpoints WHERE run = ? AND generation = ?", w.r.ID, end).Scan(&theta)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err == nil && theta != k.ThetaHash:
		return fmt.Errorf("the genome of generation %d has hash %.12s, but that stored earlier has %.12s", end, k.ThetaHash, theta)
	}
	return err
}

// lastRow is the generation of the run's last row, 0 if it has none.
func lastRow(ctx context.Context, q querier, id int64) (g int, err error) {
	err = q.QueryRowContext(ctx, "SELECT COALESCE(MAX(generation), 0) FROM generations WHERE run = ?", id).Scan(&g)
	return g, err
}

// write inserts what c holds. A meta-test or checkpoint that is made again takes the place of the one before.
func write(ctx context.Context, tx *sql.Tx, id int64, c *run.Commit) error {
	if err := insertGenerations(ctx, tx, id, c.Generations); err != nil {
		return err
	}
	for _, m := range c.MetaTests {
		if err := insertMetaTest(ctx, tx, id, &m); err != nil {
			return err
		}
	}
	return insertCheckpoint(ctx, tx, id, &c.Checkpoint)
}

func insertGenerations(ctx context.Context, tx *sql.Tx, id int64, rows []run.GenerationRow) error {
	if len(rows) == 0 {
		return nil
	}
	insert, err := tx.PrepareContext(ctx, `INSERT INTO generations (run, generation, best, upper, median, lower, worst, nan,
		sigma, theta_norm, lives, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for i := range rows {
		g := &rows[i]
		_, err := insert.ExecContext(ctx, id, g.Generation, column(g.Best), column(g.Upper), column(g.Median), column(g.Lower),
			column(g.Worst), g.NaN, pack(g.Sigma), column(g.ThetaNorm), g.Lives, column(g.Seconds))
		if err != nil {
			return err
		}
	}
	return nil
}

func insertMetaTest(ctx context.Context, tx *sql.Tx, id int64, m *run.MetaTestRow) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO meta_tests (run, generation, tasks, mean, sd, low, high, seconds)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		id, m.Generation, m.Tasks, column(m.Mean), column(m.SD), column(m.Low), column(m.High), column(m.Seconds))
	return err
}

func insertCheckpoint(ctx context.Context, tx *sql.Tx, id int64, c *run.Checkpoint) error {
	sum := sha256.Sum256(c.State)
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO checkpoints (run, generation, contract, spec_hash, theta_hash, sha256, state)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, id, c.Generation, c.Contract, c.SpecHash, c.ThetaHash, sum[:], c.State)
	return err
}

// prune drops the checkpoints that are neither the newest nor its spare.
func (w *recorder) prune(ctx context.Context, tx *sql.Tx, newest int) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM checkpoints WHERE run = ?1 AND generation < ?2 AND generation IS NOT
		(SELECT MAX(generation) FROM checkpoints WHERE run = ?1 AND generation < ?2 AND generation % ?3 = 0)`,
		w.r.ID, newest, max(1, w.r.CheckpointEvery))
	return err
}

// Discard drops what a run has past a generation: before going on from a checkpoint, all that is later than it.
// Normally nothing is, for rows and their checkpoint come in one transaction.
func (s *Store) Discard(ctx context.Context, runID int64, afterGeneration int) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fail(s.path, "discarding", err)
	}
	defer tx.Rollback()
	for _, table := range []string{"generations", "meta_tests", "checkpoints"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE run = ? AND generation > ?", runID, afterGeneration); err != nil {
			return fail(s.path, "discarding", err)
		}
	}
	return fail(s.path, "discarding", tx.Commit())
}
