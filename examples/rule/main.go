// An own plasticity rule in one file: Hebb's, with one evolved rate a neuron instead of one a connection.
//
//	go run ./examples/rule train examples/rule/spec.yaml
package main

import (
	"baldwin/cli"
	"baldwin/learner"
	"baldwin/run"
)

// neuronwise is W += m*a*y*x with a vector a. It has the form of rule abcd, so it only says what plane A is, and runs on
// that rule's kernels.
var neuronwise = learner.RuleKind{
	Name:     "neuronwise",
	Equation: "W += m*a_o*y*x",
	Source:   "examples/rule",
	Tensors: func(c *learner.Config) []learner.Tensor {
		return []learner.Tensor{{Name: "core.rate", Shape: []int{c.Hidden}, Role: learner.RulePar}}
	},
	Planes: func(b *learner.Brain, plane func(part byte) []float32) {
		rate, a := b.Vector("core.rate"), plane('A')
		for i := range b.Hidden { // weights lie column by column: input i feeds a[i*Hidden:]
			copy(a[i*b.Hidden:], rate)
		}
	},
}

func main() {
	cli.Main(run.Builtin().Add(run.Registry{Rules: []learner.RuleKind{neuronwise}}))
}
