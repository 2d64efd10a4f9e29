package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"baldwin/evolve"
	"baldwin/internal/kernel"
	"baldwin/life"
	"baldwin/strategy"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a Recorder that keeps a run in memory. It refuses what a store would.
type memory struct {
	generations []GenerationRow
	tests       []MetaTestRow
	newest      *Checkpoint
	status      Status
	commits     int
	fail        func(commit int) error // may be nil; commit counts from 1
}

func (m *memory) Commit(ctx context.Context, c Commit) error {
	m.commits++
	if m.fail != nil {
		if err := m.fail(m.commits); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("the commit was interrupted: %w", err)
	}
	rows := len(m.generations)
	for i := range c.Generations {
		if c.Generations[i].Generation != rows+1+i {
			return fmt.Errorf("generation %d follows generation %d", c.Generations[i].Generation, rows+i)
		}
	}
	if end := rows + len(c.Generations); c.Checkpoint.Generation != end {
		return fmt.Errorf("a checkpoint of generation %d with rows up to %d", c.Checkpoint.Generation, end)
	}
	m.generations = append(m.generations, c.Generations...)
	m.tests = append(m.tests, c.MetaTests...)
	m.newest, m.status = &c.Checkpoint, c.Status
	return nil
}

// from are the options that go on where the memory ends.
func (m *memory) from(o Options) Options {
	o.Recorder, o.From, o.Tests = m, m.newest, slices.Clone(m.tests)
	return o
}

// tiny is a spec of a few milliseconds: 12 generations of 8 offspring with 16 hidden neurons and 2 tasks.
func tiny(t testing.TB, change ...func(*Spec)) Spec {
	s := Spec{
		Learner: LearnerSpec{Hidden: 16}, Strategy: StrategySpec{Population: 8}, Generations: 12, Tasks: 2,
		MetaTest: MetaTestSpec{Every: 5, Tasks: 20}, CheckpointEvery: 4, Seed: 7,
	}
	for _, c := range change {
		c(&s)
	}
	return resolve(t, s)
}

// options are those of a test that asks for nothing in particular.
func options() Options { return Options{Registry: Builtin(), Kernel: kernel.Best(), Threads: 1} }

// train is Train, which must succeed.
func train(t testing.TB, s Spec, o Options) *Result {
	t.Helper()
	r, err := Train(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// whole is the run that nothing disturbed, and what it recorded.
func whole(t testing.TB, s Spec) (*Result, *memory) {
	t.Helper()
	m := &memory{}
	o := options()
	o.Recorder = m
	return train(t, s, o), m
}

// same compares two runs' records in all but their timing.
func same(t *testing.T, what string, got, want *memory) {
	t.Helper()
	if len(got.generations) != len(want.generations) || len(got.tests) != len(want.tests) {
		t.Errorf("%s: %d generations and %d meta-tests are recorded, want %d and %d",
			what, len(got.generations), len(got.tests), len(want.generations), len(want.tests))
		return
	}
	for i, w := range want.generations {
		if g := got.generations[i]; timeless(g) != timeless(w) {
			t.Errorf("%s: a generation is recorded as\n%s\nwant\n%s", what, timeless(g), timeless(w))
		}
	}
	for i, w := range want.tests {
		g := got.tests[i]
		g.Seconds, w.Seconds = 0, 0
		if fmt.Sprint(g) != fmt.Sprint(w) {
			t.Errorf("%s: a meta-test is recorded as %+v, want %+v", what, g, w)
		}
	}
	g, w := *got.newest, *want.newest
	if g.Generation != w.Generation || g.ThetaHash != w.ThetaHash || g.SpecHash != w.SpecHash || string(g.State) != string(w.State) || got.status != want.status {
		t.Errorf("%s: it ends %s at generation %d with genome %.12s, want %s, %d, %.12s",
			what, got.status, g.Generation, g.ThetaHash, want.status, w.Generation, w.ThetaHash)
	}
}

// timeless is a row without its timing, as text: NaN equals NaN.
func timeless(r GenerationRow) string {
	r.Seconds = 0
	return fmt.Sprintf("%+v", r)
}

// countdown is a context that is done once Err was called n times: it interrupts a run anywhere, always at the same place
// where there is one worker.
type countdown struct {
	context.Context
	cancel context.CancelFunc
	left   chan struct{}
}

func newCountdown(n int) *countdown {
	ctx, cancel := context.WithCancel(context.Background())
	c := &countdown{ctx, cancel, make(chan struct{}, n)}
	for range n {
		c.left <- struct{}{}
	}
	return c
}

func (c *countdown) Err() error {
	select {
	case <-c.left:
	default:
		c.cancel()
	}
	return c.Context.Err()
}

// broken is an Evaluator that fails.
type broken struct{ evolve.Evaluator }

var errBroken = errors.New("the evaluator is broken")

func (broken) Evaluate(context.Context, strategy.Strategy, *life.Lot, []float64) error {
	return errBroken
}

// kernels are all forms that this machine has; with -short, as under the race detector, the fastest alone.
func kernels() []kernel.ISA {
	if testing.Short() {
		return []kernel.ISA{kernel.Best()}
	}
	return kernel.Available()
}
