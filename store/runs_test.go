package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"baldwin/run"

	"github.com/google/go-cmp/cmp"
)

func is(err, kind error) bool { return errors.Is(err, kind) }

func TestRunComesBackAsCreated(t *testing.T) {
	s := newStore(t)
	want := sampleRun("first")
	want.Created = time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)
	made, err := s.Create(ctx, want)
	check(t, err)
	got, err := s.Run(ctx, "first")
	check(t, err)
	if d := cmp.Diff(made, got); d != "" {
		t.Error("Create and Run differ:", d)
	}
	if got.Updated.IsZero() || got.ID == 0 {
		t.Errorf("no number or no date: %+v", got)
	}
	want.ID, want.Updated, want.Status = got.ID, got.Updated, run.Running
	if d := cmp.Diff(&want, got); d != "" {
		t.Error(d)
	}
}

func TestProgressIsReadFromTheRows(t *testing.T) {
	s := newStore(t)
	r := newRun(t, s, "r")
	commit(t, s, r, 0, 0, run.Running)
	commit(t, s, r, 0, 10, run.Running)
	c := commitOf(10, 40, run.Stopped)
	c.MetaTests[1].Mean = -0.25 // worse than the one before, at -0.05
	check(t, s.Recorder(r).Commit(ctx, c))
	got, err := s.Run(ctx, "r")
	check(t, err)
	if got.Generation != 40 || got.ThetaHash != "theta-40" || got.Status != run.Stopped || *got.Best != -0.05 || *got.Last != -0.25 {
		t.Errorf("generation %d, theta %s, status %s, best %v, last %v", got.Generation, got.ThetaHash, got.Status, *got.Best, *got.Last)
	}
	check(t, s.SetStatus(ctx, r.ID, run.Running))
	if got, _ := s.Run(ctx, "r"); got.Status != run.Running {
		t.Errorf("status %s", got.Status)
	}
	if err := s.SetStatus(ctx, r.ID, "asleep"); err == nil {
		t.Error("a status nobody knows was taken")
	}
	if err := s.SetStatus(ctx, 99, run.Stopped); !is(err, ErrNoRun) {
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	s := newStore(t)
	for _, name := range []string{"", "A", ".x", "-x", "a b", "a/b", "ü", "nul", "com1.x", strings.Repeat("a", 101), "a\n"} {
		_, err := s.Create(ctx, sampleRun(name))
		oneLine(t, err, ErrName)
		if _, err := s.Lock(name); !is(err, ErrName) {
			t.Errorf("%q: locked: %v", name, err)
		}
	}
	for _, name := range []string{"0", "a", "seq-l1-k10-n20", "a.b_c-", "null", strings.Repeat("a", 100)} {
		newRun(t, s, name)
	}
	_, err := s.Create(ctx, sampleRun("a"))
	oneLine(t, err, ErrExists, `"a"`, "baldwin resume a")
	for base, want := range map[string]string{"free": "free", "a": "a-2", strings.Repeat("a", 100): strings.Repeat("a", 98) + "-2"} {
		if got, err := s.FreeName(ctx, base); got != want || err != nil {
			t.Errorf("free name for %q is %q, %v", base, got, err)
		}
	}
	newRun(t, s, "a-2")
	if got, _ := s.FreeName(ctx, "a"); got != "a-3" {
		t.Errorf("then %q", got)
	}
}

func TestMissingRunNamesNearOnes(t *testing.T) {
	s := newStore(t)
	_, err := s.Run(ctx, "seq-l1")
	oneLine(t, err, ErrNoRun, "empty")
	newRun(t, s, "seq-l1-k10-n20")
	newRun(t, s, "seq-l3-k25-n50")
	_, err = s.Run(ctx, "seq-l1-k10-n2")
	oneLine(t, err, ErrNoRun, "did you mean seq-l1-k10-n20?")
	_, err = s.Run(ctx, "k25")
	oneLine(t, err, ErrNoRun, "did you mean seq-l3-k25-n50?")
	_, err = s.Run(ctx, "robot")
	oneLine(t, err, ErrNoRun, "`baldwin runs`")
	oneLine(t, s.Remove(ctx, "robot"), ErrNoRun)
	oneLine(t, s.Export(ctx, "robot", filepath.Join(t.TempDir(), "x")), ErrNoRun)
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		d    int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"ab", "ba", 2}} {
		if d := distance(c.a, c.b); d != c.d {
			t.Errorf("%q to %q: %d, want %d", c.a, c.b, d, c.d)
		}
	}
}

func TestRemoveTakesAllAndNumbersAreNotReused(t *testing.T) {
	s := newStore(t)
	a, b := newRun(t, s, "a"), newRun(t, s, "b")
	commit(t, s, a, 0, 20, run.Finished)
	commit(t, s, b, 0, 20, run.Finished)
	keep := digestOf(t, s, a)
	check(t, s.Remove(ctx, "b"))
	for _, table := range []string{"generations", "meta_tests", "checkpoints"} {
		var n int
		check(t, s.db.QueryRow("SELECT COUNT(*) FROM "+table+" WHERE run = ?", b.ID).Scan(&n))
		if n != 0 {
			t.Errorf("%d rows left in %s", n, table)
		}
	}
	if _, err := os.Stat(s.lockPath("b")); runtime.GOOS != "windows" && !is(err, fs.ErrNotExist) {
		t.Error("lock file left:", err)
	}
	if again := newRun(t, s, "b"); again.ID == b.ID {
		t.Error("the number of a removed run was given again")
	}
	oneLine(t, s.Recorder(b).Commit(ctx, commitOf(0, 1, run.Running)), ErrNoRun, "removed")
	if digestOf(t, s, a) != keep {
		t.Error("another run changed")
	}
	runs, err := s.Runs(ctx)
	check(t, err)
	if names := []string{runs[0].Name, runs[1].Name}; len(runs) != 2 || !slices.Equal(names, []string{"a", "b"}) {
		t.Errorf("runs %v", names)
	}
	if _, err := s.Digest(ctx, 99); !is(err, ErrNoRun) {
		t.Error(err)
	}
}

func TestOnlyTheOwnerReads(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	s := newStore(t)
	newRun(t, s, "r")
	l, err := s.Lock("r")
	check(t, err)
	defer l.Unlock()
	for path, want := range map[string]fs.FileMode{
		"": 0o700, fileName: 0o600, fileName + "-wal": 0o600, fileName + "-shm": 0o600, locksName: 0o700, locksName + "/r.lock": 0o600,
	} {
		info, err := os.Stat(filepath.Join(s.home, path))
		check(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%q has mode %o, want %o", path, got, want)
		}
	}
}

func TestOddFolderNames(t *testing.T) {
	for _, name := range []string{"with space", "100%41", "q?mode=ro", "hash#1", "ünï", "a&b=c+d"} {
		if runtime.GOOS == "windows" && strings.ContainsAny(name, "?") {
			continue
		}
		home := filepath.Join(t.TempDir(), name)
		s := openAt(t, home)
		newRun(t, s, "r")
		if _, err := os.Stat(filepath.Join(home, fileName)); err != nil {
			t.Error(err)
		}
		check(t, s.Close())
		ro, err := OpenReadOnly(ctx, home)
		check(t, err)
		if _, err := ro.Run(ctx, "r"); err != nil {
			t.Error(name, err)
		}
		check(t, ro.Close())
	}
}
