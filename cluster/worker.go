package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"baldwin/evolve"
	"baldwin/internal/kernel"
	"baldwin/life"
	"baldwin/run"
)

// ErrRefused ends a worker that no coordinator will have. It wraps the coordinator's reason.
var ErrRefused = errors.New("cluster: the coordinator refuses this worker")

// WorkerOptions are what a worker needs. It needs no store and no spec: the coordinator has both.
type WorkerOptions struct {
	Name     string // of the worker's key, or of its machine
	Registry run.Registry
	Kernel   kernel.ISA
	Build    Build
	Cores    int // chunks that it lives at once
	Log      *slog.Logger
	Watch    func(WorkerEvent) // told what it does, from its goroutine; may be nil

	Metrics string // address of its Prometheus endpoint; "": none

	// Distort changes fitness values before they are sent: the tests' liar. nil: nothing is changed.
	Distort func(round uint64, chunk uint32, values []float64)
}

// A WorkerEvent is what a worker has to say.
type WorkerEvent struct {
	Kind   string // waiting, joined, left, over, lost
	Run    string
	Reason string
}

// worker is one process at work for one coordinator after the other.
type worker struct {
	WorkerOptions
	id   ID
	nc   *nats.Conn
	js   jetstream.JetStream
	back chan struct{}
	said string // the newest event, so that it is not said twice

	mu      sync.Mutex
	last    Beat
	latency Counters // its histogram
	before  Beat     // sum over the jobs that are over
}

// Work joins the coordinator that the server leads to, and lives its chunks until ctx is done; then it finishes the chunks at hand and
// leaves. When a coordinator goes, it looks for the next. It returns nil when it was told to leave, and an error that wraps ErrRefused
// when it may not join.
func Work(ctx context.Context, l Link, o WorkerOptions) error {
	w := &worker{WorkerOptions: o, id: newID(o.Name), back: make(chan struct{}, 1)}
	var err error
	if w.nc, err = l.connect("baldwin worker "+w.id.String(), w.id.Name+"."+w.id.Instance, o.Log, w.back, true); err != nil {
		return err
	}
	defer w.nc.Close()
	if w.js, err = jetstream.New(w.nc); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	if o.Metrics != "" {
		e, err := ServeMetrics(o.Metrics, o.Log, w.metrics())
		if err != nil {
			return err
		}
		defer e.Close()
	}
	for ctx.Err() == nil {
		var answer welcome
		err := w.ask(ctx, func(ctx context.Context) (err error) {
			answer, err = w.hello(ctx)
			return err
		})
		switch {
		case w.nc.IsClosed():
			return fmt.Errorf("cluster: the server lets this worker in no more: %w", w.nc.LastError())
		case err != nil:
			w.say(WorkerEvent{Kind: "waiting", Reason: err.Error()})
			pause(ctx, reconnectWait)
			continue
		case answer.Refused != "" && answer.Gone:
			return fmt.Errorf("%w: %s", ErrRefused, answer.Refused)
		case answer.Refused != "":
			w.say(WorkerEvent{Kind: "waiting", Reason: answer.Refused})
			pause(ctx, time.Second)
			continue
		}
		j, err := w.prepare(answer)
		if err != nil {
			return err
		}
		w.say(WorkerEvent{Kind: "joined", Run: answer.Name})
		why := j.serve(ctx)
		switch {
		case errors.Is(why, errDrained):
			w.say(WorkerEvent{Kind: "left", Run: answer.Name, Reason: why.Error()})
			return nil
		case errors.Is(why, ErrRefused):
			w.say(WorkerEvent{Kind: "left", Run: answer.Name, Reason: why.Error()})
			return why
		case ctx.Err() != nil:
			w.say(WorkerEvent{Kind: "left", Run: answer.Name})
		case errors.Is(why, errOver):
			w.say(WorkerEvent{Kind: "over", Run: answer.Name, Reason: why.Error()})
		default:
			w.say(WorkerEvent{Kind: "lost", Run: answer.Name, Reason: why.Error()})
			pause(ctx, reconnectWait) // the coordinator may be at laying the place out again
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

func (w *worker) say(e WorkerEvent) {
	if key := e.Kind + e.Run + e.Reason; w.Watch != nil && key != w.said {
		w.said = key
		w.Watch(e)
	}
}

// ask makes requests of a worker that is not at work, within patience. They end when the server is lost and found again: what was asked
// before is then most likely lost, or its answer is, and nothing would tell.
func (w *worker) ask(ctx context.Context, requests func(context.Context) error) error {
	select {
	case <-w.back: // before this
	default:
	}
	ctx, cancel := brief(ctx)
	watched := make(chan struct{})
	lost := false
	go func() {
		defer close(watched)
		select {
		case <-w.back:
			lost = true
			cancel()
		case <-ctx.Done():
		}
	}()
	err := requests(ctx)
	cancel()
	<-watched
	if lost {
		return errServer
	}
	return err
}

// hello asks whoever coordinates a run to be taken on, and proves that the answer comes from who holds the run's epoch.
func (w *worker) hello(ctx context.Context) (welcome, error) {
	var answer welcome
	host, _ := os.Hostname() // a name for tables
	h := hello{ID: w.id, Host: host, PID: os.Getpid(), Cores: w.Cores, Kernel: w.Kernel.String(), Build: w.Build}
	m, err := w.nc.RequestWithContext(ctx, subjectHello+"."+w.id.Name, encodeJSON(h))
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return answer, errors.New("no run is being trained there yet")
	case err != nil:
		return answer, errors.New("the server does not answer")
	}
	if err := decodeJSON(m.Data, &answer); err != nil {
		return answer, fmt.Errorf("the coordinator's answer is malformed: %w", err)
	}
	if answer.Refused != "" {
		return answer, nil
	}
	kv, err := w.js.KeyValue(ctx, epochs)
	if err == nil {
		var epoch uint64
		if epoch, _, err = epochOf(ctx, kv, answer.Place.Run); err == nil && epoch != answer.Place.Epoch {
			err = errors.New("a coordinator that is out of date answered")
		}
	}
	return answer, err
}

// prepare reads the run's spec and makes room for its lives.
func (w *worker) prepare(a welcome) (*job, error) {
	spec, err := run.ParseSpec("the spec of run "+a.Name, a.Spec, w.Registry)
	if err != nil {
		return nil, fmt.Errorf("cluster: this build does not know what the coordinator asks for: %w", err)
	}
	l, err := spec.Fit(w.Registry)
	if err != nil {
		return nil, fmt.Errorf("cluster: this build does not know what the coordinator asks for: %w", err)
	}
	s, err := spec.NewStrategy(w.Registry, l, make([]float32, l.Layout.Dim), w.Kernel)
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	j := &job{worker: w, place: a.Place, spec: spec, keeper: newKeeper(s, w.Cores, len(s.State()), l.Layout.Dim), heard: time.Now()}
	j.ctx, j.end = context.WithCancelCause(context.Background())
	for range w.Cores {
		j.hands = append(j.hands, evolve.NewWorker(l, spec.Family.Family, w.Kernel, spec.Space(l.Layout), max(spec.Tasks, life.MaxBatch)))
	}
	return j, nil
}
