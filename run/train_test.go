package run

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

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

// TestInterrupted: a run that is interrupted again and again, anywhere, and resumed each time records what the run does
// that nothing disturbed.
func TestInterrupted(t *testing.T) {
	s := tiny(t)
	want, rows := whole(t, s)
	rounds := 40
	if testing.Short() {
		rounds = 5
	}
	for round := range rounds {
		r := rand.New(rand.NewPCG(1, uint64(round)))
		m := &memory{}
		stops := 0
		for {
			o := m.from(options())
			o.Threads, o.Kernel = 1+r.IntN(3), kernels()[r.IntN(len(kernels()))]
			// A generation asks 5 times: for each of 4 pairs, and at its end.
			res, err := Train(newCountdown(r.IntN(40)), s, o)
			if err != nil {
				t.Fatal(err)
			}
			if res.Generation != m.newest.Generation || res.ThetaHash != m.newest.ThetaHash || res.Status != m.status {
				t.Fatalf("the result is %s at %d, the record %s at %d", res.Status, res.Generation, m.status, m.newest.Generation)
			}
			if res.Status == Finished {
				if res.ThetaHash != want.ThetaHash || res.MetaTest.Mean != want.MetaTest.Mean || len(res.Tests) != len(want.Tests) {
					t.Errorf("after %d stops: %+v, want %+v", stops, res, want)
				}
				break
			}
			if stops++; stops > 1000 {
				t.Fatal("the run does not come to an end")
			}
		}
		same(t, fmt.Sprint(stops, " stops"), m, rows)
	}
}

// TestKilled: a run that dies between commits goes on from the newest, with the same bits; what came after it is lost.
func TestKilled(t *testing.T) {
	s := tiny(t, func(s *Spec) { s.CheckpointEvery = 3 })
	want, rows := whole(t, s)
	died := errors.New("killed")
	for at := range s.Generations + 1 {
		m := &memory{}
		ctx, cancel := context.WithCancel(context.Background())
		o := m.from(options())
		o.Watch = func(e Event) {
			if e.Generation != nil && e.Generation.Generation == at || at == 0 {
				m.fail = func(int) error { return died }
				cancel()
			}
		}
		_, err := Train(ctx, s, o)
		cancel()
		if !errors.Is(err, died) {
			t.Fatalf("killed at %d: %v", at, err)
		}
		if m.newest.Generation > at || m.newest.Generation%s.CheckpointEvery != 0 {
			t.Errorf("killed at %d: the newest checkpoint is of generation %d", at, m.newest.Generation)
		}
		m.fail = nil
		if got := train(t, s, m.from(options())); got.ThetaHash != want.ThetaHash {
			t.Errorf("killed at %d: genome %.12s, want %.12s", at, got.ThetaHash, want.ThetaHash)
		}
		same(t, fmt.Sprint("killed at ", at), m, rows)
	}
}

// TestFinishedAgain: a finished run that is resumed says what it said, and adds nothing.
func TestFinishedAgain(t *testing.T) {
	s := tiny(t)
	want, rows := whole(t, s)
	again := &memory{slices.Clone(rows.generations), slices.Clone(rows.tests), rows.newest, rows.status, 0, nil}
	got := train(t, s, again.from(options()))
	if got.Status != Finished || got.ThetaHash != want.ThetaHash || got.MetaTest != want.MetaTest || got.Generation != want.Generation {
		t.Errorf("got %+v, want %+v", got, want)
	}
	same(t, "again", again, rows)
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

// TestUntil: the run finishes at the meta-test that reaches the score.
func TestUntil(t *testing.T) {
	s := tiny(t)
	want, _ := whole(t, s)
	for _, c := range []struct {
		until float64
		at    int
	}{{-math.MaxFloat64, 5}, {want.Tests[0].Mean, 5}, {math.NaN(), 12}, {0, 12}} {
		m := &memory{}
		o := m.from(options())
		o.Until = &c.until
		got := train(t, s, o)
		if got.Generation != c.at || got.Status != Finished || m.status != Finished || got.MetaTest.Mean != want.Tests[len(got.Tests)-1].Mean {
			t.Errorf("until %g: %s at %d, want %s at %d", c.until, got.Status, got.Generation, Finished, c.at)
		}
		// To go on, a higher score or none at all.
		if again := train(t, s, func() Options { o := m.from(options()); o.Until = &c.until; return o }()); again.Generation != c.at || again.Status != Finished {
			t.Errorf("until %g again: %s at %d", c.until, again.Status, again.Generation)
		}
		if more := train(t, s, m.from(options())); more.ThetaHash != want.ThetaHash {
			t.Errorf("until %g, then on: genome %.12s, want %.12s", c.until, more.ThetaHash, want.ThetaHash)
		}
	}
}

// TestUntilNewest: a meta-test counts for the generation that it tested. Who resumes past it with a score that it reached
// waits for the next.
func TestUntilNewest(t *testing.T) {
	s := tiny(t)
	m := &memory{}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o := m.from(options())
	o.Watch = func(e Event) {
		if e.Generation != nil && e.Generation.Generation == 7 {
			cancel()
		}
	}
	if res, err := Train(ctx, s, o); err != nil || res.Generation != 7 {
		t.Fatalf("%+v, %v", res, err)
	}
	low := -math.MaxFloat64
	o = m.from(options())
	o.Until = &low
	if got := train(t, s, o); got.Generation != 10 || got.Status != Finished {
		t.Errorf("%s at %d, want %s at 10", got.Status, got.Generation, Finished)
	}
}

// TestFor: time is up after a generation, never before the first; the run stops and can go on, unless it has just ended.
func TestFor(t *testing.T) {
	s := tiny(t)
	want, rows := whole(t, s)
	m := &memory{}
	for i := 1; i <= s.Generations; i++ {
		o := m.from(options())
		o.For = 1
		got := train(t, s, o)
		status := Stopped
		if i == s.Generations {
			status = Finished
		}
		if got.Generation != i || got.Status != status {
			t.Errorf("%s at %d, want %s at %d", got.Status, got.Generation, status, i)
		}
		if got.MetaTest.Generation != i || got.MetaTest.Tasks != 20 {
			t.Errorf("stopped at %d: the last words are of %+v", i, got.MetaTest)
		}
	}
	same(t, "a generation at a time", m, rows)
	if m.newest.ThetaHash != want.ThetaHash {
		t.Error("another genome")
	}

	o := options()
	o.For = time.Hour
	if got := train(t, s, o); got.Status != Finished {
		t.Errorf("within the hour: %s", got.Status)
	}
	low := -math.MaxFloat64
	o = (&memory{}).from(options())
	o.For, o.Until = 1, &low
	if got := train(t, tiny(t, func(s *Spec) { s.MetaTest.Every = 1 }), o); got.Status != Finished || got.Generation != 1 {
		t.Errorf("score and time at once: %s at %d", got.Status, got.Generation)
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
