package life

import (
	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/task"
)

// Plan counts what one genome's lives on a lot take, for learner.FMAs. It lives them to know: a robot may arrive early.
func Plan(l *learner.Learner, f task.Family, k kernel.ISA, genome []float32, lot *Lot) learner.Plan {
	return Plans(l, f, k, 1, func(_ int, dst []float32) { copy(dst, genome) }, lot)[0]
}

// Plans is Plan of n genomes, which genome writes one after the other.
func Plans(l *learner.Learner, f task.Family, k kernel.ISA, n int, genome func(i int, dst []float32), lot *Lot) []learner.Plan {
	b := NewBatch(l, f, k, len(lot.Tasks))
	defer b.Close()
	fitness := make([]float64, len(lot.Tasks))
	plans := make([]learner.Plan, n)
	for i := range plans {
		b.plan = &plans[i]
		genome(i, b.brain.Genome)
		b.Run(lot, fitness)
	}
	return plans
}

// count adds one step of the live lives. Lives side by side learn in the same steps, so an update of the step before is
// used by each life that is still there.
func (b *Batch) count(s task.Step, learned bool) {
	live := float64(b.episode.Live())
	b.plan.LiveSteps += live
	if learned {
		b.plan.Updates += live
	}
	if s.Plastic {
		b.plan.Plastic += live
	}
	if s.Output {
		b.plan.Outputs += live
	}
}
