package web

import (
	"bytes"
	"strings"
	"sync"
)

// Bounds of what is kept of a run's log.
const (
	tailLines = 100
	lineBytes = 400
)

// A tail keeps the last lines that are written to it: what `baldwin train` would print in a pipe.
type tail struct {
	mu    sync.Mutex
	lines []string
	part  []byte // of a line that is not yet whole
	count int    // lines ever
}

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(b)
	for {
		line, rest, whole := bytes.Cut(b, []byte("\n"))
		t.part = append(t.part, line[:min(len(line), max(0, lineBytes-len(t.part)))]...)
		if !whole {
			return n, nil
		}
		t.lines = append(t.lines, strings.ToValidUTF8(string(t.part), "?"))
		t.lines = t.lines[max(0, len(t.lines)-tailLines):]
		t.part, b = t.part[:0], rest
		t.count++
	}
}

// text is the lines, and how many there ever were.
func (t *tail) text() (string, int) {
	if t == nil {
		return "", 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n"), t.count
}
