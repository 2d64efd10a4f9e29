package kernel

import (
	"fmt"
	"testing"
)

func TestLayersEqualReference(t *testing.T) {
	isas := simd(t)
	r := random(1)
	most := 33
	if testing.Short() { // under emulation
		most = 9
	}
	for _, k := range kinds {
		for tasks := 1; tasks <= most; tasks++ {
			for _, out := range []int{16, 32, 48, 64, 80, 112, 128} {
				in := []int{0, 1, 2, 7, 15, 16, 17, 33}[r.IntN(8)]
				layers(t, isas, &canaries{}, layerCase{r.Uint64(), k, tasks, out, in, r.IntN(16)})
			}
		}
	}
}

// A real layer: 64 to 64, aligned, padded strides.
func TestFullLayerEqualsReference(t *testing.T) {
	for _, k := range kinds {
		layers(t, simd(t), &canaries{}, layerCase{7, k, 16, 64, 64, 0})
	}
}

func FuzzLayers(f *testing.F) {
	f.Add(uint64(1), uint8(2), uint8(16), uint8(4), uint8(64), uint8(0))
	f.Add(uint64(2), uint8(0), uint8(1), uint8(1), uint8(1), uint8(1))
	f.Add(uint64(3), uint8(1), uint8(5), uint8(3), uint8(17), uint8(7))
	f.Fuzz(func(t *testing.T, seed uint64, k, tasks, out, in, offset uint8) {
		c := layerCase{seed, kinds[k%3], int(tasks)%33 + 1, int(out)%8*16 + 16, int(in) % 70, int(offset) % 16}
		layers(t, simd(t), &canaries{}, c)
	})
}

type layerCase struct {
	seed           uint64
	k              kind
	tasks, out, in int
	offset         int
}

// layers runs every layer kernel of one shape in all forms, with strides, shared rows and
// alignments drawn from the seed.
func layers(t testing.TB, isas []ISA, mem arena, c layerCase) {
	t.Helper()
	r := random(c.seed)
	ld := c.out + 16*r.IntN(2)
	span := max(0, (c.in-1)*ld+c.out) // one task's weights, to the last that is used
	stride := span + r.IntN(40)
	plane := span + r.IntN(40)
	matrices := func(n, stride int) []float32 {
		return vector(mem, r, (n-1)*stride+span, c.offset, c.k)
	}
	rows := func(n int) Rows {
		l := n + r.IntN(5)
		return Rows{vector(mem, r, (c.tasks-1)*l+n, r.IntN(16), c.k), l}
	}
	shared := func(v Rows, n int) Rows {
		if r.IntN(4) == 0 {
			return Rows{v.V[len(v.V)-n:], 0}
		}
		return v
	}
	w := Matrix{matrices(c.tasks, stride), ld, c.in, c.out}
	x, init, y := shared(rows(c.in), c.in), shared(rows(c.out), c.out), rows(c.out)
	u := Update{Src: w.W, SrcStride: stride * r.IntN(2), Stride: stride, LD: ld, In: c.in, Out: c.out,
		Rule: matrices(4, plane), Plane: plane,
		M: shared(rows(c.out), c.out), Post: rows(c.out), Pre: shared(rows(c.in), c.in)}
	u.W = matrices(c.tasks, stride)

	for _, kernel := range []struct {
		name string
		run  func(isa ISA, y Rows, w []float32)
	}{
		{"static", func(isa ISA, y Rows, _ []float32) { isa.Static(w, x, init, y, c.tasks) }},
		{"static in place", func(isa ISA, y Rows, _ []float32) { isa.Static(w, x, y, y, c.tasks) }},
		{"dense", func(isa ISA, y Rows, _ []float32) { isa.Dense(w, x, init, y, c.tasks) }},
		{"frozen", func(isa ISA, y Rows, _ []float32) { isa.Frozen(w, stride, x, init, y, c.tasks) }},
		{"frozen in place", func(isa ISA, y Rows, _ []float32) { isa.Frozen(w, stride, x, y, y, c.tasks) }},
		{"plastic", func(isa ISA, y Rows, to []float32) {
			v := u
			v.W = to
			isa.Plastic(&v, x, y, c.tasks)
		}},
		{"oja", func(isa ISA, y Rows, to []float32) {
			v := u
			v.W = to
			isa.Oja(&v, x, y, c.tasks)
		}},
		{"oja in place", func(isa ISA, y Rows, to []float32) {
			v := u
			v.W, v.Src, v.SrcStride = to, to, stride
			isa.Oja(&v, x, y, c.tasks)
		}},
		{"plastic in place", func(isa ISA, y Rows, to []float32) {
			v := u
			v.W, v.Src, v.SrcStride = to, to, stride
			isa.Plastic(&v, x, y, c.tasks)
		}},
	} {
		run := func(isa ISA) (Rows, []float32) {
			yy, ww := Rows{twin(mem, y.V, c.offset), y.LD}, twin(mem, u.W, c.offset)
			kernel.run(isa, yy, ww)
			return yy, ww
		}
		wantY, wantW := run(Reference)
		for _, isa := range isas {
			gotY, gotW := run(isa)
			what := fmt.Sprintf("%s %v %+v", kernel.name, isa, c)
			same(t, what+" y", wantY.V, gotY.V)
			same(t, what+" W", wantW, gotW)
		}
	}
	for _, outs := range []int{1, 2, 3, 4, 7} {
		hw, bias, hy := vector(mem, r, outs*c.in, c.offset, c.k), vector(mem, r, outs, c.offset, c.k), rows(outs)
		want := Rows{twin(mem, hy.V, 0), hy.LD}
		Reference.Head(hw, c.in, outs, bias, x, want, c.tasks)
		for _, isa := range isas {
			got := Rows{twin(mem, hy.V, 0), hy.LD}
			isa.Head(hw, c.in, outs, bias, x, got, c.tasks)
			same(t, fmt.Sprintf("head %v outs %d %+v", isa, outs, c), want.V, got.V)
		}
		own := outs*c.in + r.IntN(20)
		hw = vector(mem, r, (c.tasks-1)*own+outs*c.in, c.offset, c.k)
		each := shared(rows(outs), outs)
		Reference.Heads(hw, own, c.in, outs, each, x, want, c.tasks)
		for _, isa := range isas {
			got := Rows{twin(mem, hy.V, 0), hy.LD}
			isa.Heads(hw, own, c.in, outs, each, x, got, c.tasks)
			same(t, fmt.Sprintf("heads %v outs %d %+v", isa, outs, c), want.V, got.V)
		}
	}
	mem.intact(t, fmt.Sprintf("%+v", c))
}
