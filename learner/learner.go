// Package learner holds the learners: what a genome is made of, and how one step of a life is computed from it.
//
// Every learner is the same tower with one layer exchanged, the core (EPRNN, figure 2). A [Kind] describes a learner, [New]
// sizes it for a family of tasks, and a [Brain] is the working memory in which many lives of one genome run side by side.
package learner

import (
	"fmt"

	"baldwin/internal/kernel"
)

// Defaults of Config.
const (
	DefaultHidden = 64
	MaxHidden     = 512
)

// Config sizes a learner and sets its variants.
type Config struct {
	Obs, Act int  // lengths of an observation and an action
	Tower    int  // fully connected layers before the core, 1 or 2
	Tanh     bool // actions pass through tanh
	Lesson   int  // the most pairs that a gradient learner is taught at once

	Hidden     int        // neurons of every layer but the last; a multiple of 16
	Rule       Rule       // plasticity rule; empty where the learner has none
	Rules      []RuleKind // what Rule can name; nil: BuiltinRules
	Zero       []string   // parts of rule abcd that are held at zero and not evolved
	Modulator  string     // On, or Off for m = 1; empty where the learner has none
	GatedState bool       // the literal eq. 6: m*h' also recurs. Default: m gates the rule alone
}

// States of Config.Modulator.
const (
	On  = "on"
	Off = "off"
)

// A Kind is a learner as a user names it.
type Kind struct {
	Name       string
	Summary    string
	Equations  []string
	Source     string // paper and equation
	Plastic    bool   // takes a rule
	Modulated  bool   // has a modulator m
	Random     bool   // is born with plastic weights drawn N(0, 0.1^2), not evolved
	Recurrent  bool   // its output is its state of the next step
	Memoryless bool   // a step whose action nobody reads leaves nothing behind, so it is not computed
	Gradient   bool   // descends a gradient on what the family's Tutor teaches, before it is scored
	// Tensors are the core's own, in genome order; those of the tower come with every learner.
	Tensors func(c Config) []Tensor
	// Core builds the core over the brain's genome.
	Core func(b *Brain) Core
	// FMAs is how many fused multiply-adds the core needs for a plan of lives.
	FMAs func(c Config, p Plan) float64
}

// A Core is the layer in which learners differ. It keeps the state of the lives that run side by side.
type Core interface {
	// Load is called when the brain's genome has changed.
	Load()
	// Birth begins tasks lives. w is the W that each is born with, for a Random kind.
	Birth(tasks int, w Births)
	// Step takes the input of each live task, x[t] of length Hidden, and returns the output of each. x stays as it is until
	// the step after the next one; what is returned, until the next.
	Step(x Rows, tasks int, plastic bool) Rows
	// Move copies the state of the life in slot src to slot dst.
	Move(dst, src int)
	// State is what a recorder may look at.
	State() State
}

// Rows is one vector per task: task t's begins at V[t*LD]. With LD 0 all tasks share one.
type Rows = kernel.Rows

// Matrix is a weight matrix in kernel layout, column by column.
type Matrix = kernel.Matrix

// Births are the plastic weights that lives are born with, in kernel layout: task t's at W[t*Stride:].
type Births struct {
	W      []float32
	Stride int // 0: all are born with the same
}

// State is what can be seen of a core. A nil field is something that the learner has not got.
type State struct {
	H func(slot int) []float32      // hidden state, [Hidden]
	M func(slot int) []float32      // modulator, [Hidden]
	W func(slot int, dst []float32) // plastic weights after the last step's update, written [out][in] row-major, [Hidden*Hidden]
}

// A Learner is a Kind sized for a family.
type Learner struct {
	Kind
	Config
	Layout *Layout
}

// Builtin lists the learners of the paper, in the order of its tables.
func Builtin() []Kind {
	return []Kind{ESRNN(), ESLSTM(), ESMAML(), EPMLP(), EPMLPRandom(), EPRNN(), EPRNNWithoutM()}
}

// New sizes a learner. Errors name the setting.
func New(kind Kind, c Config) (*Learner, error) {
	if c.Hidden == 0 {
		c.Hidden = DefaultHidden
	}
	if kind.Plastic && c.Rule == "" {
		c.Rule = ABCD
	}
	if kind.Modulated && c.Modulator == "" {
		c.Modulator = On
	}
	switch {
	case c.Hidden < 16 || c.Hidden > MaxHidden || c.Hidden%16 != 0:
		return nil, fmt.Errorf("hidden: must be a multiple of 16 from 16 to %d, got %d", MaxHidden, c.Hidden)
	case !kind.Plastic && (c.Rule != "" || len(c.Zero) > 0):
		return nil, fmt.Errorf("rule: learner %s has no plastic connections, so it takes no rule", kind.Name)
	case !kind.Modulated && c.Modulator != "":
		return nil, fmt.Errorf("modulator: learner %s has none to switch %s", kind.Name, c.Modulator)
	case kind.Modulated && c.Modulator != On && c.Modulator != Off:
		return nil, fmt.Errorf("modulator: must be %s or %s, got %q", On, Off, c.Modulator)
	case c.GatedState && (c.Modulator != On || !kind.Recurrent):
		return nil, fmt.Errorf("gated_state: learner %s has no modulated state that recurs", kind.Name)
	}
	if kind.Plastic {
		if err := c.validateRule(); err != nil {
			return nil, err
		}
	}
	h := c.Hidden
	tensors := []Tensor{{Name: "in1.w", Shape: []int{h, c.Obs}}, {Name: "in1.b", Shape: []int{h}, Role: Bias}}
	if c.Tower == 2 {
		tensors = append(tensors, Tensor{Name: "in2.w", Shape: []int{h, h}}, Tensor{Name: "in2.b", Shape: []int{h}, Role: Bias})
	}
	tensors = append(tensors, kind.Tensors(c)...)
	tensors = append(tensors, Tensor{Name: "out1.w", Shape: []int{h, h}}, Tensor{Name: "out1.b", Shape: []int{h}, Role: Bias},
		Tensor{Name: "out2.w", Shape: []int{c.Act, h}}, Tensor{Name: "out2.b", Shape: []int{c.Act}, Role: Bias})
	return &Learner{Kind: kind, Config: c, Layout: NewLayout(tensors)}, nil
}
