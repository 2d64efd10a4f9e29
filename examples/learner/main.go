// An own learner in one file: a leaky recurrent network, whose neurons forget at evolved rates.
//
//	go run ./examples/learner train seq-l1-k10-n20 --learner leaky --generations 200
package main

import (
	"baldwin/cli"
	"baldwin/learner"
	"baldwin/run"
)

var leaky = learner.Kind{
	Name:      "leaky",
	Summary:   "recurrent network whose state is a running mean, with evolved rates",
	Equations: []string{"h' = h + r*(tanh(Wx x + Wh h + b) - h)"},
	Source:    "examples/learner",
	Recurrent: true,
	Tensors: func(c learner.Config) []learner.Tensor {
		square, vector := []int{c.Hidden, c.Hidden}, []int{c.Hidden}
		return []learner.Tensor{{Name: "core.wx", Shape: square}, {Name: "core.wh", Shape: square},
			{Name: "core.b", Shape: vector, Role: learner.Bias}, {Name: "core.r", Shape: vector, Role: learner.Rate}}
	},
	Core: func(b *learner.Brain) learner.Core { return &core{b, b.Room(b.Batch), b.Room(b.Batch)} },
	FMAs: func(c learner.Config, p learner.Plan) float64 {
		return p.LiveSteps * float64(2*c.Hidden*c.Hidden)
	},
}

type core struct {
	*learner.Brain
	h, y []float32 // [task][Hidden]: state, and what it moves towards
}

func (c *core) Load()                     {}
func (c *core) Birth(int, learner.Births) { clear(c.h) }
func (c *core) Move(dst, src int)         { copy(c.h[dst*c.Hidden:][:c.Hidden], c.h[src*c.Hidden:]) }
func (c *core) State() (s learner.State) {
	s.H = func(slot int) []float32 { return c.h[slot*c.Hidden:][:c.Hidden] }
	return s
}

func (c *core) Step(x learner.Rows, tasks int, _ bool) learner.Rows {
	h, y, n := learner.Rows{V: c.h, LD: c.Hidden}, learner.Rows{V: c.y, LD: c.Hidden}, tasks*c.Hidden
	c.ISA.Static(c.Matrix("core.wh"), h, learner.Rows{V: c.Vector("core.b")}, y, tasks)
	c.ISA.Static(c.Matrix("core.wx"), x, y, y, tasks)
	c.ISA.Tanh(c.y[:n], c.y[:n])
	rate := c.Vector("core.r")
	for i := range n {
		c.h[i] += float32(rate[i%c.Hidden] * (c.y[i] - c.h[i]))
	}
	return h
}

func main() { cli.Main(run.Builtin().Add(run.Registry{Learners: []learner.Kind{leaky}})) }
