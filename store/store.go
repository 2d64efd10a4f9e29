// Package store keeps runs: their Spec, a row per generation and meta-test, and the checkpoints they go on from, in one
// SQLite file. [Open] is for what writes, [OpenReadOnly] for what only looks, also while another process trains.
//
// What a run commits goes in as one transaction that is on the disk when Commit returns: after a SIGKILL or a power cut
// each commit is there whole or not at all. [Store.Lock] keeps two processes off one run; the kernel frees it with
// its process, so none is ever stale. [Store.Digest] is equal for two runs that computed the same.
//
// A store's folder holds baldwin.db (with SQLite's -wal and -shm beside it while it is open) and locks/. It belongs on a
// local disk: SQLite's log needs shared memory, which network file systems lack.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

const (
	fileName  = "baldwin.db"
	locksName = "locks"
)

// A Store is an open store. Its methods may be called from several goroutines.
type Store struct {
	// Log is told what went amiss without being an error: a checkpoint passed over. nil: slog.Default().
	Log *slog.Logger

	home  string
	path  string // of the SQLite file
	db    *sql.DB
	steps fs.FS // its migrations
}

// Open opens the store in the folder home, which it makes if there is none (folders 0700, files 0600), brings it up to
// this version and checks that it is sound. Errors: ErrNewer, ErrDamaged, ErrReadOnly, ErrNotStore, ErrFull.
func Open(ctx context.Context, home string) (*Store, error) {
	return open(ctx, home, migrations())
}

func open(ctx context.Context, home string, steps fs.FS) (*Store, error) {
	s, err := place(home, steps)
	if err != nil {
		return nil, err
	}
	if err := makeFolders(s.home); err != nil {
		return nil, err
	}
	// SQLite would make the file readable for all; its -wal and -shm take after it.
	f, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case err == nil:
		if err := f.Close(); err != nil {
			return nil, fail(s.path, "making", err)
		}
	case !errors.Is(err, fs.ErrExist):
		return nil, fail(s.path, "making", err)
	}
	if s.db, err = connect(s.path, writing); err != nil {
		return nil, fail(s.path, "opening", err)
	}
	if err := s.ready(ctx); err != nil {
		_ = s.db.Close() // the first error is the one to tell
		return nil, err
	}
	return s, nil
}

// OpenReadOnly opens the store in home to look at it; methods that write fail with ErrReadOnly. It works while another
// process writes. With no store there yet the error is fs.ErrNotExist.
func OpenReadOnly(ctx context.Context, home string) (*Store, error) {
	return openReadOnly(ctx, home, migrations())
}

func openReadOnly(ctx context.Context, home string, steps fs.FS) (*Store, error) {
	s, err := place(home, steps)
	if err != nil {
		return nil, err
	}
	none := fmt.Errorf("store: opening: no store in %s yet (`baldwin train` makes one): %w", s.home, fs.ErrNotExist)
	info, err := os.Stat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, none
	case errors.Is(err, syscall.ENOTDIR):
		return nil, notFolder(s.home)
	case err != nil:
		return nil, fail(s.path, "opening", err)
	case info.Size() == 0:
		return nil, none
	}
	v, want, err := s.look(ctx, reading)
	if errors.Is(known(err), ErrReadOnly) && !s.logged() {
		// In a folder we may not write to, SQLite cannot set up its log; but there is none, so the file alone is the store.
		v, want, err = s.look(ctx, frozen)
	}
	if errors.Is(known(err), ErrReadOnly) {
		return nil, &fault{fmt.Sprintf("store: opening: %s cannot be read (%v): make the file readable, and if its last process died and left %s-wal, its folder writable",
			s.path, err, fileName), ErrReadOnly, err}
	}
	if err != nil {
		return nil, fail(s.path, "opening", err)
	}
	if v == want {
		return s, nil
	}
	if err := s.db.Close(); err != nil {
		return nil, fail(s.path, "closing", err)
	}
	if v == 0 {
		return nil, none
	}
	w, err := open(ctx, home, steps) // made by an older version: bring it up to ours first
	if err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return openReadOnly(ctx, home, steps)
}

// Close closes the store.
func (s *Store) Close() error { return fail(s.path, "closing", s.db.Close()) }

// Home returns the store's folder.
func (s *Store) Home() string { return s.home }

// Check reads the whole store and every run's checkpoints; it returns ErrDamaged with the first fault found.
func (s *Store) Check(ctx context.Context) error {
	if err := sound(ctx, s.db, "integrity_check"); err != nil {
		return fail(s.path, "checking", err)
	}
	runs, err := s.Runs(ctx)
	if err != nil {
		return err
	}
	for _, r := range runs {
		states, err := s.checkpoints(ctx, r.ID)
		if err != nil {
			return err
		}
		for _, g := range states {
			if _, err := s.checkpoint(ctx, r.ID, g); err != nil {
				return fmt.Errorf("store: checking: run %s, checkpoint of generation %d: %w", r.Name, g, err)
			}
		}
	}
	return nil
}

// place says where a store lies, and touches nothing.
func place(home string, steps fs.FS) (*Store, error) {
	abs, err := filepath.Abs(home)
	if err != nil {
		return nil, fmt.Errorf("store: opening %s: %w", home, err)
	}
	return &Store{home: abs, path: filepath.Join(abs, fileName), steps: steps}, nil
}

func notFolder(home string) error {
	return &fault{"store: opening: " + home + " is a file, not a folder: point BALDWIN_HOME at a folder", ErrNotStore, syscall.ENOTDIR}
}

func makeFolders(home string) error {
	if info, err := os.Stat(home); err == nil && !info.IsDir() {
		return notFolder(home)
	}
	err := os.MkdirAll(filepath.Join(home, locksName), 0o700)
	if errors.Is(err, syscall.ENOTDIR) {
		return notFolder(home)
	}
	return fail(home, "making the folder", err)
}

// ready checks that the file is a sound store of ours, migrates it where it is older, and that it can be written.
func (s *Store) ready(ctx context.Context) error {
	want, err := latest(s.db, s.steps)
	if err != nil {
		return fail(s.path, "opening", err)
	}
	v, err := checkVersion(ctx, s.db, want)
	if err != nil {
		return fail(s.path, "opening", err)
	}
	if v > 0 {
		if err := sound(ctx, s.db, "quick_check"); err != nil {
			return fail(s.path, "opening", err)
		}
	}
	var journal string
	if err := s.db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal); err != nil {
		return fail(s.path, "opening", err)
	}
	if v < want || journal != "wal" {
		if err := s.upgrade(ctx); err != nil {
			return err
		}
	}
	return fail(s.path, "opening", writable(ctx, s.db))
}

// upgrade sets the log up and migrates, with all other processes that open the store kept out.
func (s *Store) upgrade(ctx context.Context) error {
	return s.alone(ctx, func() error {
		if _, err := s.db.ExecContext(ctx, "PRAGMA journal_mode = wal"); err != nil {
			return fail(s.path, "setting up the log", err)
		}
		return fail(s.path, "bringing up to this version", migrate(ctx, s.db, s.steps))
	})
}

// alone runs do while no other process upgrades the store, imports or collects garbage.
func (s *Store) alone(ctx context.Context, do func() error) error {
	l := flock.New(filepath.Join(s.home, locksName, ".store.lock")) // no run's name begins with a dot
	wait, cancel := context.WithTimeout(ctx, writeWait)
	defer cancel()
	_, err := l.TryLockContext(wait, 5*time.Millisecond)
	if err != nil {
		if wait.Err() != nil && ctx.Err() == nil {
			err = ErrBusy
		}
		return fail(s.path, "waiting for other processes", err)
	}
	return errors.Join(do(), l.Unlock())
}

// look connects in a mode that only reads, and returns the store's version and the one that is wanted. On an error the connection is closed.
func (s *Store) look(ctx context.Context, m mode) (v, want int64, err error) {
	if s.db, err = connect(s.path, m); err != nil {
		return 0, 0, err
	}
	if want, err = latest(s.db, s.steps); err == nil {
		v, err = checkVersion(ctx, s.db, want)
	}
	if err != nil {
		_ = s.db.Close() // the first error is the one to tell
		return 0, 0, err
	}
	return v, want, nil
}

// logged reports whether commits may lie in the log beside the file.
func (s *Store) logged() bool {
	info, err := os.Stat(s.path + "-wal")
	return err == nil && info.Size() > 0 || err != nil && !errors.Is(err, fs.ErrNotExist)
}

func (s *Store) log() *slog.Logger {
	if s.Log == nil {
		return slog.Default()
	}
	return s.Log
}
