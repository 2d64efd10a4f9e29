package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MaxNote bounds a note, in bytes.
const MaxNote = 1 << 20

// Note keeps what the lock's holder says of its work at this moment, such as who helps it, for those who look on. It is no part
// of the run: it replaces the note before, and goes with the lock. Readers see it whole.
func (l *Lock) Note(text []byte) error {
	if len(text) > MaxNote {
		return errors.New("store: a note is too long")
	}
	path := notePath(l.file.Path())
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fail(path, "writing a note", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fail(path, "writing a note", err)
	}
	return nil
}

// Noted is the note of the process that holds the run called name; nil if there is none, or nobody holds the run.
func (s *Store) Noted(name string) ([]byte, error) {
	if !s.Held(name) {
		return nil, nil
	}
	path := notePath(s.lockPath(name))
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fail(path, "reading a note", err)
	}
	return text, nil
}

// notePath is the note's file, by the lock's.
func notePath(lock string) string { return strings.TrimSuffix(lock, ".lock") + ".note" }
