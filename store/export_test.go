package store

import (
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"baldwin/run"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestExportAndImport(t *testing.T) {
	a, b := newStore(t), newStore(t)
	r := newRun(t, a, "r")
	newRun(t, a, "not-exported")
	from := 0
	for _, to := range []int{0, 1000, 1001, 2345} { // past a batch's end
		commit(t, a, r, from, to, run.Running)
		from = to
	}
	commit(t, a, r, from, from, run.Finished)
	path := filepath.Join(t.TempDir(), "r.baldwin")
	check(t, a.Export(ctx, "r", path))
	got, err := b.Import(ctx, path, "")
	check(t, err)
	if digestOf(t, a, r) != digestOf(t, b, got) {
		t.Error("the run changed on its way")
	}
	want := must(a.Run(ctx, "r"))
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(Run{}, "ID", "Updated")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(must(a.Generations(ctx, r.ID, 0)), must(b.Generations(ctx, got.ID, 0))); d != "" {
		t.Error("not even the times came along:", d)
	}
	commit(t, b, got, 2345, 2350, run.Running) // it can be gone on with

	_, err = b.Import(ctx, path, "")
	oneLine(t, err, ErrExists, `"r"`)
	_, err = b.Import(ctx, path, "R!")
	oneLine(t, err, ErrName)
	again, err := b.Import(ctx, path, "again")
	check(t, err)
	if again.Name != "again" || digestOf(t, b, again) != digestOf(t, a, r) {
		t.Error(again.Name)
	}
	oneLine(t, a.Export(ctx, "r", path), fs.ErrExist, path)
	check(t, b.Check(ctx))
	if left, _ := filepath.Glob(filepath.Join(b.home, importing+"*")); left != nil {
		t.Error("left behind:", left)
	}
}

func TestExportOfARunThatGoesOnIsStopped(t *testing.T) {
	s := newStore(t)
	for _, to := range []int{-1, 0, 25} { // no commit at all, none but the first, some
		r := newRun(t, s, must(s.FreeName(ctx, "r")))
		if to >= 0 {
			commit(t, s, r, 0, to, run.Running)
		}
		path := filepath.Join(t.TempDir(), "r")
		check(t, s.Export(ctx, r.Name, path))
		got, err := s.Import(ctx, path, must(s.FreeName(ctx, "copy")))
		check(t, err)
		if got.Status != run.Stopped || got.Generation != max(to, 0) {
			t.Errorf("%s, generation %d", got.Status, got.Generation)
		}
		check(t, s.SetStatus(ctx, r.ID, run.Stopped))
		if digestOf(t, s, r) != digestOf(t, s, got) {
			t.Error("the run changed on its way")
		}
	}
}

func TestExportThatCannotBeWritten(t *testing.T) {
	s := newStore(t)
	newRun(t, s, "r")
	if err := s.Export(ctx, "r", filepath.Join(t.TempDir(), "no", "such", "folder")); !is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// What Import refuses leaves the store as it was.
func TestImportRefuses(t *testing.T) {
	s := newStore(t)
	r := newRun(t, s, "r")
	commit(t, s, r, 0, 200, run.Finished)
	dir := t.TempDir()
	good := filepath.Join(dir, "good")
	check(t, s.Export(ctx, "r", good))
	whole := must(os.ReadFile(good))
	query := func(qs ...string) func(string) {
		return func(path string) {
			db := must(sql.Open("sqlite", path))
			for _, q := range qs {
				_, err := db.Exec(q)
				check(t, err)
			}
			check(t, db.Close())
		}
	}
	for _, c := range []struct {
		name string
		do   func(path string)
		kind error
		word string
	}{
		{"newer", query("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)"), ErrNewer, "install"},
		{"cut", func(p string) { check(t, os.Truncate(p, int64(len(whole)/2))) }, ErrDamaged, "export the run again"},
		{"one bit of a number", query("UPDATE generations SET best = best + 1e-9 WHERE generation = 77"), ErrDamaged, "seal"},
		{"one bit of a state", query("UPDATE checkpoints SET state = CAST(x'ff' || substr(state, 2) AS BLOB)"), ErrDamaged, "state"},
		{"a row less", query("DELETE FROM generations WHERE generation = 77"), ErrDamaged, ""},
		{"a forged row less", query("DELETE FROM generations WHERE generation > 100", "UPDATE runs SET seal = 'x'"), ErrDamaged, ""},
		{"no seal", query("UPDATE runs SET seal = ''"), ErrNotStore, "no seal"},
		{"no run", query("DELETE FROM runs"), ErrNotStore, "0 runs"},
		{"a trigger", query("CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END"), ErrNotStore, "triggers"},
		{"a view", query("ALTER TABLE meta_tests RENAME TO m", "CREATE VIEW meta_tests AS SELECT * FROM m"), ErrNotStore, "views"},
		{"a table more", query("CREATE TABLE t (x)"), ErrNotStore, "tables"},
		{"a large spec", query("UPDATE runs SET spec = zeroblob(2000000)"), ErrNotStore, "larger"},
		{"a large name", query("UPDATE runs SET name = hex(zeroblob(1000000))"), ErrNotStore, "larger"},
		{"empty", func(p string) { check(t, os.WriteFile(p, nil, 0o600)) }, ErrNotStore, "empty"},
		{"text", func(p string) { check(t, os.WriteFile(p, make([]byte, 5000), 0o600)) }, ErrNotStore, ""},
		{"a folder", func(p string) { check(t, os.Remove(p)); check(t, os.Mkdir(p, 0o700)) }, ErrNotStore, "regular"},
		{"too large", func(p string) { check(t, os.Truncate(p, 3<<30)) }, ErrNotStore, "larger than"},
		{"another program's", func(p string) { check(t, os.Remove(p)); query("CREATE TABLE t (x)")(p) }, ErrNotStore, "another program"},
		{"nothing", func(p string) { check(t, os.Remove(p)) }, fs.ErrNotExist, ""},
	} {
		path := filepath.Join(dir, "bad")
		check(t, os.RemoveAll(path))
		check(t, os.WriteFile(path, whole, 0o600))
		c.do(path)
		_, err := s.Import(ctx, path, "imported")
		t.Log(c.name)
		oneLine(t, err, c.kind, path, c.word)
	}
	_, err := s.Import(ctx, s.path, "imported")
	oneLine(t, err, ErrNotStore, "this store itself")
	// A forged seal is no proof: the rows must be whole by themselves.
	check(t, os.WriteFile(good, whole, 0o600))
	query("DELETE FROM generations WHERE generation = 77")(good)
	forge(t, good)
	_, err = s.Import(ctx, good, "imported")
	oneLine(t, err, ErrDamaged, "no generation 77")

	if runs, err := s.Runs(ctx); len(runs) != 1 || err != nil {
		t.Error(len(runs), err)
	}
	if left, _ := filepath.Glob(filepath.Join(s.home, importing+"*")); left != nil {
		t.Error("left behind:", left)
	}
	check(t, s.Check(ctx))
}

// forge gives a changed file a seal that fits.
func forge(t *testing.T, path string) {
	t.Helper()
	db := must(connect(path, single))
	defer db.Close()
	tx := must(db.BeginTx(ctx, nil))
	seal := must(digest(ctx, tx, 1))
	_, err := tx.Exec("UPDATE runs SET seal = ?", seal)
	check(t, err)
	check(t, tx.Commit())
}

func TestGC(t *testing.T) {
	s := newStore(t)
	done, open, gone := newRun(t, s, "done"), newRun(t, s, "open"), newRun(t, s, "gone")
	for _, r := range []*Run{done, open, gone} {
		commit(t, s, r, 0, 500, run.Running)
		commit(t, s, r, 500, 505, run.Running)
	}
	commit(t, s, done, 505, 505, run.Finished)
	commit(t, s, open, 505, 505, run.Stopped)
	check(t, s.Remove(ctx, "gone"))
	check(t, os.WriteFile(filepath.Join(s.home, importing+"left"), make([]byte, 1000), 0o600))
	digests := [2]string{digestOf(t, s, done), digestOf(t, s, open)}
	freed, err := s.GC(ctx)
	check(t, err)
	if freed < 300_000 { // the spare of one run, and all of another
		t.Errorf("freed %d bytes", freed)
	}
	if got := must(s.checkpoints(ctx, done.ID)); len(got) != 1 || got[0] != 505 {
		t.Errorf("finished: checkpoints %v", got)
	}
	if got := must(s.checkpoints(ctx, open.ID)); len(got) != 2 {
		t.Errorf("stopped: checkpoints %v", got)
	}
	if digests != [2]string{digestOf(t, s, done), digestOf(t, s, open)} {
		t.Error("the runs changed")
	}
	if freed, err := s.GC(ctx); freed != 0 || err != nil {
		t.Errorf("the second time %d, %v", freed, err)
	}
	check(t, s.Check(ctx))
}
