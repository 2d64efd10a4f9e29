package export

import (
	"fmt"

	"baldwin/internal/onnx"
	"baldwin/learner"
)

// A Sequence says how a life in Sequence Predicting goes (package task has the family itself).
type Sequence struct {
	Seen        int  // observations of the truth: y(1)..y(K), as-released y(0)..y(K)
	Predictions int  // scored outputs, each the next step's observation
	Blank       bool // as-released: the step after the last truth observes zeros, and its output is the first prediction
	Plastic     bool // plasticity stays on while predicting
}

// steps is the length of the life: without a blank the output after the last truth is the first prediction.
func (s *Sequence) steps() int {
	if s.Blank {
		return s.Seen + s.Predictions
	}
	return s.Seen + s.Predictions - 1
}

// OnnxLife is whole lives of a genome in Sequence Predicting, side by side, as one Scan over their steps. Inputs:
//
//	seen  [tasks][Seen][dims]    the truth that is shown
//	W     [tasks][out][in]       of epmlp-random: the weights at birth
//
// Outputs: predictions [tasks][Predictions][dims]; act [tasks][steps][dims], every output; h [tasks][steps][hidden] and
// m [tasks][steps][hidden] of learners that have them; W [tasks][out][in] as the life left it, as W_end. es-maml descends its four
// gradient steps first.
func OnnxLife(l *learner.Learner, theta []float32, s *Sequence, metadata map[string]string) (*onnx.Model, error) {
	if err := known(l); err != nil {
		return nil, err
	}
	if s.Seen < 1 || s.Predictions < 1 || l.Obs != l.Act {
		return nil, fmt.Errorf("export: onnx: a life of %d seen and %d predicted steps cannot be", s.Seen, s.Predictions)
	}
	n := newGraph(l, theta, "life")
	seen := n.input("seen", onnx.Float, tasksDim, s.Seen, l.Obs)
	n.call("tasks", n.node("Shape", []onnx.Attr{{Name: "end", Int: 1}}, seen))
	if l.Gradient && s.Seen > 1 {
		n.descend(seen, s.Seen)
	}

	// What is scanned: the truth, then zeros; and for each step what to do with it.
	steps := s.steps()
	shown, plastic, read := make([]bool, steps), make([]bool, steps), make([]bool, steps)
	for t := range steps {
		shown[t] = t < s.Seen
		plastic[t] = shown[t] || s.Plastic
		read[t] = t >= steps-s.Predictions
	}
	x := seen
	if rest := steps - s.Seen; rest > 0 {
		x = n.node("Concat", []onnx.Attr{{Name: "axis", Int: 1}}, seen, n.filled("rest", []int{rest, l.Obs}, make([]float32, rest*l.Obs)))
	}
	body, states := n.lifeStep(s)
	in := []string{n.filled("blank", []int{l.Obs}, make([]float32, l.Obs))}
	for _, st := range states {
		in = append(in, st.from)
	}
	in = append(in, x, n.bools("shown", shown), n.bools("plastic", plastic), n.bools("read", read))
	outs := []string{"last_act"}
	for _, st := range states {
		outs = append(outs, st.name+"_end")
	}
	scanned := len(body.Outputs) - len(outs)
	axes := make([]int64, scanned)
	for i := range axes {
		axes[i] = 1
	}
	for _, o := range body.Outputs[len(outs):] {
		outs = append(outs, o.Name[len("this_"):])
	}
	n.Nodes = append(n.Nodes, onnx.Node{Op: "Scan", In: in, Out: outs, Attrs: []onnx.Attr{
		{Name: "num_scan_inputs", Int: 4}, {Name: "scan_input_axes", Ints: []int64{1, 0, 0, 0}},
		{Name: "scan_output_axes", Ints: axes}, {Name: "body", Graph: body.Graph},
	}})
	n.output("predictions", n.op("Slice", "act", n.ints("first", int64(steps-s.Predictions)), n.ints("end", int64(steps)), n.ints("axis.1", 1)),
		tasksDim, s.Predictions, l.Act)
	for _, o := range body.Outputs[1+len(states):] {
		name := o.Name[len("this_"):]
		n.Outputs = append(n.Outputs, value(name, onnx.Float, []any{tasksDim, steps, o.Dims[1].N}))
	}
	for _, st := range states {
		if st.name == "W" {
			n.Outputs = append(n.Outputs, value("W_end", onnx.Float, []any{tasksDim, l.Hidden, l.Hidden}))
		}
	}
	return n.model("Whole lives of learner "+l.Kind.Name+" in Sequence Predicting.", metadata), nil
}

// A carried state goes from step to step: its name, and what it is at birth.
type carried struct{ name, from string }

// lifeStep is the body of the Scan: what is observed is the truth where it is shown, else the last action that was read.
func (n *graph) lifeStep(s *Sequence) (*graph, []carried) {
	b := n.body("lifestep")
	last := b.input("last", onnx.Float, tasksDim, n.Obs)
	var states []carried
	var mine mind
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
		mine.h = add("h", "core.h0", h)
	}
	if n.has("core.c0") {
		mine.c = add("c", "core.c0", h)
	}
	if n.Plastic {
		mine.w = add("W", n.bornWith(), h, h)
	}
	x := b.input("x", onnx.Float, tasksDim, n.Obs)
	shown, plastic, read := b.input("is_shown", onnx.Bool), b.input("is_plastic", onnx.Bool), b.input("is_read", onnx.Bool)
	act, next := b.step(b.op("Where", shown, x, last), mine, plastic)
	b.output("next", b.op("Where", read, act, last), tasksDim, n.Act)
	for _, st := range states {
		result, dims := map[string]string{"h": next.h, "c": next.c, "W": next.w}[st.name], []any{tasksDim, h}
		if st.name == "W" {
			dims = append(dims, h)
		}
		b.output("next_"+st.name, result, dims...)
	}
	b.output("this_act", act, tasksDim, n.Act)
	if next.h != "" {
		b.output("this_h", next.h, tasksDim, h)
	}
	if next.m != "" {
		b.output("this_m", next.m, tasksDim, h)
	}
	return b, states
}

func (n *graph) bools(name string, v []bool) string {
	return n.constant(onnx.Tensor{Name: name, Dims: []int{len(v)}, Bools: v})
}

// filled is a constant as every task has it, [tasks][shape].
func (n *graph) filled(name string, shape []int, data []float32) string {
	c := n.constant(onnx.Tensor{Name: name + ".one", Dims: append([]int{1}, shape...), Floats: data})
	dims := make([]int64, len(shape))
	for i, d := range shape {
		dims[i] = int64(d)
	}
	return n.op("Expand", c, n.node("Concat", []onnx.Attr{{Name: "axis", Int: 0}}, "tasks", n.ints(name+".shape", dims...)))
}
