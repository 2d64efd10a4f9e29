// Package probe asks of an evolved learner, in numbers, what its lives show: what do the weights know ([Knows]), what does
// learning do ([Lesions]), how long does memory last ([Memory]), what does the modulator do ([Modulator]), and which ways do W
// and h go ([Vary]).
//
// A [Subject] is who is asked. Equal subjects, settings and seeds give equal answers, for any number of threads.
package probe

import (
	"context"
	"sync"
	"sync/atomic"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/stats"
	"baldwin/task"
)

// A Subject is a genome with the learner that it makes and the family that it was evolved for.
type Subject struct {
	Learner *learner.Learner
	Family  task.Family
	Theta   []float32 // the genome, [Learner.Layout.Dim]
	Kernel  kernel.ISA
	Threads int // workers; below 1: 1
}

// resamples of every bootstrap.
const resamples = 1000

// index draws the indices of a bootstrap from a seed.
func index(seed uint64) func(n int) int {
	source := rng.At(seed, rng.Bootstrap, 0, 0, 0).Source()
	return func(n int) int { return int(source.Float64() * float64(n)) }
}

// An Estimate is a number with its 95% interval.
type Estimate struct {
	Value float64
	stats.Interval
}

// mean is the mean of numbers with the t interval.
func mean(xs []float64) Estimate { return Estimate{stats.Mean(xs), stats.MeanInterval(xs)} }

// score lives the lives of a lot and returns the fitness of each.
func (s *Subject) score(ctx context.Context, lot *life.Lot) ([]float64, error) {
	fitness := make([]float64, len(lot.Tasks))
	batches := make([]*life.Batch, max(1, s.Threads))
	err := s.each(ctx, len(lot.Tasks), func(worker, lo, hi int) {
		if batches[worker] == nil {
			batches[worker] = life.NewBatch(s.Learner, s.Family, s.Kernel, life.MaxBatch)
		}
		b := batches[worker]
		copy(b.Genome(), s.Theta)
		part := lot.Part(lo, hi)
		b.Run(&part, fitness[lo:hi])
	})
	return fitness, err
}

// record lives the lives of a lot and shows each, whole. see is called from several goroutines, once for each life; what it
// keeps should be a part, for a whole life of 100 steps is 2 MB.
func (s *Subject) record(ctx context.Context, lot *life.Lot, see func(i int, l *life.Life)) error {
	return s.each(ctx, len(lot.Tasks), func(_, lo, hi int) {
		part := lot.Part(lo, hi)
		lives := life.Record(s.Learner, s.Family, s.Kernel, s.Theta, &part)
		for i := range lives {
			see(lo+i, &lives[i])
		}
	})
}

// each splits n lives into batches and hands them to the workers.
func (s *Subject) each(ctx context.Context, n int, do func(worker, lo, hi int)) error {
	return s.workers(ctx, (n+life.MaxBatch-1)/life.MaxBatch, func(worker, i int) {
		do(worker, i*life.MaxBatch, min((i+1)*life.MaxBatch, n))
	})
}

// parallel does do(0) .. do(n-1).
func (s *Subject) parallel(ctx context.Context, n int, do func(i int)) error {
	return s.workers(ctx, n, func(_, i int) { do(i) })
}

// workers hand out do(.., 0) .. do(.., n-1) among themselves.
func (s *Subject) workers(ctx context.Context, n int, do func(worker, i int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range max(1, s.Threads) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				do(w, i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// with is the subject with another family, for which its genome is as well.
func (s *Subject) with(f task.Family) *Subject {
	other := *s
	other.Family = f
	return &other
}
