//go:build unix

package store

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"baldwin/run"
)

// A folder or file that may not be written. Root may write everything, so the child then runs as nobody.
func TestReadOnlyPlaces(t *testing.T) {
	open := t.TempDir()
	for dir := open; len(dir) > len(os.TempDir()); dir = filepath.Dir(dir) {
		check(t, os.Chmod(dir, 0o755))
	}
	exe := filepath.Join(open, "child")
	check(t, os.WriteFile(exe, must(os.ReadFile(must(os.Executable()))), 0o755))
	try := func(home string) (write, read string) {
		cmd := exec.Command(exe)
		if os.Getuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		p := startCmd(t, cmd, "readonly", home)
		write, read = p.line(), p.line()
		t.Log(write)
		t.Log(read)
		return write, read
	}
	place := func(name string, folder, file os.FileMode) string {
		home := filepath.Join(open, name)
		check(t, os.Rename(filled(t), home))
		check(t, os.Chmod(filepath.Join(home, locksName), folder))
		check(t, os.Chmod(filepath.Join(home, fileName), file))
		check(t, os.Chmod(home, folder))
		t.Cleanup(func() { _ = os.Chmod(home, 0o700); _ = os.Chmod(filepath.Join(home, locksName), 0o700) })
		return home
	}
	for name, home := range map[string]string{
		"folder and file": place("both", 0o555, 0o444),
		"folder":          place("folder", 0o555, 0o666),
		"file":            place("file", 0o777, 0o444),
	} {
		write, read := try(home)
		if !strings.HasPrefix(write, "readonly store: opening: ") || !strings.Contains(write, home) || read != "read 300" {
			t.Errorf("%s read-only: %q, %q", name, write, read)
		}
	}

	check(t, os.Chmod(open, 0o555))
	write, read := try(filepath.Join(open, "new"))
	check(t, os.Chmod(open, 0o755))
	if !strings.HasPrefix(write, "readonly ") || !strings.Contains(read, "no store in") {
		t.Errorf("no store in a read-only folder: %q, %q", write, read)
	}

	// A process died, and what it committed lies in the log: without a log's index it cannot be read, and must not be left out.
	p := start(t, "train", filepath.Join(open, "died"), "r", "10")
	for range 3 {
		p.line()
	}
	p.kill()
	home := filepath.Join(open, "died")
	check(t, os.Remove(filepath.Join(home, fileName+"-shm")))
	for _, f := range []string{fileName, fileName + "-wal"} {
		check(t, os.Chmod(filepath.Join(home, f), 0o444))
	}
	check(t, os.Chmod(home, 0o555))
	write, read = try(home)
	check(t, os.Chmod(home, 0o755))
	if !strings.HasPrefix(write, "readonly ") || !strings.HasPrefix(read, "readonly ") {
		t.Errorf("a log in a read-only folder: %q, %q", write, read)
	}
	s := openAt(t, home)
	if r := must(s.Run(ctx, "r")); r.Generation < 20 || r.Status != run.Running {
		t.Errorf("generation %d, %s", r.Generation, r.Status)
	}
}
