package examples

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"baldwin/internal/needtool"
)

// TestPython lives recorded lives again with examples/python/life.py, for each learner that it knows; a life that is another's
// must not pass.
func TestPython(t *testing.T) {
	python := needtool.Python(t, "numpy", "safetensors")
	dir := t.TempDir()
	bin := filepath.Join(dir, "baldwin")
	if out, err := exec.Command("go", "build", "-o", bin, "../cmd/baldwin").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	npz := filepath.Join(dir, "life.npz")
	record := func(genome, tasks string, more ...string) {
		t.Helper()
		args := append([]string{"live", "--genome", genome, "--tasks", tasks, "--record", npz}, more...)
		if out, err := exec.Command(bin, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	again := func(genome, tasks string) (string, error) {
		out, err := exec.Command(python, "python/life.py", genome, tasks, npz).CombinedOutput()
		return string(out), err
	}
	const evolved, tasks = "../experiments/sequence-l1-k10-n20/eprnn-5000.safetensors", "python/case.json"
	record(evolved, tasks)
	if out, err := again(evolved, tasks); err != nil || strings.Count(out, "recorded") != 2 {
		t.Errorf("%v\n%s", err, out)
	}
	for _, name := range []string{"eprnn-sequence-l3k10n20", "eprnn-nom-sequence-l1k25n50", "es-rnn-sequence-l3k10n20"} {
		genome := "../life/testdata/oracle/" + name
		record(genome+".safetensors", genome+".json")
		if out, err := again(genome+".safetensors", genome+".json"); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	record(evolved, tasks, "--lesion", "freeze=9")
	if out, err := again(evolved, tasks); err == nil || !strings.Contains(out, "the lives are ") {
		t.Errorf("a life that learns less passes: %v\n%s", err, out)
	}
}
