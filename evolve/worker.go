package evolve

import (
	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/strategy"
	"baldwin/task"
)

// A Worker is one goroutine's room for lives: the numbers of every Evaluator are made here, whichever machine it is on.
type Worker struct {
	batch   *life.Batch
	scratch *strategy.Scratch
	each    []float64 // fitness per task
	failed  error     // why lives failed
}

// NewWorker makes room for lives of a learner in a family; tasks is the most tasks that an individual meets at once.
func NewWorker(l *learner.Learner, f task.Family, k kernel.ISA, space strategy.Space, tasks int) *Worker {
	room := max(tasks, life.MaxBatch)
	return &Worker{batch: life.NewBatch(l, f, k, room), scratch: strategy.NewScratch(space), each: make([]float64, room)}
}

// Individual gives individual i of the strategy's present generation one life per task and returns its fitness: the mean
// over tasks, summed in task order, less the penalty.
func (w *Worker) Individual(s strategy.Strategy, i int, lot *life.Lot) float64 {
	penalty := s.Offspring(i, w.batch.Genome(), w.scratch)
	each := w.each[:len(lot.Tasks)]
	w.batch.Run(lot, each)
	w.failed = w.batch.Err()
	var sum float64
	for _, f := range each {
		sum += f
	}
	return sum/float64(len(lot.Tasks)) - penalty
}

// Genome gives one genome one life per task of the lot and writes the fitness of each.
func (w *Worker) Genome(theta []float32, lot *life.Lot, fitness []float64) {
	copy(w.batch.Genome(), theta)
	w.batch.Run(lot, fitness)
	w.failed = w.batch.Err()
}

// Err is why the newest lives failed, which only those of a family whose episodes are a task.Failer can: their fitness
// means nothing.
func (w *Worker) Err() error { return w.failed }

// Close ends what the family's episode holds outside of this process.
func (w *Worker) Close() { w.batch.Close() }
