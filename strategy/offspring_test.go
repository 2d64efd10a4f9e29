package strategy

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"baldwin/internal/kernel"
)

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
