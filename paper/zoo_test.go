package paper

import (
	"os"
	"path/filepath"
	"testing"

	"baldwin/internal/tensorfile"
	"baldwin/run"
)

// Every genome of the repository's zoos is there, and its hash and its spec are those that the index says. What it scores is
// scored again by `baldwin test --zoo`.
func TestCommittedZoo(t *testing.T) {
	for _, dir := range []string{"../experiments/zoo", "../experiments/tenth/zoo"} {
		checkZoo(t, filepath.FromSlash(dir))
	}
}

func checkZoo(t *testing.T, dir string) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, ZooFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	zoo, err := ReadZoo(f)
	if err != nil || len(zoo) == 0 {
		t.Fatalf("%v: %d genomes", err, len(zoo))
	}
	for _, a := range zoo {
		path := filepath.Join(dir, filepath.FromSlash(a.File))
		file, err := tensorfile.ReadSafetensors(path)
		if err != nil {
			t.Fatal(err)
		}
		spec, err := run.FileSpec(path, file, run.Builtin())
		if err != nil {
			t.Fatal(err)
		}
		g, err := run.GenomeIn(path, file, spec, run.Builtin())
		if err != nil {
			t.Fatal(err)
		}
		if g.Hash != a.Score.ThetaHash || spec.Hash() != a.Score.SpecHash {
			t.Errorf("%s: theta %.12s, spec %.12s; the index says %.12s, %.12s", a.Cell, g.Hash, spec.Hash(), a.Score.ThetaHash, a.Score.SpecHash)
		}
	}
}
