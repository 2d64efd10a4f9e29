// Package wholefile writes files that are there whole or not at all, also after a power cut.
package wholefile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write puts what write produces at path, whole or not at all: into a new file beside it, flushed to the disk, then
// renamed over it. A symbolic link is followed. Anything at path but a regular file is left alone and is an error.
func Write(path string, write func(io.Writer) error) error {
	target := path
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		target = resolved
	}
	// Renaming over a device or a folder would destroy it.
	if info, err := os.Lstat(target); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: not a regular file", path)
	}
	f, err := createBeside(target)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	err = fill(f, write)
	if err == nil {
		err = os.Rename(f.Name(), target)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("writing %s: %w", path, err)
	}
	// The rename itself reaches the disk with the folder. Some file systems cannot flush a folder, and the new file is
	// whole either way, so a failure here is none.
	if dir, err := os.Open(filepath.Dir(target)); err == nil {
		_ = dir.Sync()
		dir.Close()
	}
	return nil
}

// fill writes f to the disk and closes it, in any case.
func fill(f *os.File, write func(io.Writer) error) error {
	w := bufio.NewWriterSize(f, 1<<16)
	err := write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// createBeside makes a new hidden file in target's folder. It is not os.CreateTemp because the file is to get the
// permissions that any new file of this user gets.
func createBeside(target string) (*os.File, error) {
	dir, base := filepath.Split(target)
	for i := 0; ; i++ {
		name := filepath.Join(dir, fmt.Sprintf(".%s.%d-%d.tmp", base, os.Getpid(), i))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err == nil || i == 999 || !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}
