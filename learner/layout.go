package learner

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/internal/tensorfile"
)

// Role is what a tensor is for. It decides how the tensor starts and how far it is mutated.
type Role uint8

const (
	Weight  Role = iota // starts N(0, 0.1^2)
	Bias                // starts 0
	Initial             // h0, c0: starts 0
	RulePar             // A..D: starts 0, mutated a tenth as far
	Factor              // the post-synaptic factor of a decomposed rule: starts N(0, 0.1^2), mutated a tenth as far
	Rate                // inner learning rates: start 0.1
)

// InitialSD is the standard deviation of initial weights (EPRNN, released code).
const InitialSD = 0.1

// InitialRate is the initial inner learning rate of es-maml.
const InitialRate = 0.1

// A Tensor is one named part of a genome. Names and shapes are those of its safetensors file.
type Tensor struct {
	Name  string
	Shape []int // [out][in] for a weight, [n] for a vector
	Role  Role
	Group string // tensors of one group share a mutation step size; empty: the tensor is its own group
	Off   int    // place of its first number in the genome vector, a multiple of 32
	Pad   int    // numbers left free after it, so that planes and tasks do not alias in the cache
}

// Len is the number of parameters.
func (t *Tensor) Len() int {
	n := 1
	for _, s := range t.Shape {
		n *= s
	}
	return n
}

// columns says that the vector holds the tensor column by column (w[i*out+o]), as the kernels read it; a weight with
// fewer than 16 outputs, and a vector, lies as in its file.
func (t *Tensor) columns() bool { return len(t.Shape) == 2 && t.Shape[0]%16 == 0 }

// index is the place within the tensor's part of the vector of the j-th number of its file.
func (t *Tensor) index(j int) int {
	if !t.columns() {
		return j
	}
	out, in := t.Shape[0], t.Shape[1]
	return j%in*out + j/in
}

// A Layout says where each tensor of a genome lies in the vector that evolution searches. The vector is in kernel
// layout: aligned, weights column by column, so that a perturbed genome needs no copying before it lives.
type Layout struct {
	Tensors []Tensor
	Dim     int // length of the vector, free places included
}

// aligned is the unit of tensor offsets: one group of the noise kernel, two AVX-512 vectors.
const aligned = 32

// NewLayout places tensors one after the other.
func NewLayout(tensors []Tensor) *Layout {
	l := &Layout{Tensors: tensors}
	for i := range tensors {
		tensors[i].Off = l.Dim
		l.Dim = (l.Dim + tensors[i].Len() + tensors[i].Pad + aligned - 1) / aligned * aligned
	}
	return l
}

// Parameters is the number of evolved parameters.
func (l *Layout) Parameters() int {
	n := 0
	for i := range l.Tensors {
		n += l.Tensors[i].Len()
	}
	return n
}

// Find returns the tensor of a name, or nil.
func (l *Layout) Find(name string) *Tensor {
	for i := range l.Tensors {
		if l.Tensors[i].Name == name {
			return &l.Tensors[i]
		}
	}
	return nil
}

// Init writes the genome that evolution starts from: weights N(0, 0.1^2), all else 0, inner rates 0.1. Tensor i draws
// from the stream of individual i.
func (l *Layout) Init(theta []float32, seed uint64) {
	clear(theta)
	for i := range l.Tensors {
		t := &l.Tensors[i]
		v := theta[t.Off : t.Off+t.Len()]
		switch t.Role {
		case Weight, Factor:
			rng.At(seed, rng.Init, 0, uint32(i), 0).AddNormals(kernel.Reference, v, InitialSD)
		case Rate:
			for j := range v {
				v[j] = InitialRate
			}
		}
	}
}

// File returns the genome as named tensors in row-major order, NaN canonical.
func (l *Layout) File(theta []float32) *tensorfile.File {
	f := &tensorfile.File{Metadata: map[string]string{}}
	for i := range l.Tensors {
		t := &l.Tensors[i]
		data := make([]float32, t.Len())
		for j := range data {
			data[j] = kernel.CanonicalNaN(theta[t.Off+t.index(j)])
		}
		f.Tensors = append(f.Tensors, tensorfile.Tensor{Name: t.Name, Shape: t.Shape, Data: data})
	}
	return f
}

// Read fills theta from named tensors. Each tensor of the layout must be there with its shape, and no other but those
// named in allowed.
func (l *Layout) Read(theta []float32, f *tensorfile.File, allowed ...string) error {
	clear(theta)
	known := map[string]bool{}
	for _, a := range allowed {
		known[a] = true
	}
	for i := range l.Tensors {
		t := &l.Tensors[i]
		known[t.Name] = true
		in, ok := f.Get(t.Name)
		if !ok {
			return fmt.Errorf("learner: genome: tensor %s is missing", t.Name)
		}
		if fmt.Sprint(in.Shape) != fmt.Sprint(t.Shape) {
			return fmt.Errorf("learner: genome: tensor %s: want shape %v, got %v", t.Name, t.Shape, in.Shape)
		}
		for j, v := range in.Data {
			theta[t.Off+t.index(j)] = v
		}
	}
	for i := range f.Tensors {
		if name := f.Tensors[i].Name; !known[name] {
			return fmt.Errorf("learner: genome: tensor %s is not one of this learner's", name)
		}
	}
	return nil
}

// Hash is the SHA-256, in hex, of the genome's numbers as little-endian float32 in the order of its file: all tensors
// in genome order, each row-major, NaN as 0x7fc00000. It is the hash of the data section of the exported safetensors.
func (l *Layout) Hash(theta []float32) string {
	h := sha256.New()
	var buf []byte
	for i := range l.Tensors {
		t := &l.Tensors[i]
		buf = buf[:0]
		for j := range t.Len() {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(kernel.CanonicalNaN(theta[t.Off+t.index(j)])))
		}
		h.Write(buf)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Columns returns a row-major [out][in] matrix in kernel layout, column by column.
func Columns(rows []float32, out, in int) []float32 {
	t := Tensor{Shape: []int{out, in}}
	w := make([]float32, out*in)
	for j, v := range rows {
		w[t.index(j)] = v
	}
	return w
}
