package strategy

import (
	"math"
	"slices"
	"sort"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
)

// model is the outer loop in float64, written from its description alone: it makes every eps_i as a vector and adds them
// up. It is slow and shares nothing with the strategies but the random streams.
type model struct {
	Space
	seed       uint64
	population int
	theta      []float64 // by place in the vector
	sigma      []float64 // by group
	eps        [][]float64
	scale      [][]float64 // [individual][group]: the sigma that its eps carries
}

func newModel(c Config) *model {
	m := &model{Space: c.Space, seed: c.Seed, population: c.Settings.Population, sigma: make([]float64, c.Space.Groups)}
	for _, v := range c.Theta {
		m.theta = append(m.theta, float64(v))
	}
	for _, b := range c.Space.Blocks {
		m.sigma[b.Group] = b.Sigma
	}
	return m
}

// ask makes eps_i for all i. Pairs are mirrored; where coins are thrown, each pair has each group's sigma times 0.9 or 1.1.
func (m *model) ask(g int, coins bool) {
	m.eps, m.scale = nil, nil
	for pair := range m.population / 2 {
		noise := make([]float32, m.Dim)
		rng.At(m.seed, rng.Perturb, uint32(g), uint32(pair), 0).Normals(kernel.Reference, noise)
		throw := rng.At(m.seed, rng.Coin, uint32(g), uint32(pair), 0).Source()
		scale := slices.Clone(m.sigma)
		for i := range scale {
			if coins {
				if throw.Coin() {
					scale[i] *= 1.1
				} else {
					scale[i] *= 0.9
				}
			}
		}
		plus, minus := make([]float64, m.Dim), make([]float64, m.Dim)
		for _, b := range m.Blocks {
			for i := b.Off; i < b.Off+b.Len; i++ {
				plus[i] = scale[b.Group] * float64(noise[i])
				minus[i] = -plus[i]
			}
		}
		m.eps = append(m.eps, plus, minus)
		m.scale = append(m.scale, scale, scale)
	}
}

// penalty is 1e-6 * sqrt(mean over tensors of mean(theta_i^2)).
func (m *model) penalty(i int) float64 {
	var means float64
	for _, b := range m.Blocks {
		var squares float64
		for j := b.Off; j < b.Off+b.Len; j++ {
			squares += (m.theta[j] + m.eps[i][j]) * (m.theta[j] + m.eps[i][j])
		}
		means += squares / float64(b.Len)
	}
	return 1e-6 * math.Sqrt(means/float64(len(m.Blocks)))
}

// better says that fitness i is before j in the order from best to worst: NaN last, ties by index.
func better(f []float64, i, j int) bool {
	switch {
	case f[i] > f[j], f[j] != f[j] && f[i] == f[i]:
		return true
	case f[i] == f[j], f[i] != f[i] && f[j] != f[j]:
		return i < j
	}
	return false
}

// shaped is ranks with ties averaged: the number of those that are worse, and half of those that are as good.
func shaped(f []float64) []float64 {
	n := float64(len(f))
	rank := make([]float64, len(f))
	var mean, variance float64
	for i := range f {
		for j := range f {
			tie := f[i] == f[j] || f[i] != f[i] && f[j] != f[j]
			if tie && i != j {
				rank[i] += 0.5
			} else if !tie && better(f, i, j) {
				rank[i]++
			}
		}
		mean += rank[i] / n
	}
	for i := range rank {
		variance += (rank[i] - mean) * (rank[i] - mean) / n
	}
	for i := range rank {
		rank[i] = (rank[i] - mean) / math.Sqrt(variance)
	}
	return rank
}

// ascend is theta += rate * sum of F_i eps_i.
func (m *model) ascend(rate float64, f []float64) {
	for i, weight := range shaped(f) {
		for j, e := range m.eps[i] {
			m.theta[j] += rate * weight * e
		}
	}
}

// adapt is sigma += 1e-6 + (0.5/k) * (sum of the sigmas of the k best - sum over the k worst), floor 1e-5.
func (m *model) adapt(k int, f []float64) {
	all := make([]int, len(f))
	for i := range all {
		all[i] = i
	}
	sort.Slice(all, func(a, b int) bool { return better(f, all[a], all[b]) })
	for g := range m.sigma {
		change := 0.0
		for _, i := range all[:k] {
			change += m.scale[i][g]
		}
		for _, i := range all[len(all)-k:] {
			change -= m.scale[i][g]
		}
		m.sigma[g] = max(m.sigma[g]+1e-6+0.5/float64(k)*change, 1e-5)
	}
}

const tolerance = 1e-5 // float32 against float64 over some generations

func near(a, b, scale float64) bool { return math.Abs(a-b) <= tolerance*max(math.Abs(b), scale) }

// compare holds a strategy to the model, theta place by place and sigma tensor by tensor.
func (m *model) compare(t *testing.T, g int, s Strategy) {
	t.Helper()
	for i, v := range s.Theta() {
		if !near(float64(v), m.theta[i], 0.01) {
			t.Fatalf("generation %d: theta[%d] is %g, in the model %g", g, i, v, m.theta[i])
		}
	}
	for i, v := range s.Sigma() {
		if b := m.Blocks[i]; !near(v, m.sigma[b.Group], 0) {
			t.Fatalf("generation %d: sigma of %s is %g, in the model %g", g, b.Name, v, m.sigma[b.Group])
		}
	}
}

// TestAsReleasedIsTheModel: 398 offspring, so the 16 best and 16 worst decide on sigma; fitness with ties and NaN; one
// group so small that the floor lifts it (from above, drift and gain only come near to it); the penalty of each.
func TestAsReleasedIsTheModel(t *testing.T) {
	sp := space(AsReleased())
	sp.Blocks[4].Sigma = 5e-6
	c := config(AsReleased(), sp, 398)
	s, m := begin(t, AsReleased(), c), newModel(c)
	scratch, x := NewScratch(sp), make([]float32, sp.Dim)
	floored := false
	for g := 1; g <= 6; g++ {
		s.Ask(g)
		m.ask(g, true)
		f := make([]float64, 398)
		for i := range f {
			f[i] = synthetic(g)(i, nil)
			penalty := s.Offspring(i, x, scratch)
			if i%40 == g {
				for j := range sp.Dim {
					if want := m.theta[j] + m.eps[i][j]; !near(float64(x[j]), want, 0.01) {
						t.Fatalf("generation %d, offspring %d: place %d is %g, in the model %g", g, i, j, x[j], want)
					}
				}
			}
			if want := m.penalty(i); !near(penalty, want, 0) {
				t.Fatalf("generation %d, offspring %d: penalty %g, in the model %g", g, i, penalty, want)
			}
		}
		s.Tell(f, serial)
		m.ascend(0.02, f)
		m.adapt(16, f)
		m.compare(t, g, s)
		floored = floored || m.sigma[3] == 1e-5
	}
	if !floored || s.Sigma()[0] == 0.01 {
		t.Errorf("sigma is %v: the test should have seen the floor and a change", s.Sigma())
	}
}

// TestElite: how many best and worst decide on sigma.
func TestElite(t *testing.T) {
	for population, k := range map[int]int{2: 1, 22: 1, 24: 1, 48: 2, 398: 16, 400: 16, 422: 16, 424: 17} {
		c := config(AsReleased(), space(AsReleased()), population)
		s, m := begin(t, AsReleased(), c), newModel(c)
		for g := 1; g <= 2; g++ {
			f := make([]float64, population)
			for i := range f {
				f[i] = synthetic(g)(i, nil)
			}
			s.Ask(g)
			s.Tell(f, serial)
			m.ask(g, true)
			if population > 2 {
				m.ascend(0.02, f)
			} else {
				for i, v := range s.Theta() {
					m.theta[i] = float64(v) // two equals have no spread to divide by
				}
			}
			m.adapt(k, f)
			m.compare(t, g, s)
		}
	}
}

// TestPaperIsTheModel: eq. 10, theta += (0.2/n) * sum of F_i (theta_i - theta), sigma fixed, no penalty.
func TestPaperIsTheModel(t *testing.T) {
	c := config(Paper(), space(Paper()), 400)
	// Large steps, so that the update is far above the tolerance.
	for i := range c.Space.Blocks {
		c.Space.Blocks[i].Sigma *= 100
	}
	s, m := begin(t, Paper(), c), newModel(c)
	for g := 1; g <= 6; g++ {
		s.Ask(g)
		m.ask(g, false)
		f := make([]float64, 400)
		x, scratch := make([]float32, c.Space.Dim), NewScratch(c.Space)
		for i := range f {
			f[i] = synthetic(g)(i, nil)
			if penalty := s.Offspring(i, x, scratch); penalty != 0 {
				t.Fatalf("a penalty of %g", penalty)
			}
		}
		s.Tell(f, serial)
		m.ascend(0.2/400, f)
		m.compare(t, g, s)
	}
	moved := 0.0
	for i, v := range s.Theta() {
		moved = max(moved, math.Abs(float64(v-c.Theta[i])))
	}
	if moved < 0.01 {
		t.Errorf("theta moved by at most %g: the comparison would not see it", moved)
	}
}

// TestStepRatio: on the same fitness the released code's step is about 40 times the paper's.
func TestStepRatio(t *testing.T) {
	step := func(m Method) float64 {
		c := config(m, space(m), 400)
		s := begin(t, m, c)
		f := make([]float64, 400)
		for i := range f {
			f[i] = float64(i)
		}
		s.Ask(1)
		s.Tell(f, serial)
		var sum float64
		for i, v := range s.Theta() {
			d := float64(v) - float64(c.Theta[i])
			sum += d * d
		}
		return math.Sqrt(sum)
	}
	if r := step(AsReleased()) / step(Paper()); r < 38 || r > 42 {
		t.Errorf("the released code's step is %g times the paper's, want 40", r)
	}
}

// TestOpenESIsTheReleasedSum: by sgd at 0.02 n openes takes the released code's sum over n offspring, with sigmas that stay.
func TestOpenESIsTheReleasedSum(t *testing.T) {
	c := config(OpenES(), space(OpenES()), 100)
	c.Settings.Optimizer, c.Settings.LearningRate = SGD, 2
	s, m := begin(t, OpenES(), c), newModel(c)
	for g := 1; g <= 6; g++ {
		f := make([]float64, 100)
		for i := range f {
			f[i] = synthetic(g)(i, nil)
		}
		s.Ask(g)
		s.Tell(f, serial)
		m.ask(g, false)
		m.ascend(0.02, f)
		m.compare(t, g, s)
	}
}
