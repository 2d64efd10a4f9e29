package kernel

import (
	"math"
	"testing"
)

// Known answers of Random123 1.14 (kat_vectors, philox4x32 10).
func TestPhiloxKnownAnswers(t *testing.T) {
	const ones = 0xffffffff
	for _, v := range []struct {
		ctr  [4]uint32
		key  [2]uint32
		want [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{ones, ones, ones, ones}, [2]uint32{ones, ones}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := Philox(v.ctr, v.key); got != v.want {
			t.Errorf("Philox(%08x, %08x) = %08x, want %08x", v.ctr, v.key, got, v.want)
		}
	}
}

// The radicand can come near 0 only where |word| has exponent 30 or 31: all of those.
func TestRadicandIsNeverNegative(t *testing.T) {
	least := float32(math.Inf(1))
	for _, e := range []uint32{30, 31} {
		for mantissa := range uint32(1 << 23) {
			v := radicand((127+e)<<23 | mantissa)
			if least = min(least, v); e == 31 {
				break // 2^31 is the greatest
			}
		}
	}
	if !(least >= 0) {
		t.Errorf("the least radicand is %g", least)
	}
}

// The radicand errs by less than 1.5e-6 (so that the radius errs by that over its double,
// or by its root where it is small), the angle's functions by 2e-6.
func TestGaussAccuracy(t *testing.T) {
	r, worst := random(10), 0.0
	for range 500_000 {
		a, b := r.Uint32(), r.Uint32()
		u := math.Abs(float64(int32(a|1))) / (1 << 31)
		radius, phi := math.Sqrt(-2*math.Log(u)), math.Pi/2*float64(int32(b))/(1<<31)
		c := radius * math.Cos(phi)
		if int32(a) < 0 {
			c = -c
		}
		x, y := gauss(a, b)
		bound := 2e-6*radius + min(1.5e-6/(2*radius), math.Sqrt(1.5e-6))
		worst = max(worst, math.Abs(float64(x)-c)/bound, math.Abs(float64(y)-radius*math.Sin(phi))/bound)
	}
	t.Logf("greatest error %.2f of the bound", worst)
	if worst > 1 {
		t.Errorf("a normal errs by %g times the bound", worst)
	}
}

func TestNoiseMoments(t *testing.T) {
	const n = 1 << 20
	v := Aligned(n)
	Best().Noise(v, [2]uint32{11, 12}, [4]uint32{13, 14, 15, 16})
	var m [5]float64
	lag := 0.0
	for i, x := range v {
		for p, z := 1, float64(x); p <= 4; p++ {
			m[p] += math.Pow(z, float64(p))
		}
		lag += float64(x) * float64(v[(i+16)%n])
	}
	root := math.Sqrt(n)
	for name, z := range map[string]float64{
		"mean": m[1] / root, "variance": (m[2] - n) / root / math.Sqrt2, "skewness": m[3] / root / math.Sqrt(15),
		"kurtosis": (m[4] - 3*n) / root / math.Sqrt(96), "correlation of the two halves": lag / root,
	} {
		if math.Abs(z) > 4 {
			t.Errorf("%s is %.1f standard errors off", name, z)
		}
	}
}

// Any part can be made alone, a short last group is a prefix, and counters wrap.
func TestNoiseIsAddressed(t *testing.T) {
	key, ctr := [2]uint32{1, 2}, [4]uint32{math.MaxUint32 - 20, 3, 4, 5}
	for _, k := range Available() {
		whole := make([]float32, 7*group)
		k.Noise(whole, key, ctr)
		for n := range whole {
			part := make([]float32, n)
			k.Noise(part, key, ctr)
			same(t, k.String(), whole[:n], part)
		}
		for g := range 7 {
			part := make([]float32, group)
			at := ctr
			at[0] += uint32(8 * g)
			k.Noise(part, key, at)
			same(t, k.String(), whole[g*group:][:group], part)
		}
		sum, want := make([]float32, 201), make([]float32, 201)
		for i := range sum {
			sum[i] = float32(i)
			want[i] = FMA(0.3, whole[i], sum[i])
		}
		k.AddNoise(sum, 0.3, key, ctr)
		same(t, k.String(), want, sum)
	}
}

func TestNoiseUsesPhilox(t *testing.T) {
	var v [group]float32
	key, ctr := [2]uint32{0xdead, 0xbeef}, [4]uint32{5, 6, 7, 8}
	Reference.Noise(v[:], key, ctr)
	for b := range uint32(8) {
		w := Philox([4]uint32{5 + b, 6, 7, 8}, key)
		c0, s0 := gauss(w[1], w[3])
		c1, s1 := gauss(w[0], w[2])
		same(t, "block", []float32{c0, c1, s0, s1}, []float32{v[2*b], v[2*b+1], v[2*b+16], v[2*b+17]})
	}
}

// AVX2 makes words in chunks of 40 groups and a fifth of them apart: every remainder, whole chunks and more, across the
// counter's wrap.
func TestNoiseOfManyGroupsEqualsReference(t *testing.T) {
	r, mem := random(11), &canaries{}
	for groups := range 100 {
		n := groups*group + r.IntN(group)
		key := [2]uint32{r.Uint32(), r.Uint32()}
		ctr := [4]uint32{-r.Uint32N(uint32(8*groups + 1)), r.Uint32(), r.Uint32(), r.Uint32()}
		want, sum := make([]float32, n), vector(mem, r, n, 0, finite)
		Reference.Noise(want, key, ctr)
		for _, k := range simd(t) {
			got := mem.floats(n, r.IntN(16))
			k.Noise(got, key, ctr)
			same(t, k.String(), want, got)
			added, wantSum := twin(mem, sum, r.IntN(16)), make([]float32, n)
			k.AddNoise(added, 0.3, key, ctr)
			for i := range wantSum {
				wantSum[i] = FMA(0.3, want[i], sum[i])
			}
			same(t, k.String()+" added", wantSum, added)
		}
	}
	mem.intact(t, "many groups")
}
