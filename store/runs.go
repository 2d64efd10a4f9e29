package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"baldwin/run"
)

// A Run is one run's row: what was asked for, by whom it is being done, and how far it is.
type Run struct {
	ID   int64  // given by Create, never given twice
	Name string // see CheckName; unique in its store

	Preset, Family, Learner, Strategy string // labels for people; the Spec decides
	Seed                              uint64
	Spec                              []byte // canonical YAML
	SpecHash                          string // every checkpoint of the run carries it
	Generations                       int    // how many are wanted
	CheckpointEvery                   int    // generations; decides which checkpoints are kept, see Recorder. 0: the newest two
	Version, Kernel                   string // of the baldwin that created it

	Status           run.Status // Create: Running if empty
	Created, Updated time.Time  // to the millisecond, UTC. Create: now if zero; Updated is set by every write

	// What the rows say; Create takes no notice of these.
	Generation int      // of the newest checkpoint; 0 before the first
	ThetaHash  string   // of the newest checkpoint; empty before the first
	Best, Last *float64 // mean of the best and of the last meta-test; nil: none yet, or for Best none that is a number
}

// now is the time in milliseconds, by SQLite's clock.
const now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)"

// runColumns are what scanRun reads, of runs AS r.
const runColumns = `r.id, r.name, r.preset, r.family, r.learner, r.strategy, r.seed, r.spec, r.spec_hash, r.generations,
	r.checkpoint_every, r.version, r.kernel, r.status, r.created, r.updated,
	COALESCE((SELECT generation FROM checkpoints WHERE run = r.id ORDER BY generation DESC LIMIT 1), 0),
	COALESCE((SELECT theta_hash FROM checkpoints WHERE run = r.id ORDER BY generation DESC LIMIT 1), ''),
	(SELECT MAX(mean) FROM meta_tests WHERE run = r.id),
	(SELECT COUNT(*) FROM meta_tests WHERE run = r.id),
	(SELECT mean FROM meta_tests WHERE run = r.id ORDER BY generation DESC LIMIT 1)`

// querier is what reads: a store's connection or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func scanRun(scan func(...any) error) (*Run, error) {
	var r Run
	var seed, created, updated int64
	var tests int
	var best sql.NullFloat64
	var last float64
	err := scan(&r.ID, &r.Name, &r.Preset, &r.Family, &r.Learner, &r.Strategy, &seed, &r.Spec, &r.SpecHash, &r.Generations,
		&r.CheckpointEvery, &r.Version, &r.Kernel, &r.Status, &created, &updated,
		&r.Generation, &r.ThetaHash, &best, &tests, number{&last})
	if err != nil {
		return nil, err
	}
	r.Seed = uint64(seed)
	r.Created, r.Updated = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
	if best.Valid {
		r.Best = &best.Float64
	}
	if tests > 0 {
		r.Last = &last
	}
	return &r, nil
}

// Create adds a run and returns it as stored. Errors: ErrName, ErrExists.
func (s *Store) Create(ctx context.Context, r Run) (*Run, error) {
	if err := CheckName(r.Name); err != nil {
		return nil, err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fail(s.path, "creating run "+r.Name, err)
	}
	defer tx.Rollback()
	id, err := insertRun(ctx, tx, &r)
	if unique(err) {
		return nil, s.exists(r.Name)
	}
	var made *Run
	if err == nil {
		made, err = scanRun(tx.QueryRowContext(ctx, "SELECT "+runColumns+" FROM runs r WHERE id = ?", id).Scan)
	}
	if err == nil {
		err = tx.Commit()
	}
	return made, fail(s.path, "creating run "+r.Name, err)
}

func (s *Store) exists(name string) error {
	return fmt.Errorf("store: %w: %q: go on with it by `baldwin resume %s`, or choose another name", ErrExists, name, name)
}

func insertRun(ctx context.Context, tx *sql.Tx, r *Run) (int64, error) {
	status := r.Status
	if status == "" {
		status = run.Running
	}
	var created any
	if !r.Created.IsZero() {
		created = r.Created.UnixMilli()
	}
	spec := r.Spec
	if spec == nil {
		spec = []byte{} // nil would be NULL
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO runs (name, preset, family, learner, strategy, seed, spec, spec_hash,
		generations, checkpoint_every, version, kernel, status, created, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, COALESCE(?, `+now+`), `+now+`)`,
		r.Name, r.Preset, r.Family, r.Learner, r.Strategy, int64(r.Seed), spec, r.SpecHash,
		r.Generations, r.CheckpointEvery, r.Version, r.Kernel, string(status), created)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// Run returns the run called name. The error ErrNoRun lists the names nearest to it.
func (s *Store) Run(ctx context.Context, name string) (*Run, error) {
	r, err := scanRun(s.db.QueryRowContext(ctx, "SELECT "+runColumns+" FROM runs r WHERE name = ?", name).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, s.noRun(ctx, name)
	}
	return r, fail(s.path, "reading run "+name, err)
}

// Runs returns all runs, oldest first.
func (s *Store) Runs(ctx context.Context) ([]Run, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+runColumns+" FROM runs r ORDER BY id")
	if err != nil {
		return nil, fail(s.path, "listing runs", err)
	}
	defer rows.Close()
	var runs []Run
	for rows.Next() {
		r, err := scanRun(rows.Scan)
		if err != nil {
			return nil, fail(s.path, "listing runs", err)
		}
		runs = append(runs, *r)
	}
	return runs, fail(s.path, "listing runs", rows.Err())
}

// SetStatus sets a run's status; Commit does so too, so this is for what happens between two commits.
func (s *Store) SetStatus(ctx context.Context, runID int64, status run.Status) error {
	res, err := s.db.ExecContext(ctx, "UPDATE runs SET status = ?, updated = "+now+" WHERE id = ?", string(status), runID)
	if err != nil {
		return fail(s.path, "setting a run's status", err)
	}
	return gone(res)
}

// gone is ErrNoRun if a statement that names one run by its number found none.
func gone(res sql.Result) error {
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = fmt.Errorf("store: %w: it was removed meanwhile", ErrNoRun)
	}
	return err
}

// Remove deletes a run with all its rows. While a process trains it the error is ErrBusy. GC gives the space back.
func (s *Store) Remove(ctx context.Context, name string) error {
	r, err := s.Run(ctx, name)
	if err != nil {
		return err
	}
	l, err := s.Lock(name)
	if err != nil {
		return err
	}
	defer func() { _ = l.Unlock() }() // its file goes with the process at the latest
	res, err := s.db.ExecContext(ctx, "DELETE FROM runs WHERE id = ?", r.ID)
	if err != nil {
		return fail(s.path, "removing run "+name, err)
	}
	_ = os.Remove(s.lockPath(name)) // Windows keeps an open file; left behind it does no harm
	return gone(res)
}
