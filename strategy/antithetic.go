package strategy

import "baldwin/internal/kernel"

// antithetic is what the methods with mirrored Gaussian pairs share: individuals 2p and 2p+1 are theta +- sigma*n with
// the same n, whose j-th number is normal j of the stream (seed, Perturb, generation, p).
type antithetic struct {
	search
	scale func(pair, group int) float64 // sigma of a pair in a group
	sum   []float32                     // the gradient's room
	kept  *kept                         // normals of pairs
	step  optimizer
}

// newAntithetic starts with each group's sigma for all pairs.
func newAntithetic(c Config) *antithetic {
	a := &antithetic{search: newSearch(c), sum: kernel.Aligned(c.Space.Dim)}
	a.scale = func(_, group int) float64 { return a.sigma[group] }
	a.kept = newKept(c.Kernel, c.Space.Dim, c.Settings.Population/2)
	a.step = newOptimizer(&a.search)
	return a
}

// normals are a pair's, kept if there is room and no other worker is making them, else in the scratch.
func (a *antithetic) normals(pair int, s *Scratch) []float32 {
	if a.kept.claim(pair, a.generation) {
		a.noise(pair).Normals(a.Kernel, a.kept.room(pair, a.Space.Dim))
		a.kept.done(pair, a.generation)
	}
	if n := a.kept.of(pair, a.generation); n != nil {
		return n
	}
	return a.search.normals(pair, s)
}

// write makes individual i in dst: theta +- sigma n, block by block.
func (a *antithetic) write(i int, dst []float32, s *Scratch) {
	pair := i / 2
	noise := a.normals(pair, s)
	for _, b := range a.Space.Blocks {
		to, theta, n := dst[b.Off:b.Off+b.Len], a.theta[b.Off:b.Off+b.Len], noise[b.Off:b.Off+b.Len]
		sigma := float32(a.scale(pair, b.Group))
		if i%2 == 0 {
			a.Kernel.Perturb(to, nil, theta, n, sigma)
		} else {
			a.Kernel.Perturb(nil, to, theta, n, sigma)
		}
	}
}

func (a *antithetic) Offspring(i int, dst []float32, s *Scratch) float64 {
	a.write(i, dst, s)
	return 0
}

// ascend moves theta along the sum over pairs of weight[p] * sigma(p) * n_p, which the optimizer makes a step of. Every
// pair adds to the sum in index order, so that it does not depend on who computes which piece.
func (a *antithetic) ascend(rate float64, weight []float64, par Parallel) {
	pieces := a.pieces()
	par(len(pieces), func(i int) {
		q := pieces[i]
		sum := a.sum[q.off : q.off+q.n]
		clear(sum)
		for p, w := range weight {
			c := float32(w * a.scale(p, a.Space.Blocks[q.block].Group))
			if n := a.kept.of(p, a.generation); n != nil {
				a.Kernel.Axpy(sum, c, n[q.off:q.off+q.n])
			} else {
				a.noise(p).Skip(q.off).AddNormals(a.Kernel, sum, c)
			}
		}
	})
	a.step.ascend(&a.search, rate, a.sum, par)
	a.settle()
}
