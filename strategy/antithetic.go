package strategy

import (
	"encoding/binary"
	"errors"
	"math"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
)

// antithetic is what the methods with mirrored Gaussian pairs share: individuals 2p and 2p+1 are theta +- sigma*n with
// the same n, whose j-th number is normal j of the stream (seed, Perturb, generation, p).
type antithetic struct {
	Config
	theta      []float32
	generation int
	sigma      []float64                     // of each group
	scale      func(pair, group int) float64 // sigma of a pair in a group
	sum        []float32                     // the update's room
}

func newAntithetic(c Config) antithetic {
	a := antithetic{Config: c, theta: kernel.Aligned(c.Space.Dim), sum: kernel.Aligned(c.Space.Dim), sigma: make([]float64, c.Space.Groups)}
	for _, b := range c.Space.Blocks {
		copy(a.theta[b.Off:b.Off+b.Len], c.Theta[b.Off:])
		a.sigma[b.Group] = b.Sigma
	}
	return a
}

func (a *antithetic) Population() int  { return a.Settings.Population }
func (a *antithetic) Theta() []float32 { return a.theta }

func (a *antithetic) Sigma() []float64 {
	out := make([]float64, len(a.Space.Blocks))
	for i, b := range a.Space.Blocks {
		out[i] = a.sigma[b.Group]
	}
	return out
}

func (a *antithetic) noise(pair int) rng.Stream {
	return rng.At(a.Seed, rng.Perturb, uint32(a.generation), uint32(pair), 0)
}

// write makes individual i in dst: theta +- sigma n, block by block.
func (a *antithetic) write(i int, dst []float32, s *Scratch) {
	pair := i / 2
	if n := a.noise(pair); s.of != n {
		n.Normals(a.Kernel, s.noise)
		s.of = n
	}
	for _, b := range a.Space.Blocks {
		to, theta, n := dst[b.Off:b.Off+b.Len], a.theta[b.Off:b.Off+b.Len], s.noise[b.Off:b.Off+b.Len]
		sigma := float32(a.scale(pair, b.Group))
		if i%2 == 0 {
			a.Kernel.Perturb(to, nil, theta, n, sigma)
		} else {
			a.Kernel.Perturb(nil, to, theta, n, sigma)
		}
	}
}

// part is the unit in which the update is shared out: its sum stays in the first-level cache, and every pair adds to it
// in index order, so that the sum does not depend on who computes which part.
const part = 2048

// ascend adds rate * sum over pairs of weight[p] * sigma(p) * n_p to theta.
func (a *antithetic) ascend(rate float64, weight []float64, par Parallel) {
	type piece struct{ block, off, n int }
	var pieces []piece
	for i, b := range a.Space.Blocks {
		for off := 0; off < b.Len; off += part {
			pieces = append(pieces, piece{i, b.Off + off, min(part, b.Len-off)})
		}
	}
	par(len(pieces), func(i int) {
		q := pieces[i]
		sum := a.sum[q.off : q.off+q.n]
		clear(sum)
		for p, w := range weight {
			c := float32(w * a.scale(p, a.Space.Blocks[q.block].Group))
			a.noise(p).Skip(q.off).AddNormals(a.Kernel, sum, c)
		}
		a.Kernel.Axpy(a.theta[q.off:q.off+q.n], float32(rate), sum)
	})
}

// State is the sigmas and theta, little-endian.
func (a *antithetic) State() []byte {
	var out []byte
	for _, s := range a.sigma {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(s))
	}
	for _, b := range a.Space.Blocks {
		for _, v := range a.theta[b.Off : b.Off+b.Len] {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(kernel.CanonicalNaN(v)))
		}
	}
	return out
}

// Restore takes back what State gave. Nothing has changed when it fails.
func (a *antithetic) Restore(state []byte) error {
	want := 8 * len(a.sigma)
	for _, b := range a.Space.Blocks {
		want += 4 * b.Len
	}
	if len(state) != want {
		return errors.New("strategy: the state is of another length: it was made by another strategy or genome")
	}
	sigma := make([]float64, len(a.sigma))
	for i := range sigma {
		sigma[i] = math.Float64frombits(binary.LittleEndian.Uint64(state[8*i:]))
		if !(sigma[i] > 0) || math.IsInf(sigma[i], 0) {
			return errors.New("strategy: the state is damaged: a step size is not above 0 and finite")
		}
	}
	copy(a.sigma, sigma)
	state = state[8*len(sigma):]
	for _, b := range a.Space.Blocks {
		for j := range b.Len {
			a.theta[b.Off+j] = math.Float32frombits(binary.LittleEndian.Uint32(state[4*j:]))
		}
		state = state[4*b.Len:]
	}
	return nil
}
