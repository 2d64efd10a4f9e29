// Package run turns a Spec into a trained genome: it is the outer loop over generations with its meta-tests, checkpoints
// and resumption. [Train] is the whole of it; [Spec] is what it is told, [Recorder] where it writes.
package run

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"baldwin/evolve"
	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/stats"
	"baldwin/strategy"
)

// Contract is the version of everything that decides a bit: kernels, random addresses, layouts and strategies. It changes
// when any result can change, and a checkpoint of another contract is refused.
const Contract = "1." + kernel.Contract

// ErrContract and ErrSpec are why a checkpoint can be refused.
var (
	ErrContract = errors.New("the checkpoint was made under another arithmetic contract")
	ErrSpec     = errors.New("the checkpoint was made by another spec")
)

// Options are what Train needs besides the Spec.
type Options struct {
	Registry Registry
	Kernel   kernel.ISA
	Threads  int // workers of the in-process pool; 0: one per core

	// Evaluator lives the lives; nil: an in-process pool of Threads workers.
	Evaluator evolve.Evaluator
	Recorder  Recorder      // where commits go; nil: nowhere
	From      *Checkpoint   // go on from here; nil: begin
	Tests     []MetaTestRow // the run's meta-tests up to From
	Init      []float32     // genome to begin with, in the layout's vector form: the one that Spec.Start names; nil: drawn from the seed

	Until *float64      // finish when a meta-test's mean reaches this; nil: never
	For   time.Duration // stop, resumable, after this long; 0: never
	Pause int           // stop, resumable, once this many generations are done; 0: never
	Watch func(Event)   // told of every generation, meta-test and commit, in order; may be nil
}

// An Event is one thing that happened. Exactly one field is set.
type Event struct {
	Generation *GenerationRow
	MetaTest   *MetaTestRow
	Commit     *Checkpoint
}

// A Result is how a run ended.
type Result struct {
	Status     Status
	Generation int
	ThetaHash  string
	Theta      []float32 // in the layout's vector form
	MetaTest   MetaTestRow
	Tests      []MetaTestRow // all of the run's
}

// Train runs the resolved Spec from its beginning or from a checkpoint. When ctx is done it commits the last whole
// generation and returns with Status Stopped and no error.
func Train(ctx context.Context, s Spec, o Options) (*Result, error) {
	t, err := newTrainer(s, o)
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	defer t.close()
	return t.train(ctx)
}

// trainer is one run at work.
type trainer struct {
	Spec
	Options
	learner   *learner.Learner
	strategy  strategy.Strategy
	evaluator evolve.Evaluator
	close     func()
	fitness   []float64
	done      int // generations done
	tests     []MetaTestRow
	rows      []GenerationRow // since the last commit
	newTests  []MetaTestRow   // since the last commit
}

func newTrainer(s Spec, o Options) (*trainer, error) {
	t := &trainer{Spec: s, Options: o, close: func() {}, tests: slices.Clone(o.Tests)}
	var err error
	if t.learner, err = s.Fit(o.Registry); err != nil {
		return nil, err
	}
	theta := make([]float32, t.learner.Layout.Dim)
	switch {
	case o.From != nil: // the checkpoint has theta
	case o.Init != nil:
		if len(o.Init) != len(theta) {
			return nil, fmt.Errorf("the genome to start from has %d numbers, the learner's has %d", len(o.Init), len(theta))
		}
		copy(theta, o.Init)
		if got := t.learner.Layout.Hash(theta); got != s.Start {
			return nil, fmt.Errorf("the genome to start from has the hash %.12s, the spec's start is %q", got, s.Start)
		}
	case s.Start != "":
		return nil, fmt.Errorf("the spec starts from the genome %.12s, which must be given", s.Start)
	default:
		t.learner.Layout.Init(theta, s.Seed)
	}
	if t.strategy, err = s.NewStrategy(o.Registry, t.learner, theta, o.Kernel); err != nil {
		return nil, err
	}
	if c := o.From; c != nil {
		if err := t.restore(c); err != nil {
			return nil, err
		}
	}
	t.evaluator = o.Evaluator
	if t.evaluator == nil {
		threads := o.Threads
		switch {
		case threads == 0:
			threads = runtime.GOMAXPROCS(0)
		case threads < 0:
			return nil, fmt.Errorf("threads: must be at least 1, or 0 for one per core, got %d", threads)
		}
		pool := evolve.NewPool(t.learner, s.Family.Family, o.Kernel, s.Space(t.learner.Layout), s.Tasks, threads)
		t.evaluator, t.close = pool, pool.Close
	}
	t.fitness = make([]float64, t.strategy.Population())
	return t, nil
}

func (t *trainer) restore(c *Checkpoint) error {
	switch {
	case c.Contract != Contract:
		return fmt.Errorf("%w: it is %s, this build's is %s; go on with the build that made it", ErrContract, c.Contract, Contract)
	case c.SpecHash != t.Hash():
		return fmt.Errorf("%w: its hash is %.12s, this one's %.12s", ErrSpec, c.SpecHash, t.Hash())
	}
	if err := t.strategy.Restore(c.State); err != nil {
		return err
	}
	if got := t.learner.Layout.Hash(t.strategy.Theta()); got != c.ThetaHash {
		return fmt.Errorf("the checkpoint of generation %d is damaged: its genome's hash is %.12s, it says %.12s", c.Generation, got, c.ThetaHash)
	}
	t.done = c.Generation
	return nil
}

func (t *trainer) train(ctx context.Context) (*Result, error) {
	started := time.Now()
	if t.From == nil {
		if err := t.commit(ctx, Running); err != nil { // a run exists from its first moment on
			return nil, err
		}
	}
	status := Running
	for status == Running {
		if t.over() {
			status = Finished
			break
		}
		row, err := t.generation(ctx)
		if err != nil {
			if ctx.Err() == nil {
				return nil, err
			}
			status = Stopped
			break
		}
		t.rows = append(t.rows, row)
		t.done = row.Generation
		t.tell(Event{Generation: &row})
		if t.done%t.MetaTest.Every == 0 || t.done == t.Generations {
			// The test belongs to its generation, so an interruption waits for it.
			test, err := t.test(context.WithoutCancel(ctx))
			if err != nil {
				return nil, err
			}
			t.tests, t.newTests = append(t.tests, test), append(t.newTests, test)
			t.tell(Event{MetaTest: &test})
		}
		switch {
		case t.over(): // its commit comes after the loop
		case t.For > 0 && time.Since(started) >= t.For, t.Pause > 0 && t.done >= t.Pause:
			status = Stopped
		case t.done%t.CheckpointEvery == 0:
			if err := t.commit(ctx, Running); err != nil {
				return nil, err
			}
		}
	}
	if err := t.commit(ctx, status); err != nil {
		return nil, err
	}
	r := &Result{Status: status, Generation: t.done, Theta: t.strategy.Theta(), Tests: t.tests}
	r.ThetaHash = t.learner.Layout.Hash(r.Theta)
	if n := len(t.tests); n > 0 && t.tests[n-1].Generation == t.done {
		r.MetaTest = t.tests[n-1]
		return r, nil
	}
	// Stopped between two tests: the last line still says how good theta is, but the run's record is as if unstopped.
	test, err := t.test(context.WithoutCancel(ctx))
	r.MetaTest = test
	return r, err
}

// over says that the run has nothing left to do: all generations are done, or the newest meta-test reached Until.
func (t *trainer) over() bool {
	n := len(t.tests)
	reached := t.Until != nil && n > 0 && t.tests[n-1].Generation == t.done && t.tests[n-1].Mean >= *t.Until
	return reached || t.done == t.Generations
}

func (t *trainer) tell(e Event) {
	if t.Watch != nil {
		t.Watch(e)
	}
}

// generation turns the next generation and sums it up.
func (t *trainer) generation(ctx context.Context) (GenerationRow, error) {
	begun := time.Now()
	g := t.done + 1
	purpose := rng.Train
	if t.Draw == Stratified {
		purpose = rng.Stratified
	}
	lot := life.Draw(t.Family.Family, t.Seed, purpose, g, 0, t.Tasks)
	if err := evolve.Generation(ctx, t.evaluator, t.strategy, g, lot, t.fitness); err != nil {
		return GenerationRow{}, err
	}
	row := GenerationRow{
		Generation: g, Sigma: t.strategy.Sigma(), ThetaNorm: norm(t.Kernel, t.learner.Layout, t.strategy.Theta()),
		Lives: len(t.fitness) * t.Tasks,
	}
	quantiles(&row, t.fitness)
	row.Seconds = time.Since(begun).Seconds()
	return row, nil
}

// quantiles fills the row's fitness quantiles, those of the offspring whose fitness is a number.
func quantiles(row *GenerationRow, fitness []float64) {
	numbers := slices.DeleteFunc(slices.Clone(fitness), func(f float64) bool { return f != f })
	row.NaN = len(fitness) - len(numbers)
	q := stats.Quantiles(numbers, 0, 0.25, 0.5, 0.75, 1)
	row.Worst, row.Lower, row.Median, row.Upper, row.Best = q[0], q[1], q[2], q[3], q[4]
}

func norm(k kernel.ISA, l *learner.Layout, theta []float32) float64 {
	var sum float64
	for i := range l.Tensors {
		t := &l.Tensors[i]
		sum += float64(k.SumSquares(theta[t.Off : t.Off+t.Len()]))
	}
	return math.Sqrt(sum)
}

// test scores theta on the meta-test tasks of the present generation, or on the held-out set's.
func (t *trainer) test(ctx context.Context) (MetaTestRow, error) {
	var lot *life.Lot
	if t.MetaTest.Set == HeldOutSet {
		lot = HeldOut(t.Family.Family, t.MetaTest.Tasks)
	} else {
		lot = life.Draw(t.Family.Family, t.Seed, rng.MetaTest, t.done, 0, t.MetaTest.Tasks)
	}
	return Score(ctx, t.evaluator, t.strategy.Theta(), lot, t.done)
}

// commit writes what came since the last commit, with the state that goes with it. An interruption waits for it.
func (t *trainer) commit(ctx context.Context, status Status) error {
	c := Checkpoint{
		Generation: t.done, Contract: Contract, SpecHash: t.Hash(),
		ThetaHash: t.learner.Layout.Hash(t.strategy.Theta()), State: t.strategy.State(),
	}
	if t.Recorder != nil {
		if err := t.Recorder.Commit(context.WithoutCancel(ctx), Commit{Generations: t.rows, MetaTests: t.newTests, Checkpoint: c, Status: status}); err != nil {
			return fmt.Errorf("run: committing generation %d: %w", t.done, err)
		}
	}
	t.rows, t.newTests = t.rows[:0], t.newTests[:0]
	t.tell(Event{Commit: &c})
	return nil
}
