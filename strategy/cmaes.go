package strategy

import (
	"fmt"
	"math"
)

// MostCMAES is the largest genome that CMA-ES takes: its time grows with the cube of it, each generation.
const MostCMAES = 128

// CMAES is CMA-ES with active weights, Hansen, "The CMA Evolution Strategy: A Tutorial" (2016), with the equations' numbers
// in Tell. Individuals are theta + sigma C^(1/2) n, C^(1/2) being the symmetric root. Every group's sigma is a scale of its
// own, and all are multiplied alike; theta, sigma aside, is in float32, C in float64.
func CMAES() Method {
	return Method{
		Name:    "cma-es",
		Summary: fmt.Sprintf("CMA-ES with active weights, for genomes of at most %d numbers", MostCMAES),
		Source:  "Hansen 2016",
		Default: Settings{Population: 20, LearningRate: 1},
		New: func(c Config) (Strategy, error) {
			if err := first(independent(c.Settings), own("cma-es", c.Settings), fixedSigma("cma-es", c.Settings)); err != nil {
				return nil, err
			}
			d := int(c.Space.evolved())
			if d > MostCMAES {
				return nil, fmt.Errorf("name: cma-es takes genomes of at most %d numbers, this one has %d; sep-cma-es and lm-ma-es take any", MostCMAES, d)
			}
			return newCMA(c, d), nil
		},
	}
}

// cma keeps C, its root and both paths in search.numbers, after the count of generations told.
type cma struct {
	search
	evolution
	d          int
	at         []int     // where in the vector number j is
	group      []int     // its group
	c, ps, pc  []float64 // [d][d], [d], [d]: parts of search.numbers
	root, work []float64 // C^(1/2) of this generation, [d][d], and room
	basis      []float64 // room, [d][d]
}

func newCMA(c Config, d int) *cma {
	s := &cma{search: newSearch(c), d: d, evolution: newEvolution(c.Settings.Population, float64(max(1, d)), true)}
	for _, b := range c.Space.Blocks {
		for j := range b.Len {
			s.at, s.group = append(s.at, b.Off+j), append(s.group, b.Group)
		}
	}
	s.numbers = make([]float64, 1+d*d+2*d)
	s.c, s.ps, s.pc = s.numbers[1:1+d*d], s.numbers[1+d*d:1+d*d+d], s.numbers[1+d*d+d:]
	for j := range d {
		s.c[j*d+j] = 1
	}
	s.root, s.work, s.basis = make([]float64, d*d), make([]float64, d*d), make([]float64, d*d)
	return s
}

// Ask takes the root of C.
func (s *cma) Ask(generation int) {
	s.generation = generation
	d := s.d
	copy(s.work, s.c)
	eigen(s.work, s.basis, d)
	for i := range d {
		for j := range i + 1 {
			var sum float64
			for k := range d {
				sum += float64(float64(s.basis[i*d+k]*s.basis[j*d+k]) * math.Sqrt(max(s.work[k*d+k], 0)))
			}
			s.root[i*d+j], s.root[j*d+i] = sum, sum
		}
	}
}

// step is number i of C^(1/2) n.
func (s *cma) step(i int, noise []float32) float64 {
	var sum float64
	for k, at := range s.at {
		sum += float64(s.root[i*s.d+k] * float64(noise[at]))
	}
	return sum
}

func (s *cma) Offspring(i int, dst []float32, scratch *Scratch) float64 {
	noise := s.normals(i, scratch)
	for j, at := range s.at {
		dst[at] = s.theta[at] + float32(float64(s.sigma[s.group[j]]*s.step(j, noise)))
	}
	return 0
}

func (s *cma) Tell(fitness []float64, _ Parallel) {
	if flat(fitness) {
		return
	}
	d, w := s.d, byTies(fitness, order(fitness), s.weight)
	s.numbers[0]++
	noise, y := make([]float32, s.Space.Dim), make([]float64, d)
	mean, white := make([]float64, d), make([]float64, d) // sum of the positive w times y, and times n
	clear(s.work)                                         // sum w y y^T
	for i, wi := range w {
		s.noise(i).Normals(s.Kernel, noise)
		var squares float64
		for j, at := range s.at {
			y[j] = s.step(j, noise)
			squares += float64(float64(noise[at]) * float64(noise[at]))
			if wi > 0 {
				mean[j] += float64(wi * y[j])
				white[j] += float64(wi * float64(noise[at]))
			}
		}
		if wi < 0 {
			wi = float64(wi*float64(d)) / max(squares, 1e-8) // eq. 46
		}
		for a := range d {
			for b := range d {
				s.work[a*d+b] += float64(float64(wi*y[a]) * y[b])
			}
		}
	}
	rate := float64(s.Settings.LearningRate * s.Settings.decay(s.generation))
	var squares float64
	for j, at := range s.at {
		s.theta[at] += float32(float64(rate*s.sigma[s.group[j]]) * mean[j]) // eq. 42
		s.ps[j] = s.path(s.ps[j], s.cs, white[j])                           // eq. 43
		squares += float64(s.ps[j] * s.ps[j])
	}
	length := math.Sqrt(squares)
	h, wait := 1.0, 0.0
	if s.stalled(length, s.numbers[0], float64(d)) {
		h, wait = 0, float64(s.cc*(2-s.cc))
	}
	for j := range d {
		s.pc[j] = float64((1-s.cc)*s.pc[j]) + float64(h*s.path(0, s.cc, mean[j])) // eq. 45
	}
	var total float64
	for _, wi := range w {
		total += wi
	}
	keep := 1 + float64(s.c1*wait) - s.c1 - float64(s.cm*total)
	for a := range d {
		for b := range d { // eq. 47
			s.c[a*d+b] = float64(keep*s.c[a*d+b]) + float64(float64(s.c1*s.pc[a])*s.pc[b]) + float64(s.cm*s.work[a*d+b])
		}
	}
	s.resize(s.stretch(length)) // eq. 44
	s.settle()
}
