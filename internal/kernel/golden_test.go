package kernel

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"testing"
)

// Goldens: what every form must give on every machine, and what no build may change
// without a new Contract. Each is the first two values and the FNV-1a hash of the bits of
// all. They are never regenerated, only replaced by hand together with Contract.
var goldens = map[string]string{
	"static":         "bf2a6497 3f9aa31f a78396cc10e60705",
	"frozen":         "bf6db265 40176393 15c87748904a63e1",
	"plastic":        "be7aa1a9 3f446dd1 bf8ef7a6593d96b9",
	"head":           "401f8757 bfa3f3f1 b21b3d9c15fb111d",
	"tanh":           "b9519446 3901c40d 48c4974b4ec359d2",
	"sigmoid":        "3efff974 3f000207 8e52661d443e6ebb",
	"relu":           "00000000 3901c40c f43b65aaf7a21ef7",
	"axpy":           "3ea40dad 3e453516 43d091d1f9a96abf",
	"perturb":        "3ea41fc1 3e451eb3 adba58eeef8d900b",
	"sum of squares": "42e5c037 3fbb7b9f e63a5894798fd499",
	"noise":          "40174807 3e880626 b94c50f814332bca",
	"add noise":      "3f83ccd2 3e8b5dd5 afe020c17c38d635",
	"dense":          "00000000 3f9aa31f 4411498d1cdf8903",
	"oja":            "bfc4906a 40204f25 ed0e23aedae526ea",
	"heads":          "401f8757 bfa3f3f1 a952d4fd66177e3c",
	"mul":            "b8865d33 37c7d686 051ee04327eebbdd",
	"mul add":        "3ea41b16 3e451114 4347e5a31bbcfef4",
	"mask":           "00000000 3e451e60 9070a80a518a188e",
	"transpose":      "b9519446 3d0766d8 c6822c2a88e66e2d",
}

// goldenInput is n values in (-1, 1) from Philox words, which need no kernel: multiples of
// 2^-23, so that the conversion is exact.
func goldenInput(n int, stream uint32) []float32 {
	v := make([]float32, n)
	for i := range v {
		w := Philox([4]uint32{uint32(i / 4), stream, 0, 0}, [2]uint32{1, 2})[i%4]
		v[i] = float32(int32(w)>>8) * 0x1p-23
	}
	return v
}

func digest(v []float32) string {
	h := fnv.New64a()
	for _, x := range v {
		_, _ = h.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(CanonicalNaN(x))))
	}
	return fmt.Sprintf("%08x %08x %016x", math.Float32bits(v[0]), math.Float32bits(v[1]), h.Sum64())
}

func TestGoldens(t *testing.T) {
	const tasks, in, out = 5, 21, 48
	rows := func(n int, stream uint32) Rows { return Rows{goldenInput(tasks*n, stream), n} }
	w := func(stream uint32) []float32 { return goldenInput(tasks*in*out, stream) }
	const n = 333
	wide := goldenInput(n, 20) // spread over magnitudes, with the special values
	for i := range wide {
		wide[i] *= float32(math.Ldexp(1, i%24-12))
	}
	copy(wide[100:], []float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 1e-40, -1e-40, math.MaxFloat32})
	key, ctr := [2]uint32{0x243f6a88, 0x85a308d3}, [4]uint32{math.MaxUint32 - 30, 0x13198a2e, 0x03707344, 0xa4093822}

	for _, kernel := range []struct {
		name string
		run  func(k ISA) []float32
	}{
		{"static", func(k ISA) []float32 {
			y := rows(out, 1)
			k.Static(Matrix{w(2), out, in, out}, rows(in, 3), rows(out, 4), y, tasks)
			return y.V
		}},
		{"frozen", func(k ISA) []float32 {
			y := rows(out, 1)
			k.Frozen(Matrix{w(2), out, in, out}, in*out, rows(in, 3), y, y, tasks)
			return y.V
		}},
		{"dense", func(k ISA) []float32 {
			y := rows(out, 1)
			k.Dense(Matrix{w(2), out, in, out}, rows(in, 3), rows(out, 4), y, tasks)
			return y.V
		}},
		{"oja", func(k ISA) []float32 {
			y, to := rows(out, 1), w(6)
			u := Update{Src: w(2), SrcStride: in * out, W: to, Stride: in * out, LD: out, In: in, Out: out,
				Rule: w(5), Plane: in * out, M: rows(out, 7), Post: rows(out, 8), Pre: rows(in, 9)}
			k.Oja(&u, rows(in, 3), y, tasks)
			return append(y.V, to...)
		}},
		{"plastic", func(k ISA) []float32 {
			y, to := rows(out, 1), w(6)
			u := Update{Src: w(2), SrcStride: in * out, W: to, Stride: in * out, LD: out, In: in, Out: out,
				Rule: w(5), Plane: in * out, M: rows(out, 7), Post: rows(out, 8), Pre: rows(in, 9)}
			k.Plastic(&u, rows(in, 3), y, tasks)
			return append(y.V, to...)
		}},
		{"head", func(k ISA) []float32 {
			y := rows(3, 1)
			k.Head(w(2), in, 3, goldenInput(3, 4), rows(in, 3), y, tasks)
			return y.V
		}},
		{"heads", func(k ISA) []float32 {
			y := rows(3, 1)
			k.Heads(w(2), in*out, in, 3, rows(3, 4), rows(in, 3), y, tasks)
			return y.V
		}},
		{"mul", func(k ISA) []float32 { y := make([]float32, n); k.Mul(y, goldenInput(n, 21), wide); return y }},
		{"mul add", func(k ISA) []float32 { y := goldenInput(n, 21); k.MulAdd(y, goldenInput(n, 22), wide); return y }},
		{"mask", func(k ISA) []float32 { y := goldenInput(n, 21); k.Mask(y, wide); return y }},
		{"transpose", func(k ISA) []float32 { y := make([]float32, n); k.Transpose(y, wide, 37, 9); return y }},
		{"tanh", func(k ISA) []float32 { y := make([]float32, n); k.Tanh(y, wide); return y }},
		{"sigmoid", func(k ISA) []float32 { y := make([]float32, n); k.Sigmoid(y, wide); return y }},
		{"relu", func(k ISA) []float32 { y := make([]float32, n); k.Relu(y, wide); return y }},
		{"axpy", func(k ISA) []float32 { y := goldenInput(n, 21); k.Axpy(y, 0.7, wide); return y }},
		{"perturb", func(k ISA) []float32 {
			plus, minus := make([]float32, n), make([]float32, n)
			k.Perturb(plus, minus, goldenInput(n, 21), wide, 0.01)
			return append(plus, minus...)
		}},
		{"sum of squares", func(k ISA) []float32 {
			return []float32{k.SumSquares(goldenInput(n, 21)), k.SumSquares(goldenInput(7, 22))}
		}},
		{"noise", func(k ISA) []float32 { y := make([]float32, n); k.Noise(y, key, ctr); return y }},
		{"add noise", func(k ISA) []float32 { y := goldenInput(n, 21); k.AddNoise(y, 0.3, key, ctr); return y }},
	} {
		for _, k := range Available() {
			if got := digest(kernel.run(k)); got != goldens[kernel.name] {
				t.Errorf("%v: %q: %q,", k, kernel.name, got)
			}
		}
	}
}
