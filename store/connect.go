package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"
)

const (
	// How long one connection waits for another's transaction. A commit takes milliseconds; only GC's vacuum takes long.
	writeWait = time.Minute
	readWait  = 10 * time.Second
)

// A mode is what a connection is for.
type mode int

const (
	writing mode = iota // the store itself
	reading             // the store, beside a writer
	frozen              // a file that nobody writes: no locks, no log
	single              // a file of its own, without a log beside it
)

// connect opens the SQLite file at path. One connection, so that its pragmas hold for all that goes through it and
// writers in one process queue in Go.
func connect(path string, m mode) (*sql.DB, error) {
	wait := readWait
	q := url.Values{}
	switch m {
	case writing, single:
		wait = writeWait
		q.Set("mode", "rw")
		q.Set("_txlock", "immediate") // a transaction that begins by reading must not find later that it may not write
	case frozen:
		q.Set("immutable", "1")
		fallthrough
	case reading:
		q.Set("mode", "ro")
	}
	q["_pragma"] = []string{
		fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds()),
		"synchronous(full)", // a commit is on the disk when it returns
		"fullfsync(1)",      // on macOS too, where fsync alone does not reach it
		"checkpoint_fullfsync(1)",
		"foreign_keys(1)",
		"trusted_schema(0)", // a file from elsewhere runs no code of its own
		"cell_size_check(1)",
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := filepath.ToSlash(abs)
	if !strings.HasPrefix(name, "/") { // a drive letter
		name = "/" + name
	}
	u := url.URL{Scheme: "file", Path: name, RawQuery: q.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// writable finds out early that a store cannot be written: its file, which SQLite then opens to read, or its folder, where
// a transaction cannot set up its log.
func writable(ctx context.Context, db *sql.DB) error {
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	err = c.Raw(func(c any) error {
		only, err := c.(interface{ IsReadOnly(string) (bool, error) }).IsReadOnly("main")
		if only {
			err = fmt.Errorf("%w: the file is read-only", ErrReadOnly)
		}
		return err
	})
	if err != nil {
		return err
	}
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return tx.Rollback()
}
