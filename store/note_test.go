package store

import (
	"os"
	"path/filepath"
	"testing"
)

// A note is there while its run is held, is replaced whole, and does not outlive its holder, however that ended.
func TestNote(t *testing.T) {
	s := newStore(t)
	want := func(text string) {
		t.Helper()
		got, err := s.Noted("r")
		check(t, err)
		if string(got) != text {
			t.Fatalf("noted %q, want %q", got, text)
		}
	}
	want("")
	l, err := s.Lock("r")
	check(t, err)
	want("")
	check(t, l.Note([]byte("one")))
	check(t, l.Note([]byte("another")))
	want("another")
	check(t, l.Unlock())
	want("")
	left, err := filepath.Glob(filepath.Join(s.home, locksName, "*.note*"))
	check(t, err)
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	check(t, os.WriteFile(notePath(s.lockPath("r")), []byte("of one who was killed"), 0o600))
	want("")
	l, err = s.Lock("r")
	check(t, err)
	want("")
	if err := l.Note(make([]byte, MaxNote+1)); err == nil {
		t.Error("a note without end was taken")
	}
	check(t, l.Unlock())
}
