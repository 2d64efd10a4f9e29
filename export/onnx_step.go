package export

import (
	"fmt"
	"io"
	"slices"

	"baldwin/internal/onnx"
	"baldwin/internal/wholefile"
	"baldwin/learner"
)

// WriteOnnx writes a model as an .onnx file.
func WriteOnnx(path string, m *onnx.Model) error {
	return wholefile.Write(path, func(w io.Writer) error { _, err := w.Write(m.Encode()); return err })
}

// OnnxStep is one step of any number of lives of a genome, side by side. Inputs, each with the tasks first:
//
//	obs      [tasks][obs]
//	h, c     [tasks][hidden]      hidden and cell state, of learners that have them
//	W        [tasks][out][in]     plastic weights, of learners that have them
//	in1.w .. [tasks][...]         es-maml: all of its weights
//	newborn  [tasks] bool         lives that begin in this step: for them the state above is the genome's, whatever is given
//	plastic  [tasks] bool         lives whose W learns in this step, of learners that have W
//
// Outputs are act [tasks][act], h_next, c_next and W_next to be given to the next step, and m [tasks][hidden], the modulator.
// epmlp-random has no W in its genome: its W is always the one that is given.
func OnnxStep(l *learner.Learner, theta []float32, metadata map[string]string) (*onnx.Model, error) {
	if err := known(l); err != nil {
		return nil, err
	}
	n := newGraph(l, theta, "step")
	obs, _ := n.input("obs", onnx.Float, tasksDim, l.Obs), n.input(newbornInput, onnx.Bool, tasksDim)
	var s mind
	if n.has("core.h0") {
		s.h = n.state("h", "core.h0")
	}
	if n.has("core.c0") {
		s.c = n.state("c", "core.c0")
	}
	switch {
	case !l.Plastic:
	case n.bornWith() == "":
		s.w = n.input("W", onnx.Float, tasksDim, l.Hidden, l.Hidden)
	default:
		s.w = n.state("W", n.bornWith())
	}
	plastic := ""
	if l.Plastic {
		plastic = n.op("Unsqueeze", n.input("plastic", onnx.Bool, tasksDim), n.ints("axes.2", 1, 2))
	}
	if l.Gradient {
		n.own = map[string]string{}
		for _, name := range n.learned() {
			n.own[name] = n.state(name, name)
		}
	}
	act, next := n.step(obs, s, plastic)
	n.output("act", act, tasksDim, l.Act)
	for _, o := range []struct {
		name, result string
		dims         []any
	}{
		{"h_next", next.h, []any{tasksDim, l.Hidden}}, {"c_next", next.c, []any{tasksDim, l.Hidden}},
		{"W_next", next.w, []any{tasksDim, l.Hidden, l.Hidden}}, {"m", next.m, []any{tasksDim, l.Hidden}},
	} {
		if o.result != "" {
			n.output(o.name, o.result, o.dims...)
		}
	}
	return n.model("One step of learner "+l.Kind.Name+".", metadata), nil
}

// known refuses learners and rules that a user's own build has: what they compute is Go, and the graph must be written by hand.
func known(l *learner.Learner) error {
	if !slices.ContainsFunc(learner.Builtin(), func(k learner.Kind) bool { return k.Name == l.Kind.Name }) {
		return fmt.Errorf("export: onnx: learner %s is not one of baldwin's own, and its graph is not known", l.Kind.Name)
	}
	if l.Plastic && !slices.Contains([]learner.Rule{learner.ABCD, learner.Hebb, learner.Oja, learner.Decomposed}, l.Rule) {
		return fmt.Errorf("export: onnx: rule %s is not one of baldwin's own, and its graph is not known", l.Rule)
	}
	return nil
}

// learned are the tensors that a gradient changes: all but its own rates.
func (n *graph) learned() (names []string) {
	for _, t := range n.Layout.Tensors {
		if t.Role != learner.Rate {
			names = append(names, t.Name)
		}
	}
	return names
}

// A mind is the names of what a life carries from step to step, empty where the learner has not got it, and of the newest m.
type mind struct{ h, c, w, m string }

// bornWith is the tensor of the genome that W starts as; empty: none.
func (n *graph) bornWith() string {
	for _, name := range []string{"core.wh", "core.w"} {
		if n.has(name) {
			return name
		}
	}
	return ""
}

// step adds one step of the tower: observation to action. plastic is a bool, or one of each task as [tasks][1][1].
func (n *graph) step(obs string, s mind, plastic string) (act string, next mind) {
	x := n.dense("in1", obs)
	if n.Tower == 2 {
		x = n.dense("in2", x)
	}
	var y string
	switch {
	case n.has("core.c0"):
		next = n.lstm(x, s)
		y = next.h
	case n.has("core.h0"):
		next = n.recurrent(x, s, plastic)
		y = next.h
	case n.Plastic:
		y, next = n.mlp(x, s, plastic)
	default:
		y = n.dense("core", x)
	}
	act = n.linear("out2.w", "out2.b", n.dense("out1", y))
	if n.Tanh {
		act = n.op("Tanh", act)
	}
	return act, next
}

// dense is relu(W x + b).
func (n *graph) dense(name, x string) string {
	return n.op("Relu", n.linear(name+".w", name+".b", x))
}

// recurrent is the core of es-rnn and both EPRNNs: see learner.EPRNN.
func (n *graph) recurrent(x string, s mind, plastic string) (next mind) {
	var wh string
	if n.Plastic {
		wh = n.op("Add", n.product(s.w, s.h), n.weight("core.b"))
	} else {
		wh = n.linear("core.wh", "core.b", s.h)
	}
	post := n.op("Tanh", n.op("Add", wh, n.linear("core.wx", "", x)))
	next.h = post
	if n.has("core.mb") {
		next.m = n.op("Sigmoid", n.op("Add", n.linear("core.mh", "core.mb", s.h), n.linear("core.mx", "", x)))
	}
	if n.GatedState {
		next.h = n.op("Mul", next.m, post)
	}
	if n.Plastic {
		next.w = n.learn(s.w, next.m, post, s.h, plastic)
	}
	return next
}

// mlp is the core of both EPMLPs.
func (n *graph) mlp(x string, s mind, plastic string) (y string, next mind) {
	y = n.op("Tanh", n.op("Add", n.product(s.w, x), n.weight("core.b")))
	if n.has("core.mb") {
		next.m = n.op("Sigmoid", n.linear("core.mx", "core.mb", x))
	}
	next.w = n.learn(s.w, next.m, y, x, plastic)
	return y, next
}

// lstm is the core of es-lstm, gates in the order i, f, g, o.
func (n *graph) lstm(x string, s mind) (next mind) {
	*n.names++
	gate := make([]string, 4)
	for i := range gate {
		gate[i] = fmt.Sprintf("gate.%d.%d", i, *n.names)
	}
	all := n.op("Add", n.linear("core.wh", "core.b", s.h), n.linear("core.wx", "", x))
	n.Nodes = append(n.Nodes, onnx.Node{Op: "Split", In: []string{all}, Out: gate, Attrs: []onnx.Attr{{Name: "axis", Int: 1}}})
	kept := n.op("Mul", n.op("Sigmoid", gate[1]), s.c)
	next.c = n.op("Add", kept, n.op("Mul", n.op("Sigmoid", gate[0]), n.op("Tanh", gate[2])))
	next.h = n.op("Mul", n.op("Sigmoid", gate[3]), n.op("Tanh", next.c))
	return next
}
