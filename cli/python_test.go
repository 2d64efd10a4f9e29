package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"baldwin/internal/needtool"
)

// TestPythonPackage runs the tests of the Python package in python/ against this program: its lives against the oracle's
// cases, stores and runs against what the verbs write.
func TestPythonPackage(t *testing.T) {
	python := needtool.Python(t, "numpy", "safetensors.numpy", "pytest")
	binary, err := exec.LookPath("baldwin")
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := filepath.Abs(filepath.Join("..", "python"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", pkg)
	cmd.Env = append(os.Environ(), "BALDWIN_BINARY="+binary, "PYTHONPATH="+pkg, "PYTHONDONTWRITEBYTECODE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}
