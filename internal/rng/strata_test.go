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

// TestStrataAreHit: of each number every n-th of the range has one task, whoever asks first.
func TestStrataAreHit(t *testing.T) {
	const numbers = 5
	for _, n := range []int{1, 2, 4, 7, 16, 100} {
		order := upTo(n)
		u := uniforms(3, 9, n, numbers, order)
		slices.Reverse(order)
		again := uniforms(3, 9, n, numbers, order)
		for j := range numbers {
			hit := make([]bool, n)
			for task := range n {
				if u[task][j] != again[task][j] {
					t.Fatalf("%d tasks: number %d of task %d depends on the order of asking", n, j, task)
				}
				hit[min(int(u[task][j]*float64(n)), n-1)] = true
			}
			if slices.Contains(hit, false) {
				t.Errorf("%d tasks, number %d: an %d-th of the range has no task", n, j, n)
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
	const want = "f0628baab0b8090d2191f41f20e5303caa26966e574aa63e2b8b9432e0c0b8e3"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
