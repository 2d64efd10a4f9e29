package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"baldwin/run"
)

// filled is the folder of a closed store with one finished run.
func filled(t *testing.T) string {
	t.Helper()
	s := newStore(t)
	r := newRun(t, s, "r")
	commit(t, s, r, 0, 200, run.Running)
	commit(t, s, r, 200, 300, run.Finished)
	check(t, s.Close())
	return s.home
}

// untouched runs do and checks that it left the file's bytes alone.
func untouched(t *testing.T, path string, do func()) {
	t.Helper()
	before := must(os.ReadFile(path))
	do()
	if string(must(os.ReadFile(path))) != string(before) {
		t.Error("the file was changed")
	}
}

func bothWays(t *testing.T, home string, kind error, words ...string) {
	t.Helper()
	_, err := Open(ctx, home)
	oneLine(t, err, kind, words...)
	_, err = OpenReadOnly(ctx, home)
	oneLine(t, err, kind, words...)
}

func TestNoStoreYet(t *testing.T) {
	home := filepath.Join(t.TempDir(), "none")
	_, err := OpenReadOnly(ctx, home)
	oneLine(t, err, fs.ErrNotExist, home, "baldwin train")
	if _, err := os.Stat(home); !is(err, fs.ErrNotExist) {
		t.Error("looking made a folder")
	}
	// A process that dies at once leaves an empty file.
	check(t, os.Mkdir(home, 0o700))
	check(t, os.WriteFile(filepath.Join(home, fileName), nil, 0o600))
	_, err = OpenReadOnly(ctx, home)
	oneLine(t, err, fs.ErrNotExist)
	newRun(t, openAt(t, home), "r")
}

func TestStoreFromANewerVersion(t *testing.T) {
	home := filled(t)
	path := filepath.Join(home, fileName)
	s := openAt(t, home)
	_, err := s.db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)")
	check(t, err)
	check(t, s.Close())
	untouched(t, path, func() {
		bothWays(t, home, ErrNewer, path, "version is 99", "install")
	})
}

func TestOlderStoreIsBroughtUp(t *testing.T) {
	home := filled(t)
	s := openAt(t, home)
	want := digestOf(t, s, must(s.Run(ctx, "r")))
	export := filepath.Join(t.TempDir(), "r.baldwin")
	check(t, s.Export(ctx, "r", export))
	check(t, s.Close())
	next := fstest.MapFS{
		"00001_runs.sql": &fstest.MapFile{Data: must(embedded.ReadFile("migrations/00001_runs.sql"))},
		"00002_note.sql": &fstest.MapFile{Data: []byte("-- +goose Up\nALTER TABLE runs ADD COLUMN note TEXT;\n")},
	}
	for range 2 { // the second time there is nothing to do
		s, err := openReadOnly(ctx, home, next)
		check(t, err)
		if got := digestOf(t, s, must(s.Run(ctx, "r"))); got != want {
			t.Error("the run changed")
		}
		check(t, s.Close())
	}
	_, err := Open(ctx, home)
	oneLine(t, err, ErrNewer)
	s, err = open(ctx, home, next)
	check(t, err)
	defer s.Close()
	r, err := s.Import(ctx, export, "from-older") // an older version's file
	check(t, err)
	if got := digestOf(t, s, r); got != want {
		t.Error("the imported run changed")
	}
}

// A migration that fails leaves the store as it was.
func TestFailedMigrationChangesNothing(t *testing.T) {
	home := filled(t)
	next := fstest.MapFS{
		"00001_runs.sql": &fstest.MapFile{Data: must(embedded.ReadFile("migrations/00001_runs.sql"))},
		"00002_bad.sql":  &fstest.MapFile{Data: []byte("-- +goose Up\nDROP TABLE generations;\nDROP TABLE no_such;\n")},
	}
	if _, err := open(ctx, home, next); err == nil {
		t.Fatal("it went through")
	} else {
		t.Log(err)
	}
	s := openAt(t, home)
	if rows, err := s.Generations(ctx, must(s.Run(ctx, "r")).ID, 0); len(rows) != 300 || err != nil {
		t.Error(len(rows), err)
	}
}

func TestNotAStore(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	check(t, os.WriteFile(file, []byte("x"), 0o600))
	bothWays(t, file, ErrNotStore, file+" is a file, not a folder")
	bothWays(t, filepath.Join(file, "below"), ErrNotStore, "not a folder")

	text := filepath.Join(dir, fileName)
	check(t, os.WriteFile(text, []byte("dear diary, today I wrote a file of more than a hundred bytes, because SQLite calls shorter ones empty or cut off"), 0o600))
	untouched(t, text, func() { bothWays(t, dir, ErrNotStore, text) })

	other := t.TempDir()
	db := must(sql.Open("sqlite", filepath.Join(other, fileName)))
	_, err := db.Exec("CREATE TABLE songs (title TEXT)")
	check(t, err)
	check(t, db.Close())
	untouched(t, filepath.Join(other, fileName), func() { bothWays(t, other, ErrNotStore, "another program") })
}

// Each way of spoiling the file is seen, and Open leaves the file as it is.
func TestDamagedStore(t *testing.T) {
	home := filled(t)
	path := filepath.Join(home, fileName)
	whole := must(os.ReadFile(path))
	random := rand.New(rand.NewPCG(1, 2))
	noise := func(b []byte) {
		for i := range b {
			b[i] = byte(random.Uint32())
		}
	}
	for name, spoil := range map[string]func(b []byte) []byte{
		"cut in half":          func(b []byte) []byte { return b[:len(b)/2] },
		"cut within a page":    func(b []byte) []byte { return b[:len(b)/2+100] },
		"schema overwritten":   func(b []byte) []byte { noise(b[100:4096]); return b },
		"a third overwritten":  func(b []byte) []byte { noise(b[len(b)/3 : 2*len(b)/3]); return b },
		"zeros in the middle":  func(b []byte) []byte { clear(b[len(b)/3 : 2*len(b)/3]); return b },
		"pages exchanged":      func(b []byte) []byte { copy(b[3*4096:4*4096], b[5*4096:6*4096]); return b },
		"only the first page":  func(b []byte) []byte { return b[:4096] },
		"no version in it":     nil,
		"one page overwritten": func(b []byte) []byte { noise(b[4096 : 2*4096]); return b },
	} {
		if spoil == nil {
			check(t, os.WriteFile(path, whole, 0o600))
			db := must(sql.Open("sqlite", path))
			_, err := db.Exec("DROP TABLE goose_db_version; PRAGMA journal_mode = delete; PRAGMA journal_mode = wal")
			check(t, err)
			check(t, db.Close())
		} else {
			check(t, os.WriteFile(path, spoil(append([]byte(nil), whole...)), 0o600))
		}
		untouched(t, path, func() {
			_, err := Open(ctx, home)
			t.Log(name)
			oneLine(t, err, ErrDamaged, path, "copy")
		})
	}
}

// A store that cannot grow refuses a commit whole, and takes it once it can.
func TestFullStore(t *testing.T) {
	s := newStore(t)
	r := newRun(t, s, "r")
	commit(t, s, r, 0, 20, run.Running)
	before := digestOf(t, s, r)
	var pages, limit int
	check(t, s.db.QueryRow("PRAGMA page_count").Scan(&pages))
	check(t, s.db.QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", pages+1)).Scan(&limit))
	oneLine(t, s.Recorder(r).Commit(ctx, commitOf(20, 200, run.Running)), ErrFull, s.path, "free some space")
	if digestOf(t, s, r) != before {
		t.Error("part of the commit is there")
	}
	check(t, s.db.QueryRow("PRAGMA max_page_count = 1000000").Scan(&limit))
	commit(t, s, r, 20, 200, run.Running)
	check(t, s.Check(ctx))
}

func TestReadOnlyStoreDoesNotWrite(t *testing.T) {
	home := filled(t)
	s, err := OpenReadOnly(ctx, home)
	check(t, err)
	defer s.Close()
	r := must(s.Run(ctx, "r"))
	_, err = s.Create(ctx, sampleRun("x"))
	oneLine(t, err, ErrReadOnly)
	oneLine(t, s.Recorder(r).Commit(ctx, commitOf(300, 310, run.Running)), ErrReadOnly)
	oneLine(t, s.SetStatus(ctx, r.ID, run.Stopped), ErrReadOnly)
	oneLine(t, s.Discard(ctx, r.ID, 0), ErrReadOnly)
	oneLine(t, s.Remove(ctx, "r"), ErrReadOnly)
	if rows, err := s.Generations(ctx, r.ID, 0); len(rows) != 300 || err != nil {
		t.Error(len(rows), err)
	}
	check(t, s.Export(ctx, "r", filepath.Join(t.TempDir(), "r.baldwin")))
}

// childReadOnly opens the store in args[0] both ways and says what came of it: "writable", "readonly" or another error; then
// "read N", N generations having been read, or the same.
func childReadOnly(args []string) error {
	say := func(done string, err error) {
		switch {
		case err == nil:
			fmt.Println(done)
		case errors.Is(err, ErrReadOnly):
			fmt.Println("readonly", err)
		default:
			fmt.Println("error", err)
		}
	}
	s, err := Open(ctx, args[0])
	if err == nil {
		defer s.Close()
	}
	say("writable", err)
	ro, err := OpenReadOnly(ctx, args[0])
	if err != nil {
		say("", err)
		return nil
	}
	defer ro.Close()
	rows, err := ro.Generations(ctx, 1, 0)
	say(fmt.Sprint("read ", len(rows)), err)
	return nil
}
