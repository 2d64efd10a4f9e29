package strategy

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"baldwin/internal/kernel"
)

// TestDescribed: a method says what it is and where it comes from, and its defaults work.
func TestDescribed(t *testing.T) {
	names := map[string]bool{}
	each(t, func(t *testing.T, m Method) {
		if m.Name == "" || m.Summary == "" || m.Source == "" || names[m.Name] {
			t.Errorf("name %q, summary %q, source %q", m.Name, m.Summary, m.Source)
		}
		names[m.Name] = true
		if s := begin(t, m, config(m, space(m), m.Default.Population)); s.Population() != m.Default.Population {
			t.Errorf("the population is %d, want %d", s.Population(), m.Default.Population)
		}
	})
}

// TestBegins: a strategy begins at the theta it was given, of which it has a copy, with the step sizes of the space.
func TestBegins(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		c := config(m, space(m), 10)
		s := begin(t, m, c)
		if !slices.Equal(s.Theta(), c.Theta) {
			t.Error("theta is another")
		}
		c.Theta[0] = 99
		if s.Theta()[0] == 99 {
			t.Error("theta is the caller's")
		}
		if got, want := s.Sigma(), []float64{0.01, 0.001, 0.01, 0.001, 0.02}; !slices.Equal(got, want) {
			t.Errorf("sigma is %v, want %v", got, want)
		}
		s.Sigma()[0] = 99
		if s.Sigma()[0] == 99 {
			t.Error("sigma can be changed from outside")
		}
	})
}

// alone are the methods whose individuals are drawn each for itself; all others come in mirrored pairs.
var alone = map[string]bool{"snes": true, "sep-cma-es": true, "cma-es": true, "lm-ma-es": true}

// TestPopulation: what a method is told and cannot do is an error that names the setting.
func TestPopulation(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		for population, says := range map[int]string{
			-2: "got -2", 0: "got 0", 1: "got 1", 3: "must be even (antithetic pairs), got 3", 401: "got 401", 1<<20 + 2: "must be 2 to 1048576",
		} {
			if alone[m.Name] && (population == 3 || population == 401) {
				continue
			}
			if _, err := m.New(config(m, space(m), population)); err == nil || !strings.HasPrefix(err.Error(), "population: ") || !strings.Contains(err.Error(), says) {
				t.Errorf("population %d: %v", population, err)
			}
		}
		for _, population := range []int{2, 4, 398, 400} {
			s := begin(t, m, config(m, space(m), population))
			if s.Population() != population {
				t.Errorf("the population is %d, want %d", s.Population(), population)
			}
			generation(s, 1, synthetic(1), space(m).Dim, serial)
			finite(t, s)
		}
	})
}

func finite(t *testing.T, s Strategy) {
	t.Helper()
	for i, v := range s.Theta() {
		if v != v || math.IsInf(float64(v), 0) {
			t.Fatalf("theta[%d] is %g", i, v)
		}
	}
	for i, v := range s.Sigma() {
		if !(v > 0) || math.IsInf(v, 0) {
			t.Fatalf("sigma[%d] is %g", i, v)
		}
	}
}

// TestNothingToLearn: where all are equal, or none is a number, theta stays as it is and the step sizes stay sound.
func TestNothingToLearn(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		for _, value := range []float64{0, -3.5, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64} {
			c := config(m, space(m), 50)
			s := begin(t, m, c)
			for g := 1; g <= 20; g++ {
				s.Ask(g)
				f := make([]float64, 50)
				for i := range f {
					f[i] = value
				}
				s.Tell(f, serial)
			}
			finite(t, s)
			if !slices.Equal(s.Theta(), c.Theta) {
				t.Errorf("all have fitness %g, and theta moved", value)
			}
		}
	})
}

// TestNaNRanksWorst: a NaN counts as worse than any number, -Inf too, so it is never gone towards; many of them are ties.
func TestNaNRanksWorst(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		run := func(worst float64) string {
			s := begin(t, m, config(m, space(m), 20))
			for g := 1; g <= 5; g++ {
				f := make([]float64, 20)
				for i := range f {
					f[i] = float64((i*7 + g) % 5)
					if f[i] == 0 {
						f[i] = worst
					}
				}
				s.Ask(g)
				s.Tell(f, serial)
			}
			finite(t, s)
			return bits(s)
		}
		if run(math.NaN()) != run(-1) || run(math.Inf(-1)) != run(-1) {
			t.Error("the worst is treated by more than its rank")
		}
		other := math.Float64frombits(0xfff8000000000001)
		if run(other) != run(-1) {
			t.Error("NaN with another payload is treated as another")
		}
		// All but one are NaN: theta goes away from them, towards the one.
		s := begin(t, m, config(m, space(m), 2))
		s.Ask(1)
		x := make([]float32, space(m).Dim)
		s.Offspring(1, x, NewScratch(space(m)))
		before := slices.Clone(s.Theta())
		s.Tell([]float64{math.NaN(), math.Inf(-1)}, serial)
		var along float64
		for i, v := range s.Theta() {
			along += float64(v-before[i]) * float64(x[i]-before[i])
		}
		if !(along > 0) {
			t.Error("theta did not go towards the only one that has a fitness")
		}
	})
}

// TestParallel: the update has the same bits however its parts are shared out.
func TestParallel(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		run := func(par Parallel, k kernel.ISA) string {
			c := config(m, space(m), 12)
			c.Kernel = k
			s := begin(t, m, c)
			for g := 1; g <= 4; g++ {
				generation(s, g, synthetic(g), space(m).Dim, par)
			}
			return bits(s)
		}
		want := run(serial, kernel.Reference)
		r := rand.New(rand.NewPCG(3, 4))
		for _, k := range kernel.Available() {
			for name, par := range map[string]Parallel{
				"backwards": func(n int, f func(int)) {
					for i := range n {
						f(n - 1 - i)
					}
				},
				"shuffled": func(n int, f func(int)) {
					for _, i := range r.Perm(n) {
						f(i)
					}
				},
				"one goroutine each": func(n int, f func(int)) {
					var wg sync.WaitGroup
					for i := range n {
						wg.Go(func() { f(i) })
					}
					wg.Wait()
				},
			} {
				if got := run(par, k); got != want {
					t.Errorf("%s with kernel %s: %.12s, want %.12s", name, k, got, want)
				}
			}
		}
	})
}
