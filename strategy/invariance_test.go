package strategy

import (
	"math"
	"testing"
)

// TestInvariance: fitness counts by rank alone, so an increasing transformation of it, or a constant added, changes no
// bit.
func TestInvariance(t *testing.T) {
	run := func(m Method, transform func(f float64) float64) string {
		s := begin(t, m, config(m, space(m), 60))
		for g := 1; g <= 8; g++ {
			s.Ask(g)
			f := make([]float64, 60)
			for i := range f {
				f[i] = transform(synthetic(g)(i, nil))
			}
			s.Tell(f, serial)
		}
		return bits(s)
	}
	each(t, func(t *testing.T, m Method) {
		want := run(m, func(f float64) float64 { return f })
		for name, transform := range map[string]func(f float64) float64{
			"plus 1000":   func(f float64) float64 { return f + 1000 },
			"minus 2^40":  func(f float64) float64 { return f - 1<<40 },
			"times 1e300": func(f float64) float64 { return f * 1e300 },
			"cubed":       func(f float64) float64 { return f * f * f },
			"exp":         math.Exp,
			"atan":        math.Atan,
			"steps": func(f float64) float64 {
				if f > 0 {
					return f + 1e9
				}
				return f
			},
			"the best infinite": func(f float64) float64 {
				if f == 31.0/8 {
					return math.Inf(1)
				}
				return f
			},
		} {
			if got := run(m, transform); got != want {
				t.Errorf("fitness %s gives another theta", name)
			}
		}
		if run(m, func(f float64) float64 { return -f }) == want {
			t.Error("fitness upside down gives the same theta")
		}
	})
}

// TestTies: in shaped fitness, equals count as equals; where some must be chosen (the k best and worst, whose sigmas move
// sigma), the lower index is the better.
func TestTies(t *testing.T) {
	tell := func(m Method, f []float64) Strategy {
		s := begin(t, m, config(m, space(m), len(f)))
		s.Ask(1)
		s.Tell(f, serial)
		return s
	}
	// Two tie; both then count as midway, so which of them is called better changes no theta.
	each(t, func(t *testing.T, m Method) {
		tied := tell(m, []float64{9, 8, 8, 7, 1, 0, 2, 3})
		for i, w := range []float64{-1.5, 0, 0, 1.5} {
			if got := centredRanks([]float64{0, 1, 1, 2}, order([]float64{0, 1, 1, 2}))[i]; math.Abs(got-w/math.Sqrt(1.125)) > 1e-15 {
				t.Errorf("individual %d is shaped to %g", i, got)
			}
		}
		strict := tell(m, []float64{9, 8.5, 8, 7, 1, 0, 2, 3})
		if bits(tied) == bits(strict) {
			t.Error("a tie is treated as an order")
		}
	})
	// All tie: the best is individual 0 and the worst is the last, so sigma moves from the last pair's to the first's.
	c := config(AsReleased(), space(AsReleased()), 20)
	s := begin(t, AsReleased(), c)
	s.Ask(1)
	m := newModel(c)
	m.ask(1, true)
	s.Tell(make([]float64, 20), serial)
	for i, b := range c.Space.Blocks {
		want := b.Sigma + 1e-6 + 0.5*(m.scale[0][b.Group]-m.scale[19][b.Group])
		if got := s.Sigma()[i]; !near(got, want, 0) {
			t.Errorf("sigma of %s is %g, want %g", b.Name, got, want)
		}
	}
}

// TestShiftedStart: the search has no favourite place: on fitness of x - start, another start gives the same path from it,
// up to float32's rounding.
func TestShiftedStart(t *testing.T) {
	const dim = 96
	sp := Space{Dim: dim, Groups: 2, Blocks: []Block{{"a", 0, 64, 0, 0.05}, {"b", 64, 32, 1, 0.02}}}
	run := func(m Method, shift float32) []float64 {
		c := Config{Space: sp, Settings: Settings{Population: 40, LearningRate: m.Default.LearningRate}, Theta: make([]float32, dim), Seed: 3}
		for i := range c.Theta {
			c.Theta[i] = shift
		}
		s := begin(t, m, c)
		for g := 1; g <= 10; g++ {
			s.Ask(g)
			scratch, x, f := NewScratch(sp), make([]float32, dim), make([]float64, 40)
			for i := range f {
				s.Offspring(i, x, scratch)
				for j, v := range x {
					d := float64(v-shift) - float64(j%3)
					f[i] -= d * d
				}
			}
			s.Tell(f, serial)
		}
		out := make([]float64, dim)
		for i, v := range s.Theta() {
			out[i] = float64(v - shift)
		}
		return out
	}
	each(t, func(t *testing.T, m Method) {
		a, b := run(m, 0), run(m, 1)
		for i := range a {
			if math.Abs(a[i]-b[i]) > 1e-5 {
				t.Fatalf("place %d went to %g, from a shifted start to %g", i, a[i], b[i])
			}
		}
	})
}
