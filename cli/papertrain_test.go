package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"baldwin/cluster"
	"baldwin/internal/kernel"
	"baldwin/paper"
	"baldwin/run"
	"baldwin/store"
	"baldwin/task"
)

// smallPlan is two cells of moments with two seeds, at the smoke budget.
func smallPlan(t *testing.T) (run.Registry, *paper.Plan) {
	t.Helper()
	r := run.Builtin()
	r.Presets = []run.Preset{{
		Name: "seq-small",
		Spec: run.Spec{
			Family:   run.FamilySpec{Name: "sequence", Family: &task.Sequence{Dims: 1, Shots: 3, Length: 5, Protocol: task.ClosedLoop}},
			Learner:  run.LearnerSpec{Hidden: 16},
			Strategy: run.StrategySpec{Population: 8}, Tasks: 2, CheckpointEvery: 3,
		},
		Cells: []run.Cell{{Learner: "es-rnn", Mean: -1, SD: 0.1}, {Learner: "eprnn", Mean: -0.5, SD: 0.1}},
	}}
	b, err := paper.FindBudget("smoke")
	if err != nil {
		t.Fatal(err)
	}
	p, err := paper.New(r, b, []uint64{1, 2}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r, p
}

// lines hands what is written to a function, line by line.
type lines struct {
	part []byte
	each func(line []byte)
}

func (l *lines) Write(b []byte) (int, error) {
	l.part = append(l.part, b...)
	for {
		line, rest, ok := bytes.Cut(l.part, []byte("\n"))
		if !ok {
			return len(b), nil
		}
		l.each(line)
		l.part = rest
	}
}

// TestPaperFleet: a plan whose runs workers live stores what it stores in one process, however often it is stopped, in the
// cluster or out of it, and passes over a run that another process holds. The same two workers serve it from its first run
// to its last.
func TestPaperFleet(t *testing.T) {
	registry, plan := smallPlan(t)
	open := func() *store.Store {
		st, err := store.Open(t.Context(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { st.Close() })
		return st
	}
	home := t.TempDir()
	proc := func(ctx context.Context, out io.Writer) *process {
		return &process{
			registry: registry, stdout: out, stderr: io.Discard, ctx: ctx, log: slog.New(slog.DiscardHandler),
			getenv: func(name string) string {
				if name == "BALDWIN_HOME" {
					return home
				}
				return ""
			},
		}
	}
	// train goes on with the plan, and stops it when the tests-th meta-test is written; 0: never. It returns the events.
	train := func(st *store.Store, h *harbour, tests int) ([]planEvent, error) {
		t.Helper()
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var events []planEvent
		out := &lines{each: func(line []byte) {
			var e planEvent
			if err := json.Unmarshal(line, &e); err != nil {
				t.Errorf("%s: %v", line, err)
			}
			events = append(events, e)
			if e.Event == "meta_test" {
				if tests--; tests == 0 {
					stop()
				}
			}
		}}
		err := (&paperCmd{JSON: true}).train(proc(ctx, out), st, plan, kernel.Best(), 2, h)
		return events, err
	}
	digests := func(st *store.Store) string {
		t.Helper()
		var b strings.Builder
		standings, err := paper.Look(t.Context(), st, plan)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range standings {
			if !s.Finished() {
				t.Fatalf("%s is not finished", s.Name)
			}
			d, err := st.Digest(t.Context(), s.Run.ID)
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(s.Name + " " + s.Run.ThetaHash + " " + d + "\n")
		}
		return b.String()
	}

	alone := open()
	if _, err := train(alone, nil, 0); err != nil {
		t.Fatal(err)
	}
	want := digests(alone)

	h, err := proc(t.Context(), io.Discard).harbour(fleet{Listen: "127.0.0.1:0", Theta: "auto", Audit: 0.02}, engine{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.leave)
	var mu sync.Mutex
	joined := map[string]map[int]bool{} // run -> workers
	ctx, cancel := context.WithCancel(context.Background())
	var men sync.WaitGroup
	t.Cleanup(func() { cancel(); men.Wait() })
	for i := range 2 {
		men.Go(func() {
			err := cluster.Work(ctx, cluster.Link{URLs: []string{h.url}}, cluster.WorkerOptions{
				Name: "test", Registry: registry, Kernel: kernel.Best(), Cores: 1, Log: slog.New(slog.DiscardHandler),
				Build: cluster.Build{Version: buildVersion(), Contract: run.Contract},
				Watch: func(e cluster.WorkerEvent) {
					mu.Lock()
					defer mu.Unlock()
					if e.Kind == "joined" {
						if joined[e.Run] == nil {
							joined[e.Run] = map[int]bool{}
						}
						joined[e.Run][i] = true
					}
				},
			})
			if err != nil {
				t.Error(err)
			}
		})
	}

	st := open()
	interrupted := func(h *harbour, tests int) []planEvent {
		t.Helper()
		events, err := train(st, h, tests)
		if exitCode(err) != exitInterrupted {
			t.Fatalf("stopped at the meta-test number %d: %v", tests, err)
		}
		return events
	}
	events := interrupted(h, 12) // in the second run
	if e := events[len(events)-1]; e.Event != "over" || e.Finished != 1 || e.Left <= 0 || e.Share <= 0 || e.Share >= 1 {
		t.Errorf("stopped in the second of four runs: %+v", e)
	}
	if e := events[0]; e.Event != "plan" || e.Left != 0 { // null: nobody knows how fast workers are that are not there yet
		t.Errorf("at first: %+v", e)
	}
	interrupted(nil, 4) // in this process
	held, err := st.Lock(plan.Jobs[3].Name)
	if err != nil {
		t.Fatal(err)
	}
	events, err = train(st, h, 0)
	if !errors.Is(err, store.ErrBusy) {
		t.Errorf("a run is held: %v", err)
	}
	if e := events[len(events)-1]; e.Event != "over" || e.Finished != 3 {
		t.Errorf("with one run of four held: %+v", e)
	}
	if err := held.Unlock(); err != nil {
		t.Fatal(err)
	}
	if events, err = train(st, h, 0); err != nil {
		t.Fatal(err)
	}
	if e := events[len(events)-1]; e.Event != "over" || e.Finished != 4 || e.Left != 0 || e.Share != 1 {
		t.Errorf("at last: %+v", e)
	}
	if got := digests(st); got != want {
		t.Errorf("lived by workers:\n%sin one process\n%s", got, want)
	}
	mu.Lock()
	defer mu.Unlock()
	served := map[int]bool{}
	for _, workers := range joined {
		for w := range workers {
			served[w] = true
		}
	}
	if len(served) != 2 || len(joined[plan.Jobs[0].Name]) == 0 || len(joined[plan.Jobs[3].Name]) == 0 {
		t.Errorf("who lived what: %v", joined)
	}
}
