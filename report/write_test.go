package report

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baldwin/paper"
)

// The expected numbers are the paper's tables as they were typed in from it, apart from the presets.
func TestExpected(t *testing.T) {
	r := New(made(t, nil))
	for _, table := range r.Tables {
		want, err := os.ReadFile(filepath.Join("testdata", table.Name+".tsv"))
		if err != nil {
			t.Fatal(err)
		}
		if got := table.expected(); got != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", table.Name, got, want)
		}
	}
}

// Writing twice gives the same files.
func TestWrite(t *testing.T) {
	in := made(t, map[string][]float64{"table2/eprnn/seq-l1-k10-n20": {-0.2, -0.3, -0.1}})
	a, b := t.TempDir(), t.TempDir()
	if err := errors.Join(New(in).Write(a), New(in).Write(b)); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := filepath.WalkDir(a, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		rel, err := filepath.Rel(a, path)
		if err != nil {
			return err
		}
		x, err1 := os.ReadFile(path)
		y, err2 := os.ReadFile(filepath.Join(b, rel))
		if string(x) != string(y) {
			err = fmt.Errorf("%s differs", rel)
		}
		return errors.Join(err, err1, err2)
	})
	if err != nil || n < 15 {
		t.Errorf("%d files: %v", n, err)
	}
}

// What runs took is known from an earlier report, of the same genomes alone; scores are there for the next report.
func TestEarlierReport(t *testing.T) {
	in, dir := made(t, map[string][]float64{"table2/eprnn/seq-l1-k10-n20": {-0.2, -0.3, -0.1}}), t.TempDir()
	if err := TakeSeconds(dir, in.Standings); err != nil {
		t.Fatal(err)
	}
	if err := New(in).Write(dir); err != nil {
		t.Fatal(err)
	}
	var runs []*paper.Standing
	for i := range in.Standings {
		if s := &in.Standings[i]; s.Run != nil {
			s.Seconds = 0
			runs = append(runs, s)
		}
	}
	runs[1].Run.ThetaHash, runs[2].Seconds = "another", 7
	if err := TakeSeconds(dir, in.Standings); err != nil {
		t.Fatal(err)
	}
	if runs[0].Seconds != 100 || runs[1].Seconds != 0 || runs[2].Seconds != 7 {
		t.Errorf("%v, %v, %v seconds", runs[0].Seconds, runs[1].Seconds, runs[2].Seconds)
	}
	if err := WriteScores(dir, in.Scores[:1]); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, ScoresFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := paper.ReadScores(f); err != nil || len(got) != 1 || got[0] != in.Scores[0] {
		t.Errorf("%v: %+v", err, got)
	}
	path := filepath.Join(dir, RunsFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"run\n", strings.Replace(string(text), ",100,", ",soon,", 1)} {
		if err := os.WriteFile(path, []byte(bad), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := TakeSeconds(dir, in.Standings); err == nil || !strings.Contains(err.Error(), RunsFile) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
}

func TestWrap(t *testing.T) {
	long := strings.Repeat("word ", 60)
	for line := range strings.Lines(wrap(long, "  ")) {
		if len(strings.TrimRight(line, "\n")) > 128 {
			t.Errorf("%d characters", len(line))
		}
	}
}
