package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/task"
)

// variants are specs that between them use every learner in every family, every rule, protocol and strategy. They are
// what the promise is tested on: the same bits on any number of threads and any kernel.
func variants(t testing.TB) map[string]Spec {
	out := map[string]Spec{}
	add := func(name string, change ...func(*Spec)) {
		short := func(s *Spec) { s.Generations, s.MetaTest = 3, MetaTestSpec{Every: 2, Tasks: 17} }
		out[name] = tiny(t, append([]func(*Spec){short}, change...)...)
	}
	robot := func(s *Spec) {
		s.Family, s.MetaTest.Tasks = FamilySpec{Family: &task.Robot{Noise: 0.05, Protocol: task.PaperEpisode}}, 3
	}
	for _, l := range Builtin().Learners {
		name := func(s *Spec) { s.Learner.Name = l.Name }
		add(l.Name+" sequence", name)
		add(l.Name+" robot", name, robot)
		add(l.Name+" (3,4,9) as-released", name, func(s *Spec) {
			s.Family.Family = &task.Sequence{Dims: 3, Shots: 4, Length: 9, Protocol: task.AsReleased, PlasticTesting: true}
		})
	}
	add("es-maml robot 1-rollout", robot, func(s *Spec) {
		s.Learner.Name = "es-maml"
		s.Family.Family.(*task.Robot).Rollouts = 1
	})
	add("eprnn robot as-released", robot, func(s *Spec) { s.Family.Family.(*task.Robot).Protocol = task.AsReleased })
	add("eprnn cartpole", func(s *Spec) { s.Family.Family = &task.CartPole{Steps: 40, Reverse: true} })
	add("es-lstm pendulum", func(s *Spec) {
		s.Learner.Name = "es-lstm"
		s.Family.Family = &task.Pendulum{Steps: 20, Reverse: true}
	})
	for _, r := range Builtin().Rules {
		add("eprnn "+string(r.Name), func(s *Spec) { s.Learner.Rule = r.Name })
	}
	add("eprnn without B and D", func(s *Spec) { s.Learner.Zero = []string{"B", "D"} })
	add("eprnn modulator off", func(s *Spec) { s.Learner.Modulator = "off" })
	add("eprnn gated state", func(s *Spec) { s.Learner.GatedState = true })
	add("eprnn hidden 48", func(s *Spec) { s.Learner.Hidden = 48 })
	for _, m := range Builtin().Strategies {
		if m.Name != "cma-es" { // which refuses a genome of this size
			add("strategy "+m.Name, func(s *Spec) { s.Strategy.Name = m.Name })
		}
	}
	add("schedule and average", func(s *Spec) { s.Strategy.DecayTo, s.Strategy.Average = 0.1, 3 })
	add("stratified tasks", func(s *Spec) { s.Tasks, s.Draw = 4, Stratified })
	add("31 tasks", func(s *Spec) { s.Tasks = 31 })
	return out
}

// TestThreadsAndKernels: the theta hash of every variant is the same for every kernel and for 1, 2 and 3 threads.
func TestThreadsAndKernels(t *testing.T) {
	for name, s := range variants(t) {
		want, rows := whole(t, s)
		for i, k := range kernels() {
			o := options()
			o.Kernel, o.Threads = k, 1+(i+1)%3
			m := &memory{}
			o.Recorder = m
			if got := train(t, s, o); got.ThetaHash != want.ThetaHash {
				t.Errorf("%s: genome %.12s with kernel %s and %d threads, %.12s with %s and one", name, got.ThetaHash, k, o.Threads, want.ThetaHash, kernel.Best())
			}
			same(t, fmt.Sprintf("%s, %s, %d threads", name, k, o.Threads), m, rows)
		}
	}
	s := tiny(t)
	want, rows := whole(t, s)
	for _, threads := range []int{0, 2, 3, 8, 64} {
		m := &memory{}
		o := options()
		o.Threads, o.Recorder = threads, m
		if got := train(t, s, o); got.ThetaHash != want.ThetaHash || got.MetaTest.Mean != want.MetaTest.Mean {
			t.Errorf("%d threads: %+v, want %+v", threads, got, want)
		}
		same(t, fmt.Sprint(threads, " threads"), m, rows)
	}
}

// TestBookkeepingLeavesTheta: how often a run is tested and committed, and watching it, changes no bit of theta.
func TestBookkeepingLeavesTheta(t *testing.T) {
	want, _ := whole(t, tiny(t))
	for _, every := range []int{1, 3, 12, 100} {
		s := tiny(t, func(s *Spec) { s.CheckpointEvery, s.MetaTest.Every, s.MetaTest.Tasks = every, every, 1+every })
		o := options()
		o.Watch = func(Event) {}
		if got := train(t, s, o); got.ThetaHash != want.ThetaHash {
			t.Errorf("every %d: genome %.12s, want %.12s", every, got.ThetaHash, want.ThetaHash)
		}
	}
	for name, change := range map[string]func(*Spec){
		"seed":          func(s *Spec) { s.Seed++ },
		"tasks":         func(s *Spec) { s.Tasks++ },
		"population":    func(s *Spec) { s.Strategy.Population += 2 },
		"learning rate": func(s *Spec) { s.Strategy.LearningRate *= 2 },
		"sigma":         func(s *Spec) { s.Strategy.Sigma *= 2 },
		"rule sigma":    func(s *Spec) { s.Strategy.RuleSigma *= 2 },
		"generations":   func(s *Spec) { s.Generations++ },
	} {
		s := tiny(t)
		change(&s)
		if got := train(t, s, options()); got.ThetaHash == want.ThetaHash {
			t.Errorf("another %s gives the same genome", name)
		}
	}
}

// TestEvents: what Watch is told, in order. c is a commit, g a generation, t a meta-test.
func TestEvents(t *testing.T) {
	var got []string
	o := options()
	o.Watch = func(e Event) {
		fields := 0
		if e.Generation != nil {
			got = append(got, fmt.Sprint("g", e.Generation.Generation))
			fields++
		}
		if e.MetaTest != nil {
			got = append(got, fmt.Sprint("t", e.MetaTest.Generation))
			fields++
		}
		if e.Commit != nil {
			got = append(got, fmt.Sprint("c", e.Commit.Generation))
			fields++
		}
		if fields != 1 {
			t.Errorf("%d fields of an event are set", fields)
		}
	}
	train(t, tiny(t), o)
	want := "c0 g1 g2 g3 g4 c4 g5 t5 g6 g7 g8 c8 g9 g10 t10 g11 g12 t12 c12"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("events\n%s\nwant\n%s", s, want)
	}
}

// TestRows: what a generation's row says.
func TestRows(t *testing.T) {
	s := tiny(t)
	res, m := whole(t, s)
	for i, r := range m.generations {
		ordered := slices.IsSorted([]float64{r.Worst, r.Lower, r.Median, r.Upper, r.Best})
		if r.Generation != i+1 || !ordered || r.NaN != 0 || r.Lives != 8*2 || !(r.ThetaNorm > 0) || !(r.Seconds > 0) {
			t.Errorf("row %d is %+v", i, r)
		}
		if len(r.Sigma) != 17 {
			t.Errorf("row %d has %d step sizes, EPRNN has 17 tensors", i, len(r.Sigma))
		}
	}
	for i, g := range []int{5, 10, 12} {
		r := m.tests[i]
		if r.Generation != g || r.Tasks != 20 || !(r.SD > 0) || !(r.Low < r.Mean && r.Mean < r.High) {
			t.Errorf("meta-test %d is %+v", i, r)
		}
	}
	if res.MetaTest != res.Tests[2] || len(res.Tests) != 3 {
		t.Errorf("the result is %+v", res)
	}
}

// TestErrorsSurface: a failure of what Train is given ends it with that error.
func TestErrorsSurface(t *testing.T) {
	s := tiny(t)
	full := errors.New("disk full")
	for commit, want := range map[int]string{
		1: "run: committing generation 0: disk full",
		2: "run: committing generation 4: disk full",
		4: "run: committing generation 12: disk full",
	} {
		m := &memory{fail: func(n int) error {
			if n == commit {
				return full
			}
			return nil
		}}
		res, err := Train(context.Background(), s, m.from(options()))
		if !errors.Is(err, full) || err.Error() != want || res != nil {
			t.Errorf("commit %d fails: %v, want %s", commit, err, want)
		}
	}
	o := options()
	o.Evaluator = broken{}
	if _, err := Train(context.Background(), s, o); !errors.Is(err, errBroken) {
		t.Errorf("a broken evaluator: %v", err)
	}
	o = options()
	o.Threads = -1
	if _, err := Train(context.Background(), s, o); err == nil || err.Error() != "run: threads: must be at least 1, or 0 for one per core, got -1" {
		t.Errorf("-1 threads: %v", err)
	}
}

// TestCancelledBefore: a run that is interrupted before it begins is there, at generation 0.
func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m := &memory{}
	s := tiny(t)
	res, err := Train(ctx, s, m.from(options()))
	if err != nil {
		t.Fatal(err)
	}
	if res.Status != Stopped || res.Generation != 0 || m.newest.Generation != 0 || m.status != Stopped || !(res.MetaTest.Mean < 0) {
		t.Errorf("%+v", res)
	}
	want, rows := whole(t, s)
	if got := train(t, s, m.from(options())); got.ThetaHash != want.ThetaHash {
		t.Errorf("genome %.12s, want %.12s", got.ThetaHash, want.ThetaHash)
	}
	same(t, "cancelled before", m, rows)
}
