package strategy

import (
	"encoding/binary"
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

// TestOffspringIsPure: an individual depends on nothing but theta, the state, generation and index: not on the order, the
// worker, the kernel, or what a Scratch was used for before, be it another strategy.
func TestOffspringIsPure(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		sp := space(m)
		s := begin(t, m, config(m, sp, 10))
		for g := 1; g <= 3; g++ {
			generation(s, g, synthetic(g), sp.Dim, serial)
		}
		s.Ask(4)
		type child struct {
			x       []float32
			penalty float64
		}
		var want []child
		for i := range 10 {
			x := make([]float32, sp.Dim)
			penalty := s.Offspring(i, x, NewScratch(sp))
			want = append(want, child{x, penalty})
		}

		other := config(m, sp, 10)
		other.Seed++
		stranger := begin(t, m, other)
		stranger.Ask(4)
		r := rand.New(rand.NewPCG(1, 2))
		scratch, x := NewScratch(sp), make([]float32, sp.Dim)
		for range 60 {
			i := r.IntN(10)
			if r.IntN(3) == 0 {
				stranger.Offspring(i, x, scratch)
			}
			if got := s.Offspring(i, x, scratch); got != want[i].penalty || !slices.Equal(x, want[i].x) {
				t.Fatalf("individual %d differs with a used scratch", i)
			}
		}

		for _, k := range kernel.Available() {
			c := config(m, sp, 10)
			c.Kernel = k
			twin := begin(t, m, c)
			if err := twin.Restore(s.State()); err != nil {
				t.Fatal(err)
			}
			twin.Ask(4)
			var wg sync.WaitGroup
			for i := range 10 {
				wg.Go(func() {
					x := make([]float32, sp.Dim)
					if got := twin.Offspring(i, x, NewScratch(sp)); got != want[i].penalty || !slices.Equal(x, want[i].x) {
						t.Errorf("individual %d differs with kernel %s on a worker of its own", i, k)
					}
				})
			}
			wg.Wait()
		}
	})
}

// TestPairsMirror: individuals 2p and 2p+1 lie on either side of theta, in no place of any block on it.
func TestPairsMirror(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		if alone[m.Name] {
			return
		}
		sp := space(m)
		s := begin(t, m, config(m, sp, 6))
		s.Ask(1)
		plus, minus, scratch := make([]float32, sp.Dim), make([]float32, sp.Dim), NewScratch(sp)
		for p := range 3 {
			s.Offspring(2*p, plus, scratch)
			s.Offspring(2*p+1, minus, scratch)
			for _, b := range sp.Blocks {
				for i := b.Off; i < b.Off+b.Len; i++ {
					up, down := float64(plus[i])-float64(s.Theta()[i]), float64(s.Theta()[i])-float64(minus[i])
					if up == 0 || math.Abs(up-down) > 1e-7 || math.Abs(up) > 8*b.Sigma {
						t.Fatalf("pair %d, %s: %g up and %g down of sigma %g", p, b.Name, up, down, b.Sigma)
					}
				}
			}
		}
	})
}

// TestGaps: the places between blocks stay 0 in theta, whatever start has there, and are never written in an offspring.
func TestGaps(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		sp := space(m)
		gap := make([]bool, sp.Dim)
		for i := range gap {
			gap[i] = true
		}
		for _, b := range sp.Blocks {
			for i := range b.Len {
				gap[b.Off+i] = false
			}
		}
		c := config(m, sp, 10)
		for i, is := range gap {
			if is {
				c.Theta[i] = 7
			}
		}
		s := begin(t, m, c)
		x := make([]float32, sp.Dim)
		for g := 1; g <= 3; g++ {
			s.Ask(g)
			for i := range x {
				x[i] = 123
			}
			s.Offspring(1, x, NewScratch(sp))
			for i, is := range gap {
				if is && x[i] != 123 || !is && x[i] == 123 {
					t.Fatalf("place %d of an offspring: %g", i, x[i])
				}
			}
			generation(s, g, synthetic(g), sp.Dim, serial)
		}
		for i, is := range gap {
			if is && s.Theta()[i] != 0 {
				t.Fatalf("theta[%d], which is in no block, is %g", i, s.Theta()[i])
			}
		}
	})
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

// TestState: State and Restore carry over all that decides the future, into a strategy that began elsewhere and has done
// other things since.
func TestState(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		sp := space(m)
		s := begin(t, m, config(m, sp, 10))
		for g := 1; g <= 5; g++ {
			generation(s, g, synthetic(g), sp.Dim, serial)
		}
		state := s.State()
		kept := string(state)
		c := config(m, sp, 10)
		clear(c.Theta)
		twin := begin(t, m, c)
		generation(twin, 99, synthetic(3), sp.Dim, serial)
		if err := twin.Restore(state); err != nil {
			t.Fatal(err)
		}
		if string(twin.State()) != kept {
			t.Error("a restored strategy has another state")
		}
		for g := 6; g <= 9; g++ {
			generation(s, g, synthetic(g), sp.Dim, serial)
			generation(twin, g, synthetic(g), sp.Dim, serial)
			if bits(s) != bits(twin) {
				t.Fatalf("generation %d differs after Restore", g)
			}
		}
		if string(state) != kept {
			t.Error("a state changed after it was given")
		}
		// NaN in theta is kept as one NaN.
		c = config(m, sp, 10)
		c.Theta[0] = math.Float32frombits(0xffc00001)
		if state := begin(t, m, c).State(); !strings.Contains(string(state), "\x00\x00\xc0\x7f") {
			t.Error("a NaN is not stored as 0x7fc00000")
		}
	})
}

// TestRestoreRefuses: what is no state of this strategy is an error and changes nothing.
func TestRestoreRefuses(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		s := begin(t, m, config(m, space(m), 10))
		state, before := s.State(), bits(s)
		sigma := func(group int, v float64) []byte {
			b := slices.Clone(state)
			binary.LittleEndian.PutUint64(b[8*group:], math.Float64bits(v))
			for i := 8 * space(m).Groups; i < len(b); i++ {
				b[i] = 0 // what must not have been taken over
			}
			return b
		}
		for name, garbage := range map[string][]byte{
			"nothing": nil, "a byte": {1}, "text": []byte("garbage"), "one byte less": state[:len(state)-1], "one byte more": append(slices.Clone(state), 0),
			"sigma NaN": sigma(0, math.NaN()), "sigma 0": sigma(1, 0), "sigma -1": sigma(2, -1), "sigma Inf": sigma(3, math.Inf(1)),
		} {
			if err := s.Restore(garbage); err == nil || !strings.HasPrefix(err.Error(), "strategy: ") {
				t.Errorf("%s: %v", name, err)
			}
			if bits(s) != before {
				t.Fatalf("%s: the strategy changed", name)
			}
		}
		other := space(m)
		other.Blocks[0].Len++
		if err := begin(t, m, config(m, other, 10)).Restore(state); err == nil {
			t.Error("the state of another space was taken")
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

// TestGenerationsDiffer: another generation, another seed and another pair have noise of their own.
func TestGenerationsDiffer(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		seen := map[float32]string{}
		for seed := uint64(1); seed <= 2; seed++ {
			c := config(m, space(m), 8)
			c.Seed = seed
			s := begin(t, m, c)
			for g := 1; g <= 3; g++ {
				s.Ask(g)
				for i := range 8 {
					x := make([]float32, space(m).Dim)
					s.Offspring(i, x, NewScratch(space(m)))
					if other, ok := seen[x[0]]; ok {
						t.Errorf("seed %d, generation %d, individual %d begins like %s", seed, g, i, other)
					}
					seen[x[0]] = "another"
				}
			}
		}
	})
}
