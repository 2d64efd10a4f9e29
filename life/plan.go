package life

import (
	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/task"
)

// Plan counts what one genome's lives on a lot take, for learner.FMAs. It lives them to know: a robot may arrive early.
func Plan(l *learner.Learner, f task.Family, k kernel.ISA, genome []float32, lot *Lot) learner.Plan {
	b := NewBatch(l, f, k, len(lot.Tasks))
	b.plan = new(learner.Plan)
	copy(b.brain.Genome, genome)
	b.Run(lot, make([]float64, len(lot.Tasks)))
	return *b.plan
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
