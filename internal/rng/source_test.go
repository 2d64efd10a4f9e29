package rng

import (
	"math"
	"testing"

	"baldwin/internal/detmath"
	"baldwin/internal/kernel"
)

// TestWordsAreBlocksInOrder: a Source is the Philox blocks of its stream, one after the other.
func TestWordsAreBlocksInOrder(t *testing.T) {
	for _, a := range someAddresses {
		r := a.stream().Source()
		key, ctr := a.stream().Address()
		for i := range 400 {
			c := ctr
			c[0] += uint32(i / 4)
			if got, want := r.Uint32(), kernel.Philox(c, key)[i%4]; got != want {
				t.Fatalf("%+v: word %d is %#x, want %#x", a, i, got, want)
			}
		}
	}
}

// TestFixedConsumption: each method takes its number of words, from any position within a block, and computes its
// documented value from them.
func TestFixedConsumption(t *testing.T) {
	words := make([]uint32, 4000)
	s := At(11, Train, 5, 0, 9)
	for i, r := 0, s.Source(); i < len(words); i++ {
		words[i] = r.Uint32()
	}
	unit := func(w []uint32) float64 {
		return math.Ldexp(float64(uint64(w[0])<<21|uint64(w[1])>>11), -53)
	}
	r := s.Source()
	at := 0
	for i := 0; at+4 < len(words); i++ {
		w := words[at:]
		var got, want float64
		var name string
		var used int
		switch i % 7 {
		case 0, 4:
			name, used = "Normal", 4
			want = math.Sqrt(-2*detmath.Log(1-unit(w))) * detmath.Cos(2*math.Pi*unit(w[2:]))
			got = r.Normal()
		case 1:
			name, used, want = "Uint32", 1, float64(w[0])
			got = float64(r.Uint32())
		case 2, 5:
			name, used, want = "Float64", 2, unit(w)
			got = r.Float64()
		case 3:
			name, used = "Coin", 1
			if w[0] >= 1<<31 {
				want = 1
			}
			if r.Coin() {
				got = 1
			}
		case 6:
			name, used = "Uniform", 2
			u := float64(7 * unit(w))
			want = u - 3
			got = r.Uniform(-3, 4)
		}
		if math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("call %d, %s at word %d: %v, want %v", i, name, at, got, want)
		}
		at += used
	}
}

func TestSourceRanges(t *testing.T) {
	r := At(2, Fresh, 0, 0, 0).Source()
	for range 100000 {
		if u := r.Float64(); u < 0 || u >= 1 {
			t.Fatalf("Float64 is %v", u)
		}
		if u := r.Uniform(10, 100); u < 10 || u > 100 {
			t.Fatalf("Uniform(10, 100) is %v", u)
		}
		if z := r.Normal(); !(math.Abs(z) < 8.6) {
			t.Fatalf("Normal is %v", z)
		}
	}
	if u := r.Uniform(3, 3); u != 3 {
		t.Errorf("Uniform(3, 3) is %v", u)
	}
	// The ends of what words can give.
	ends := func(w uint32) *Source { return &Source{word: [4]uint32{w, w, w, w}} }
	if u := ends(math.MaxUint32).Float64(); u != 1-0x1p-53 {
		t.Errorf("all ones give Float64 %x", u)
	}
	if u := ends(0).Float64(); u != 0 {
		t.Errorf("all zeros give Float64 %x", u)
	}
	if z := ends(math.MaxUint32).Normal(); !(z > 8.5 && z < 8.6) {
		t.Errorf("all ones give Normal %v", z)
	}
	if z := ends(0).Normal(); z != 0 {
		t.Errorf("all zeros give Normal %v", z)
	}
}

func TestSourceAllocatesNothing(t *testing.T) {
	r := At(1, Train, 2, 0, 3).Source()
	sink := 0.0
	if n := testing.AllocsPerRun(1000, func() {
		sink += r.Normal() + r.Uniform(0, 1) + r.Float64() + float64(r.Uint32())
		if r.Coin() {
			sink++
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSource(b *testing.B) {
	r := At(1, Train, 2, 0, 3).Source()
	b.Run("Float64", func(b *testing.B) {
		for b.Loop() {
			r.Float64()
		}
	})
	b.Run("Normal", func(b *testing.B) {
		for b.Loop() {
			r.Normal()
		}
	})
}
