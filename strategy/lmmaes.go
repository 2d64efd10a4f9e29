package strategy

import (
	"math"

	"baldwin/internal/detmath"
	"baldwin/internal/kernel"
)

// LMMAES is LM-MA-ES, Loshchilov, Glasmachers and Beyer, "Large Scale Black-Box Optimization by Limited-Memory Matrix
// Adaptation" (2019): m = 4 + floor(3 ln d) paths stand for the root of a covariance. With z_k the normals of the k-th best:
//
//	d = z; for i = 1 .. min(m, t): d = (1-c_d,i) d + c_d,i m_i (m_i . d)      theta + sigma d is an individual
//	theta += sigma sum w_k d_k
//	p_s = (1-c_s) p_s + sqrt(mu_eff c_s (2-c_s)) sum w_k z_k
//	m_i = (1-c_c,i) m_i + sqrt(mu_eff c_c,i (2-c_c,i)) sum w_k z_k
//	sigma *= exp(c_s/2 (|p_s|^2/d - 1))
//
// with c_s = 2 n/d, c_d,i = 1/(1.5^(i-1) d), c_c,i = n/(4^(i-1) d), n individuals. Rates of 1 or more, which the paper's n
// never makes, are held at 1/2. Every group's sigma is a scale of its own, and all are multiplied alike.
func LMMAES() Method {
	return Method{
		Name:    "lm-ma-es",
		Summary: "limited-memory matrix adaptation: correlations of any genome by a few dozen paths",
		Source:  "Loshchilov and others 2019",
		Default: Settings{Population: 100, LearningRate: 1},
		New: func(c Config) (Strategy, error) {
			if err := first(independent(c.Settings), own("lm-ma-es", c.Settings), fixedSigma("lm-ma-es", c.Settings)); err != nil {
				return nil, err
			}
			return newLMMA(c), nil
		},
	}
}

type lmma struct {
	search
	evolution
	d       float64
	ps      []float32
	paths   [][]float32
	cd, ccs []float64 // of each path
	sum, z  []float32 // room
}

func newLMMA(c Config) *lmma {
	s := &lmma{search: newSearch(c), d: max(1, c.Space.evolved()), sum: kernel.Aligned(c.Space.Dim), z: kernel.Aligned(c.Space.Dim)}
	n := float64(c.Settings.Population)
	s.evolution = newEvolution(c.Settings.Population, s.d, false)
	rate := func(x float64) float64 {
		if x >= 1 {
			return 0.5
		}
		return x
	}
	s.cs = rate(2 * n / s.d)
	s.numbers = []float64{0}
	s.ps = s.vector(0)
	narrow, fast := s.d, s.d
	for range 4 + int(3*detmath.Log(s.d)) {
		s.paths = append(s.paths, s.vector(0))
		s.cd, s.ccs = append(s.cd, rate(1/narrow)), append(s.ccs, rate(n/fast))
		narrow, fast = float64(narrow*1.5), float64(fast*4)
	}
	return s
}

// bend turns the normals in x into the direction d.
func (s *lmma) bend(x []float32) {
	for i := range min(len(s.paths), int(s.numbers[0])) {
		along := float32(s.cd[i] * s.dot(s.paths[i], x))
		keep := float32(1 - s.cd[i])
		for _, b := range s.Space.Blocks {
			to := x[b.Off : b.Off+b.Len]
			for j := range to {
				to[j] = float32(to[j] * keep)
			}
			s.Kernel.Axpy(to, along, s.paths[i][b.Off:b.Off+b.Len])
		}
	}
}

// dot is the inner product of two vectors: in each block eight chains in ascending order, then their sum.
func (s *search) dot(x, y []float32) float64 {
	var sum float64
	for _, b := range s.Space.Blocks {
		var chain [8]float64
		u, v := x[b.Off:b.Off+b.Len], y[b.Off:b.Off+b.Len]
		for ; len(u) >= 8; u, v = u[8:], v[8:] {
			for k := range chain {
				chain[k] += float64(float64(u[k]) * float64(v[k]))
			}
		}
		for k := range u {
			chain[k] += float64(float64(u[k]) * float64(v[k]))
		}
		for _, c := range chain {
			sum += c
		}
	}
	return sum
}

func (s *lmma) Offspring(i int, dst []float32, scratch *Scratch) float64 {
	noise := s.normals(i, scratch)
	for _, b := range s.Space.Blocks {
		copy(dst[b.Off:b.Off+b.Len], noise[b.Off:])
	}
	s.bend(dst)
	for _, b := range s.Space.Blocks {
		sigma := float32(s.sigma[b.Group])
		for j := b.Off; j < b.Off+b.Len; j++ {
			dst[j] = s.theta[j] + float32(sigma*dst[j])
		}
	}
	return 0
}

// Tell bends the mean of the normals, once: the bend is linear.
func (s *lmma) Tell(fitness []float64, par Parallel) {
	if flat(fitness) {
		return
	}
	w := byTies(fitness, order(fitness), s.weight)
	pieces := s.pieces()
	par(len(pieces), func(i int) {
		p := pieces[i]
		z := s.z[p.off : p.off+p.n]
		clear(z)
		for k, wk := range w {
			s.noise(k).Skip(p.off).AddNormals(s.Kernel, z, float32(wk))
		}
	})
	copy(s.sum, s.z)
	s.bend(s.sum)
	rate := float64(s.Settings.LearningRate * s.Settings.decay(s.generation))
	for _, b := range s.Space.Blocks {
		s.Kernel.Axpy(s.theta[b.Off:b.Off+b.Len], float32(rate*s.sigma[b.Group]), s.sum[b.Off:b.Off+b.Len])
	}
	s.follow(s.ps, s.cs, par)
	for i, p := range s.paths {
		s.follow(p, s.ccs[i], par)
	}
	s.numbers[0]++ // generations told
	length := s.squares(s.ps, false) / s.d
	s.resize(detmath.Exp(min(1, float64(s.cs/2*(length-1)))))
	s.settle()
}

// follow is p = (1-c) p + sqrt(mu_eff c (2-c)) z.
func (s *lmma) follow(p []float32, c float64, par Parallel) {
	keep, add := float32(1-c), float32(math.Sqrt(float64(s.muEff*float64(c*(2-c)))))
	pieces := s.pieces()
	par(len(pieces), func(i int) {
		q := pieces[i]
		for j := q.off; j < q.off+q.n; j++ {
			p[j] = float32(keep*p[j]) + float32(add*s.z[j])
		}
	})
}
