package rng

import (
	"math"
	"testing"

	"baldwin/internal/kernel"
)

// someAddresses differ in every field.
var someAddresses = []address{
	{},
	{seed: 1, purpose: Init},
	{seed: 1, purpose: Perturb, generation: 1, individual: 198},
	{seed: 7, purpose: Coin, generation: 14999, individual: 3},
	{seed: 1 << 40, purpose: Observation, generation: 100, individual: uint32(MetaTest), task: 1599, skip: 64},
	{seed: math.MaxUint64, purpose: Bootstrap, generation: math.MaxUint32, individual: math.MaxUint32, task: maxTask - 1, skip: lastSkip - 4096},
}

// equal reports whether a and b have the same bits and where they first differ.
func equal(a, b []float32) (int, bool) {
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) {
			return i, false
		}
	}
	return 0, true
}

// TestPrefixAndTail: a number depends on its position only, not on how many are asked for or where Skip began.
func TestPrefixAndTail(t *testing.T) {
	const n = 1000
	for _, k := range kernel.Available() {
		for _, a := range someAddresses {
			s := a.stream()
			whole := make([]float32, n)
			s.Normals(k, whole)
			part := make([]float32, n)
			for m := 0; m <= n; m++ {
				if m > 200 && m < n-40 {
					continue
				}
				for i := range part {
					part[i] = -1
				}
				s.Normals(k, part[:m])
				if i, ok := equal(part[:m], whole); !ok {
					t.Fatalf("%v %+v: number %d of %d is %v, of %d it is %v", k, a, i, m, part[i], n, whole[i])
				}
				if m < n && part[m] != -1 {
					t.Fatalf("%v %+v: %d asked for, one more written", k, a, m)
				}
			}
			for skip := 0; skip < n; skip += group {
				s.Skip(skip).Normals(k, part[skip:])
				if i, ok := equal(part[skip:], whole[skip:]); !ok {
					t.Fatalf("%v %+v: Skip(%d) number %d is %v, want %v", k, a, skip, i, part[skip+i], whole[skip+i])
				}
			}
		}
	}
}

// TestSameBitsOnEveryISA compares all forms of the kernels with the reference.
func TestSameBitsOnEveryISA(t *testing.T) {
	const n = 4096 - 5
	want, got := make([]float32, n), make([]float32, n)
	wantSum, gotSum := make([]float32, n), make([]float32, n)
	for _, a := range someAddresses {
		s := a.stream()
		s.Normals(kernel.Reference, want)
		for i, z := range want {
			wantSum[i] = kernel.FMA(0.3, z, float32(i)*0.01)
		}
		for _, k := range kernel.Available() {
			s.Normals(k, got)
			if i, ok := equal(got, want); !ok {
				t.Fatalf("%v %+v: number %d is %v, reference %v", k, a, i, got[i], want[i])
			}
			for i := range gotSum {
				gotSum[i] = float32(i) * 0.01
			}
			s.AddNormals(k, gotSum, 0.3)
			if i, ok := equal(gotSum, wantSum); !ok {
				t.Fatalf("%v %+v: sum %d is %v, want %v", k, a, i, gotSum[i], wantSum[i])
			}
		}
	}
}

// TestReadingMovesNothing: a Stream is a value.
func TestReadingMovesNothing(t *testing.T) {
	s := At(3, Perturb, 1, 2, 0)
	before := s
	a, b := make([]float32, 100), make([]float32, 100)
	s.Normals(kernel.Best(), a)
	s.Source().Normal()
	s.Normals(kernel.Best(), b)
	if i, ok := equal(a, b); !ok || s != before {
		t.Errorf("a second reading differs at %d", i)
	}
}

func TestNormalsAllocateNothing(t *testing.T) {
	buf := make([]float32, 1001)
	for _, k := range kernel.Available() {
		if n := testing.AllocsPerRun(10, func() {
			s := At(1, Perturb, 2, 3, 0).Skip(64)
			s.Normals(k, buf)
			s.AddNormals(k, buf, 0.5)
		}); n != 0 {
			t.Errorf("%v: %v allocations", k, n)
		}
	}
}

// BenchmarkNormals has the size of the (1,10,20) genome.
func BenchmarkNormals(b *testing.B) {
	buf := make([]float32, 37313)
	for _, k := range kernel.Available() {
		b.Run(k.String(), func(b *testing.B) {
			b.SetBytes(int64(4 * len(buf)))
			for b.Loop() {
				At(1, Perturb, 2, 3, 0).Normals(k, buf)
			}
		})
	}
}
