// Package onnx writes ONNX models (https://onnx.ai, onnx.proto of IR version 8): graphs of operators in protocol buffer form.
// It knows the wire form and nothing of what operators mean; onnxruntime checks that when it loads a model.
package onnx

// IRVersion is the version of the file form that is written.
const IRVersion = 8

// Opset is the version of the operators of the default domain: 17, which onnxruntime 1.12 and all later ones run.
const Opset = 17

// DataType is a tensor's type of element.
type DataType int32

// Types of element.
const (
	Float  DataType = 1
	Int64  DataType = 7
	Bool   DataType = 9
	Double DataType = 11
)

// A Model is a graph with what is known of it.
type Model struct {
	Graph             *Graph
	Producer, Version string // what made it
	Doc               string
	Metadata          map[string]string
}

// A Graph is nodes in an order in which each comes after those that it takes from.
type Graph struct {
	Name         string
	Inputs       []Value
	Outputs      []Value
	Initializers []Tensor // constants; one with an input's name is that input's default
	Nodes        []Node
}

// A Value is a graph's input or output.
type Value struct {
	Name string
	Type DataType
	Dims []Dim // none: a scalar
	Doc  string
}

// A Dim is a length, or the name of one that is known at run time.
type Dim struct {
	N    int
	Name string
}

// A Tensor is a constant: one of Floats, Doubles, Ints and Bools, row-major.
type Tensor struct {
	Name    string
	Dims    []int
	Floats  []float32
	Doubles []float64
	Ints    []int64
	Bools   []bool
}

// A Node is one operator. An empty name among In leaves an optional input out.
type Node struct {
	Op      string
	In, Out []string
	Attrs   []Attr
}

// An Attr is a setting of an operator: one of Int, Ints and Graph.
type Attr struct {
	Name  string
	Int   int64
	Ints  []int64
	Graph *Graph
}
