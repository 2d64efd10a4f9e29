package store

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What can be wrong with a store or a name. Every error of this package that a person can do something about wraps one of
// these and says in one line what was wrong, where, and what to do.
var (
	ErrNewer    = errors.New("made by a newer version of baldwin")
	ErrDamaged  = errors.New("damaged")
	ErrReadOnly = errors.New("cannot be written")
	ErrNotStore = errors.New("not a store of baldwin")
	ErrFull     = errors.New("the disk is full")
	ErrBusy     = errors.New("in use by another process")
	ErrNoRun    = errors.New("no such run")
	ErrExists   = errors.New("there is a run of that name already")
	ErrName     = errors.New("not a name for a run")

	ErrNoCheckpoint = errors.New("the run has no checkpoint")
)

// A fault is an error with its advice.
type fault struct {
	text        string
	kind, cause error
}

func (f *fault) Error() string   { return f.text }
func (f *fault) Unwrap() []error { return []error{f.kind, f.cause} }

// fail turns what SQLite or the system reports while doing something with the store file at path into an error a person
// can act on. It returns nil for nil, and leaves a fault as it is.
func fail(path, doing string, err error) error {
	var f *fault
	if err == nil || errors.As(err, &f) {
		return err
	}
	kind := known(err)
	var text string
	switch {
	case errors.Is(kind, ErrNewer):
		text = fmt.Sprintf("%s was %v: install that one, or point BALDWIN_HOME at another folder; nothing was changed", path, err)
	case errors.Is(kind, ErrDamaged):
		text = fmt.Sprintf("%s is damaged (%s): put back a copy of it, or move it away to begin a new store; nothing was changed", path, detail(err, kind))
	case errors.Is(kind, ErrNotStore):
		text = fmt.Sprintf("%s is not a store of baldwin (%s): point BALDWIN_HOME at another folder, or move the file away", path, detail(err, kind))
	case errors.Is(kind, ErrReadOnly):
		text = fmt.Sprintf("%s cannot be written (%s): make the file and its folder writable, or point BALDWIN_HOME at a folder that is", path, detail(err, kind))
	case errors.Is(kind, ErrFull):
		text = fmt.Sprintf("the disk is full: free some space for %s and go on; all that was committed before is kept", path)
	case errors.Is(kind, ErrBusy):
		text = fmt.Sprintf("%s is in use by another process: try again when that one is done", path)
	default:
		return fmt.Errorf("store: %s: %w", doing, err)
	}
	return &fault{"store: " + doing + ": " + text, kind, err}
}

// detail is what err says besides its kind.
func detail(err, kind error) string {
	return strings.TrimPrefix(err.Error(), kind.Error()+": ")
}

// known names the sentinel that an error of SQLite or of the system stands for, or nil.
func known(err error) error {
	for _, kind := range []error{ErrNewer, ErrDamaged, ErrReadOnly, ErrNotStore, ErrFull, ErrBusy} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	var e *sqlite.Error
	if errors.As(err, &e) {
		if e.Code() == sqlite3.SQLITE_IOERR_SHMSIZE { // no room for the index of the log
			return ErrFull
		}
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_CORRUPT:
			return ErrDamaged
		case sqlite3.SQLITE_NOTADB:
			return ErrNotStore
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
			return ErrReadOnly
		case sqlite3.SQLITE_FULL:
			return ErrFull
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return ErrBusy
		}
		return nil
	}
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return ErrReadOnly
	case errors.Is(err, syscall.ENOSPC):
		return ErrFull
	}
	return nil
}

// unique reports whether err is SQLite's refusal of a second row of one name.
func unique(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE
}
