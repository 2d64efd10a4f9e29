package export

import (
	"fmt"

	"baldwin/internal/onnx"
	"baldwin/learner"
	"baldwin/task"
)

// OnnxLife is whole lives of a genome in a family's world, side by side, as one Scan over their steps: of a sequence (see
// graph.sequence) or of a robot without an exploring episode (graph.robot). Outputs of both are act [tasks][steps][act], every
// output; h and m [tasks][steps][hidden] of learners that have them; W_end [tasks][out][in], W as the life left it.
// epmlp-random takes W [tasks][out][in], the weights at birth.
func OnnxLife(l *learner.Learner, theta []float32, f task.Family, metadata map[string]string) (*onnx.Model, error) {
	if err := known(l); err != nil {
		return nil, err
	}
	n := newGraph(l, theta, "life")
	switch f := f.(type) {
	case *task.Sequence:
		n.sequence(f)
	case *task.Robot:
		if f.Rollouts > 0 {
			return nil, fmt.Errorf("export: onnx: the gradient on a robot's exploring episode is no part of a network: export one step")
		}
		n.robot(f)
	default:
		return nil, fmt.Errorf("export: onnx: the world of family %s is no part of a network: export one step", f.Name())
	}
	return n.model(fmt.Sprintf("Whole lives of learner %s in family %s.", l.Kind.Name, f.Name()), metadata), nil
}

// A carried value goes from step to step: its name, and what it is at birth.
type carried struct{ name, from string }

// bear gives a body what the learner carries from step to step, as it is at birth.
func (n *graph) bear(b *graph) (states []carried, s mind) {
	add := func(name, tensor string, dims ...any) string {
		from := name // given by the caller
		if tensor != "" {
			t, _ := n.genome.Get(tensor)
			from = n.filled(name+".birth", t.Shape, t.Data)
		} else {
			n.input(name, onnx.Float, append([]any{tasksDim}, dims...)...)
		}
		states = append(states, carried{name, from})
		return b.input("last_"+name, onnx.Float, append([]any{tasksDim}, dims...)...)
	}
	h := n.Hidden
	if n.has("core.h0") {
		s.h = add("h", "core.h0", h)
	}
	if n.has("core.c0") {
		s.c = add("c", "core.c0", h)
	}
	if n.Plastic {
		s.w = add("W", n.bornWith(), h, h)
	}
	return states, s
}

// carry puts out what bear took in, as it is after the step, and report what of it is kept of every step.
func (n *graph) carry(next mind) {
	h := n.Hidden
	if next.h != "" {
		n.output("next_h", next.h, tasksDim, h)
	}
	if next.c != "" {
		n.output("next_c", next.c, tasksDim, h)
	}
	if next.w != "" {
		n.output("next_W", next.w, tasksDim, h, h)
	}
}

func (n *graph) report(act string, next mind) {
	n.output("this_act", act, tasksDim, n.Act)
	if next.h != "" {
		n.output("this_h", next.h, tasksDim, n.Hidden)
	}
	if next.m != "" {
		n.output("this_m", next.m, tasksDim, n.Hidden)
	}
}

// scan runs a body over steps. Its first inputs and outputs are what is carried; then it takes slices of x along axes. What it
// puts out of every step becomes an output [tasks][steps] of the model, and of W its end.
func (n *graph) scan(b *graph, steps int, states []carried, x []string, axes ...int64) {
	var in, out []string
	for _, s := range states {
		in, out = append(in, s.from), append(out, s.name+"_end")
		if s.name == "W" {
			n.Outputs = append(n.Outputs, value("W_end", onnx.Float, []any{tasksDim, n.Hidden, n.Hidden}))
		}
	}
	var ones []int64
	for _, o := range b.Outputs[len(states):] {
		name, dims := o.Name[len("this_"):], []any{tasksDim, steps}
		for _, d := range o.Dims[1:] {
			dims = append(dims, d.N)
		}
		n.Outputs = append(n.Outputs, value(name, o.Type, dims))
		out, ones = append(out, name), append(ones, 1)
	}
	n.Nodes = append(n.Nodes, onnx.Node{Op: "Scan", In: append(in, x...), Out: out, Attrs: []onnx.Attr{
		{Name: "num_scan_inputs", Int: int64(len(x))}, {Name: "scan_input_axes", Ints: axes},
		{Name: "scan_output_axes", Ints: ones}, {Name: "body", Graph: b.Graph},
	}})
}

// count gives the number of tasks, the first length of an input, the name that filled knows it by.
func (n *graph) count(input string) {
	n.call("tasks", n.node("Shape", []onnx.Attr{{Name: "end", Int: 1}}, input))
}

// filled is a constant as every task has it, [tasks][shape].
func (n *graph) filled(name string, shape []int, data []float32) string {
	return n.spread(name, shape, onnx.Tensor{Name: name + ".one", Dims: append([]int{1}, shape...), Floats: data})
}

// spread is a constant [1][shape] as every task has it.
func (n *graph) spread(name string, shape []int, one onnx.Tensor) string {
	dims := make([]int64, len(shape))
	for i, d := range shape {
		dims[i] = int64(d)
	}
	return n.op("Expand", n.constant(one), n.node("Concat", []onnx.Attr{{Name: "axis", Int: 0}}, "tasks", n.ints(name+".shape", dims...)))
}
