// Package life brings learners and tasks together: it is the only place where they meet. A life is one learner on one
// task from birth to end; a [Batch] lives many of them side by side and keeps nothing but their fitness, and [Record]
// lives them with the same bits and keeps everything.
package life

import (
	"errors"
	"fmt"

	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/task"
)

// MaxBatch is the most lives that run side by side: their plastic weights fill the second-level cache (17 KB a life).
const MaxBatch = 16

// Fit sizes a learner of a kind for a family: the family's shape, the learner's settings.
func Fit(kind learner.Kind, c learner.Config, f task.Family) (*learner.Learner, error) {
	s := f.Shape()
	c.Obs, c.Act, c.Tower, c.Tanh, c.Lesson = s.Obs, s.Act, s.Tower, s.Tanh, s.Pairs
	_, teaches := f.Episode(1).(task.Tutor)
	r, explores := f.(interface{ Explores() bool })
	switch {
	case kind.Gradient && !teaches:
		return nil, fmt.Errorf("name: learner %s descends a gradient, and family %s teaches none", kind.Name, f.Name())
	case explores && r.Explores() && !kind.Gradient:
		return nil, errors.New("name: learner " + kind.Name + " descends no gradient, so an exploring rollout would teach it nothing; set rollouts to 0")
	}
	return learner.New(kind, c)
}

// A Batch is one worker's room for lives of one learner in one family. It belongs to one goroutine; Run allocates
// nothing.
type Batch struct {
	brain    *learner.Brain
	episode  task.Episode
	obs, act []float32
	size     int
	births   births
	plan     *learner.Plan // where steps are counted; nil: nowhere
	failer   task.Failer   // the episode, if it is one
}

// NewBatch makes room for size lives side by side, at most MaxBatch.
func NewBatch(l *learner.Learner, f task.Family, k kernel.ISA, size int) *Batch {
	size = min(size, MaxBatch)
	s := f.Shape()
	b := &Batch{
		brain: l.NewBrain(k, size), episode: f.Episode(size), size: size,
		obs: kernel.Aligned(size * s.Obs), act: kernel.Aligned(size * s.Act),
	}
	b.failer, _ = b.episode.(task.Failer)
	if l.Random {
		b.births = newBirths(l.Hidden, size)
	}
	return b
}

// Close ends what the episode holds outside of this process. Few hold anything.
func (b *Batch) Close() {
	if b.failer != nil {
		b.failer.Close()
	}
}

// Err is why the newest Run failed; nil if it did not. Only an episode that is a task.Failer can fail.
func (b *Batch) Err() error {
	if b.failer != nil {
		return b.failer.Err()
	}
	return nil
}

// Genome is where the caller writes the genome that Run gives life to.
func (b *Batch) Genome() []float32 { return b.brain.Genome }

// Run gives one life per task of the lot to the genome and writes the fitness of each. See Err.
func (b *Batch) Run(lot *Lot, fitness []float64) {
	whole := b.silence(lot.Lesion)
	b.brain.Load()
	for first := 0; first < len(lot.Tasks); first += b.size {
		n := min(b.size, len(lot.Tasks)-first)
		b.run(lot, first, n, nil)
		if b.Err() != nil {
			break
		}
		for i := range n {
			fitness[first+i] = b.episode.Fitness(i)
		}
	}
	if whole != nil {
		copy(b.brain.Genome, whole)
	}
}

// run lives the n tasks of the lot from first on.
func (b *Batch) run(lot *Lot, first, n int, w observer) {
	tasks := lot.Tasks[first : first+n]
	if b.plan != nil {
		b.plan.Lives += float64(n)
	}
	var born learner.Births
	if b.brain.Random {
		born = b.births.of(b.brain.ISA, lot, first, n)
	}
	lesion := lot.Lesion
	var grown heirloom
	if lesion != nil && lesion.Transplant > 0 {
		grown = b.grow(lot.Donors[first:first+n], born)
	}
	if b.brain.Gradient && (lesion == nil || lesion.Freeze != 1) {
		b.learn(tasks)
	} else {
		b.episode.Begin(tasks)
		b.brain.Birth(n, born)
	}
	b.live(w, lesion, grown)
}

// learn lets each life descend its gradient: on an exploring episode where the family has one, then on its lesson.
func (b *Batch) learn(tasks []task.Task) {
	tutor := b.episode.(task.Tutor)
	if tutor.Explore(tasks) {
		b.brain.Birth(len(tasks), learner.Births{})
		b.live(nil, nil, nil)
	}
	tutor.Begin(tasks)
	b.brain.Birth(len(tasks), learner.Births{})
	for i := range tasks {
		obs, target, weight := tutor.Lesson(i)
		b.brain.Descend(i, obs, target, weight)
		if b.plan != nil {
			b.plan.Pairs += float64(len(obs) / b.brain.Obs)
		}
	}
}

// An observer sees lives after each of their steps.
type observer interface{ see(b *Batch) }

// live is the loop of an episode. With an observer every action is computed; without, only those that the episode reads.
func (b *Batch) live(w observer, lesion *Lesion, grown heirloom) {
	learned := false
	for t := 1; ; t++ {
		step, ok := b.episode.Observe(b.obs)
		if !ok {
			return
		}
		if lesion != nil {
			lesion.before(t, b, grown)
			step.Plastic = step.Plastic && (lesion.Freeze == 0 || t < lesion.Freeze)
		}
		if b.plan != nil {
			b.count(step, learned)
			learned = step.Plastic
		}
		b.brain.Step(b.obs, b.act, b.episode.Live(), step.Plastic, step.Output || w != nil)
		if w != nil {
			w.see(b)
		}
		if step.Output {
			b.episode.Act(b.act, b.brain)
		}
	}
}
