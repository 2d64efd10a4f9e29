// Package web shows runs and lives in a browser. [Server] is a handler over a store that any process may be writing to:
// a dashboard that follows runs as they are committed, and a life explorer that lives one life per request with the
// kernels of training. Pages are HTML that the server renders; plain modules under page/ make them live.
//
// Whoever can reach the server on this machine may look. What changes state needs a token, and beyond loopback everything
// does; guard.go has the rules.
package web

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/store"
)

// Options are what a Server shows and to whom.
type Options struct {
	Registry run.Registry
	Store    *store.Store // read only
	Kernel   kernel.ISA
	Train    Trainer // begins and resumes runs; nil: the pages only look
	Genomes  string  // folder of genomes (*.safetensors, as `baldwin export` writes them) for the explorer; empty: none

	Token  string                 // what changes state must show; see NewToken
	Host   func(host string) bool // the names, without port, under which the server may be reached
	Public bool                   // beyond loopback: everything needs the token, and cookies go over TLS alone
	Log    *slog.Logger           // nil: slog.Default()
}

// A Trainer trains one run until it is over or ctx is done, and then returns. It calls began with the run's name once
// the run is in the store and held by this process. What it has to say on the way, lines of text, goes to log.
type Trainer func(ctx context.Context, o Order, log io.Writer, began func(name string)) error

// An Order says what to train: a run to go on with, or a new one.
type Order struct {
	Resume string // name of a run to go on with; the other fields are of a new one

	Preset, Learner, Name string // Learner, Name: the preset's and one made up if empty
	Seed                  uint64 // 0: the preset's
	Generations           int    // 0: the preset's
}

//go:embed page
var files embed.FS

// A Server is the handler of all pages. Close ends what it has begun.
type Server struct {
	Options
	handler  http.Handler
	pages    *template.Template
	static   fs.FS
	version  string        // of the static files: their hash
	streams  chan struct{} // room for streams
	jobs     jobs
	sketches sketches
	genomes  specimens
	spaces   spaces
	making   sync.Mutex    // held while a space is made
	lives    chan struct{} // room for lives, which fill cores and memory
}

// Bounds of what goes on at a time: open streams of events, and lives being lived for pages.
const (
	maxStreams = 64
	maxLives   = 4
)

// New makes a Server.
func New(o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	static, err := fs.Sub(files, "page")
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s := &Server{Options: o, static: static, streams: make(chan struct{}, maxStreams), lives: make(chan struct{}, maxLives)}
	s.jobs.start(o.Train)
	if s.version, err = hashOf(static); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	funcs := template.FuncMap{"asset": s.asset}
	for name, f := range formats {
		funcs[name] = f
	}
	if s.pages, err = template.New("").Funcs(funcs).ParseFS(static, "*.html"); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.runsPage)
	mux.HandleFunc("GET /events", s.runsEvents)
	mux.HandleFunc("GET /runs/{name}", s.runPage)
	mux.HandleFunc("GET /runs/{name}/series", s.runSeries)
	mux.HandleFunc("GET /runs/{name}/events", s.runEvents)
	mux.HandleFunc("GET /compare", s.comparePage)
	mux.HandleFunc("POST /runs", s.startRun)
	mux.HandleFunc("POST /runs/{name}/resume", s.resumeRun)
	mux.HandleFunc("POST /runs/{name}/stop", s.stopRun)
	mux.HandleFunc("GET /life", s.lifePage)
	mux.HandleFunc("GET /life/portrait", s.lifePortrait)
	mux.HandleFunc("GET /life/data", s.lifeData)
	mux.HandleFunc("GET /life/space", s.lifeSpace)
	mux.HandleFunc("GET /life/case", s.lifeCase)
	mux.HandleFunc("GET /life/genome", s.lifeGenome)
	mux.HandleFunc("POST "+uploadPath, s.upload)
	mux.HandleFunc("GET /login", s.loginPage)
	mux.HandleFunc("POST /login", s.login)
	mux.Handle("GET /static/"+s.version+"/", http.StripPrefix("/static/"+s.version, forEver(http.FileServerFS(static))))
	s.handler = s.guard(mux)
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close stops the runs that were begun from a page, each with a checkpoint, and waits for them.
func (s *Server) Close() { s.jobs.close() }

// asset is the address of a static file.
func (s *Server) asset(name string) string { return "/static/" + s.version + "/" + name }

// forEver lets browsers keep what a name with a hash in it stands for.
func forEver(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		h.ServeHTTP(w, r)
	})
}

// hashOf is a short hash of all files.
func hashOf(files fs.FS) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, path)
		fmt.Fprintf(h, "%s %d\n", path, len(data))
		h.Write(data)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:6]), err
}

// A page is what every template is given.
type page struct {
	Title, Script string
	Here          string // which of the links of the head is this page's
	Charts        bool   // it draws curves
	May           bool   // whoever asks may change state
	Data          any
}

// show renders a page. It is built whole first, so that a fault never leaves half of one.
func (s *Server) show(w http.ResponseWriter, r *http.Request, name string, p page) {
	p.May = s.Train != nil && s.shown(r)
	html, err := s.render(name, p)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(html) // whoever asked is gone
}

// fail answers with an error. What the asker did wrong is told; what went wrong here is logged.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	code := http.StatusInternalServerError
	var b *badRequest
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &b):
		code = http.StatusBadRequest
	case errors.As(err, &large):
		code = http.StatusRequestEntityTooLarge
	case errors.Is(err, store.ErrNoRun):
		code = http.StatusNotFound
	case errors.Is(err, store.ErrBusy), errors.Is(err, store.ErrExists), errors.Is(err, errEnds):
		code = http.StatusConflict
	case errors.Is(err, context.Canceled):
		return
	}
	if code == http.StatusInternalServerError {
		s.Log.ErrorContext(r.Context(), "web: answering", "path", r.URL.Path, "error", err)
	}
	http.Error(w, err.Error(), code)
}

// badRequest is an error of whoever asked.
type badRequest struct{ err error }

func (b *badRequest) Error() string { return b.err.Error() }
func (b *badRequest) Unwrap() error { return b.err }

func badf(format string, args ...any) error { return &badRequest{fmt.Errorf(format, args...)} }

// presetNames are the names of the registry's presets and learners, for the form that begins a run.
func (s *Server) names() (presets, learners []string) {
	for _, p := range s.Registry.Presets {
		presets = append(presets, p.Name)
	}
	for _, k := range s.Registry.Learners {
		learners = append(learners, k.Name)
	}
	slices.Sort(learners)
	return presets, learners
}
