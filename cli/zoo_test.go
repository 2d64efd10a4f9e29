package cli

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"baldwin/paper"
	"baldwin/run"
	"baldwin/store"
)

// TestRelease: of what an old index lists and the new one does not, that goes which lies in the folder under its run's name, is the genome
// that was listed, and is in the store as far; all else stays.
func TestRelease(t *testing.T) {
	home, dir := t.TempDir(), t.TempDir()
	spec := specFile(t, tinySpec)
	for _, args := range [][]string{
		{"train", spec, "--name", "mine", "--json"},
		{"export", "mine", "-o", filepath.Join(dir, "mine.safetensors")},
		{"train", spec, "--seed", "2", "--name", "other", "--json"},
		{"export", "other", "-o", filepath.Join(dir, "other.safetensors")},
	} {
		if _, errs, code := command(t, home, args...); code != 0 {
			t.Fatalf("%v: %s", args, errs)
		}
	}
	p := &process{ctx: t.Context(), registry: run.Builtin(), log: slog.New(slog.DiscardHandler), getenv: func(string) string { return home }}
	st, err := p.openStore()
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	row, err := st.Run(t.Context(), "mine")
	if err != nil {
		t.Fatal(err)
	}
	listed := paper.Animal{Cell: "cell", File: "mine.safetensors", Score: paper.Score{
		Key: paper.Key{Run: "mine", SpecHash: row.SpecHash, ThetaHash: row.ThetaHash, Generation: row.Generation, Contract: run.Contract},
	}}
	another, err := st.Run(t.Context(), "other")
	if err != nil {
		t.Fatal(err)
	}
	theta, err1 := os.ReadFile(filepath.Join(dir, "mine.safetensors"))
	other, err2 := os.ReadFile(filepath.Join(dir, "other.safetensors"))
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	for _, c := range []struct {
		name  string
		st    *store.Store
		alter func(a *paper.Animal)
		file  []byte
		zoo   []paper.Animal
		goes  bool
	}{
		{"another is the best", st, func(*paper.Animal) {}, theta, nil, true},
		{"listed still", st, func(*paper.Animal) {}, theta, []paper.Animal{listed}, false},
		{"another's file under its name", st, func(*paper.Animal) {}, other, nil, false},
		{"no genome at all", st, func(*paper.Animal) {}, []byte("notes"), nil, false},
		{"a file elsewhere", st, func(a *paper.Animal) { a.File = "../" + filepath.Base(dir) + "/mine.safetensors" }, theta, nil, false},
		{"no store", nil, func(*paper.Animal) {}, theta, nil, false},
		{"a run that the store has not", st, func(a *paper.Animal) { a.Score.Run, a.File = "gone", "gone.safetensors" }, theta, nil, false},
		{"a run begun anew, not so far", st, func(a *paper.Animal) { a.Score.Generation++ }, theta, nil, false},
		{"a run begun anew, with another genome", st, func(a *paper.Animal) { a.Score.ThetaHash = another.ThetaHash }, other, nil, false},
		{"a run that went on", st, func(a *paper.Animal) { a.Score.ThetaHash = another.ThetaHash; a.Score.Generation-- }, other, nil, true},
		{"a run begun anew by another contract", st, func(a *paper.Animal) { a.Score.Contract = "0.9" }, theta, nil, false},
		{"a run of another spec", st, func(a *paper.Animal) { a.Score.SpecHash = "x" }, theta, nil, false},
	} {
		a := listed
		c.alter(&a)
		base := filepath.Join(dir, a.Score.Run)
		files := []string{base + ".safetensors", base + ".yaml", base + ".csv"}
		for i, text := range [][]byte{c.file, row.Spec, []byte("generation\n")} {
			if err := os.WriteFile(files[i], text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.release(c.st, dir, []paper.Animal{a}, c.zoo); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, f := range files {
			if _, err := os.Stat(f); (err != nil) != c.goes {
				t.Errorf("%s: %s: %v", c.name, filepath.Base(f), err)
			}
		}
		if _, err := os.Stat(filepath.Join(dir, "other.safetensors")); err != nil {
			t.Errorf("%s: a file that no index lists: %v", c.name, err)
		}
	}
}
