package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The committed files are what the generator writes, but for the first line, which holds
// the command.
func TestCommittedFilesAreGenerated(t *testing.T) {
	dir := t.TempDir()
	names := []string{"zz_kernels_amd64.s", "zz_stubs_amd64.go", "zz_kernels_arm64.s", "zz_stubs_arm64.go"}
	path := func(i int) string { return filepath.Join(dir, names[i]) }
	for _, args := range [][]string{
		{".", "-out", path(0), "-stubs", path(1), "-pkg", "kernel"},
		{"./neon", "-out", path(2), "-stubs", path(3)},
	} {
		if out, err := exec.Command("go", append([]string{"run"}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	body := func(path string) []byte {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := bytes.Cut(text, []byte("\n"))
		return rest
	}
	for _, name := range names {
		if !bytes.Equal(body(filepath.Join(dir, name)), body(filepath.Join("..", name))) {
			t.Errorf("%s is not what the generator writes: run go generate ./internal/kernel", name)
		}
	}
}
