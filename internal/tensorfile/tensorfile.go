// Package tensorfile reads and writes named float32 tensors as safetensors, and writes arrays as npz.
//
// ReadSafetensors and WriteSafetensors are the two functions for a genome; WriteNPZ is the one for a recorded life.
// Files come from anywhere, so a reader trusts nothing that a file says about itself: every length is held against the
// file's size before memory is asked for, and a file that is wrong gives one line that says how.
package tensorfile

import (
	"fmt"
	"math"
)

// The limits of a file. They are far above any genome, and low enough that a hostile file costs little.
const (
	MaxFile    = 1 << 30  // bytes of a safetensors file
	MaxHeader  = 16 << 20 // bytes of its JSON header
	MaxTensors = 1 << 16  // tensors in one file
	MaxRank    = 8        // dimensions of one tensor
)

// A Tensor is a named array. Shape is empty for a scalar; a dimension may be 0.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32 // row-major; as many as the product of Shape
}

// A File is what a safetensors file holds.
type File struct {
	Tensors  []Tensor          // in the order of their offsets
	Metadata map[string]string // the header's __metadata__; nil or empty where there is none
}

// Get returns the tensor of that name. It points into the file.
func (f *File) Get(name string) (*Tensor, bool) {
	for i := range f.Tensors {
		if f.Tensors[i].Name == name {
			return &f.Tensors[i], true
		}
	}
	return nil, false
}

// elements is the product of a shape's dimensions, or an error where one is negative, there are too many of them, or
// their product exceeds what a file may hold.
func elements(shape []int) (int, error) {
	if len(shape) > MaxRank {
		return 0, fmt.Errorf("shape has %d dimensions, at most %d are allowed", len(shape), MaxRank)
	}
	n, empty := 1, false
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative dimension", shape)
		}
		if d == 0 { // the others are held against the limit all the same
			d, empty = 1, true
		}
		if d > MaxFile/n {
			return 0, fmt.Errorf("shape %v is larger than a file may be", shape)
		}
		n *= d
	}
	if empty {
		return 0, nil
	}
	return n, nil
}

// A NaN has one form in a file, so that equal values are equal bytes on every machine.
const nan32 = 0x7fc00000

// bits32 is x as it stands in a file.
func bits32(x float32) uint32 {
	if x != x {
		return nan32
	}
	return math.Float32bits(x)
}
