// Package evolve turns one generation: ask, live, tell. Where the lives are lived is an [Evaluator]'s business; the
// in-process one is [Pool].
package evolve

import (
	"context"

	"baldwin/life"
	"baldwin/strategy"
)

// An Evaluator lives the lives of a generation. Whatever it does, in whatever order and on however many workers, the
// numbers are the same bits.
type Evaluator interface {
	// Evaluate gives every individual of the strategy's present generation one life per task, and writes to fitness[i]
	// the mean over tasks of individual i less its penalty. It ends early, with the context's error, when that is done.
	Evaluate(ctx context.Context, s strategy.Strategy, lot *life.Lot, fitness []float64) error
	// Score gives one genome one life per task of the lot and writes the fitness of each.
	Score(ctx context.Context, theta []float32, lot *life.Lot, fitness []float64) error
	// Parallel runs a strategy's update on the workers at hand.
	Parallel(n int, f func(i int))
	// Workers is how many lives' batches run at once.
	Workers() int
}

// Generation turns generation g: fitness, of the strategy's population, is overwritten. A generation that ends early has
// not happened: theta is as before.
func Generation(ctx context.Context, e Evaluator, s strategy.Strategy, g int, lot *life.Lot, fitness []float64) error {
	s.Ask(g)
	if err := e.Evaluate(ctx, s, lot, fitness); err != nil {
		return err
	}
	s.Tell(fitness, e.Parallel)
	return nil
}
