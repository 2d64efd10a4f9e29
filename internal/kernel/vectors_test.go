package kernel

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"
)

func TestVectorsEqualReference(t *testing.T) {
	r := random(2)
	for _, k := range kinds {
		for n := 0; n <= 200; n++ {
			mem := &canaries{}
			vectors(t, simd(t), mem, vector(mem, r, n, r.IntN(16), k), value(r, k), r.Uint64())
		}
	}
}

func FuzzVectors(f *testing.F) {
	r := random(3)
	for _, k := range kinds {
		var seed []byte
		for range 133 {
			seed = binary.LittleEndian.AppendUint32(seed, math.Float32bits(value(r, k)))
		}
		f.Add(seed, uint32(0x3f800000), uint64(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, a uint32, seed uint64) {
		mem := &canaries{}
		x := mem.floats(len(data)/4, int(seed%16))
		for i := range x {
			x[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
		vectors(t, simd(t), mem, x, math.Float32frombits(a), seed)
	})
}

// vectors runs every kernel of one length in all forms on the values x and a.
func vectors(t testing.TB, isas []ISA, mem arena, x []float32, a float32, seed uint64) {
	t.Helper()
	r := random(seed)
	n, offset := len(x), r.IntN(16)
	b, c, d := vector(mem, r, n, r.IntN(16), wild), vector(mem, r, n, offset, wild), vector(mem, r, n, offset, wild)
	rows := 1 + r.IntN(n+1)
	key, ctr := [2]uint32{r.Uint32(), r.Uint32()}, [4]uint32{r.Uint32(), r.Uint32(), r.Uint32(), r.Uint32()}
	for _, kernel := range []struct {
		name string
		run  func(isa ISA, y, z []float32)
	}{
		{"tanh", func(isa ISA, y, z []float32) { isa.Tanh(y, x); isa.Tanh(z, z) }},
		{"sigmoid", func(isa ISA, y, z []float32) { isa.Sigmoid(y, x); isa.Sigmoid(z, z) }},
		{"relu", func(isa ISA, y, z []float32) { isa.Relu(y, x); isa.Relu(z, z) }},
		{"axpy", func(isa ISA, y, _ []float32) { isa.Axpy(y, a, x) }},
		{"mul", func(isa ISA, y, z []float32) { isa.Mul(y, x, b); isa.Mul(z, z, x) }},
		{"mul add", func(isa ISA, y, _ []float32) { isa.MulAdd(y, x, b) }},
		{"mask", func(isa ISA, y, z []float32) { isa.Mask(y, x); isa.Mask(z, b) }},
		{"transpose", func(isa ISA, y, z []float32) {
			isa.Transpose(y, x, rows, n/rows)
			isa.Transpose(z, x, n/rows, rows)
		}},
		{"perturb", func(isa ISA, y, z []float32) { isa.Perturb(y, z, x, b, a) }},
		{"perturb plus", func(isa ISA, y, _ []float32) { isa.Perturb(y, nil, x, b, a) }},
		{"perturb minus", func(isa ISA, _, z []float32) { isa.Perturb(nil, z, x, b, a) }},
		{"noise", func(isa ISA, y, _ []float32) { isa.Noise(y, key, ctr) }},
		{"add noise", func(isa ISA, y, _ []float32) { isa.AddNoise(y, a, key, ctr) }},
		{"sum of squares", func(isa ISA, y, _ []float32) {
			if n > 0 {
				y[0] = isa.SumSquares(x)
			}
		}},
	} {
		run := func(isa ISA) (y, z []float32) {
			y, z = twin(mem, c, offset), twin(mem, d, offset)
			kernel.run(isa, y, z)
			return y, z
		}
		wantY, wantZ := run(Reference)
		for _, isa := range isas {
			gotY, gotZ := run(isa)
			what := fmt.Sprintf("%s %v length %d", kernel.name, isa, n)
			same(t, what, wantY, gotY)
			same(t, what, wantZ, gotZ)
		}
	}
	mem.intact(t, fmt.Sprintf("length %d", n))
}

// The perturbed pair is symmetric, and one half alone is the half of the pair.
func TestPerturbIsFMA(t *testing.T) {
	r, mem := random(4), &canaries{}
	theta, noise := vector(mem, r, 77, 0, finite), vector(mem, r, 77, 0, finite)
	for _, k := range Available() {
		plus, minus := mem.floats(77, 0), mem.floats(77, 0)
		k.Perturb(plus, minus, theta, noise, 0.01)
		for i := range theta {
			same(t, k.String(), []float32{FMA(0.01, noise[i], theta[i]), FMA(-0.01, noise[i], theta[i])}, []float32{plus[i], minus[i]})
		}
	}
}
