package strategy

import (
	"slices"
	"sync/atomic"
	"testing"

	"baldwin/internal/kernel"
)

// Theta moves by the same bits whether all, some or none of the normals were kept, and offspring of a generation that is
// asked for again are what they were.
func TestKeptNormalsNeverShow(t *testing.T) {
	const pairs = 5
	m := OpenES()
	c := config(m, space(m), 2*pairs)
	for _, c.Kernel = range kernel.Available() {
		all, some, none := newAntithetic(c), newAntithetic(c), newAntithetic(c)
		some.kept = &kept{make([][]float32, 2), make([]atomic.Int64, 2)}
		scratch, x, first := NewScratch(c.Space), make([]float32, c.Space.Dim), make([]float32, c.Space.Dim)
		for g := 1; g <= 3; g++ {
			for _, a := range []*antithetic{all, some, none} {
				a.Ask(g)
				for i := range 2 * pairs {
					if a != none {
						a.write(i, x, scratch)
					}
					if a == all && g == 1 && i == 3 {
						copy(first, x)
					}
				}
				for p := range pairs {
					want := a == all && c.Kernel != kernel.AVX512 || a == some && p < 2
					if got := a.kept.of(p, g) != nil; got != want {
						t.Errorf("%s, generation %d: pair %d kept: %t, want %t", c.Kernel, g, p, got, want)
					}
				}
				a.ascend(0.1, []float64{0.5, -1, 0, 0.25, 2}, serial)
			}
			if !slices.Equal(all.theta, none.theta) || !slices.Equal(some.theta, none.theta) {
				t.Fatalf("%s: theta of generation %d depends on what was kept", c.Kernel, g)
			}
		}
		again := newAntithetic(c)
		copy(all.theta, again.theta)
		all.Ask(1)
		if all.write(3, x, scratch); !slices.Equal(x, first) {
			t.Errorf("%s: an offspring of generation 1 changed when it was asked for again", c.Kernel)
		}
	}
}

func TestKeptIsBounded(t *testing.T) {
	for _, v := range []struct {
		k         kernel.ISA
		dim, want int
	}{
		{kernel.AVX2, 37313, 199}, {kernel.AVX2, keptBytes / 8, 2}, {kernel.AVX2, keptBytes, 0}, {kernel.AVX2, 0, 199},
		{kernel.AVX512, 37313, 0},
	} {
		if got := Kept(v.k, v.dim, 199); got != v.want {
			t.Errorf("%s: of 199 directions of %d numbers %d are kept, want %d", v.k, v.dim, got, v.want)
		}
	}
}
