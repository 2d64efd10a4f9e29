package strategy

import (
	"math"

	"baldwin/internal/kernel"
)

// separable is what the methods with a step size for every number share: number j of an offspring is
// theta_j + sigma_g ratio_j n_j, with g the group of its block.
type separable struct {
	search
	ratio        []float32 // part of the state; starts at 1
	spread, less []float32 // sigma*ratio and its negative, of this generation
	m, q         []float32 // room for moments
}

func newSeparable(c Config) *separable {
	s := &separable{search: newSearch(c)}
	s.ratio = s.vector(1)
	for _, v := range []*[]float32{&s.spread, &s.less, &s.m, &s.q} {
		*v = kernel.Aligned(c.Space.Dim)
	}
	return s
}

func (s *separable) Ask(generation int) {
	s.generation = generation
	for _, b := range s.Space.Blocks {
		sigma := float32(s.sigma[b.Group])
		for j := b.Off; j < b.Off+b.Len; j++ {
			s.spread[j] = float32(sigma * s.ratio[j])
			s.less[j] = -s.spread[j]
		}
	}
}

// write makes theta + spread*n of a direction, or theta - spread*n, in dst.
func (s *separable) write(direction int, mirrored bool, dst []float32, scratch *Scratch) {
	noise, spread := s.normals(direction, scratch), s.spread
	if mirrored {
		spread = s.less
	}
	for _, b := range s.Space.Blocks {
		to := dst[b.Off : b.Off+b.Len]
		copy(to, s.theta[b.Off:])
		s.Kernel.MulAdd(to, spread[b.Off:b.Off+b.Len], noise[b.Off:b.Off+b.Len])
	}
}

// Sigma is the root mean square of each block's step sizes.
func (s *separable) Sigma() []float64 {
	out := make([]float64, len(s.Space.Blocks))
	for i, b := range s.Space.Blocks {
		mean := float64(s.Kernel.SumSquares(s.ratio[b.Off:b.Off+b.Len])) / float64(b.Len)
		out[i] = float64(s.sigma[b.Group] * math.Sqrt(mean))
	}
	return out
}

// moments sets s.m = sum over directions of first*n and s.q = sum of second*(n^2 - 1), in index order.
func (s *separable) moments(first, second []float64, par Parallel) {
	var total float64
	for _, w := range second {
		total += w
	}
	pieces := s.pieces()
	par(len(pieces), func(i int) {
		p := pieces[i]
		n := make([]float32, p.n)
		m, q := s.m[p.off:p.off+p.n], s.q[p.off:p.off+p.n]
		clear(m)
		for j := range q {
			q[j] = float32(-total)
		}
		for d := range first {
			s.noise(d).Skip(p.off).Normals(s.Kernel, n)
			s.Kernel.Axpy(m, float32(first[d]), n)
			s.Kernel.Mul(n, n, n)
			s.Kernel.Axpy(q, float32(second[d]), n)
		}
	})
}

// The ratios stay within these bounds, far from where float32 ends.
const leastRatio, mostRatio = 1e-6, 1e6

// rescale multiplies ratio j by factor(j).
func (s *separable) rescale(factor func(j int) float64, par Parallel) {
	pieces := s.pieces()
	par(len(pieces), func(i int) {
		p := pieces[i]
		for j := p.off; j < p.off+p.n; j++ {
			s.ratio[j] = float32(min(max(float64(s.ratio[j])*factor(j), leastRatio), mostRatio))
		}
	})
}
