package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// Bounds on a file from elsewhere, far above what a run needs.
const (
	maxImport = 1 << 30   // bytes of the file
	maxState  = 256 << 20 // bytes of a checkpoint's state
	maxSmall  = 1 << 20   // bytes of a Spec, of a row's sigma, of any text
)

// importing begins the name of the copy that Import reads.
const importing = ".import-"

// Import adds the run that Export wrote to path, under newName, or its own name if newName is empty. The file may come from
// anywhere: it is copied first, bounded in size, checked page by page, brought up to this version, compared with this
// store's tables, and read by value; its seal must fit its rows. It goes in whole or not at all.
// Errors: ErrNewer, ErrDamaged, ErrNotStore, ErrExists, ErrName.
func (s *Store) Import(ctx context.Context, path, newName string) (*Run, error) {
	var name string
	err := s.alone(ctx, func() error {
		temp, err := s.fetch(path)
		if err != nil {
			return s.importFault(path, err)
		}
		defer os.Remove(temp)
		name, err = s.importFrom(ctx, temp, path, newName)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.Run(ctx, name)
}

// importFault is fail for what is wrong with the file at path.
func (s *Store) importFault(path string, err error) error {
	var f *fault
	kind := known(err)
	switch {
	case errors.As(err, &f):
		return err
	case errors.Is(kind, ErrFull):
		return fail(s.home, "importing", err)
	case errors.Is(kind, ErrNewer):
		return &fault{fmt.Sprintf("store: importing: %s was %v: install that one", path, err), kind, err}
	case errors.Is(kind, ErrDamaged):
		return &fault{fmt.Sprintf("store: importing: %s is damaged (%s): export the run again", path, detail(err, kind)), kind, err}
	case errors.Is(kind, ErrNotStore):
		return &fault{fmt.Sprintf("store: importing: %s is not a file of `baldwin runs export` (%s)", path, detail(err, kind)), kind, err}
	}
	return fmt.Errorf("store: importing: %w", err)
}

// fetch copies the file at path into the store's folder and returns the copy's name.
func (s *Store) fetch(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	// Closing a file drops the locks that SQLite has on it in this process, so the store itself is not even opened.
	if own, err := os.Stat(s.path); err == nil && os.SameFile(info, own) {
		return "", fmt.Errorf("%w: it is this store itself", ErrNotStore)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%w: it is not a regular file", ErrNotStore)
	}
	large := fmt.Errorf("%w: it is larger than %d MiB", ErrNotStore, maxImport>>20)
	if info.Size() > maxImport {
		return "", large
	}
	in, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := os.CreateTemp(s.home, importing+"*")
	if err != nil {
		return "", fail(s.home, "importing", err)
	}
	n, err := io.Copy(out, io.LimitReader(in, maxImport+1)) // it may still be growing
	if e := out.Close(); err == nil {
		err = e
	}
	if err == nil && n > maxImport {
		err = large
	}
	if err != nil {
		_ = os.Remove(out.Name())
		return "", err
	}
	return out.Name(), nil
}

// importFrom reads the copy temp of the file at path and returns the name under which its run now is.
func (s *Store) importFrom(ctx context.Context, temp, path, newName string) (string, error) {
	db, err := connect(temp, single)
	if err != nil {
		return "", s.importFault(path, err)
	}
	defer db.Close()
	if err := s.accept(ctx, db); err != nil {
		return "", s.importFault(path, err)
	}
	src, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return "", s.importFault(path, err)
	}
	defer src.Rollback()
	r, seal, err := onlyRun(ctx, src)
	if err != nil {
		return "", s.importFault(path, err)
	}
	if got, err := digest(ctx, src, r.ID); err != nil {
		return "", s.importFault(path, err)
	} else if got != seal {
		return "", s.importFault(path, fmt.Errorf("%w: its digest is %.12s, its seal %.12s", ErrDamaged, got, seal))
	}
	if newName != "" {
		r.Name = newName
	}
	if err := CheckName(r.Name); err != nil {
		return "", err
	}
	dst, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return "", fail(s.path, "importing", err)
	}
	defer dst.Rollback()
	if _, err := copyRun(ctx, dst, src, r); unique(err) {
		return "", fmt.Errorf("store: importing: %w: %q: give it another", ErrExists, r.Name)
	} else if errors.Is(err, ErrDamaged) {
		return "", s.importFault(path, err)
	} else if err != nil {
		return "", fail(s.path, "importing", err)
	}
	return r.Name, fail(s.path, "importing", dst.Commit())
}

// accept checks that db is a sound store with exactly our tables, and brings it up to this version.
func (s *Store) accept(ctx context.Context, db *sql.DB) error {
	want, err := latest(db, s.steps)
	if err != nil {
		return err
	}
	v, err := checkVersion(ctx, db, want)
	if err != nil {
		return err
	}
	if v == 0 {
		return fmt.Errorf("%w: it is empty", ErrNotStore)
	}
	if err := sound(ctx, db, "integrity_check"); err != nil {
		return err
	}
	// Before it is migrated: a trigger or view would act in the migration.
	var foreign int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')").Scan(&foreign); err != nil {
		return err
	}
	if foreign > 0 {
		return fmt.Errorf("%w: it holds triggers or views", ErrNotStore)
	}
	if v < want {
		if err := migrate(ctx, db, s.steps); err != nil {
			return err
		}
	}
	ours, err := schema(ctx, s.db)
	if err != nil {
		return fail(s.path, "importing", err)
	}
	theirs, err := schema(ctx, db)
	if err != nil {
		return err
	}
	if !slices.Equal(ours, theirs) {
		return fmt.Errorf("%w: its tables are others", ErrNotStore)
	}
	return nil
}

// schema lists the statements that made the tables, but for those that SQLite and goose keep for themselves.
func schema(ctx context.Context, db *sql.DB) ([]string, error) {
	rows, err := db.QueryContext(ctx, `SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master
		WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name <> 'goose_db_version' ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var t string
		if err := rows.Scan(&t); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

// onlyRun returns the one run of an exported file, within bounds, and its seal.
func onlyRun(ctx context.Context, q querier) (*Run, string, error) {
	var runs, large int
	err := q.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM runs),
		(SELECT COUNT(*) FROM runs WHERE length(spec) > ?1 OR octet_length(name || preset || family || learner || strategy || spec_hash || version || kernel || seal) > ?1) +
		(SELECT COUNT(*) FROM generations WHERE length(sigma) > ?1) +
		(SELECT COUNT(*) FROM checkpoints WHERE length(state) > ?2 OR octet_length(contract || spec_hash || theta_hash) > ?1)`,
		maxSmall, maxState).Scan(&runs, &large)
	if err != nil {
		return nil, "", err
	}
	if runs != 1 {
		return nil, "", fmt.Errorf("%w: it holds %d runs, not one", ErrNotStore, runs)
	}
	if large > 0 {
		return nil, "", fmt.Errorf("%w: it holds values larger than any run's", ErrNotStore)
	}
	r, err := scanRun(q.QueryRowContext(ctx, "SELECT "+runColumns+" FROM runs r").Scan)
	if err != nil {
		return nil, "", err
	}
	var seal string
	if err := q.QueryRowContext(ctx, "SELECT seal FROM runs").Scan(&seal); err != nil {
		return nil, "", err
	}
	if seal == "" {
		return nil, "", fmt.Errorf("%w: it has no seal, so it is a store and not an export", ErrNotStore)
	}
	return r, seal, nil
}
