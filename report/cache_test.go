package report

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

// A question is asked once for each genome: of the same cache, of another with its folder, but not by another program.
func TestCache(t *testing.T) {
	g := newborn(t, "eprnn", "seq-l1-k10-n20", -0.3)
	asked := 0
	question := func() ([]float64, error) { asked++; return []float64{math.NaN(), float64(asked)}, nil }
	dir := t.TempDir()
	a := Cache{Dir: filepath.Join(dir, "answers"), Build: "x"}
	for i, c := range []struct {
		cache *Cache
		want  float64
	}{{&a, 1}, {&a, 1}, {&Cache{Dir: a.Dir, Build: "x"}, 1}, {&Cache{Dir: a.Dir, Build: "y"}, 2}, {&Cache{}, 3}, {&Cache{}, 4}} {
		got, err := remember(c.cache, "q", g, question)
		if err != nil || len(got) != 2 || !math.IsNaN(got[0]) || got[1] != c.want {
			t.Errorf("case %d: %v, %v, want answer %v", i, got, err, c.want)
		}
	}
	other := *g
	other.Hash = "other"
	if got, err := remember(&a, "q", &other, question); err != nil || got[1] != 5 {
		t.Errorf("of another genome: %v, %v", got, err)
	}
	// Half a file is no answer.
	files, err := filepath.Glob(filepath.Join(a.Dir, "*"))
	if err != nil || len(files) != 3 {
		t.Fatalf("%v: %v", err, files)
	}
	for _, f := range files {
		if err := os.WriteFile(f, []byte{1, 2}, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := remember(&Cache{Dir: a.Dir, Build: "x"}, "q", g, question); err != nil || got[1] != 6 {
		t.Errorf("of half a file: %v, %v", got, err)
	}
}
