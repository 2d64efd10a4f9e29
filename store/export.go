package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"baldwin/run"
)

// Export writes one run, with all its rows and its newest checkpoint, as one file at path that Import of another store
// takes. The file is a SQLite store with that run alone and the run's digest as its seal. It appears whole or not at all; a file
// that is there already is left alone (fs.ErrExist). A run that is being trained is exported as it stands, as Stopped.
func (s *Store) Export(ctx context.Context, name, path string) error {
	r, err := s.Run(ctx, name)
	if err != nil {
		return err
	}
	doing := "exporting run " + name
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("store: %s: %s: %w: remove it or choose another name", doing, path, fs.ErrExist)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return exportFault(path, doing, err)
	}
	temp := f.Name()
	defer os.Remove(temp) // once renamed it is gone
	if err := f.Close(); err != nil {
		return exportFault(path, doing, err)
	}
	if err := s.exportTo(ctx, r.ID, temp); err != nil {
		return exportFault(path, doing, err)
	}
	if err := flush(temp, os.O_RDWR); err != nil {
		return exportFault(path, doing, err)
	}
	if err := os.Rename(temp, path); err != nil {
		return exportFault(path, doing, err)
	}
	if runtime.GOOS == "windows" { // which has no way to sync a folder
		return nil
	}
	return exportFault(path, doing, flush(filepath.Dir(path), os.O_RDONLY))
}

// exportFault is fail for a file that is not the store.
func exportFault(path, doing string, err error) error {
	if kind := known(err); errors.Is(kind, ErrFull) || errors.Is(kind, ErrReadOnly) {
		return &fault{fmt.Sprintf("store: %s to %s: %v: choose another place; the store was not changed", doing, path, kind), kind, err}
	}
	return fail(path, doing, err)
}

func (s *Store) exportTo(ctx context.Context, id int64, path string) (err error) {
	db, err := connect(path, single)
	if err != nil {
		return err
	}
	defer func() {
		if e := db.Close(); err == nil {
			err = e
		}
	}()
	if err := migrate(ctx, db, s.steps); err != nil {
		return err
	}
	src, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // one state of a run that may be going on
	if err != nil {
		return fail(s.path, "reading a run", err)
	}
	defer src.Rollback()
	dst, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer dst.Rollback()
	r, err := scanRun(src.QueryRowContext(ctx, "SELECT "+runColumns+" FROM runs r WHERE id = ?", id).Scan)
	if err != nil {
		return fail(s.path, "reading a run", err)
	}
	if r.Status == run.Running {
		r.Status = run.Stopped
	}
	made, err := copyRun(ctx, dst, src, r)
	if err != nil {
		return err
	}
	seal, err := digest(ctx, dst, made)
	if err != nil {
		return err
	}
	if _, err := dst.ExecContext(ctx, "UPDATE runs SET seal = ? WHERE id = ?", seal, made); err != nil {
		return err
	}
	return dst.Commit()
}

// copyRun copies the run whose row is r, with all that belongs to it, from src to dst and returns its number there. It
// checks that the rows run from 1 to the checkpoint without a gap.
func copyRun(ctx context.Context, dst, src *sql.Tx, r *Run) (int64, error) {
	id, err := insertRun(ctx, dst, r)
	if err != nil {
		return 0, err
	}
	end := 0
	batch := make([]run.GenerationRow, 0, 1000)
	err = eachGeneration(ctx, src, r.ID, 0, func(g *run.GenerationRow) error {
		if end++; g.Generation != end {
			return fmt.Errorf("%w: run %s has no generation %d", ErrDamaged, r.Name, end)
		}
		if batch = append(batch, *g); len(batch) < cap(batch) {
			return nil
		}
		err := insertGenerations(ctx, dst, id, batch)
		batch = batch[:0]
		return err
	})
	if err == nil {
		err = insertGenerations(ctx, dst, id, batch)
	}
	if err == nil && end != r.Generation {
		err = fmt.Errorf("%w: run %s has %d generations but a checkpoint of generation %d", ErrDamaged, r.Name, end, r.Generation)
	}
	if err != nil {
		return 0, err
	}
	tests, err := metaTests(ctx, src, r.ID, 0)
	if err != nil {
		return 0, err
	}
	for i := range tests {
		if err := insertMetaTest(ctx, dst, id, &tests[i]); err != nil {
			return 0, err
		}
	}
	c, err := readCheckpoint(ctx, src, r.ID, r.Generation)
	if errors.Is(err, sql.ErrNoRows) { // none yet
		return id, nil
	}
	if err != nil {
		return 0, err
	}
	return id, insertCheckpoint(ctx, dst, id, c)
}

// flush waits until a file or folder is on the disk.
func flush(path string, flag int) error {
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
