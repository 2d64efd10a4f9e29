package store

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"baldwin/internal/wholefile"
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
	err := wholefile.Write(path, func(w io.Writer) error { _, err := w.Write(text); return err })
	return fail(path, "keeping a note", err)
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
