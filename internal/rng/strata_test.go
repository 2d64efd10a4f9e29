package rng

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"testing"
)

// uniforms are the first numbers of n tasks, [task][number]; tasks ask in the order given.
func uniforms(seed uint64, generation uint32, n, numbers int, order []int) [][]float64 {
	s := NewStrata(seed, generation, n)
	out := make([][]float64, n)
	for _, t := range order {
		r := s.Source(t)
		for range numbers {
			out[t] = append(out[t], r.Uniform(0, 1))
			r.Normal() // is no number of the strata
			r.Coin()
		}
	}
	return out
}

func upTo(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}

// TestStrataAreHit: each part of a number's range has one task, or at most one where the tasks are no power of two, whoever
// asks first.
func TestStrataAreHit(t *testing.T) {
	const numbers = 9 // more than two groups
	for n, parts := range map[int]int{1: 1, 2: 2, 3: 4, 4: 4, 7: 8, 16: 16, 100: 128} {
		order := upTo(n)
		u := uniforms(3, 9, n, numbers, order)
		slices.Reverse(order)
		again := uniforms(3, 9, n, numbers, order)
		for j := range numbers {
			hit := make([]int, parts)
			for task := range n {
				if u[task][j] != again[task][j] {
					t.Fatalf("%d tasks: number %d of task %d depends on the order of asking", n, j, task)
				}
				hit[min(int(u[task][j]*float64(parts)), parts-1)]++
			}
			if slices.Max(hit) > 1 {
				t.Errorf("%d tasks, number %d: tasks by part are %v", n, j, hit)
			}
		}
	}
}

// TestStrataAreHitTogether: the first two numbers of a group fill a square evenly too, box by box of every shape: Sobol's
// first two dimensions are a (0, m, 2)-net, scrambled or not.
func TestStrataAreHitTogether(t *testing.T) {
	const m, n = 4, 16
	for generation := range uint32(20) {
		u := uniforms(3, generation, n, 8, upTo(n))
		for _, first := range []int{0, 4} {
			for x := range m + 1 {
				boxes := map[[2]int]int{}
				for _, v := range u {
					boxes[[2]int{int(v[first] * float64(int(1)<<x)), int(v[first+1] * float64(int(1)<<(m-x)))}]++
				}
				if len(boxes) != n {
					t.Errorf("generation %d, numbers %d and %d: %d of %d boxes of 2^-%d by 2^-%d have a task", generation, first, first+1, len(boxes), n, x, m-x)
				}
			}
		}
	}
}

// TestStrataAreUniform: over generations each task's number is uniform, and two numbers of a task are independent. The bounds
// are five standard errors: 1/sqrt(12 G) of a mean, 1/12/sqrt(G) of a covariance.
func TestStrataAreUniform(t *testing.T) {
	const n, generations = 4, 20000
	var mean, product [n]float64
	for g := range generations {
		for task, v := range uniforms(1, uint32(g), n, 2, upTo(n)) {
			mean[task] += v[0] / generations
			product[task] += (v[0] - 0.5) * (v[1] - 0.5) / generations
		}
	}
	for task := range n {
		if d := math.Abs(mean[task] - 0.5); d > 5/math.Sqrt(12*generations) {
			t.Errorf("task %d: the mean of its first number is off by %.4f", task, d)
		}
		if c := math.Abs(product[task]); c > 5.0/12/math.Sqrt(generations) {
			t.Errorf("task %d: its first two numbers have covariance %.5f", task, c)
		}
	}
}

// TestGoldenStrata holds the bits, which stored results depend on.
func TestGoldenStrata(t *testing.T) {
	h := sha256.New()
	for _, v := range uniforms(7, 3, 8, 4, upTo(8)) {
		for _, x := range v {
			h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(x)))
		}
	}
	const want = "fa05f77c0a682d0121021922abbeaa9b6b794eebce7f88437dae36e197b84713"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestSobol holds the first eight points of the first three dimensions to those that Joe and Kuo list (in Gray code's order).
func TestSobol(t *testing.T) {
	want := [8][3]float64{
		{0, 0, 0}, {0.5, 0.5, 0.5}, {0.75, 0.25, 0.25}, {0.25, 0.75, 0.75},
		{0.375, 0.375, 0.625}, {0.875, 0.875, 0.125}, {0.625, 0.125, 0.875}, {0.125, 0.625, 0.375},
	}
	for i, point := range want {
		for dim, w := range point {
			v := sobolDirections(dim)
			var got uint32
			for k := range 3 {
				if (i^i>>1)>>k&1 == 1 {
					got ^= v[k]
				}
			}
			if float64(got)*0x1p-32 != w {
				t.Errorf("point %d, dimension %d: %g, want %g", i, dim, float64(got)*0x1p-32, w)
			}
		}
	}
}
