package life

import (
	"math"
	"slices"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/task"
)

// TestRecordedIsFast: a recorded life and a fast one have the same bits, on every kernel.
func TestRecordedIsFast(t *testing.T) {
	for _, v := range variants(t, 32) {
		t.Run(v.name, func(t *testing.T) {
			theta := draw(v.l, 1)
			l := lot(v, theta, 5)
			first := Record(v.l, v.f, kernels()[0], theta, l)
			want := make([]float64, len(first))
			lengths := map[int]bool{}
			for i, life := range first {
				want[i] = life.Fitness
				lengths[len(life.Obs)] = true
				checkRecord(t, v, &life)
			}
			if _, robot := v.f.(*task.Robot); robot && len(lengths) < 3 {
				t.Errorf("robots take %v steps: too much alike to test anything", lengths)
			}
			for _, k := range kernels() {
				if got := fast(v, k, theta, l, len(l.Tasks)); !sameBits(got, want) {
					t.Errorf("%v: fitness %v, recorded %v", k, got, want)
				}
				for i, life := range Record(v.l, v.f, k, theta, l) {
					if what := differ(&life, &first[i]); what != "" {
						t.Errorf("%v: life %d: other %s than %v's", k, i, what, kernels()[0])
					}
				}
			}
		})
	}
}

// checkRecord: there is one entry per step of all that the learner has, and nothing is NaN.
func checkRecord(t *testing.T, v variant, l *Life) {
	t.Helper()
	steps, h := len(l.Obs), v.l.Hidden
	for what, c := range map[string]struct {
		rows  [][]float32
		there bool
		n     int
	}{
		"observations": {l.Obs, true, v.l.Obs},
		"actions":      {l.Act, true, v.l.Act},
		"h":            {l.H, v.l.Recurrent, h},
		"m":            {l.M, v.l.Modulator == "on", h},
		"W":            {l.W, v.l.Plastic, h * h},
	} {
		if !c.there && c.rows != nil || c.there && len(c.rows) != steps {
			t.Errorf("%d entries of %s in %d steps", len(c.rows), what, steps)
		}
		for s, row := range c.rows {
			if len(row) != c.n || slices.ContainsFunc(row, func(x float32) bool { return x != x }) {
				t.Errorf("step %d: %s is %v", s, what, row)
			}
		}
	}
	if _, robot := v.f.(*task.Robot); robot != (l.Path != nil) || robot && len(l.Path) != steps+1 {
		t.Errorf("a path of %d places in %d steps", len(l.Path), steps)
	}
	if math.IsNaN(l.Fitness) || steps == 0 || steps > v.f.Shape().Steps {
		t.Errorf("fitness %v after %d steps", l.Fitness, steps)
	}
}

// differ names what is not the same, to the bit, in two lives.
func differ(a, b *Life) string {
	equal := func(a, b [][]float32) bool { return slices.EqualFunc(a, b, slices.Equal[[]float32]) }
	switch {
	case !equal(a.Obs, b.Obs):
		return "observations"
	case !equal(a.Act, b.Act):
		return "actions"
	case !equal(a.H, b.H):
		return "h"
	case !equal(a.M, b.M):
		return "m"
	case !equal(a.W, b.W):
		return "W"
	case !slices.Equal(a.Path, b.Path):
		return "path"
	case a.Fitness != b.Fitness:
		return "fitness"
	}
	return ""
}

// TestCompany: a life has the same bits alone, in a batch of 16, in parts of a lot of 33, in another order, and in a batch
// that has lived other genomes and lots before.
func TestCompany(t *testing.T) {
	const n = 33
	k := kernel.Best()
	for _, v := range variants(t, 16) {
		t.Run(v.name, func(t *testing.T) {
			theta := draw(v.l, 1)
			l := lot(v, theta, n)
			want := fast(v, k, theta, l, n)
			alone, one := make([]float64, n), NewBatch(v.l, v.f, k, 1)
			copy(one.Genome(), theta)
			for i := range n {
				part := l.Part(i, i+1)
				one.Run(&part, alone[i:])
			}
			if !sameBits(alone, want) {
				t.Errorf("alone %v, in company %v", alone, want)
			}
			b := NewBatch(v.l, v.f, k, 16)
			parts := make([]float64, n)
			for _, cut := range [][2]int{{20, n}, {0, 1}, {7, 20}, {1, 7}} {
				copy(b.Genome(), draw(v.l, 2))
				other := l.Part(3, 6)
				b.Run(&other, make([]float64, 3))
				copy(b.Genome(), theta)
				part := l.Part(cut[0], cut[1])
				for range 2 { // the next individual meets the same lot
					b.Run(&part, parts[cut[0]:])
				}
			}
			if !sameBits(parts, want) {
				t.Errorf("in parts %v, together %v", parts, want)
			}
			if v.l.Random { // the order of tasks is part of what is drawn at birth
				l.Birth = make([]float32, v.l.Hidden*v.l.Hidden)
				copy(l.Birth, theta)
				want = fast(v, k, theta, l, 16)
			}
			back := *l
			back.Tasks = slices.Clone(l.Tasks)
			slices.Reverse(back.Tasks)
			reversed := fast(v, k, theta, &back, 5)
			slices.Reverse(reversed)
			if !sameBits(reversed, want) {
				t.Errorf("in another order %v, want %v", reversed, want)
			}
		})
	}
}

// TestRunAllocates: nothing, for any learner in any family, once a batch has lived.
func TestRunAllocates(t *testing.T) {
	for _, v := range variants(t, 16) {
		theta := draw(v.l, 1)
		l := lot(v, theta, 7)
		b := NewBatch(v.l, v.f, kernel.Best(), 3)
		copy(b.Genome(), theta)
		fitness := make([]float64, len(l.Tasks))
		if n := testing.AllocsPerRun(3, func() { b.Run(l, fitness) }); n != 0 {
			t.Errorf("%s: %v allocations", v.name, n)
		}
	}
}
