package export

import (
	"fmt"
	"slices"

	"baldwin/internal/onnx"
	"baldwin/internal/tensorfile"
	"baldwin/learner"
)

// tasksDim is the name of the first length of everything that each life has for itself.
const tasksDim = "tasks"

// newbornInput is the input [tasks] that says which tasks begin a life in this step.
const newbornInput = "newborn"

// A graph is an ONNX graph in the making that computes what a learner does. Its methods add operators and return the name of
// their result. Shapes are those of the kernels' reference with the tasks first: h is [tasks][hidden], W [tasks][out][in].
type graph struct {
	*learner.Learner
	*onnx.Graph
	genome  *tensorfile.File  // named tensors, [out][in]
	weights *onnx.Graph       // where the genome's tensors go: the outermost graph
	own     map[string]string // es-maml: each task has weights of its own, [tasks][out][in], under these names; else nil
	names   *int
}

// newGraph begins a graph; theta is the genome that it has in it.
func newGraph(l *learner.Learner, theta []float32, name string) *graph {
	g := &onnx.Graph{Name: name}
	return &graph{Learner: l, Graph: g, weights: g, genome: l.Layout.File(theta), names: new(int)}
}

// body begins a graph that runs inside this one and uses its weights.
func (n *graph) body(name string) *graph {
	inner := *n
	inner.Graph = &onnx.Graph{Name: name}
	return &inner
}

// model is the finished model.
func (n *graph) model(doc string, metadata map[string]string) *onnx.Model {
	return &onnx.Model{Graph: n.Graph, Producer: "baldwin", Doc: doc, Metadata: metadata}
}

// op adds an operator with one result.
func (n *graph) op(op string, in ...string) string { return n.node(op, nil, in...) }

func (n *graph) node(op string, attrs []onnx.Attr, in ...string) string {
	*n.names++
	out := fmt.Sprintf("%s.%d", op, *n.names)
	n.Nodes = append(n.Nodes, onnx.Node{Op: op, In: in, Out: []string{out}, Attrs: attrs})
	return out
}

// call gives a result a name of the graph's interface.
func (n *graph) call(name, result string) {
	n.Nodes = append(n.Nodes, onnx.Node{Op: "Identity", In: []string{result}, Out: []string{name}})
}

// input adds an input of a graph, and output an output in float.
func (n *graph) input(name string, kind onnx.DataType, dims ...any) string {
	n.Inputs = append(n.Inputs, value(name, kind, dims))
	return name
}

func (n *graph) output(name, result string, dims ...any) {
	n.outputOf(onnx.Float, name, result, dims...)
}

func (n *graph) outputOf(kind onnx.DataType, name, result string, dims ...any) {
	n.call(name, result)
	n.Outputs = append(n.Outputs, value(name, kind, dims))
}

// value is a value whose dims are numbers and names.
func value(name string, kind onnx.DataType, dims []any) onnx.Value {
	v := onnx.Value{Name: name, Type: kind}
	for _, d := range dims {
		if s, ok := d.(string); ok {
			v.Dims = append(v.Dims, onnx.Dim{Name: s})
		} else {
			v.Dims = append(v.Dims, onnx.Dim{N: d.(int)})
		}
	}
	return v
}

// constant adds a constant to the outermost graph, once for each name, and returns the name.
func (n *graph) constant(t onnx.Tensor) string {
	if !slices.ContainsFunc(n.weights.Initializers, func(o onnx.Tensor) bool { return o.Name == t.Name }) {
		n.weights.Initializers = append(n.weights.Initializers, t)
	}
	return t.Name
}

func (n *graph) ints(name string, v ...int64) string {
	return n.constant(onnx.Tensor{Name: name, Dims: []int{len(v)}, Ints: v})
}

func (n *graph) bools(name string, v []bool) string {
	return n.constant(onnx.Tensor{Name: name, Dims: []int{len(v)}, Bools: v})
}

func (n *graph) scalar(name string, v float32) string {
	return n.constant(onnx.Tensor{Name: name, Floats: []float32{v}})
}

// double is a number in float64 as a constant.
func (n *graph) double(v float64) string {
	return n.constant(onnx.Tensor{Name: fmt.Sprint("double.", v), Doubles: []float64{v}})
}

// weight is a tensor of the genome as a constant.
func (n *graph) weight(name string) string {
	t, ok := n.genome.Get(name)
	if !ok {
		panic("export: the genome lacks a tensor of its learner")
	}
	return n.constant(onnx.Tensor{Name: name, Dims: t.Shape, Floats: t.Data})
}

// state adds an input that a newborn task does not use: it has the genome's tensor instead.
func (n *graph) state(name, tensor string) string {
	t, ok := n.genome.Get(tensor)
	if !ok {
		panic("export: the genome lacks a tensor of its learner")
	}
	dims, ranks := []any{tasksDim}, []int64{}
	for i, d := range t.Shape {
		dims, ranks = append(dims, d), append(ranks, int64(i+1))
	}
	n.input(name, onnx.Float, dims...)
	born := n.constant(onnx.Tensor{Name: tensor + ".birth", Dims: append([]int{1}, t.Shape...), Floats: t.Data})
	newborn := n.op("Unsqueeze", newbornInput, n.ints(fmt.Sprint("axes.", len(ranks)), ranks...))
	return n.op("Where", newborn, born, name)
}

// has reports that the genome has a tensor.
func (n *graph) has(name string) bool { return n.Layout.Find(name) != nil }

// linear is bias + W x with weights of the genome; without a bias, b is empty. x is [tasks][in].
func (n *graph) linear(w, b, x string) string {
	if n.own != nil {
		return n.op("Add", n.product(n.own[w], x), n.own[b])
	}
	in := []string{x, n.weight(w)}
	if b != "" {
		in = append(in, n.weight(b))
	}
	return n.node("Gemm", []onnx.Attr{{Name: "transB", Int: 1}}, in...)
}

// product is W x where each task has its own W [tasks][out][in].
func (n *graph) product(w, x string) string {
	last := n.ints("axis.last", -1)
	return n.op("Squeeze", n.op("MatMul", w, n.op("Unsqueeze", x, last)), last)
}

// column and row are a vector of each task as [tasks][n][1] and [tasks][1][n].
func (n *graph) column(v string) string { return n.op("Unsqueeze", v, n.ints("axis.last", -1)) }
func (n *graph) row(v string) string    { return n.op("Unsqueeze", v, n.ints("axis.1", 1)) }
