package cluster

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"baldwin/evolve"
	"baldwin/internal/kernel"
	"baldwin/run"
)

// TestLiar: a worker that returns wrong values is found by the audit and shut out, and the numbers are those of one process. With audit 1
// the lie never reaches the run.
func TestLiar(t *testing.T) {
	spec := small(t, nil)
	want := honest(t, spec)
	for name, distort := range map[string]func(round uint64, chunk uint32, v []float64){
		"always":    func(_ uint64, _ uint32, v []float64) { v[0] += 1 },
		"sometimes": func(r uint64, _ uint32, v []float64) { v[0] += float64(r % 7 / 6) },
		"one bit":   func(_ uint64, _ uint32, v []float64) { v[len(v)-1] = flip(v[len(v)-1]) },
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			co := coordinator(t, s, spec, func(o *Options) { o.Audit = 1 })
			hire(t, s, func(o *WorkerOptions) { o.Distort = distort })
			hire(t, s, nil)
			got, err := train(t, co, spec)
			if err != nil {
				t.Fatal(err)
			}
			agree(t, got, want)
			if n := co.Counters(); n.Quarantined != 1 {
				t.Errorf("%d workers quarantined, want 1", n.Quarantined)
			}
		})
	}
}

// TestLiarFoundLate: a lie that is found after others may have got through ends the run with the last generation that is clean.
func TestLiarFoundLate(t *testing.T) {
	spec := small(t, nil)
	s := serve(t)
	var events atomic.Int64
	co := coordinator(t, s, spec, func(o *Options) {
		o.Audit = 1e-9 // none but the first, and that only after auditEvery
		o.Watch = func(e Event) {
			if e.Kind == "quarantined" {
				events.Add(1)
			}
		}
	})
	var lies atomic.Bool
	hire(t, s, func(o *WorkerOptions) {
		o.Distort = func(_ uint64, _ uint32, v []float64) {
			if lies.Load() {
				v[0]++
			}
		}
	})
	generation := 0
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	_, err := run.Train(ctx, spec, run.Options{Registry: run.Builtin(), Kernel: kernel.Best(), Evaluator: co, Watch: func(e run.Event) {
		if e.Generation != nil {
			if generation = e.Generation.Generation; generation == 20 {
				lies.Store(true)
				co.mu.Lock()
				co.o.Audit = 1
				co.mu.Unlock()
			}
		}
	}})
	var liar *LiarError
	if !errors.As(err, &liar) || liar.Generation < 20 || liar.Generation > 21 || liar.Clean != 0 {
		t.Fatalf("the run ended with %v after %d generations", err, generation)
	}
	if events.Load() != 1 {
		t.Errorf("%d events", events.Load())
	}
}

// TestJudge: where two workers disagree, the chunk is lived here, and the one who lied is shut out, whether it came first or second.
func TestJudge(t *testing.T) {
	for _, liarFirst := range []bool{true, false} {
		spec := small(t, nil)
		co := coordinator(t, serve(t), spec, nil)
		a, b := ID{"a", "1"}, ID{"b", "2"}
		for _, id := range []ID{a, b} {
			if w := co.admit(hello{ID: id, Cores: 1, Build: testBuild}); w.Refused != "" {
				t.Fatal(w.Refused)
			}
		}
		truth := []float64{1, 2}
		r := &round{header: header{Round: 1, Epoch: co.place.Epoch, Generation: 1}, n: 1, scale: 2, fitness: make([]float64, 2), live: func(_ *evolve.Worker, lo, hi int, dst []float64) { copy(dst, truth[lo:hi]) }}
		r.open([]span{{0, 1}})
		co.mu.Lock()
		co.round = r
		co.mu.Unlock()
		said := map[ID][]float64{a: {1, 2}, b: {1, 3}}
		order := []ID{a, b}
		if liarFirst {
			order = []ID{b, a}
		}
		// The round must not be over before the second speaks.
		co.mu.Lock()
		r.left++
		co.mu.Unlock()
		for _, id := range order {
			if answer, why := co.accept(id, result{co.place.Epoch, 1, 0, 1, said[id]}, 1); answer != answerOK {
				t.Fatalf("%c %s", answer, why)
			}
		}
		co.judge(co.auditors[0], r, <-r.checks)
		if !same(r.fitness, truth) || co.quarantined.why[b] == "" || co.quarantined.why[a] != "" {
			t.Errorf("liar first %v: fitness %v, quarantined %v", liarFirst, r.fitness, co.quarantined.why)
		}
		if answer, _ := co.accept(b, result{co.place.Epoch, 1, 0, 1, truth}, 1); answer != answerRefused {
			t.Errorf("a quarantined worker is answered %c", answer)
		}
		co.mu.Lock()
		co.round = nil
		co.mu.Unlock()
	}
}

// TestTaint: values that nobody proved and that a later round finds to be a liar's are gone back on, also where that round is the
// meta-test of the same generation.
func TestTaint(t *testing.T) {
	for _, c := range []struct {
		first, second uint64 // rounds
		clean         int    // -1: no need to go back
	}{{1, 2, 2}, {1, 1, -1}} {
		co := coordinator(t, serve(t), small(t, nil), func(o *Options) { o.Audit = 1e-9 })
		liar := ID{"a", "1"}
		if w := co.admit(hello{ID: liar, Cores: 1, Build: testBuild}); w.Refused != "" {
			t.Fatal(w.Refused)
		}
		at := func(n uint64) *round {
			r := &round{header: header{Round: n, Epoch: co.place.Epoch, Generation: 3}, n: 2, scale: 1, fitness: make([]float64, 2), live: func(*evolve.Worker, int, int, []float64) {}}
			r.open([]span{{0, 1}, {1, 2}})
			co.mu.Lock()
			co.round = r
			co.mu.Unlock()
			return r
		}
		r := at(c.first)
		co.accept(liar, result{co.place.Epoch, c.first, 0, 1, []float64{7}}, 1) // nobody looks
		if c.second != c.first {
			r = at(c.second)
		}
		co.mu.Lock()
		co.o.Audit = 1
		co.mu.Unlock()
		co.accept(liar, result{co.place.Epoch, c.second, 1, 1, []float64{8}}, 1)
		co.judge(co.auditors[0], r, <-r.checks)
		var lie *LiarError
		switch {
		case co.quarantined.why[liar] == "":
			t.Errorf("%+v: not found", c)
		case c.clean < 0 && (r.finished || r.left != 1 || r.pieces[0].done):
			t.Errorf("%+v: its values of the round stay", c)
		case c.clean >= 0 && (!errors.As(r.err, &lie) || lie.Clean != c.clean):
			t.Errorf("%+v: the round ended with %v", c, r.err)
		}
		co.mu.Lock()
		co.round = nil
		co.mu.Unlock()
	}
}

// TestFence: the second coordinator of a run takes it over, and the first stops.
func TestFence(t *testing.T) {
	spec := small(t, func(s *run.Spec) { s.Generations = 200 })
	want := honest(t, spec)
	s := serve(t)
	first := coordinator(t, s, spec, nil)
	hire(t, s, nil)
	hire(t, s, nil)
	failed := make(chan error, 1)
	begun := make(chan struct{})
	go func() {
		n := 0
		_, err := run.Train(context.Background(), spec, run.Options{Registry: run.Builtin(), Kernel: kernel.Best(), Evaluator: first, Watch: func(e run.Event) {
			if e.Generation != nil {
				if n++; n == 5 {
					close(begun)
				}
			}
		}})
		failed <- err
	}()
	<-begun
	second := coordinator(t, s, spec, nil)
	got, err := train(t, second, spec)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, got, want)
	if err := <-failed; !errors.Is(err, ErrFenced) {
		t.Errorf("the first coordinator ended with %v", err)
	}
}

// TestLateJoiner: who comes when the run is under way, and whose replay went wrong, fetches theta whole; a full store is gone round.
func TestLateJoiner(t *testing.T) {
	for _, full := range []bool{false, true} {
		spec := small(t, func(s *run.Spec) { s.Generations = 60 })
		want := honest(t, spec)
		s := serve(t)
		co := coordinator(t, s, spec, func(o *Options) { o.Theta = Replay })
		if full {
			_, err := co.js.CreateOrUpdateKeyValue(context.Background(), jetstream.KeyValueConfig{Bucket: co.place.thetas(), Storage: jetstream.MemoryStorage, MaxBytes: 1000})
			if err != nil {
				t.Fatal(err)
			}
		}
		leave := hire(t, s, nil)
		got, err := run.Train(t.Context(), spec, run.Options{Registry: run.Builtin(), Kernel: kernel.Best(), Evaluator: co, Watch: func(e run.Event) {
			if e.Generation != nil && e.Generation.Generation == 10 {
				hire(t, s, nil)
				until(t, "the second worker", func() bool { return len(co.Members()) == 2 })
				if err := leave(); err != nil {
					t.Error(err)
				}
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		agree(t, got, want)
		if n := co.Counters(); n.Wants == 0 {
			t.Errorf("full %v: nobody asked for theta: %+v", full, n)
		}
	}
}

func flip(v float64) float64 { return v * (1 + 1.0/(1<<52)) }
