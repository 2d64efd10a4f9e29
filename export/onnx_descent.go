package export

import (
	"fmt"

	"baldwin/internal/onnx"
	"baldwin/learner"
)

// descend adds es-maml's four gradient steps on the pairs (y(t), y(t+1)) of what is seen, and leaves in own the weights that
// each task has then. The loss is the mean over pairs of the sum over dims of e^2 where |e| <= 1, else 2|e| - 1; step s goes
// inner.lr[s] down its gradient. Back-propagation is written out as in learner.Brain.Descend: x is [tasks][pairs][in].
func (n *graph) descend(seen string, steps int) {
	pairs := steps - 1
	part := func(from, to int) string {
		return n.op("Slice", seen, n.ints(fmt.Sprint("at.", from), int64(from)), n.ints(fmt.Sprint("at.", to), int64(to)), n.ints("axis.1", 1))
	}
	x, target := part(0, pairs), part(1, steps)
	layers := []string{"in1", "core", "out1"}
	if n.Tower == 2 {
		layers = []string{"in1", "in2", "core", "out1"}
	}
	n.own = map[string]string{}
	for _, name := range n.learned() {
		t, _ := n.genome.Get(name)
		n.own[name] = n.filled(name+".birth", t.Shape, t.Data)
	}
	rates, _ := n.genome.Get("inner.lr")
	for s := range learner.InnerSteps {
		n.gradientStep(s, layers, x, target, -rates.Data[s]/float32(pairs))
	}
}

// gradientStep goes one step down the gradient; scale is minus the rate over the number of pairs.
func (n *graph) gradientStep(s int, layers []string, x, target string, scale float32) {
	across := func(v string) string {
		return n.node("Transpose", []onnx.Attr{{Name: "perm", Ints: []int64{0, 2, 1}}}, v)
	}
	forward := func(name, x string) string {
		return n.op("Add", n.op("MatMul", x, across(n.own[name+".w"])), n.row(n.own[name+".b"]))
	}
	acts := []string{x}
	for _, name := range layers {
		acts = append(acts, n.op("Relu", forward(name, acts[len(acts)-1])))
	}
	out := forward("out2", acts[len(acts)-1])
	if n.Tanh {
		out = n.op("Tanh", out)
	}

	// The error at the output, scaled: all below is linear in it.
	e := n.op("Clip", n.op("Sub", out, target), n.scalar("-1", -1), n.scalar("1", 1))
	e = n.op("Mul", e, n.scalar("2", 2))
	if n.Tanh {
		e = n.op("Mul", e, n.op("Sub", n.scalar("1", 1), n.op("Mul", out, out)))
	}
	e = n.op("Mul", e, n.scalar(fmt.Sprint("scale.", s), scale))

	layers = append(layers[:len(layers):len(layers)], "out2")
	for i := len(layers) - 1; i >= 0; i-- {
		w, b := layers[i]+".w", layers[i]+".b"
		below := n.op("MatMul", e, n.own[w])
		n.own[w] = n.op("Add", n.own[w], n.op("MatMul", across(e), acts[i]))
		n.own[b] = n.op("Add", n.own[b], n.node("ReduceSum", []onnx.Attr{{Name: "keepdims"}}, e, n.ints("axis.1", 1)))
		if i > 0 {
			alive := n.node("Cast", []onnx.Attr{{Name: "to", Int: int64(onnx.Float)}}, n.op("Greater", acts[i], n.scalar("0", 0)))
			e = n.op("Mul", below, alive)
		}
	}
}
