package evolve

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/life"
	"baldwin/strategy"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestWorkers: any number of workers and any kernel give the same bits.
func TestWorkers(t *testing.T) {
	for name, w := range worlds(t) {
		p := w.pool(kernels()[0], 1)
		want := w.evolve(t, p, w.begin(t, kernels()[0]), 3)
		p.Close()
		for _, workers := range []int{1, 2, 3, 8} {
			for _, k := range kernels() {
				p := w.pool(k, workers)
				if p.Workers() != workers {
					t.Errorf("%d workers, want %d", p.Workers(), workers)
				}
				if got := w.evolve(t, p, w.begin(t, k), 3); got != want {
					t.Errorf("%s: %d workers with kernel %s: %.12s, want %.12s", name, workers, k, got, want)
				}
				p.Close()
			}
		}
	}
}

// TestIndividual: an individual's fitness is the mean of its lives, each lived alone on a recorded life, less its
// penalty.
func TestIndividual(t *testing.T) {
	for name, w := range worlds(t) {
		s := w.begin(t, kernel.Best())
		p := w.pool(kernel.Best(), 2)
		t.Cleanup(p.Close)
		fitness := make([]float64, population)
		lot := w.lot(1)
		s.Ask(1)
		if err := p.Evaluate(context.Background(), s, lot, fitness); err != nil {
			t.Fatal(err)
		}
		x, scratch := make([]float32, w.space.Dim), strategy.NewScratch(w.space)
		for i, got := range fitness {
			penalty := s.Offspring(i, x, scratch)
			var sum float64
			for j := range tasks {
				part := lot.Part(j, j+1)
				sum += life.Record(w.learner, w.family, kernels()[0], x, &part)[0].Fitness
			}
			if want := sum/tasks - penalty; got != want {
				t.Errorf("%s: individual %d has fitness %g, its recorded lives %g", name, i, got, want)
			}
		}
	}
}

// countdown is a context that is done once Err was called n times.
type countdown struct {
	context.Context
	left atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// TestCancelled: a generation that is interrupted, at whatever piece of its work, has not happened: theta and state are as
// before, and turning it again gives what it would have given.
func TestCancelled(t *testing.T) {
	for name, w := range worlds(t) {
		p := w.pool(kernel.Best(), 2)
		t.Cleanup(p.Close)
		want := w.evolve(t, p, w.begin(t, kernel.Best()), 3)
		// A generation asks for each of the 7 pairs and once at its end.
		for after := range int64(population/2 + 1) {
			s := w.begin(t, kernel.Best())
			fitness := make([]float64, population)
			for g := 1; g <= 2; g++ {
				theta, state := slices.Clone(s.Theta()), string(s.State())
				ctx := &countdown{Context: context.Background()}
				ctx.left.Store(after)
				if err := Generation(ctx, p, s, 1, w.lot(1), fitness); !errors.Is(err, context.Canceled) {
					t.Fatalf("%s: interrupted after %d pieces: %v", name, after, err)
				}
				if !slices.Equal(s.Theta(), theta) || string(s.State()) != state {
					t.Errorf("%s: interrupted after %d pieces, the strategy changed", name, after)
				}
			}
			if got := w.evolve(t, p, s, 3); got != want {
				t.Errorf("%s: interrupted after %d pieces, then turned again: %.12s, want %.12s", name, after, got, want)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := p.Score(ctx, w.begin(t, kernel.Best()).Theta(), w.lot(1), make([]float64, tasks)); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: an interrupted Score: %v", name, err)
		}
	}
}

// TestScore: tasks are scored in parts of life.MaxBatch; any part, and each task alone, scores the same, with any number
// of workers, and whatever the pool did before.
func TestScore(t *testing.T) {
	for name, w := range worlds(t) {
		theta := make([]float32, w.space.Dim)
		w.learner.Layout.Init(theta, 9)
		const n = 2*life.MaxBatch + 7
		lot := life.Draw(w.family, 5, rng.HeldOut, 0, 0, n)
		var want []float64
		for workers := 1; workers <= 3; workers++ {
			p := w.pool(kernel.Best(), workers)
			t.Cleanup(p.Close)
			got := make([]float64, n)
			score := func(lot *life.Lot, to []float64) {
				if err := p.Score(context.Background(), theta, lot, to); err != nil {
					t.Fatal(err)
				}
			}
			score(lot, got)
			if want == nil {
				want = slices.Clone(got)
				for i, l := range life.Record(w.learner, w.family, kernels()[0], theta, lot) {
					if l.Fitness != want[i] {
						t.Errorf("%s: task %d scores %g, recorded %g", name, i, want[i], l.Fitness)
					}
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d workers score otherwise than one", name, workers)
			}
			w.evolve(t, p, w.begin(t, kernel.Best()), 1)
			r := rand.New(rand.NewPCG(5, uint64(workers)))
			for range 20 {
				lo := r.IntN(n)
				hi := lo + 1 + r.IntN(n-lo)
				part := lot.Part(lo, hi)
				clear(got)
				score(&part, got[lo:hi])
				if !slices.Equal(got[lo:hi], want[lo:hi]) {
					t.Errorf("%s: tasks %d to %d score otherwise as a part", name, lo, hi)
				}
			}
			score(&life.Lot{}, nil)
		}
	}
}

// TestParallelOnce: every piece is done once, on no more workers than there are, and is done when Parallel returns.
func TestParallelOnce(t *testing.T) {
	w := worlds(t)["eprnn sequence"]
	for _, workers := range []int{1, 2, 8} {
		p := w.pool(kernel.Best(), workers)
		for _, n := range []int{0, 1, 2, 7, 1000} {
			done := make([]int, n)
			var now, most atomic.Int64
			p.Parallel(n, func(i int) {
				v := now.Add(1)
				for old := most.Load(); v > old && !most.CompareAndSwap(old, v); old = most.Load() {
				}
				done[i]++
				now.Add(-1)
			})
			for i, times := range done {
				if times != 1 {
					t.Errorf("%d workers: piece %d of %d was done %d times", workers, i, n, times)
				}
			}
			if most.Load() > int64(workers) {
				t.Errorf("%d pieces at once on %d workers", most.Load(), workers)
			}
		}
		p.Close()
	}
}

// TestClose: a closed pool leaves no goroutine behind, and pools live side by side.
func TestClose(t *testing.T) {
	before := goleak.IgnoreCurrent()
	w := worlds(t)["eprnn sequence"]
	var wg sync.WaitGroup
	want := ""
	hashes := make([]string, 4)
	for i := range hashes {
		wg.Go(func() {
			p := w.pool(kernel.Best(), 1+i)
			defer p.Close()
			hashes[i] = w.evolve(t, p, w.begin(t, kernel.Best()), 2)
		})
	}
	wg.Wait()
	for _, h := range hashes {
		if want == "" {
			want = h
		}
		if h != want {
			t.Error("pools disturb one another")
		}
	}
	w.pool(kernel.Best(), 3).Close()
	goleak.VerifyNone(t, before)
}

// TestNoWorker: a pool without a worker would do nothing and say nothing.
func TestNoWorker(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	worlds(t)["eprnn sequence"].pool(kernel.Best(), 0)
}

// failing is an Evaluator that has lost its workers.
type failing struct{ *Pool }

var errLost = errors.New("workers lost")

func (failing) Evaluate(context.Context, strategy.Strategy, *life.Lot, []float64) error {
	return errLost
}

// TestEvaluatorFails: then the generation has not happened.
func TestEvaluatorFails(t *testing.T) {
	w := worlds(t)["eprnn sequence"]
	p := w.pool(kernel.Best(), 1)
	defer p.Close()
	s := w.begin(t, kernel.Best())
	before := string(s.State())
	if err := Generation(context.Background(), failing{p}, s, 1, w.lot(1), make([]float64, population)); !errors.Is(err, errLost) {
		t.Errorf("got %v", err)
	}
	if string(s.State()) != before {
		t.Error("the strategy changed")
	}
}

// TestNoAllocation: after warm-up a life allocates nothing: a generation of many individuals allocates as few times as
// one of few.
func TestNoAllocation(t *testing.T) {
	w := worlds(t)["eprnn sequence"]
	p := w.pool(kernel.Best(), 1)
	defer p.Close()
	allocations := func(n int) float64 {
		settings := w.method.Default
		settings.Population = n
		s, err := w.method.New(strategy.Config{Space: w.space, Settings: settings, Theta: make([]float32, w.space.Dim), Seed: 5, Kernel: kernel.Best()})
		if err != nil {
			t.Fatal(err)
		}
		s.Ask(1)
		lot, fitness := w.lot(1), make([]float64, n)
		return testing.AllocsPerRun(10, func() {
			if err := p.Evaluate(context.Background(), s, lot, fitness); err != nil {
				t.Error(err)
			}
		})
	}
	if few, many := allocations(4), allocations(80); many > few {
		t.Errorf("4 individuals take %g allocations, 80 take %g", few, many)
	}
}
