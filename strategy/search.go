package strategy

import (
	"encoding/binary"
	"errors"
	"math"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
)

// search is what all methods share: theta, the step size of each group of blocks, and what else a method carries from one
// generation to the next.
type search struct {
	Config
	theta      []float32
	generation int
	sigma      []float64   // of each group
	vectors    [][]float32 // a method's further vectors, each of length Space.Dim; State has their blocks
	numbers    []float64   // a method's further numbers; State has them
	mean       []float32   // running mean of theta, one of vectors; nil where theta itself is the solution
}

func newSearch(c Config) search {
	s := search{Config: c, theta: kernel.Aligned(c.Space.Dim), sigma: make([]float64, c.Space.Groups)}
	for _, b := range c.Space.Blocks {
		copy(s.theta[b.Off:b.Off+b.Len], c.Theta[b.Off:])
		s.sigma[b.Group] = b.Sigma
	}
	if c.Settings.Average > 0 {
		s.mean = s.vector(0)
		copy(s.mean, s.theta)
	}
	return s
}

// vector adds a vector to the state, all v in the blocks and 0 between them.
func (s *search) vector(v float32) []float32 {
	x := kernel.Aligned(s.Space.Dim)
	for _, b := range s.Space.Blocks {
		for i := range b.Len {
			x[b.Off+i] = v
		}
	}
	s.vectors = append(s.vectors, x)
	return x
}

func (s *search) Population() int { return s.Settings.Population }

// Theta is the running mean of the search's centre where one is kept, otherwise the centre.
func (s *search) Theta() []float32 {
	if s.mean != nil {
		return s.mean
	}
	return s.theta
}

func (s *search) Sigma() []float64 {
	out := make([]float64, len(s.Space.Blocks))
	for i, b := range s.Space.Blocks {
		out[i] = s.sigma[b.Group]
	}
	return out
}

func (s *search) Ask(generation int) { s.generation = generation }

// noise is the stream of one direction of the present generation: number j of the vector moves along its normal j.
func (s *search) noise(direction int) rng.Stream {
	return rng.At(s.Seed, rng.Perturb, uint32(s.generation), uint32(direction), 0)
}

// normals makes a direction's normals in the scratch, unless it has them already.
func (s *search) normals(direction int, scratch *Scratch) []float32 {
	if n := s.noise(direction); scratch.of != n {
		n.Normals(s.Kernel, scratch.noise)
		scratch.of = n
	}
	return scratch.noise
}

// settle ends a generation's update: the running mean follows theta with a time constant of Settings.Average generations.
func (s *search) settle() {
	if s.mean == nil {
		return
	}
	c := float32(1 / max(1, s.Settings.Average))
	for _, b := range s.Space.Blocks {
		mean, theta := s.mean[b.Off:b.Off+b.Len], s.theta[b.Off:b.Off+b.Len]
		for i, v := range theta {
			mean[i] += float32(c * (v - mean[i]))
		}
	}
}

// evolved is how many numbers are searched.
func (s Space) evolved() float64 {
	n := 0
	for _, b := range s.Blocks {
		n += b.Len
	}
	return float64(n)
}

// part is the unit in which work along the vector is shared out: its sums stay in the first-level cache.
const part = 2048

// A piece is a part of a block.
type piece struct{ block, off, n int }

// pieces cuts the blocks into parts.
func (s *search) pieces() []piece {
	var out []piece
	for i, b := range s.Space.Blocks {
		for off := 0; off < b.Len; off += part {
			out = append(out, piece{i, b.Off + off, min(part, b.Len-off)})
		}
	}
	return out
}

// State is the sigmas, theta, and the method's further vectors and numbers, little-endian.
func (s *search) State() []byte {
	var out []byte
	for _, v := range s.sigma {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
	}
	for _, x := range s.stored() {
		for _, b := range s.Space.Blocks {
			for _, v := range x[b.Off : b.Off+b.Len] {
				out = binary.LittleEndian.AppendUint32(out, math.Float32bits(kernel.CanonicalNaN(v)))
			}
		}
	}
	for _, v := range s.numbers {
		if v != v {
			v = math.Float64frombits(0x7ff8000000000000)
		}
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
	}
	return out
}

func (s *search) stored() [][]float32 { return append([][]float32{s.theta}, s.vectors...) }

// Restore takes back what State gave. Nothing has changed when it fails.
func (s *search) Restore(state []byte) error {
	evolved := int(s.Space.evolved())
	if len(state) != 8*len(s.sigma)+4*evolved*len(s.stored())+8*len(s.numbers) {
		return errors.New("strategy: the state is of another length: it was made by another strategy or genome")
	}
	sigma := make([]float64, len(s.sigma))
	for i := range sigma {
		sigma[i] = math.Float64frombits(binary.LittleEndian.Uint64(state[8*i:]))
		if !(sigma[i] > 0) || math.IsInf(sigma[i], 0) {
			return errors.New("strategy: the state is damaged: a step size is not above 0 and finite")
		}
	}
	copy(s.sigma, sigma)
	state = state[8*len(sigma):]
	for _, x := range s.stored() {
		for _, b := range s.Space.Blocks {
			for j := range b.Len {
				x[b.Off+j] = math.Float32frombits(binary.LittleEndian.Uint32(state[4*j:]))
			}
			state = state[4*b.Len:]
		}
	}
	for i := range s.numbers {
		s.numbers[i] = math.Float64frombits(binary.LittleEndian.Uint64(state[8*i:]))
	}
	return nil
}
