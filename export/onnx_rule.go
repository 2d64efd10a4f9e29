package export

import (
	"baldwin/internal/onnx"
	"baldwin/learner"
)

// learn is W after a rule's update, where plastic is true; see learner.BuiltinRules for the equations. w is [tasks][out][in], m
// (empty: 1) and post [tasks][out], pre [tasks][in].
func (n *graph) learn(w, m, post, pre, plastic string) string {
	y, x := n.column(post), n.row(pre)
	gated := func(v string) string {
		if m == "" {
			return v
		}
		return n.op("Mul", v, n.column(m))
	}
	var change string
	if n.Rule == learner.Oja {
		// m*A*(y*x - y^2*W)
		decay := n.op("Mul", n.op("Mul", y, y), w)
		change = n.op("Mul", gated(n.plane("A")), n.op("Sub", n.op("Mul", y, x), decay))
	} else {
		// m*((A*y + B)*x + (C*y + D))
		first := n.sum(n.times(n.plane("A"), y), n.plane("B"))
		second := n.sum(n.times(n.plane("C"), y), n.plane("D"))
		change = n.sum(n.times(first, x), second)
		if change == "" {
			return w // all four are held at zero
		}
		change = gated(change)
	}
	return n.op("Where", plastic, n.op("Add", w, change), w)
}

// sum and times leave out what is zero: the empty name.
func (n *graph) sum(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return n.op("Add", a, b)
}

func (n *graph) times(a, b string) string {
	if a == "" {
		return ""
	}
	return n.op("Mul", a, b)
}

// plane is one of A..D [out][in]; empty where the learner has none. A plane of rank one is written out.
func (n *graph) plane(part string) string {
	name := "core." + part
	if n.Rule != learner.Decomposed {
		if !n.has(name) {
			return ""
		}
		return n.weight(name)
	}
	post, _ := n.genome.Get(name + "post")
	pre, _ := n.genome.Get(name + "pre")
	data := make([]float32, 0, len(post.Data)*len(pre.Data))
	for _, y := range post.Data {
		for _, x := range pre.Data {
			data = append(data, y*x)
		}
	}
	return n.constant(onnx.Tensor{Name: name, Dims: []int{len(post.Data), len(pre.Data)}, Floats: data})
}
