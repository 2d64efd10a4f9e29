package evolve

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/strategy"
	"baldwin/task"
)

// Pool is the in-process Evaluator: one goroutine per worker, each with its own memory, taking the next piece of work
// from a shared counter.
type Pool struct {
	workers []*worker
	wg      sync.WaitGroup
}

// worker is one goroutine of a pool.
type worker struct {
	*Worker
	jobs chan job
}

// A job is done by all workers together: pieces 0 .. n-1 are handed out by next.
type job struct {
	n    int
	next *atomic.Int64
	do   func(w *worker, i int)
	done *sync.WaitGroup
}

// NewPool starts workers, at least one, for lives of a learner in a family; tasks is the most tasks that an individual
// meets at once.
func NewPool(l *learner.Learner, f task.Family, k kernel.ISA, space strategy.Space, tasks, workers int) *Pool {
	if workers < 1 {
		panic("evolve: a pool has at least one worker")
	}
	p := &Pool{}
	for range workers {
		w := &worker{NewWorker(l, f, k, space, tasks), make(chan job)}
		p.workers = append(p.workers, w)
		p.wg.Add(1)
		go func() {
			defer p.wg.Done()
			for j := range w.jobs {
				for i := int(j.next.Add(1)); i <= j.n; i = int(j.next.Add(1)) {
					j.do(w, i-1)
				}
				j.done.Done()
			}
		}()
	}
	return p
}

// Close ends the workers.
func (p *Pool) Close() {
	for _, w := range p.workers {
		close(w.jobs)
	}
	p.wg.Wait()
	for _, w := range p.workers {
		w.Close()
	}
}

// Workers is the number of workers.
func (p *Pool) Workers() int { return len(p.workers) }

func (p *Pool) run(n int, do func(w *worker, i int)) {
	j := job{n: n, next: new(atomic.Int64), do: do, done: new(sync.WaitGroup)}
	j.done.Add(len(p.workers))
	for _, w := range p.workers {
		w.jobs <- j
	}
	j.done.Wait()
}

// lives is run for pieces that live lives. It ends early when ctx is done or a family's episode fails.
func (p *Pool) lives(ctx context.Context, n int, do func(w *worker, i int)) error {
	for _, w := range p.workers {
		w.failed = nil
	}
	p.run(n, func(w *worker, i int) {
		if ctx.Err() == nil && w.Err() == nil {
			do(w, i)
		}
	})
	for _, w := range p.workers {
		if err := w.Err(); err != nil {
			return fmt.Errorf("evolve: %w", err)
		}
	}
	return ctx.Err()
}

// Parallel runs f(0) .. f(n-1) on the workers.
func (p *Pool) Parallel(n int, f func(i int)) { p.run(n, func(_ *worker, i int) { f(i) }) }

// Evaluate lives a generation, a pair of offspring at a time.
func (p *Pool) Evaluate(ctx context.Context, s strategy.Strategy, lot *life.Lot, fitness []float64) error {
	const pair = 2
	n := len(fitness)
	return p.lives(ctx, (n+pair-1)/pair, func(w *worker, c int) {
		for i := c * pair; i < min((c+1)*pair, n) && w.Err() == nil; i++ {
			fitness[i] = w.Individual(s, i, lot)
		}
	})
}

// Score lives one genome's lives, a batch at a time.
func (p *Pool) Score(ctx context.Context, theta []float32, lot *life.Lot, fitness []float64) error {
	const size = life.MaxBatch
	return p.lives(ctx, (len(lot.Tasks)+size-1)/size, func(w *worker, c int) {
		lo, hi := c*size, min((c+1)*size, len(lot.Tasks))
		part := lot.Part(lo, hi)
		w.Genome(theta, &part, fitness[lo:hi])
	})
}
