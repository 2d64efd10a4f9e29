package report

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
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

func TestWrap(t *testing.T) {
	long := strings.Repeat("word ", 60)
	for line := range strings.Lines(wrap(long, "  ")) {
		if len(strings.TrimRight(line, "\n")) > 128 {
			t.Errorf("%d characters", len(line))
		}
	}
}
