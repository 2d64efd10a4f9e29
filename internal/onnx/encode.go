package onnx

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// Encode is the model as the bytes of an .onnx file. Equal models have equal bytes.
func (m *Model) Encode() []byte {
	var b message
	b.number(1, IRVersion)
	b.text(2, m.Producer)
	b.text(3, m.Version)
	b.text(6, m.Doc)
	b.bytes(7, m.Graph.encode())
	var opset message
	opset.number(2, Opset)
	b.bytes(8, opset)
	for _, k := range slices.Sorted(maps.Keys(m.Metadata)) {
		var entry message
		entry.text(1, k)
		entry.text(2, m.Metadata[k])
		b.bytes(14, entry)
	}
	return b
}

func (g *Graph) encode() (b message) {
	for i := range g.Nodes {
		b.bytes(1, g.Nodes[i].encode())
	}
	b.text(2, g.Name)
	for i := range g.Initializers {
		b.bytes(5, g.Initializers[i].encode())
	}
	for i := range g.Inputs {
		b.bytes(11, g.Inputs[i].encode())
	}
	for i := range g.Outputs {
		b.bytes(12, g.Outputs[i].encode())
	}
	return b
}

func (n *Node) encode() (b message) {
	for _, name := range n.In {
		b.bytes(1, []byte(name)) // an empty one too: it holds its place
	}
	for _, name := range n.Out {
		b.text(2, name)
	}
	b.text(4, n.Op)
	for i := range n.Attrs {
		b.bytes(5, n.Attrs[i].encode())
	}
	return b
}

// Kinds of attribute.
const (
	kindInt   = 2
	kindGraph = 5
	kindInts  = 7
)

func (a *Attr) encode() (b message) {
	b.text(1, a.Name)
	switch {
	case a.Graph != nil:
		b.bytes(6, a.Graph.encode())
		b.number(20, kindGraph)
	case a.Ints != nil:
		for _, v := range a.Ints {
			b.number(8, v)
		}
		b.number(20, kindInts)
	default:
		b.number(3, a.Int)
		b.number(20, kindInt)
	}
	return b
}

func (t *Tensor) encode() (b message) {
	for _, n := range t.Dims {
		b.number(1, int64(n))
	}
	var raw []byte
	kind := Float
	switch {
	case t.Ints != nil:
		kind = Int64
		for _, v := range t.Ints {
			raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
		}
	case t.Doubles != nil:
		kind = Double
		for _, v := range t.Doubles {
			raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
		}
	case t.Bools != nil:
		kind = Bool
		for _, v := range t.Bools {
			one := byte(0)
			if v {
				one = 1
			}
			raw = append(raw, one)
		}
	default:
		for _, v := range t.Floats {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
		}
	}
	b.number(2, int64(kind))
	b.text(8, t.Name)
	b.bytes(9, raw)
	return b
}

func (v *Value) encode() (b message) {
	var shape message
	for _, d := range v.Dims {
		var dim message
		if d.Name != "" {
			dim.text(2, d.Name)
		} else {
			dim.number(1, int64(d.N))
		}
		shape.bytes(1, dim)
	}
	var tensor, kind message
	tensor.number(1, int64(v.Type))
	tensor.bytes(2, shape)
	kind.bytes(1, tensor)
	b.text(1, v.Name)
	b.bytes(2, kind)
	b.text(3, v.Doc)
	return b
}

// message is a protocol buffer in the making.
type message []byte

func (m *message) number(field protowire.Number, v int64) {
	*m = protowire.AppendVarint(protowire.AppendTag(*m, field, protowire.VarintType), uint64(v))
}

func (m *message) bytes(field protowire.Number, v []byte) {
	*m = protowire.AppendBytes(protowire.AppendTag(*m, field, protowire.BytesType), v)
}

func (m *message) text(field protowire.Number, s string) {
	if s != "" {
		m.bytes(field, []byte(s))
	}
}
