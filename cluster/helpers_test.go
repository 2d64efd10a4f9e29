package cluster

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"baldwin/internal/kernel"
	"baldwin/run"
)

// small is a run of moments, resolved.
func small(t testing.TB, change func(*run.Spec)) run.Spec {
	t.Helper()
	s := run.Spec{
		Learner: run.LearnerSpec{Hidden: 16}, Strategy: run.StrategySpec{Population: 32},
		Generations: 30, Tasks: 4, MetaTest: run.MetaTestSpec{Every: 10, Tasks: 50}, CheckpointEvery: 10,
	}
	if change != nil {
		change(&s)
	}
	s, err := s.Resolve(run.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// honest is the hash that the run ends with in one process.
func honest(t testing.TB, s run.Spec) *run.Result {
	t.Helper()
	r, err := run.Train(context.Background(), s, run.Options{Registry: run.Builtin(), Kernel: kernel.Best(), Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// logOf writes to the test's log, as long as the test runs.
func logOf(t testing.TB) *slog.Logger {
	w := &testWriter{t: t}
	t.Cleanup(w.close)
	return slog.New(slog.NewTextHandler(w, nil))
}

type testWriter struct {
	mu sync.Mutex
	t  testing.TB
}

func (w *testWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.t != nil {
		w.t.Log(string(b))
	}
	return len(b), nil
}

func (w *testWriter) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.t = nil
}

// by is the way of a worker that has a key.
func by(k *Key) func(*Link) { return func(l *Link) { l.Key = k } }

// quiet is for what is long.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func serve(t testing.TB) *Server {
	t.Helper()
	s, err := Serve(ServerOptions{Listen: "127.0.0.1:0", Dir: t.TempDir(), Log: logOf(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

var testBuild = Build{Version: "test", Contract: run.Contract}

func optionsOf(t testing.TB, spec run.Spec) Options {
	return Options{Name: "test", Spec: spec, Registry: run.Builtin(), Kernel: kernel.Best(), Build: testBuild, Log: logOf(t)}
}

// coordinator starts one on a server in this process.
func coordinator(t testing.TB, s *Server, spec run.Spec, change func(*Options)) *Coordinator {
	t.Helper()
	o := optionsOf(t, spec)
	if change != nil {
		change(&o)
	}
	c, err := Start(context.Background(), Link{Server: s}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// hire starts a worker by TCP. It is gone when the test ends, or when leave is called.
func hire(t testing.TB, s *Server, change func(*WorkerOptions), way ...func(*Link)) (leave func() error) {
	t.Helper()
	leave = start(t, s, change, way...)
	t.Cleanup(func() { _ = leave() })
	return leave
}

// start starts a worker that stays until leave is called. A test holds its cleanups to its end, so what hires thousands starts them.
func start(t testing.TB, s *Server, change func(*WorkerOptions), way ...func(*Link)) (leave func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	o := WorkerOptions{Name: "test", Registry: run.Builtin(), Kernel: kernel.Best(), Build: testBuild, Cores: 1}
	if change != nil {
		change(&o)
	}
	if o.Log == nil {
		o.Log = logOf(t)
	}
	link := Link{URLs: []string{s.URL()}}
	for _, f := range way {
		f(&link)
	}
	done := make(chan error, 1)
	go func() {
		err := Work(ctx, link, o)
		if err != nil {
			o.Log.Info("a worker ended", "error", err)
		}
		done <- err
	}()
	var once sync.Once
	var err error
	return func() error {
		once.Do(func() {
			cancel()
			select {
			case err = <-done:
			case <-time.After(limit):
				t.Error("a worker does not leave")
			}
		})
		return err
	}
}

// until waits for what is bound to come. The limit is for what has gone wrong, not for a busy machine.
func until(t testing.TB, what string, come func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !come(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waiting for %s: it does not come", what)
		}
	}
}

// limit bounds every wait of the tests.
const limit = 2 * time.Minute

// train runs a spec on a coordinator.
func train(t testing.TB, c *Coordinator, spec run.Spec) (*run.Result, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return run.Train(ctx, spec, run.Options{Registry: run.Builtin(), Kernel: kernel.Best(), Evaluator: c})
}

// agree wants the run's numbers to be those of one process.
func agree(t *testing.T, got, want *run.Result) {
	t.Helper()
	if got.ThetaHash != want.ThetaHash {
		t.Errorf("theta is %s, in one process %s", got.ThetaHash, want.ThetaHash)
	}
	if len(got.Tests) != len(want.Tests) {
		t.Fatalf("%d meta-tests, in one process %d", len(got.Tests), len(want.Tests))
	}
	for i, a := range got.Tests {
		b := want.Tests[i]
		a.Seconds, b.Seconds = 0, 0
		if a != b {
			t.Errorf("meta-test %d is %+v, in one process %+v", i, a, b)
		}
	}
}
