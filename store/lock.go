package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// A Lock is the right of one process to train one run. The operating system holds it for the process and takes it back when that
// ends, however it ends.
type Lock struct{ file *flock.Flock }

// patience is how long Lock lets another process let go: one that only looks whether the run is locked does so at once.
const patience = 200 * time.Millisecond

// Lock takes the lock of the run called name. With another process holding it the error is ErrBusy and names that process.
func (s *Store) Lock(name string) (*Lock, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	path := s.lockPath(name)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		file := flock.New(path)
		ok, err := file.TryLockContext(ctx, 10*time.Millisecond)
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return nil, fail(path, "locking run "+name, err)
		}
		if !ok {
			return nil, fmt.Errorf("store: run %s is %w%s: wait for it, or end it with Ctrl-C there", name, ErrBusy, holder(path))
		}
		// Remove deletes the file of a lock it holds. Whoever had opened the file before then gets the lock of a
		// file that is gone, and must try again.
		held, err := file.Stat()
		if there, err2 := os.Stat(path); err == nil && err2 == nil && os.SameFile(held, there) {
			sign(path)
			_ = os.Remove(notePath(path)) // of a holder that was killed
			return &Lock{file}, nil
		}
		if err := file.Unlock(); err != nil {
			return nil, fail(path, "locking run "+name, err)
		}
	}
}

// Unlock gives the lock back, and takes its note away. A second call does nothing.
func (l *Lock) Unlock() error {
	if l.file.Locked() {
		_ = os.Remove(notePath(l.file.Path())) // where it stays, nobody reads it
	}
	return l.file.Unlock()
}

// Held reports whether a process holds the lock of the run called name: a run whose status is Running and that nobody holds
// died and can be resumed.
func (s *Store) Held(name string) bool {
	path := s.lockPath(name)
	if CheckName(name) != nil {
		return false
	}
	file := flock.New(path, flock.SetFlag(os.O_RDONLY)) // makes no file
	ok, err := file.TryRLock()
	if err != nil {
		return false // never locked, or locked where we may not look
	}
	if ok {
		_ = file.Unlock() // closes the file, which frees it in any case
	}
	return !ok
}

func (s *Store) lockPath(name string) string {
	return filepath.Join(s.home, locksName, name+".lock")
}

// sign writes this process's number into the lock file, for the message another gets. The first byte is left alone: it is
// the one that Windows locks. The number is a courtesy, so a failure is none.
func sign(path string) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	_, _ = f.WriteAt(fmt.Appendf(nil, "%-10d\n", os.Getpid()), 1)
	_ = f.Close()
}

// holder reads what sign wrote.
func holder(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b := make([]byte, 11)
	if _, err := f.ReadAt(b, 1); err != nil {
		return ""
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (pid %d)", pid)
}
