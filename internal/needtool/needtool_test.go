package needtool

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// A witness records how a test was ended instead of ending it.
type witness struct {
	testing.TB
	skipped, failed string
}

func (w *witness) Helper()                   {}
func (w *witness) Skipf(f string, _ ...any)  { w.skipped = f; runtime.Goexit() }
func (w *witness) Fatalf(f string, _ ...any) { w.failed = f; runtime.Goexit() }

func watch(f func(testing.TB)) *witness {
	w := &witness{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(w)
	}()
	<-done
	return w
}

func TestMissing(t *testing.T) {
	need := func(tb testing.TB) { Need(tb, "no-such-program-anywhere") }
	python := func(tb testing.TB) { Python(tb, "no_such_module_anywhere") }
	chromium := func(tb testing.TB) { Chromium(tb) }
	t.Setenv("PATH", t.TempDir())
	for name, f := range map[string]func(testing.TB){"need": need, "python": python, "chromium": chromium} {
		t.Setenv(RequireEnv, "")
		if w := watch(f); w.skipped == "" || w.failed != "" {
			t.Errorf("%s: a missing tool must skip, got %+v", name, w)
		}
		t.Setenv(RequireEnv, "1")
		if w := watch(f); w.failed == "" || w.skipped != "" {
			t.Errorf("%s: a missing tool must fail where tools are required, got %+v", name, w)
		}
	}
}

func TestFound(t *testing.T) {
	dir := t.TempDir()
	tool := filepath.Join(dir, "tool")
	if err := os.WriteFile(tool, []byte("#!/bin/sh\nexit 0\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	t.Setenv(PythonEnv, tool)
	if got := Need(t, "tool"); got != tool {
		t.Errorf("found %s, want %s", got, tool)
	}
	if got := Python(t, "numpy"); got != tool {
		t.Errorf("found %s, want %s", got, tool)
	}
}
