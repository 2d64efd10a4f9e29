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
	names := []string{"zz_kernels_amd64.s", "zz_stubs_amd64.go"}
	cmd := exec.Command("go", "run", ".", "-out", filepath.Join(dir, names[0]), "-stubs", filepath.Join(dir, names[1]), "-pkg", "kernel")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
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
