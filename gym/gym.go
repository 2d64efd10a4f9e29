// Package gym makes task families of Gymnasium's environments. They are stepped by a Python process that runs an embedded
// script (bridge.py): frames over two pipes, many environments side by side.
//
// Read [Family]; episode.go is how a bridge that dies is replaced without a trace in the result. What an environment
// answers is Python's and its libraries' business: with the same versions of those on the same machine a run's bits are
// equal, on others they may differ, unlike those of the families of package task.
//
// An environment's name can make Python import code. So nothing of a Family runs before [Family.Allow].
package gym

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"baldwin/task"
)

// Limits of a Family's settings.
const (
	MaxNumbers = 1 << 16 // observations and actions
	MaxSteps   = 1 << 20
)

// Defaults of a Host.
const (
	DefaultPython  = "python3"
	DefaultTimeout = time.Minute
)

// ErrNotAllowed is why a Family that nobody allowed runs nothing.
var ErrNotAllowed = errors.New("its environment is Python code, which nobody allowed to run")

// Family is one of Gymnasium's environments. A task is a seed and a value for each attribute that varies. A learner
// observes what the environment shows, flattened, and after it the action before: its numbers, or a one for the choice that was
// made. Box actions are tanh outputs, -1 and 1 being the bounds; of discrete ones the largest output is chosen, the first of
// equals. Fitness is the sum of rewards until the environment terminates or truncates; plasticity is on throughout.
type Family struct {
	Env          string `yaml:"env"`          // id of the environment, or module:id, in which case Python imports the module
	Observations int    `yaml:"observations"` // numbers of a flattened observation
	Actions      int    `yaml:"actions"`      // numbers of an action, or choices where it is discrete
	Discrete     bool   `yaml:"discrete"`     // an action is a choice
	Steps        int    `yaml:"steps"`        // truncates a life; this is Gymnasium's max_episode_steps
	Vary         []Vary `yaml:"vary"`         // attributes of the environment that vary from task to task; none

	host *Host // nil: not allowed
}

// Vary is an attribute of the environment, uniform in Low..High.
type Vary struct {
	Name string  `yaml:"name"`
	Low  float64 `yaml:"low"`
	High float64 `yaml:"high"`
}

// A Host is where bridges run.
type Host struct {
	Python  string        // the interpreter; empty: DefaultPython
	Timeout time.Duration // a bridge that does not answer for so long counts as dead, when it starts not before DefaultTimeout; 0: DefaultTimeout
}

// Task is one seed, and a value for each attribute that varies.
type Task struct {
	Seed uint64    `json:"seed"`
	Vary []float64 `json:"vary,omitempty"`
}

// New is CartPole-v1 as Gymnasium has it.
func New() *Family {
	return &Family{Env: "CartPole-v1", Observations: 4, Actions: 2, Discrete: true, Steps: 500}
}

// Allow lets the family start Python. Without it every Episode fails with ErrNotAllowed.
func (f *Family) Allow(h Host) {
	if h.Python == "" {
		h.Python = DefaultPython
	}
	if h.Timeout == 0 {
		h.Timeout = DefaultTimeout
	}
	f.host = &h
}

// Check starts a bridge to see that the environment is there and has the shape that the settings say.
func (f *Family) Check() error {
	b, err := f.start()
	if err != nil {
		return fmt.Errorf("gym: %s: %w", f.Env, err)
	}
	b.close()
	return nil
}

// Name is "gym".
func (f *Family) Name() string { return "gym" }

// Explain says what the fitness means.
func (f *Family) Explain() string { return "sum of the rewards of " + f.Env }

// Shape is the environment's, the action before being observed too; two layers before the core.
func (f *Family) Shape() task.Shape {
	return task.Shape{Obs: f.Observations + f.Actions, Act: f.Actions, Tower: 2, Tanh: !f.Discrete, Steps: f.Steps}
}

// Validate checks the settings, without Python.
func (f *Family) Validate() error {
	if f.Env == "" {
		return errors.New("env: missing")
	}
	if err := errors.Join(
		task.Between("observations", f.Observations, 1, MaxNumbers), task.Between("actions", f.Actions, 1, MaxNumbers),
		task.Between("steps", f.Steps, 1, MaxSteps),
	); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, v := range f.Vary {
		switch {
		case v.Name == "" || seen[v.Name]:
			return fmt.Errorf("vary: each entry needs a name of its own, got %q", v.Name)
		case !(v.Low <= v.High) || math.IsInf(v.Low, 0) || math.IsInf(v.High, 0):
			return fmt.Errorf("vary: %s: want low at most high, both finite, got %g and %g", v.Name, v.Low, v.High)
		}
		seen[v.Name] = true
	}
	return nil
}

// Draw draws a seed and the attributes that vary.
func (f *Family) Draw(s *task.Source) task.Task {
	t := &Task{Seed: uint64(s.Uint32())} // as large as what Gymnasium draws for itself
	for _, v := range f.Vary {
		t.Vary = append(t.Vary, s.Uniform(v.Low, v.High))
	}
	return t
}

// Decode reads {"seed": .., "vary": [..]}.
func (f *Family) Decode(data []byte) (task.Task, error) {
	t := new(Task)
	if err := json.Unmarshal(data, t); err != nil {
		return nil, fmt.Errorf("gym: decoding a task: %w", err)
	}
	if len(t.Vary) != len(f.Vary) {
		return nil, fmt.Errorf("gym: decoding a task: vary: want %d numbers, got %d", len(f.Vary), len(t.Vary))
	}
	return t, nil
}
