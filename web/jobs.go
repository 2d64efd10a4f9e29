package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"baldwin/store"
)

// Bounds of what is trained from pages at a time, and of the logs that are kept.
const (
	maxJobs = 8
	maxLogs = 64
)

// errEnds is why nothing begins any more.
var errEnds = errors.New("web: the server ends")

// jobs are the runs that this process trains because a page asked for it. They are trained in this process: when it is
// killed they end with it, as runs that died and that any process can resume to the bit; nothing is left behind that
// trains unseen. When it ends in order, each of them first commits a checkpoint.
type jobs struct {
	train Trainer
	ctx   context.Context
	end   context.CancelFunc
	wait  sync.WaitGroup

	mu   sync.Mutex
	room int
	stop map[string]context.CancelFunc // by name of the run
	logs map[string]*tail              // by name; they outlive the training, for its last words
}

func (j *jobs) start(t Trainer) {
	j.train, j.room, j.stop = t, maxJobs, map[string]context.CancelFunc{}
	j.logs = map[string]*tail{}
	j.ctx, j.end = context.WithCancel(context.Background())
}

func (j *jobs) close() {
	j.mu.Lock() // none begins once the end has come
	j.end()
	j.mu.Unlock()
	j.wait.Wait()
}

// has says that this process trains the run.
func (j *jobs) has(name string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.stop[name] != nil
}

// log is the last words of a run that this process trains or trained.
func (j *jobs) log(name string) (text string, lines int) {
	j.mu.Lock()
	t := j.logs[name]
	j.mu.Unlock()
	return t.text()
}

// begin trains an order and returns the run's name as soon as the run is held, or why it is not. The run outlives ctx,
// which is that of whoever asked.
func (j *jobs) begin(ctx context.Context, o Order) (string, error) {
	j.mu.Lock()
	if j.ctx.Err() != nil {
		j.mu.Unlock()
		return "", errEnds
	}
	if j.room == 0 {
		j.mu.Unlock()
		return "", &badRequest{errors.New("web: as many runs as fit are being trained from pages: stop one first")}
	}
	j.room--
	j.wait.Add(1)
	j.mu.Unlock()

	began := make(chan string, 1)
	failed := make(chan error, 1)
	job, stop := context.WithCancel(j.ctx)
	go func() {
		defer j.wait.Done()
		defer stop()
		name, log := "", &tail{}
		err := j.train(job, o, log, func(run string) {
			name = run
			j.mu.Lock()
			j.stop[run] = stop
			if len(j.logs) >= maxLogs {
				clear(j.logs)
			}
			j.logs[run] = log
			j.mu.Unlock()
			began <- run
		})
		if err != nil {
			fmt.Fprintln(log, err)
		}
		j.mu.Lock()
		delete(j.stop, name)
		j.room++
		j.mu.Unlock()
		failed <- err
	}()
	select {
	case name := <-began:
		return name, nil
	case err := <-failed:
		select {
		case name := <-began: // it was over at once
			return name, nil
		default:
		}
		if err == nil { // a finished run is resumed to no effect
			return o.Resume, nil
		}
		if errors.Is(err, store.ErrBusy) || errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrNoRun) {
			return "", err
		}
		return "", &badRequest{err}
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// cancel stops a run of this process; it commits a checkpoint first, which takes up to a generation and a meta-test.
func (j *jobs) cancel(name string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	stop := j.stop[name]
	if stop != nil {
		stop()
	}
	return stop != nil
}

func (s *Server) startRun(w http.ResponseWriter, r *http.Request) {
	o := Order{Preset: r.FormValue("preset"), Learner: r.FormValue("learner"), Name: strings.TrimSpace(r.FormValue("name"))}
	var err error
	if text := r.FormValue("seed"); text != "" {
		if o.Seed, err = strconv.ParseUint(text, 10, 64); err != nil || o.Seed == 0 {
			s.fail(w, r, badf("seed: must be a whole number above 0, got %q", text))
			return
		}
	}
	if text := r.FormValue("generations"); text != "" {
		if o.Generations, err = strconv.Atoi(text); err != nil || o.Generations < 1 {
			s.fail(w, r, badf("generations: must be a whole number above 0, got %q", text))
			return
		}
	}
	if o.Preset == "" {
		s.fail(w, r, badf("preset: missing"))
		return
	}
	s.order(w, r, o)
}

func (s *Server) resumeRun(w http.ResponseWriter, r *http.Request) {
	s.order(w, r, Order{Resume: r.PathValue("name")})
}

// order answers with the address of the run that has begun.
func (s *Server) order(w http.ResponseWriter, r *http.Request, o Order) {
	if s.Train == nil {
		s.fail(w, r, badf("this server only looks"))
		return
	}
	name, err := s.jobs.begin(r.Context(), o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.Log.InfoContext(r.Context(), "training", "run", name)
	answer(w, map[string]string{"run": name})
}

func (s *Server) stopRun(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if s.jobs.cancel(name) {
		s.Log.InfoContext(r.Context(), "stopping", "run", name)
		w.WriteHeader(http.StatusAccepted)
		return
	}
	if _, err := s.Store.Run(r.Context(), name); err != nil {
		s.fail(w, r, err)
		return
	}
	s.fail(w, r, &badRequest{errors.New("run " + name + " is not trained by this server: stop it where it was begun, with Ctrl-C")})
}
