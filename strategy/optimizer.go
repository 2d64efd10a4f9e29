package strategy

import (
	"fmt"
	"math"
)

// The optimizers, as a spec names them.
const (
	SGD    = "sgd"
	Adam   = "adam"
	ClipUp = "clipup"
)

// Constants of Adam and ClipUp, their papers'.
const (
	adamMean, adamSquare = 0.9, 0.999
	adamEpsilon          = 1e-8
	clipUpMomentum       = 0.9
	clipUpSpeed          = 2 // the greatest step, in learning rates
)

// optimizer makes a step of theta from the generation's gradient, which is a sum of sigma*n and so carries each group's
// sigma once. Steps are in units of sigma, so that a group's step size scales its steps in all three:
//
//	sgd     v = momentum v + g;                  theta += rate v
//	adam    Adam of g/sigma (Kingma and Ba, 2015); theta += rate sigma m/(sqrt(v) + 1e-8), both corrected for their start
//	clipup  v = momentum v + rate sqrt(d) g/|g|, |v| at most twice rate sqrt(d); theta += sigma v     (g/sigma; Toklu and others, 2020)
//
// With d numbers evolved, rate is for ClipUp the root mean square and for Adam about the largest step of a number, as a
// part of its sigma. Weight decay is taken off theta itself, before the step: theta *= 1 - weight_decay, which falls
// with the rate.
type optimizer struct {
	kind     string
	momentum float64
	velocity []float32 // sgd with momentum, adam (mean), clipup
	square   []float32 // adam
	count    int       // where in search.numbers adam counts its steps
}

// checkOptimizer refuses what no optimizer takes.
func checkOptimizer(s Settings) error {
	switch s.Optimizer {
	case "", SGD, Adam, ClipUp:
	default:
		return fmt.Errorf("optimizer: unknown optimizer %q; there are %s, %s, %s", s.Optimizer, SGD, Adam, ClipUp)
	}
	if !(s.Momentum >= 0 && s.Momentum < 1) {
		return fmt.Errorf("momentum: must be at least 0 and below 1, got %g", s.Momentum)
	}
	if s.Momentum != 0 && s.Optimizer == Adam {
		return fmt.Errorf("momentum: adam has its own, got %g", s.Momentum)
	}
	if !(s.WeightDecay >= 0 && s.WeightDecay < 1) {
		return fmt.Errorf("weight_decay: must be at least 0 and below 1, got %g", s.WeightDecay)
	}
	return nil
}

func newOptimizer(s *search) optimizer {
	o := optimizer{kind: s.Settings.Optimizer, momentum: s.Settings.Momentum}
	switch {
	case o.kind == Adam:
		o.velocity, o.square = s.vector(0), s.vector(0)
		o.count = len(s.numbers)
		s.numbers = append(s.numbers, 0)
	case o.kind == ClipUp:
		o.velocity = s.vector(0)
		if o.momentum == 0 {
			o.momentum = clipUpMomentum
		}
	case o.momentum != 0:
		o.velocity = s.vector(0)
	}
	return o
}

// ascend takes the step that the gradient g gives.
func (o *optimizer) ascend(s *search, rate float64, g []float32, par Parallel) {
	// Where the gradient is 0 nothing was learned, and theta stays: momentum and decay would carry it on.
	if (o.velocity != nil || s.Settings.WeightDecay != 0) && s.squares(g, false) == 0 {
		return
	}
	rate = float64(rate * s.Settings.decay(s.generation))
	keep := 1 - float32(s.Settings.WeightDecay*s.Settings.decay(s.generation))
	move := func(q piece) { // plain gradient ascent
		s.Kernel.Axpy(s.theta[q.off:q.off+q.n], float32(rate), g[q.off:q.off+q.n])
	}
	switch {
	case o.kind == Adam:
		move = o.adam(s, rate, g)
	case o.kind == ClipUp:
		move = o.clipUp(s, rate, g, par)
	case o.momentum != 0:
		move = func(q piece) {
			v := o.velocity[q.off : q.off+q.n]
			for i, x := range g[q.off : q.off+q.n] {
				v[i] = float32(float32(o.momentum)*v[i]) + x
			}
			s.Kernel.Axpy(s.theta[q.off:q.off+q.n], float32(rate), v)
		}
	}
	pieces := s.pieces()
	par(len(pieces), func(i int) {
		q := pieces[i]
		if keep != 1 {
			for j := range q.n {
				s.theta[q.off+j] *= keep
			}
		}
		move(q)
	})
}

func (o *optimizer) adam(s *search, rate float64, g []float32) func(q piece) {
	s.numbers[o.count]++
	mean, square := 1-power(adamMean, s.numbers[o.count]), 1-power(adamSquare, s.numbers[o.count])
	return func(q piece) {
		sigma := s.sigma[s.Space.Blocks[q.block].Group]
		for j := q.off; j < q.off+q.n; j++ {
			x := float64(g[j]) / sigma
			m := float64(adamMean*float64(o.velocity[j])) + float64((1-adamMean)*x)
			v := float64(adamSquare*float64(o.square[j])) + float64((1-adamSquare)*float64(x*x))
			o.velocity[j], o.square[j] = float32(m), float32(v)
			step := m / mean / (math.Sqrt(v/square) + adamEpsilon)
			s.theta[j] += float32(float64(rate*sigma) * step)
		}
	}
}

func (o *optimizer) clipUp(s *search, rate float64, g []float32, par Parallel) func(q piece) {
	speed := float64(rate * math.Sqrt(s.Space.evolved()))
	along := speed / math.Sqrt(s.squares(g, true))
	pieces := s.pieces()
	par(len(pieces), func(i int) {
		q := pieces[i]
		c := float32(along / s.sigma[s.Space.Blocks[q.block].Group])
		for j := q.off; j < q.off+q.n; j++ {
			o.velocity[j] = float32(float32(o.momentum)*o.velocity[j]) + float32(c*g[j])
		}
	})
	if length, most := math.Sqrt(s.squares(o.velocity, false)), clipUpSpeed*speed; length > most {
		c := float32(most / length)
		for _, q := range pieces {
			for j := range q.n {
				o.velocity[q.off+j] *= c
			}
		}
	}
	return func(q piece) {
		s.Kernel.Axpy(s.theta[q.off:q.off+q.n], float32(s.sigma[s.Space.Blocks[q.block].Group]), o.velocity[q.off:q.off+q.n])
	}
}

// squares is the sum of squares over all blocks; in units of sigma if so asked.
func (s *search) squares(x []float32, units bool) float64 {
	var sum float64
	for _, b := range s.Space.Blocks {
		part := float64(s.Kernel.SumSquares(x[b.Off : b.Off+b.Len]))
		if units {
			part /= float64(s.sigma[b.Group] * s.sigma[b.Group])
		}
		sum += part
	}
	return sum
}

// power is x^n for a whole n, by squaring.
func power(x, n float64) float64 {
	out := 1.0
	for k := int(n); k > 0; k /= 2 {
		if k%2 == 1 {
			out = float64(out * x)
		}
		x = float64(x * x)
	}
	return out
}
