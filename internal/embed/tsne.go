package embed

import (
	"math"
	"runtime"
	"sync"

	"baldwin/internal/rng"
)

// What Settings are where they are not set.
const (
	DefaultPerplexity = 30
	DefaultIterations = 1000
)

// The schedule of t-SNE: scikit-learn's, whose papers are van der Maaten and Hinton 2008 and, for the learning rate, Belkina
// et al. 2019.
const (
	exaggeration  = 12   // of the affinities, in the first iterations
	exaggerated   = 250  // iterations
	earlyMomentum = 0.5  // in them
	lateMomentum  = 0.8  // after them
	leastRate     = 50   // of learning; else n / exaggeration / 4
	leastGain     = 0.01 // of a coordinate's learning rate
	startSpread   = 1e-4 // standard deviation of the first coordinate at the start
	jitter        = 1e-8 // standard deviation of the noise that parts equal points
	tolerance     = 1e-5 // of the logarithm of the perplexity
	smallGradient = 1e-7 // at which nothing more will happen
)

// Settings of t-SNE. The zero value is the default.
type Settings struct {
	Perplexity float64 // effective number of neighbours; 0: DefaultPerplexity. At most (n-1)/3
	Iterations int     // 0: DefaultIterations
	Seed       uint64  // of the noise that parts equal points
}

// Layout is points in the plane.
type Layout struct {
	Points          [][2]float64
	Perplexity      float64 // that was used
	KL              float64 // divergence of the plane's neighbourhoods from the points', in nats; 0 is perfect
	Trustworthiness float64 // see the function of that name, with 5 neighbours
}

// Neighbours lays points out in the plane so that neighbours stay neighbours: exact t-SNE, all pairs in every iteration,
// started from the first two principal components. n points take n^2 * Iterations * about 4 ns of one core.
func Neighbours[T Float](points [][]T, s Settings) *Layout {
	n := len(points)
	if s.Perplexity == 0 {
		s.Perplexity = DefaultPerplexity
	}
	if s.Iterations == 0 {
		s.Iterations = DefaultIterations
	}
	l := &Layout{Points: make([][2]float64, n), Perplexity: min(s.Perplexity, float64(n-1)/3), Trustworthiness: math.NaN(), KL: math.NaN()}
	if n < 4 {
		return l
	}
	c := prepare(points)
	d := c.distances()
	t := &tsne{n: n, p: affinities(d, l.Perplexity), y: start(principal(c, 2), s.Seed)}
	t.descend(min(s.Iterations, exaggerated), exaggeration, earlyMomentum)
	t.descend(s.Iterations-exaggerated, 1, lateMomentum)
	copy(l.Points, t.y)
	l.KL = t.divergence()
	l.Trustworthiness = trustworthiness(d, prepare(rows(t.y)).distances(), min(5, (n-1)/2))
	return l
}

// start is the first two principal components, scaled, with a little noise.
func start(a *PCA, seed uint64) [][2]float64 {
	source := rng.At(seed, rng.Fresh, 0, 0, 0).Source()
	sd := 1.0
	if len(a.Variance) > 0 && a.Variance[0] > 0 {
		sd = math.Sqrt(a.Variance[0] * float64(len(a.Scores)-1) / float64(len(a.Scores)))
	}
	y := make([][2]float64, len(a.Scores))
	for i := range y {
		for c := range a.Scores[i] {
			y[i][c] = a.Scores[i][c] / sd * startSpread
		}
		y[i][0] += jitter * source.Normal()
		y[i][1] += jitter * source.Normal()
	}
	return y
}

func rows(y [][2]float64) [][]float64 {
	out := make([][]float64, len(y))
	for i := range y {
		out[i] = y[i][:]
	}
	return out
}

// distances are the squared distances of all pairs, [n][n].
func (c centered) distances() [][]float64 {
	n, g := c.products.SymmetricDim(), c.products
	d := make([][]float64, n)
	for i := range d {
		d[i] = make([]float64, n)
		for j := range d[i] {
			if i != j {
				d[i][j] = max(0, g.At(i, i)+g.At(j, j)-2*g.At(i, j))
			}
		}
	}
	return d
}

// affinities are the p_ij of eq. 1 and 2 of t-SNE, made symmetric, of sum 1: each point's Gaussian is as wide as its
// perplexity says.
func affinities(d [][]float64, perplexity float64) [][]float64 {
	n := len(d)
	conditional := make([][]float64, n)
	parallel(n, func(i int) { conditional[i] = gaussian(d[i], i, math.Log(perplexity)) })
	p := make([][]float64, n)
	for i := range p {
		p[i] = make([]float64, n)
		for j := range p[i] {
			p[i][j] = (conditional[i][j] + conditional[j][i]) / float64(2*n)
		}
	}
	return p
}

// gaussian finds by bisection the precision with which the affinities of a point have an entropy, in nats.
func gaussian(d []float64, self int, entropy float64) []float64 {
	const tries = 100
	p := make([]float64, len(d))
	precision, lo, hi := 1.0, 0.0, math.Inf(1)
	nearest := math.Inf(1)
	for j, v := range d {
		if j != self {
			nearest = min(nearest, v)
		}
	}
	for range tries {
		var sum, moment float64
		for j, v := range d {
			if j == self {
				continue
			}
			p[j] = math.Exp(-(v - nearest) * precision)
			sum += p[j]
			moment += (v - nearest) * p[j]
		}
		for j := range p {
			p[j] /= sum
		}
		over := math.Log(sum) + precision*moment/sum - entropy
		switch {
		case math.Abs(over) <= tolerance:
			return p
		case over > 0 && math.IsInf(hi, 1):
			lo, precision = precision, precision*2
		case over > 0:
			lo, precision = precision, (precision+hi)/2
		default:
			hi, precision = precision, (precision+lo)/2
		}
	}
	return p // of points that are all equal, for example
}

// tsne is the descent.
type tsne struct {
	n int
	p [][]float64
	y [][2]float64
}

// forces is the pull of p and the push of q on a point before they are scaled, and its part of q's normaliser.
func (t *tsne) forces(i int) (pull, push [2]float64, z float64) {
	a, p := t.y[i], t.p[i]
	for j, b := range t.y {
		dx, dy := a[0]-b[0], a[1]-b[1]
		near := 1 / (1 + dx*dx + dy*dy)
		z += near
		force := p[j] * near
		pull[0] += force * dx
		pull[1] += force * dy
		force = near * near
		push[0] += force * dx
		push[1] += force * dy
	}
	return pull, push, z - 1 // less that of the point itself
}

// descend goes down the gradient 4 sum_j (p_ij - q_ij) (y_i - y_j) / (1 + |y_i - y_j|^2), with p times exaggeration.
func (t *tsne) descend(iterations int, exaggeration, momentum float64) {
	rate := max(float64(t.n)/12/4, leastRate)
	pull, push, z := make([][2]float64, t.n), make([][2]float64, t.n), make([]float64, t.n)
	update, gain := make([][2]float64, t.n), make([][2]float64, t.n)
	for i := range gain {
		gain[i] = [2]float64{1, 1}
	}
	for range iterations {
		parallel(t.n, func(i int) { pull[i], push[i], z[i] = t.forces(i) })
		var whole, norm float64
		for _, v := range z {
			whole += v
		}
		for i := range t.y {
			for c := range 2 {
				slope := 4 * (exaggeration*pull[i][c] - push[i][c]/whole)
				norm += slope * slope
				if update[i][c]*slope < 0 {
					gain[i][c] += 0.2
				} else {
					gain[i][c] = max(leastGain, gain[i][c]*0.8)
				}
				update[i][c] = momentum*update[i][c] - rate*gain[i][c]*slope
				t.y[i][c] += update[i][c]
			}
		}
		if math.Sqrt(norm) <= smallGradient {
			return
		}
	}
}

// divergence is the sum over pairs of p ln(p/q).
func (t *tsne) divergence() (kl float64) {
	var whole float64
	for i := range t.n {
		_, _, z := t.forces(i)
		whole += z
	}
	for i, a := range t.y {
		for j, b := range t.y {
			if p := t.p[i][j]; i != j && p > 0 {
				dx, dy := a[0]-b[0], a[1]-b[1]
				kl += p * math.Log(p*whole*(1+dx*dx+dy*dy))
			}
		}
	}
	return kl
}

// parallel does do(0) .. do(n-1) on all cores; each writes what is its own, so that the result is the same.
func parallel(n int, do func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	wg.Wait()
}
