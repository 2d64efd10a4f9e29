// Package needtool lets a test say what it needs besides Go: an emulator, a C compiler, a browser,
// Python with packages. Where that is missing the test is skipped, and `make test` prints every skip at
// its end. With BALDWIN_REQUIRE_TOOLS=1, which .ci/run sets, the test fails instead: there a
// missing tool never passes for a green test.
package needtool

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const (
	// RequireEnv set to 1 turns the skips of this package into failures.
	RequireEnv = "BALDWIN_REQUIRE_TOOLS"
	// PythonEnv names the interpreter that Python tries first.
	PythonEnv = "BALDWIN_PYTHON"
)

// Need returns the path of a program, and skips or fails the test when PATH has none of that name.
func Need(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, name)
	}
	return path
}

// Chromium returns the path of a Chromium or Chrome, and skips or fails the test when there is none.
func Chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "chromium")
	return ""
}

// Python returns an interpreter that can import all the modules, and skips or fails the test when
// there is none. It tries BALDWIN_PYTHON, then the environment that `make test-tools` makes
// (.cache/venv at the module's root), that of scripts/need.sh mlflow, then python3.
func Python(t testing.TB, modules ...string) string {
	t.Helper()
	code := ""
	for _, m := range modules {
		code += "import " + m + "\n"
	}
	why := "no python3"
	for _, python := range pythons() {
		path, err := exec.LookPath(python)
		if err != nil {
			continue
		}
		out, err := exec.Command(path, "-c", code).CombinedOutput()
		if err == nil {
			return path
		}
		why = path + ": " + string(out)
	}
	missing(t, "python3 with the modules of scripts/requirements.txt ("+why+")")
	return ""
}

func pythons() (list []string) {
	if p := os.Getenv(PythonEnv); p != "" {
		list = append(list, p)
	}
	if dir, err := os.Getwd(); err == nil {
		for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				list = append(list, filepath.Join(dir, ".cache", "venv", "bin", "python"), filepath.Join(dir, ".cache", "venv-mlflow", "bin", "python"))
				break
			}
		}
	}
	return append(list, "python3")
}

func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv(RequireEnv) == "1" {
		t.Fatalf("missing tool, and %s=1: %s", RequireEnv, what)
	}
	t.Skipf("missing tool: %s; `make test-tools` brings it where it can", what)
}
