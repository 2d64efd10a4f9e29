package paper

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/internal/tensorfile"
	"baldwin/run"
	"baldwin/store"
)

// Scores survive their file, known ones are not computed again, and kept runs score as stored ones do.
func TestScores(t *testing.T) {
	r := small()
	p := plan(t, r, brief, []uint64{1})
	st := open(t)
	runner := &Runner{Store: st, Registry: r, Kernel: kernel.Best(), Workers: 1}
	if err := runner.Train(t.Context(), look(t, st, p)); err != nil {
		t.Fatal(err)
	}
	fresh := 0
	scorer := &Scorer{Registry: r, Kernel: kernel.Best(), Threads: 2, Tasks: brief.HeldOut, Watch: func(Score) { fresh++ }}
	scores, err := scorer.Score(t.Context(), st, look(t, st, p))
	if err != nil || len(scores) != 2 || fresh != 2 {
		t.Fatalf("%v: %v", err, scores)
	}
	var b bytes.Buffer
	if err := WriteScores(&b, scores); err != nil {
		t.Fatal(err)
	}
	if scorer.Known, err = ReadScores(&b); err != nil || !slices.Equal(scorer.Known, scores) {
		t.Fatalf("%v: read %v, wrote %v", err, scorer.Known, scores)
	}
	if again, err := scorer.Score(t.Context(), st, look(t, st, p)); err != nil || fresh != 2 || !slices.Equal(again, scores) {
		t.Errorf("%v: %d computed anew", err, fresh)
	}

	dir := t.TempDir()
	for _, s := range look(t, st, p) {
		keep(t, r, st, &s, filepath.Join(dir, "sub", s.Row()))
	}
	if err := os.WriteFile(filepath.Join(dir, "other.yaml"), []byte("search: 3\n"), 0o666); err != nil { // is no run, and in nobody's way
		t.Fatal(err)
	}
	none := look(t, nil, p)
	if err := Kept(r, dir, none); err != nil {
		t.Fatal(err)
	}
	scorer.Known = nil
	kept, err := scorer.Score(t.Context(), nil, none)
	if err != nil || !slices.Equal(kept, scores) {
		t.Errorf("%v: kept runs score\n%v, want\n%v", err, kept, scores)
	}
	g, err := Best(t.Context(), r, nil, none, p.Cells[1].Row(), p.Cells[1].Preset)
	if err != nil || g == nil || g.Name != p.Jobs[1].Name || g.Hash != scores[1].ThetaHash {
		t.Errorf("best of the kept: %v, %v", g, err)
	}

	zoo := []Animal{{Cell: p.Cells[0].ID(), File: "sub/x.safetensors", Score: scores[0]}}
	b.Reset()
	if err := WriteZoo(&b, zoo); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadZoo(&b); err != nil || !slices.Equal(got, zoo) {
		t.Errorf("%v: %v, want %v", err, got, zoo)
	}
}

// keep writes a run as experiments/ keeps it.
func keep(t *testing.T, r run.Registry, st *store.Store, s *Standing, base string) {
	t.Helper()
	g, err := s.Genome(t.Context(), r, st)
	if err != nil {
		t.Fatal(err)
	}
	f := g.Learner.Layout.File(g.Theta)
	f.Metadata = map[string]string{"theta_hash": g.Hash, "contract": g.Contract}
	curve := strings.Join(curveHead, ",") + "\n"
	for _, m := range s.Tests {
		curve += fmt.Sprintf("%d,%g,%g,%g,%g,%d\n", m.Generation, m.Mean, m.Low, m.High, m.SD, m.Tasks)
	}
	err = errors.Join(os.MkdirAll(filepath.Dir(base), 0o777), os.WriteFile(base+".yaml", s.Spec.YAML(), 0o666),
		os.WriteFile(base+".csv", []byte(curve), 0o666), tensorfile.WriteSafetensors(base+".safetensors", f))
	if err != nil {
		t.Fatal(err)
	}
}

func TestBadFiles(t *testing.T) {
	if _, err := ReadScores(strings.NewReader("a,b\n")); err == nil {
		t.Error("scores without their head were taken")
	}
	head := strings.Join(scoreHead, ",") + "\n"
	if _, err := ReadScores(strings.NewReader(head + "r,x,s,t,c,1,h,1,1,1,1\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a generation x: %v", err)
	}
	if _, err := ReadZoo(strings.NewReader(head)); err == nil {
		t.Error("a zoo without its head was taken")
	}
}

// A run that broke is never a cell's best, wherever it stands; between runs of one length the statistic chooses.
func TestMerit(t *testing.T) {
	tests := func(mean float64) (out []run.MetaTestRow) {
		for range 10 {
			out = append(out, run.MetaTestRow{Mean: mean})
		}
		return out
	}
	for _, c := range []struct {
		a, b []run.MetaTestRow
	}{
		{tests(-0.1), tests(math.NaN())}, {tests(-0.1), tests(-0.2)}, {tests(-0.1)[:1], nil}, {tests(-0.1)[:9], tests(math.NaN())[:9]},
	} {
		if better, worse := (&Standing{Tests: c.a}).merit(), (&Standing{Tests: c.b}).merit(); !(better > worse) {
			t.Errorf("%v ranks %g, %v ranks %g", c.a, better, c.b, worse)
		}
	}
}

// A curve of lives that ran away has tests without numbers; generations and tasks it must have.
func TestReadCurve(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.csv")
	for _, c := range []struct{ lines, wrong string }{
		{"100,-2,-2.1,-1.9,0.5,1600\n200,,,,,1600\n", ""},
		{",-2,-2.1,-1.9,0.5,1600\n", "run.csv:2: generation"},
		{"100,-2,-2.1,-1.9,0.5,\n", "run.csv:2: tasks"},
		{"100,-2,low,-1.9,0.5,1600\n", "run.csv:2: low"},
	} {
		if err := os.WriteFile(path, []byte(strings.Join(curveHead, ",")+"\n"+c.lines), 0o666); err != nil {
			t.Fatal(err)
		}
		got, err := readCurve(path)
		switch {
		case c.wrong != "":
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%q: %v, want %s", c.lines, err, c.wrong)
			}
		case err != nil || len(got) != 2 || got[0].Low != -2.1 || !math.IsNaN(got[1].Mean) || got[1].Generation != 200 || got[1].Tasks != 1600:
			t.Errorf("%v: %+v", err, got)
		}
	}
}
