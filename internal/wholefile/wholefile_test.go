package wholefile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A write that fails leaves the old file and nothing beside it; one that works leaves only the new one.
func TestWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	put := func(s string, err error) error {
		return Write(path, func(w io.Writer) error { _, _ = io.WriteString(w, s); return err })
	}
	check := func(want string) {
		t.Helper()
		got, err := os.ReadFile(path)
		if err != nil || string(got) != want {
			t.Errorf("file holds %q (%v), want %q", got, err, want)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 1 {
			t.Errorf("folder holds %v", entries)
		}
	}
	if err := put("old", nil); err != nil {
		t.Fatal(err)
	}
	check("old")
	failure := errors.New("no more numbers")
	if err := put(strings.Repeat("x", 1<<18), failure); !errors.Is(err, failure) {
		t.Errorf("got %v", err)
	}
	check("old")
	if err := put("new", nil); err != nil {
		t.Fatal(err)
	}
	check("new")

	// Leftovers of a process that was killed are not in the way.
	f, err := createBeside(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := put("newer", nil); err != nil {
		t.Fatal(err)
	}
	os.Remove(f.Name())
	check("newer")
}
