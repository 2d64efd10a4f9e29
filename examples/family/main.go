// An own task family in one file: hold a number that was shown once, and say it when the delay is over.
//
//	go run ./examples/family train recall --generations 200
package main

import (
	"encoding/json"

	"baldwin/cli"
	"baldwin/run"
	"baldwin/task"
)

type recall struct{ Delay int } // steps of silence; delay: in a spec
type number struct{ Shown float64 }

func (f *recall) Name() string                  { return "recall" }
func (f *recall) Shape() task.Shape             { return task.Shape{Obs: 1, Act: 1, Tower: 1, Steps: f.Delay + 1} }
func (f *recall) Validate() error               { return task.Between("delay", f.Delay, 1, 1000) }
func (f *recall) Draw(s *task.Source) task.Task { return &number{s.Uniform(-1, 1)} }
func (f *recall) Decode(data []byte) (task.Task, error) {
	t := new(number)
	return t, json.Unmarshal(data, t)
}
func (f *recall) Episode(n int) task.Episode {
	return &episode{delay: f.Delay, fitness: make([]float64, n)}
}

// episode shows the number at step 0 and reads the action of the last step.
type episode struct {
	task.Slots
	delay, step int
	tasks       []task.Task
	fitness     []float64
}

func (e *episode) Begin(tasks []task.Task) { e.tasks, e.step = tasks, 0; e.Start(len(tasks)) }
func (e *episode) Observe(obs []float32) (task.Step, bool) {
	for i, t := range e.tasks {
		if obs[i] = 0; e.step == 0 {
			obs[i] = float32(t.(*number).Shown)
		}
	}
	e.step++
	return task.Step{Plastic: true, Output: e.step == e.delay+1}, e.step <= e.delay+1
}
func (e *episode) Act(act []float32, _ task.Mover) {
	for i, t := range e.tasks {
		err := float64(act[i]) - t.(*number).Shown
		e.fitness[i] = -float64(err * err)
	}
}
func (e *episode) Fitness(i int) float64 { return e.fitness[i] }

func main() {
	kind := run.FamilyKind{Name: "recall", Summary: "hold a number over a delay", Tasks: 16, New: func() task.Family { return &recall{8} }}
	preset := run.Preset{Name: "recall", Summary: kind.Summary, Spec: run.Spec{Family: run.FamilySpec{Name: "recall"}}}
	cli.Main(run.Builtin().Add(run.Registry{Families: []run.FamilyKind{kind}, Presets: []run.Preset{preset}}))
}
