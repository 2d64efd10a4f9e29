package life

import (
	"slices"

	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/task"
)

// A Life is one whole recorded life. All slices have one entry per step; what a learner has not got is nil.
type Life struct {
	Obs, Act [][]float32  // [step][Obs], [step][Act]
	H, M     [][]float32  // [step][Hidden], after the step
	W        [][]float32  // [step][Hidden*Hidden], [out][in] row-major, after the step's update
	Path     [][2]float64 // places, from the start on: one more than steps; nil unless the family is a Tracer
	Fitness  float64
	Err      error // why it broke off; nil unless the family's Episode is a task.Failer that failed
}

// Record gives one life per task of a lot to a genome and keeps all of it, with the bits of Batch.Run.
func Record(l *learner.Learner, f task.Family, k kernel.ISA, genome []float32, lot *Lot) []Life {
	tasks := lot.Tasks
	b := NewBatch(l, f, k, len(tasks))
	defer b.Close()
	b.brain.Recorded = true
	copy(b.brain.Genome, genome)
	b.silence(lot.Lesion)
	b.brain.Load()
	lives := make([]Life, 0, len(tasks))
	tracer, _ := b.episode.(task.Tracer)
	if tracer != nil {
		tracer.Trace()
	}
	for first := 0; first < len(tasks); first += b.size {
		n := min(b.size, len(tasks)-first)
		w := &witness{lives: make([]Life, n)}
		b.run(lot, first, n, w)
		for i := range w.lives {
			w.lives[i].Fitness, w.lives[i].Err = b.episode.Fitness(i), b.Err()
			if tracer != nil {
				w.lives[i].Path = tracer.Path(i)
			}
		}
		lives = append(lives, w.lives...)
	}
	return lives
}

// witness writes down each step.
type witness struct{ lives []Life }

func (w *witness) see(b *Batch) {
	state := b.brain.State()
	o, a, h := b.brain.Obs, b.brain.Act, b.brain.Hidden
	for slot := range b.episode.Live() {
		l := &w.lives[b.episode.Task(slot)]
		l.Obs = append(l.Obs, slices.Clone(b.obs[slot*o:][:o]))
		l.Act = append(l.Act, slices.Clone(b.act[slot*a:][:a]))
		if state.H != nil {
			l.H = append(l.H, slices.Clone(state.H(slot)))
		}
		if state.M != nil {
			l.M = append(l.M, slices.Clone(state.M(slot)))
		}
		if state.W != nil {
			dst := make([]float32, h*h)
			state.W(slot, dst)
			l.W = append(l.W, dst)
		}
	}
}
