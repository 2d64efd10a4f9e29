// Package task holds families of tasks. A family is a distribution: it draws tasks, and it steps many of them side by
// side as an Episode. It knows nothing of learners; package life brings the two together.
//
// Read [Family] and [Episode], then sequence.go for the shortest real one.
package task

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"baldwin/internal/rng"
)

// Source gives the random words of one task. It is addressed by (seed, purpose, generation, task) and never by
// individual, so that all offspring of a generation meet the same tasks.
type Source = rng.Source

// Shape is what a learner has to fit.
type Shape struct {
	Obs   int  // length of an observation
	Act   int  // length of an action
	Tower int  // fully connected layers before the core: 1 (sequence) or 2 (robot)
	Tanh  bool // actions pass through tanh; otherwise they are linear
	Steps int  // the most steps that a life can take
	Pairs int  // the most pairs that its Tutor teaches
}

// A Task is one drawn task with all its hidden parameters and its noise. It is plain data that encodes to JSON, and it
// is read-only once drawn: every offspring of a generation shares it.
type Task any

// A Family is a distribution over tasks.
type Family interface {
	// Name is a word for messages and tables, such as "sequence".
	Name() string
	Shape() Shape
	// Validate says what is wrong with the family's settings, naming the field.
	Validate() error
	// Draw draws one task, noise included.
	Draw(s *Source) Task
	// Decode reads one task from JSON.
	Decode(data []byte) (Task, error)
	// Episode makes room for batch tasks side by side.
	Episode(batch int) Episode
}

// An Explainer is a Family that says in one line what its fitness means, and what a trivial policy scores.
type Explainer interface{ Explain() string }

// Step is what an episode wants of one step of its learners.
type Step struct {
	Plastic bool // plastic connections learn in this step
	Output  bool // the action is read; where it is not, nobody needs to compute it
}

// A Mover moves what belongs to the life in slot src to slot dst.
type Mover interface{ Move(dst, src int) }

// An Episode runs tasks side by side. Slot i of its live lives has its observation at obs[i*Obs:] and its action at
// act[i*Act:]. A life that ends gives its slot to the last live one, so that what has ended costs nothing.
//
// The call order is Begin, then Observe and (where Step.Output is set) Act in turn until Observe reports false.
type Episode interface {
	// Begin starts one life per task; tasks are of the Episode's family and at most batch many.
	Begin(tasks []Task)
	// Observe writes the observations of the live slots. It reports false when no life is left.
	Observe(obs []float32) (Step, bool)
	// Act takes the actions of the live slots, ends the lives that are over and moves others into their slots.
	Act(act []float32, m Mover)
	// Live is the number of live slots.
	Live() int
	// Task is the index, as given to Begin, of the task in a slot.
	Task(slot int) int
	// Fitness is the score of task i (higher is better), valid when its life has ended.
	Fitness(i int) float64
}

// A Failer is an Episode that can fail, as one does whose tasks live in another process. Then Observe reports that no life
// is left, and what Fitness says means nothing.
type Failer interface {
	// Err is why the lives since Begin broke off; nil if they did not.
	Err() error
	// Close ends what the Episode holds outside of this process. It may Begin again.
	Close()
}

// A Tracer is an Episode whose learners move. After Trace it keeps their paths: Path is where task i's went in its scored
// life, from the start on.
type Tracer interface {
	Trace()
	Path(i int) [][2]float64
}

// Slots is what an Episode embeds to know which lives go on: slot i starts with task i.
type Slots struct {
	task []int
	live int
}

// Start begins n lives.
func (s *Slots) Start(n int) {
	for len(s.task) < n {
		s.task = append(s.task, 0)
	}
	s.live = n
	for i := range n {
		s.task[i] = i
	}
}

// Live is the number of live slots.
func (s *Slots) Live() int { return s.live }

// Task is the index of the task in a slot.
func (s *Slots) Task(slot int) int { return s.task[slot] }

// End gives the slot of a life that has ended to the last live one, and moves with m what is the learner's. It returns
// the slot that the life came from; where that is the slot itself nothing moves.
func (s *Slots) End(slot int, m Mover) (from int) {
	s.live--
	if s.live != slot {
		s.task[slot] = s.task[s.live]
		m.Move(slot, s.live)
	}
	return s.live
}

// DrawAll draws tasks first .. first+n-1 of the stream that (seed, purpose, generation) address. Stratified ones are drawn
// together: which they are depends on n, and first is 0.
func DrawAll(f Family, seed uint64, p rng.Purpose, generation, first, n int) []Task {
	tasks := make([]Task, n)
	if p == rng.Stratified {
		if first != 0 {
			panic("task: stratified tasks are drawn all together")
		}
		strata := rng.NewStrata(seed, uint32(generation), n)
		for i := range tasks {
			tasks[i] = f.Draw(strata.Source(i))
		}
		return tasks
	}
	for i := range tasks {
		tasks[i] = f.Draw(rng.At(seed, p, uint32(generation), 0, uint32(first+i)).Source())
	}
	return tasks
}

// Between checks that a family's setting lies in least..most.
func Between(name string, v, least, most int) error {
	if v < least || v > most {
		return fmt.Errorf("%s: must be %d to %d, got %d", name, least, most, v)
	}
	return nil
}

// decodeStrict decodes one JSON object, in which each of names has to be and no field that is unknown may be.
func decodeStrict(data []byte, into any, names ...string) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is text after the object")
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(data, &given); err != nil {
		return err
	}
	for _, name := range names {
		if _, ok := given[name]; !ok {
			return fmt.Errorf("%s: missing", name)
		}
	}
	return nil
}
