package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A kind says which values a test vector has.
type kind int

const (
	ordinary kind = iota // normal deviates
	finite               // with zeros, subnormals, tiny and huge values
	wild                 // with infinities and both sorts of NaN
)

var kinds = []kind{ordinary, finite, wild}

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x5eed)) }

func value(r *rand.Rand, k kind) float32 {
	if k == ordinary || r.IntN(4) > 0 {
		return float32(r.NormFloat64())
	}
	choices := 6
	if k == wild {
		choices = 9
	}
	sign := r.Uint32() & (1 << 31)
	switch r.IntN(choices) {
	case 0:
		return math.Float32frombits(r.Uint32N(1<<23) | sign) // subnormal
	case 1:
		return math.Float32frombits(sign) // zero
	case 2:
		return float32(r.NormFloat64()) * 1e-22 // products are subnormal
	case 3:
		return float32(r.NormFloat64()) * 1e19 // products overflow
	case 4:
		return math.Float32frombits((r.Uint32N(254)+1)<<23 | r.Uint32N(1<<23) | sign) // any exponent
	case 5:
		return math.Float32frombits(0x3f800000 | sign) // one
	case 6:
		return math.Float32frombits(0x7f800000 | sign) // infinity
	case 7:
		return math.Float32frombits(0x7fc00000 | r.Uint32N(1<<22) | sign) // quiet NaN
	}
	return math.Float32frombits(0x7f800001 | r.Uint32N(1<<22-1) | sign) // signalling NaN
}

// An arena is where a test's slices lie, so that a kernel that strays is caught.
type arena interface {
	floats(n, offset int) []float32 // offset: floats past a cache line, where that is free
	intact(t testing.TB, what string)
}

// canaries lie on both sides of each slice; no kernel computes their value.
type canaries struct{ blocks []block }

type block struct {
	all     []float32
	from, n int
}

const canary = 0xffdeadbe

func (c *canaries) floats(n, offset int) []float32 {
	const before, after = 32, 32
	all := Aligned(before + 16 + n + after)
	for i := range all {
		all[i] = math.Float32frombits(canary)
	}
	from := before + offset%16
	c.blocks = append(c.blocks, block{all, from, n})
	return all[from : from+n : from+n]
}

func (c *canaries) intact(t testing.TB, what string) {
	t.Helper()
	for _, b := range c.blocks {
		for i, v := range b.all {
			if (i < b.from || i >= b.from+b.n) && math.Float32bits(v) != canary {
				t.Fatalf("%s: wrote at [%d] of a slice of %d", what, i-b.from, b.n)
			}
		}
	}
	c.blocks = c.blocks[:0]
}

// vector is n random values.
func vector(a arena, r *rand.Rand, n, offset int, k kind) []float32 {
	v := a.floats(n, offset)
	for i := range v {
		v[i] = value(r, k)
	}
	return v
}

// twin is a copy of v.
func twin(a arena, v []float32, offset int) []float32 {
	w := a.floats(len(v), offset)
	copy(w, v)
	return w
}

// same fails unless got equals want bit for bit, all NaN being one value.
func same(t testing.TB, what string, want, got []float32) {
	t.Helper()
	bad := 0
	for i := range want {
		if w, g := math.Float32bits(CanonicalNaN(want[i])), math.Float32bits(CanonicalNaN(got[i])); w != g && bad < 5 {
			t.Errorf("%s: [%d] reference %08x (%g), got %08x (%g)", what, i, w, want[i], g, got[i])
			bad++
		}
	}
	if bad > 0 {
		t.FailNow()
	}
}

// simd lists the forms to compare with the reference.
func simd(t testing.TB) []ISA {
	t.Helper()
	a := Available()[1:]
	if len(a) == 0 {
		t.Skip("this build or machine has the reference only")
	}
	return a
}
