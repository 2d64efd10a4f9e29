package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
)

// applicationID is "bald" in the header of a store; the first migration writes it.
const applicationID = 0x62616c64

//go:embed migrations/*.sql
var embedded embed.FS

// migrations are the numbered steps that make a store of this version out of any older one.
func migrations() fs.FS {
	sub, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic("store: the embedded migrations are gone")
	}
	return sub
}

func provider(db *sql.DB, steps fs.FS) (*goose.Provider, error) {
	return goose.NewProvider(goose.DialectSQLite3, db, steps, goose.WithDisableGlobalRegistry(true))
}

// latest is the version that steps lead to.
func latest(db *sql.DB, steps fs.FS) (int64, error) {
	p, err := provider(db, steps)
	if err != nil {
		return 0, err
	}
	s := p.ListSources()
	return s[len(s)-1].Version, nil
}

// version reads which version a file is of: 0 for an empty one, or one whose making was cut off; ErrNotStore if another program made it.
func version(ctx context.Context, db *sql.DB) (int64, error) {
	var id, tables, others int64
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return 0, err
	}
	err := db.QueryRowContext(ctx, `SELECT COALESCE(SUM(name = ?1), 0), COALESCE(SUM(name <> ?1), 0) FROM sqlite_master
		WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'`, goose.DefaultTablename).Scan(&tables, &others)
	if err != nil {
		return 0, err
	}
	switch {
	case id == 0 && others == 0:
		return 0, nil
	case id != applicationID:
		return 0, fmt.Errorf("%w: another program made it", ErrNotStore)
	case tables == 0:
		return 0, fmt.Errorf("%w: no version is recorded in it", ErrDamaged)
	}
	var v int64
	err = db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM "+goose.DefaultTablename+" WHERE is_applied").Scan(&v)
	return v, err
}

// checkVersion reads the version of a store and refuses one that is newer than want.
func checkVersion(ctx context.Context, db *sql.DB, want int64) (int64, error) {
	v, err := version(ctx, db)
	if err == nil && v > want {
		err = fmt.Errorf("%w (its version is %d, this baldwin knows %d)", ErrNewer, v, want)
	}
	return v, err
}

// sound runs quick_check or integrity_check over the file.
func sound(ctx context.Context, db *sql.DB, check string) error {
	var found string
	if err := db.QueryRowContext(ctx, "PRAGMA "+check+"(1)").Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return fmt.Errorf("%w: %s", ErrDamaged, strings.Join(strings.Fields(found), " "))
	}
	return nil
}

// migrate brings the file up to the version of steps, each step in its own transaction.
func migrate(ctx context.Context, db *sql.DB, steps fs.FS) error {
	p, err := provider(db, steps)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}
