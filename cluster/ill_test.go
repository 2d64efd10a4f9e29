package cluster

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"baldwin/evolve"
	"baldwin/run"
	"baldwin/task"
)

// panicky is a family whose tasks nobody can live.
type panicky struct {
	task.Sequence `yaml:",inline"`
}

type collapse struct{ task.Episode }

func (p *panicky) Episode(batch int) task.Episode { return collapse{p.Sequence.Episode(batch)} }

func (collapse) Begin([]task.Task) { panic("no such life") }

func panicking() run.Registry {
	r := run.Builtin()
	kind, err := r.Family("sequence")
	if err != nil {
		panic(err)
	}
	kind.New = func() task.Family {
		return &panicky{Sequence: task.Sequence{Dims: 1, Shots: 10, Length: 20, Protocol: task.ClosedLoop}}
	}
	return r.Add(run.Registry{Families: []run.FamilyKind{kind}})
}

// TestPanic: a chunk that fails wherever it is lived ends the run, which names its lives and shows the stack of the remote side. That
// holds for one worker and for more of them than a chunk is tried on.
func TestPanic(t *testing.T) {
	for _, workers := range []int{1, 2 * askHere} {
		spec := small(t, nil)
		spec.Family.Family = &panicky{*spec.Family.Family.(*task.Sequence)}
		s := serve(t)
		co := coordinator(t, s, spec, func(o *Options) { o.Registry = panicking() })
		for range workers {
			hire(t, s, func(o *WorkerOptions) { o.Registry = panicking() })
		}
		until(t, "the workers", func() bool { return len(co.Members()) == workers })
		_, err := train(t, co, spec)
		for _, want := range []string{"(generation 1, offspring ", "fails wherever it is lived, here too: on worker", ": panic: no such life", "collapse.Begin"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%d workers: the run ended with %v, which lacks %q", workers, err, want)
			}
		}
	}
}

// TestIllMachine: a worker on which every life panics ends no run that has others, and is told to go after a few.
func TestIllMachine(t *testing.T) {
	spec := small(t, nil)
	want := honest(t, spec)
	s := serve(t)
	co := coordinator(t, s, spec, nil)
	leave := hire(t, s, func(o *WorkerOptions) { o.Registry = panicking() })
	go func() {
		until(t, "the ill worker's quarantine", func() bool { return co.Counters().Quarantined == 1 })
		hire(t, s, nil)
	}()
	got, err := train(t, co, spec)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, got, want)
	if err := leave(); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "3 chunks in a row failed there") {
		t.Errorf("the ill worker ended with %v", err)
	}
	o, err := Dial(Link{URLs: []string{s.URL()}}, logOf(t))
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	st, err := o.Status()
	if err != nil || len(st) != 1 || len(st[0].Quarantined) != 1 || !strings.Contains(st[0].Quarantined[0].Reason, "no such life") {
		t.Errorf("the status is %+v, %v", st, err)
	}
	logs, err := o.Logs()
	if err != nil {
		t.Fatal(err)
	}
	panics := 0
	for _, f := range logs {
		if strings.Contains(f.Text, "panic") && strings.Contains(f.Stack, "Begin") {
			panics++
		}
	}
	if panics < panicsAllowed+1 { // each, and the quarantine; it may have had another in hand when it was told to go
		t.Errorf("%d faults with a stack: %+v", panics, logs)
	}
}

// TestAnswersFit: what an operator is told of very many workers and very long stacks goes into one message, and says what it leaves out.
func TestAnswersFit(t *testing.T) {
	s := serve(t)
	co := coordinator(t, s, small(t, nil), func(o *Options) { o.Log = quiet() })
	const many = 3000
	stack := strings.Repeat("s", 2*mostStack)
	co.mu.Lock()
	for i := range many {
		id := ID{"worker", fmt.Sprintf("%08d", i)}
		co.members[id] = &Member{Worker: id.String(), Host: strings.Repeat("h", 64), Cores: 1, id: id, heard: time.Now().Add(time.Hour)}
		co.fault(id, Fault{Text: "panic", Stack: stack, Round: 1})
	}
	co.mu.Unlock()
	o, err := Dial(Link{URLs: []string{s.URL()}}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	st, err := o.Status()
	if err != nil || len(st) != 1 {
		t.Fatalf("%d answers, %v", len(st), err)
	}
	if listed, left := len(st[0].Workers), st[0].LeftOut; listed+left != many || listed < 400 {
		t.Errorf("%d workers, %d left out", listed, left)
	}
	logs, err := o.Logs()
	if n := len(logs); err != nil || n < 50 || logs[n-1].Worker != fmt.Sprintf("worker.%08d", many-1) {
		t.Errorf("%v, %d faults", err, n)
	}
}

// at begins a round of a coordinator whose n offspring are lived one a chunk.
func at(co *Coordinator, n int, live func(w *evolve.Worker, lo, hi int, dst []float64)) *round {
	r := &round{header: header{Round: 1, Epoch: co.place.Epoch, Generation: 7, Blob: state}, n: n, scale: 1, fitness: make([]float64, n), live: live}
	var spans []span
	for i := range n {
		spans = append(spans, span{i, i + 1})
	}
	r.open(spans)
	co.mu.Lock()
	defer co.mu.Unlock()
	co.round, co.rounds = r, 1
	return r
}

func join(t *testing.T, co *Coordinator, names ...string) (ids []ID) {
	t.Helper()
	for _, name := range names {
		id := ID{name, "1"}
		if w := co.admit(hello{ID: id, Cores: 1, Build: testBuild}); w.Refused != "" {
			t.Fatal(w.Refused)
		}
		ids = append(ids, id)
	}
	return ids
}

// reports has a worker report a fault, as its message does.
func reports(co *Coordinator, id ID, chunk uint32, text, stack string) {
	co.mu.Lock()
	defer co.mu.Unlock()
	co.fault(id, Fault{Text: text, Stack: stack, Round: 1, Chunk: chunk})
}

// TestOffspringNamed: one offspring that panics everywhere ends the run by its name, after three workers and the coordinator; nobody is
// quarantined for it.
func TestOffspringNamed(t *testing.T) {
	co := coordinator(t, serve(t), small(t, nil), nil)
	ids := join(t, co, "a", "b", "c", "d")
	r := at(co, 4, func(_ *evolve.Worker, lo, _ int, _ []float64) {
		if lo == 2 {
			panic("overflow")
		}
	})
	for _, id := range ids[:askHere] {
		if len(r.checks) != 0 {
			t.Fatal("lived here too early")
		}
		reports(co, id, 2, "panic: overflow", "the stack")
	}
	co.judge(co.auditors[0], r, <-r.checks)
	if r.err == nil || !strings.Contains(r.err.Error(), "chunk 2 (generation 7, offspring 2) fails wherever it is lived, here too: on worker c.1: panic: overflow\nthe stack") {
		t.Errorf("the round ended with %v", r.err)
	}
	if len(co.quarantined.order) > 0 {
		t.Errorf("quarantined: %v", co.quarantined.list())
	}
}

// TestIllWorkers: chunks that panicked on ill workers alone are lived here, and their values stand; the ill are shut out one by one.
func TestIllWorkers(t *testing.T) {
	co := coordinator(t, serve(t), small(t, nil), nil)
	ids := join(t, co, "a", "b", "c")
	r := at(co, 3, func(_ *evolve.Worker, lo, _ int, dst []float64) { dst[0] = float64(lo) + 0.5 })
	for chunk := range uint32(3) {
		for _, id := range ids {
			reports(co, id, chunk, "panic: bad memory", "the stack")
		}
		co.judge(co.auditors[0], r, <-r.checks)
	}
	if r.err != nil || r.left != 0 || !same(r.fitness, []float64{0.5, 1.5, 2.5}) {
		t.Errorf("fitness %v, %d left, %v", r.fitness, r.left, r.err)
	}
	if len(co.members) != 0 || len(co.quarantined.order) != 3 {
		t.Errorf("%d members, quarantined %v", len(co.members), co.quarantined.list())
	}
}

// TestErrorsInARow: a worker that has nothing but errors is shut out where another one gets on, and not where none does; a result in
// between sets it right.
func TestErrorsInARow(t *testing.T) {
	for _, c := range []struct {
		other, result bool
		want          int
	}{{true, false, 1}, {false, false, 0}, {true, true, 0}} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			co := coordinator(t, serve(t), small(t, nil), nil)
			ids := join(t, co, "a", "b")
			at(co, 4, nil)
			if c.other {
				co.accept(ids[1], result{co.place.Epoch, 1, 0, 1, []float64{1}}, 1)
			}
			for i := range faultsAllowed {
				if c.result && i == faultsAllowed/2 {
					co.accept(ids[0], result{co.place.Epoch, 1, 1, 1, []float64{1}}, 1)
				}
				reports(co, ids[0], 2, errNoTheta.Error(), "")
			}
			if n := len(co.quarantined.order); n != c.want {
				t.Errorf("%d quarantined: %v", n, co.quarantined.list())
			}
		})
	}
}
