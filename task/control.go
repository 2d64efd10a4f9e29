package task

import (
	"fmt"
	"math"
)

// MaxControl bounds the steps of a control task.
const MaxControl = 10000

// A world is what one life of a control task acts upon. It has one action, in [-1, 1].
type world interface {
	// observe writes what is seen of the state.
	observe(o []float32)
	// move takes an action that is a number, in [-1, 1], for one step and returns the action as the learner is to
	// see it in its next observation, the reward, and whether the life is over.
	move(action float64) (seen, reward float64, over bool)
}

// controlShape is that of a control task whose state has n numbers: the previous action is seen beside them.
func controlShape(n, steps int) Shape {
	return Shape{Obs: n + 1, Act: 1, Tower: 2, Tanh: true, Steps: steps}
}

// controlled is one life.
type controlled[W any] struct {
	world  W
	action float64 // the newest, as it is seen; 0 at birth
	step   int
	score  float64 // sum of rewards
}

// controlEpisode runs control tasks side by side: an observation is the state's, then the previous action; fitness is the
// sum of rewards; plasticity is on throughout. An action that is NaN ends the life with fitness NaN. P is *W.
type controlEpisode[W any, P interface {
	*W
	world
}] struct {
	Slots
	obs, steps int
	start      func(Task) W
	lives      []controlled[W] // by slot
	fitness    []float64       // by task
}

func newControl[W any, P interface {
	*W
	world
}](s Shape, batch int, start func(Task) W,
) Episode {
	return &controlEpisode[W, P]{
		obs: s.Obs, steps: s.Steps, start: start,
		lives: make([]controlled[W], batch), fitness: make([]float64, batch),
	}
}

func (e *controlEpisode[W, P]) Begin(tasks []Task) {
	e.Start(len(tasks))
	for i, t := range tasks {
		e.lives[i] = controlled[W]{world: e.start(t)}
	}
}

func (e *controlEpisode[W, P]) Observe(obs []float32) (Step, bool) {
	for i := range e.live {
		l := &e.lives[i]
		o := obs[e.obs*i:][:e.obs]
		P(&l.world).observe(o)
		o[e.obs-1] = float32(l.action)
	}
	return Step{Plastic: true, Output: true}, e.live > 0
}

func (e *controlEpisode[W, P]) Act(act []float32, m Mover) {
	// From the last slot down, so that the life that moves into a free slot is always one that has acted already.
	for i := e.live - 1; i >= 0; i-- {
		l := &e.lives[i]
		a := clip(float64(act[i]))
		reward, over := math.NaN(), true
		if !math.IsNaN(a) {
			l.action, reward, over = P(&l.world).move(a)
		}
		l.step++
		l.score += reward
		if !over && l.step < e.steps {
			continue
		}
		e.fitness[e.task[i]] = l.score
		if from := e.End(i, m); from != i {
			*l = e.lives[from]
		}
	}
}

func (e *controlEpisode[W, P]) Fitness(i int) float64 { return e.fitness[i] }

// finite checks that numbers of a task's JSON are finite and, where they are to be, above 0.
func finite(positive bool, name string, v ...float64) error {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) || positive && !(x > 0) {
			what := "finite"
			if positive {
				what = "above 0 and finite"
			}
			return fmt.Errorf("%s: must be %s, got %g", name, what, x)
		}
	}
	return nil
}

// firstOf is the first error there is.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// numbers checks how many numbers a start has.
func numbers(start []float64, n int) error {
	if len(start) != n {
		return fmt.Errorf("start: want %d numbers, got %d", n, len(start))
	}
	return nil
}
