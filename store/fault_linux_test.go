package store

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"baldwin/run"
)

// A disk that is really full: a small tmpfs, which only root can mount. TestFullStore is the form for all.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=2m"); err != nil {
		t.Skip("cannot mount a tmpfs: ", err)
	}
	t.Cleanup(func() { check(t, syscall.Unmount(disk, syscall.MNT_DETACH)) })
	filler := filepath.Join(disk, "filler")
	fill := func() {
		f := must(os.Create(filler))
		defer f.Close()
		for {
			if _, err := f.Write(bytes.Repeat([]byte{1}, 4096)); err != nil {
				return
			}
		}
	}

	fill()
	_, err := Open(ctx, filepath.Join(disk, "home"))
	oneLine(t, err, ErrFull)
	check(t, os.Remove(filler))

	s := openAt(t, filepath.Join(disk, "home")) // what the failed one left is no hindrance
	r := newRun(t, s, "r")
	commit(t, s, r, 0, 10, run.Running)
	before := digestOf(t, s, r)
	fill()
	oneLine(t, s.Recorder(r).Commit(ctx, commitOf(10, 400, run.Running)), ErrFull, s.path)
	if digestOf(t, s, r) != before {
		t.Error("part of the commit is there")
	}
	out := filepath.Join(disk, "r.baldwin")
	oneLine(t, s.Export(ctx, "r", out), ErrFull, out)
	if left, _ := filepath.Glob(filepath.Join(disk, ".r.baldwin*")); left != nil {
		t.Error("left behind:", left)
	}
	check(t, s.Close())
	s = openAt(t, filepath.Join(disk, "home")) // a full disk does not keep one from looking
	if digestOf(t, s, r) != before {
		t.Error("the run changed")
	}
	check(t, os.Remove(filler))
	commit(t, s, r, 10, 100, run.Finished)
	check(t, s.Check(ctx))
}
