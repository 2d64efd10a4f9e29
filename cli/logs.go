package cli

import (
	"bytes"
	"io"
	"log/slog"
	"sync"

	"github.com/lmittmann/tint"
)

// logHandler is brief on a terminal, and key=value lines elsewhere.
func logHandler(w io.Writer, terminal, color bool) slog.Handler {
	if terminal {
		return tint.NewTextHandler(w, &tint.Options{TimeFormat: "15:04:05", NoColor: !color})
	}
	return slog.NewTextHandler(w, nil)
}

// A logWriter passes log lines on, and keeps them back while the live screen is drawn.
type logWriter struct {
	w io.Writer

	mu   sync.Mutex
	held *bytes.Buffer // nil: nothing is kept back
}

// Write implements io.Writer.
func (l *logWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held != nil {
		return l.held.Write(b)
	}
	return l.w.Write(b)
}

// hold begins to keep lines back.
func (l *logWriter) hold() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = new(bytes.Buffer)
	}
}

// release writes what was kept back.
func (l *logWriter) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held != nil {
		_, _ = l.held.WriteTo(l.w)
		l.held = nil
	}
}
