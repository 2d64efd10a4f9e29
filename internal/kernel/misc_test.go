package kernel

import (
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

func TestParse(t *testing.T) {
	if k, err := Parse("auto"); err != nil || k != Best() {
		t.Errorf("auto: %v, %v", k, err)
	}
	for k := Reference; k <= AVX512; k++ {
		got, err := Parse(k.String())
		switch {
		case k.Supported() && (err != nil || got != k):
			t.Errorf("%v: %v, %v", k, got, err)
		case !k.Supported() && (err == nil || !strings.HasPrefix(err.Error(), "kernel: "+k.String()+" cannot run here: ")):
			t.Errorf("%v is not supported, but Parse says %v", k, err)
		}
	}
	if _, err := Parse("sse"); err == nil || err.Error() != `kernel: unknown kernel "sse": want auto, reference, neon, avx2, avx512` {
		t.Error(err)
	}
	if a := Available(); a[0] != Reference || !slices.IsSorted(a) || a[len(a)-1] != Best() {
		t.Errorf("Available() = %v, Best() = %v", a, Best())
	}
	if ISA(9).Supported() || ISA(9).String() != "ISA(9)" {
		t.Error("ISA(9) exists")
	}
}

func TestAligned(t *testing.T) {
	for n := range 70 {
		v := Aligned(n)
		if len(v) != n || cap(v) != n || uintptr(unsafe.Pointer(unsafe.SliceData(v)))%64 != 0 {
			t.Fatalf("Aligned(%d): length %d, capacity %d, at %p", n, len(v), cap(v), unsafe.SliceData(v))
		}
	}
}

func TestCanonicalNaN(t *testing.T) {
	for _, b := range []uint32{0x7f800001, 0xffffffff, 0x7fc00000} {
		if c := math.Float32bits(CanonicalNaN(math.Float32frombits(b))); c != 0x7fc00000 {
			t.Errorf("%08x became %08x", b, c)
		}
	}
	for _, b := range []uint32{0, 1 << 31, 1, 0x7f800000, 0xff800000} {
		if c := math.Float32bits(CanonicalNaN(math.Float32frombits(b))); c != b {
			t.Errorf("%08x became %08x", b, c)
		}
	}
}

// SumSquares is worth what it says: the sum, whatever the order.
func TestSumSquares(t *testing.T) {
	v := make([]float32, 1000)
	want := 0.0
	for i := range v {
		v[i] = float32(i%17) / 16
		want += float64(v[i]) * float64(v[i])
	}
	for _, k := range Available() {
		if got := float64(k.SumSquares(v)); got != want { // all partial sums are exact
			t.Errorf("%v: %g, want %g", k, got, want)
		}
		if k.SumSquares(nil) != 0 {
			t.Errorf("%v: the empty sum is not 0", k)
		}
	}
}

func TestPeak(t *testing.T) {
	for _, k := range Available() {
		if n := Peak(k, 10); (n > 0) != (k != Reference) {
			t.Errorf("Peak(%v, 10) = %d", k, n)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	const tasks, n = 18, 64
	w := make([]float32, tasks*n*n)
	m := Matrix{w, n, n, n}
	u := &Update{Src: make([]float32, n*n), W: w, Stride: n * n, LD: n, In: n, Out: n, Rule: make([]float32, 4*n*n), Plane: n * n}
	x := Rows{make([]float32, tasks*n), n}
	y := Rows{make([]float32, tasks*n), n}
	u.M, u.Post, u.Pre = x, x, x
	for _, k := range Available() {
		allocs := testing.AllocsPerRun(5, func() {
			k.Static(m, x, x, y, tasks)
			k.Dense(m, x, x, y, tasks)
			k.Frozen(m, n*n, x, x, y, tasks)
			k.Plastic(u, x, y, tasks)
			k.Oja(u, x, y, tasks)
			k.Head(w, n, 5, w, x, y, tasks)
			k.Heads(w, n*n, n, 5, x, x, y, tasks)
			k.Tanh(y.V[:77], x.V[:77])
			k.Mul(y.V, x.V, y.V)
			k.MulAdd(y.V, x.V, x.V)
			k.Mask(y.V, x.V)
			k.Transpose(y.V, x.V, tasks, n)
			k.Tanh(y.V, x.V)
			k.Sigmoid(y.V, x.V)
			k.Relu(y.V, x.V)
			k.Axpy(y.V, 2, x.V)
			k.Perturb(y.V, w[:tasks*n], x.V, x.V, 2)
			k.Noise(y.V[:77], [2]uint32{}, [4]uint32{})
			k.AddNoise(y.V[:77], 2, [2]uint32{}, [4]uint32{})
			var onStack [100]float32
			onStack[0] = k.SumSquares(onStack[:])
			k.Relu(onStack[:], onStack[:])
			_ = Peak(k, 1)
		})
		if allocs != 0 {
			t.Errorf("%v: %g allocations", k, allocs)
		}
	}
}

// A wrong shape is found before anything is written.
func TestWrongShapesPanic(t *testing.T) {
	v := make([]float32, 16*16)
	w := Matrix{v, 16, 16, 16}
	r := Rows{v, 16}
	good := Update{Src: v, W: v, LD: 16, In: 4, Out: 16, Rule: v, Plane: 64, M: r, Post: r, Pre: r}
	for _, k := range Available() {
		for _, c := range []struct {
			want string
			f    func()
		}{
			{badMatrix, func() { k.Static(Matrix{v, 16, 16, 8}, r, r, r, 1) }},
			{badMatrix, func() { k.Static(Matrix{v, 16, 17, 16}, r, r, r, 1) }},
			{badMatrix, func() { k.Static(Matrix{v, 15, 2, 16}, r, r, r, 1) }},
			{badInput, func() { k.Static(w, r, r, r, 17) }},
			{badInput, func() { k.Static(w, r, Rows{v[:15], 0}, r, 1) }},
			{badOutput, func() { k.Static(w, r, r, Rows{v, 0}, 2) }},
			{badOutput, func() { k.Static(w, r, r, Rows{v, 15}, 2) }},
			{badStride, func() { k.Frozen(w, 1, r, r, r, 2) }},
			{badStride, func() { u := good; k.Plastic(&u, r, r, 2) }},
			{badRule, func() { u := good; u.Plane = 65; k.Plastic(&u, r, r, 1) }},
			{badInput, func() { u := good; u.M.V = v[:15]; k.Plastic(&u, r, r, 1) }},
			{badHead, func() { k.Head(v, 16, 17, v, r, r, 1) }},
			{badHead, func() { k.Head(v, 16, 2, v[:1], r, r, 1) }},
			{badOutput, func() { k.Head(v, 16, 2, v, r, Rows{v, 1}, 2) }},
			{badHead, func() { k.Heads(v, 225, 16, 2, r, r, r, 2) }},
			{badHead, func() { k.Heads(v, -1, 16, 2, r, r, r, 2) }},
			{badInput, func() { k.Heads(v, 0, 16, 2, Rows{v, 255}, r, r, 2) }},
			{badInput, func() { k.Heads(v, 0, 16, 2, r, Rows{v, 241}, r, 2) }},
			{badOutput, func() { k.Heads(v, 0, 16, 2, r, r, Rows{v, 1}, 2) }},
			{badStride, func() { u := good; k.Oja(&u, r, r, 2) }},
			{badInput, func() { k.Frozen(w, 0, r, Rows{v[:15], 0}, r, 1) }},
			{badLength, func() { k.Tanh(v, v[1:]) }},
			{badLength, func() { k.Axpy(v, 1, v[1:]) }},
			{badLength, func() { k.Mul(v[1:], v, v) }},
			{badLength, func() { k.Mul(v, v, v[1:]) }},
			{badLength, func() { k.MulAdd(v, v[1:], v) }},
			{badLength, func() { k.Mask(v, v[1:]) }},
			{badTranspose, func() { k.Transpose(v[1:], v, 16, 16) }},
			{badTranspose, func() { k.Transpose(v, v[1:], 16, 16) }},
			{badTranspose, func() { k.Transpose(v, v, -16, -1) }},
			{badLength, func() { k.Perturb(v[1:], nil, v, v, 1) }},
		} {
			func() {
				defer func() {
					if got := recover(); got != c.want {
						t.Errorf("%v: panic %v, want %q", k, got, c.want)
					}
				}()
				c.f()
			}()
		}
	}
}

// AVX2 kernels must run where AVX-512 does not exist: no register above 15, no mask, no
// instruction of its own. The assembler would quietly encode them all.
func TestAVX2KernelsAreVEX(t *testing.T) {
	text, err := os.ReadFile("zz_kernels_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	evex := regexp.MustCompile(`\b(Z\d+|K[0-7]|[XY](1[6-9]|2\d|3[01]))\b|_BCST|_Z\b|VPTERNLOG|VGET|VSCALEF|VRNDSCALE|VP(AND|OR|XOR|ANDN)[DQ]\b|VMOVDQ[AU](8|16|32|64)|VPBROADCAST[BWDQ]\s+(R|[A-D][XL]|[SD]I)|VPMULLQ|VPSRAQ`)
	function, functions := "", 0
	for i, line := range strings.Split(string(text), "\n") {
		if name, ok := strings.CutPrefix(line, "TEXT ·"); ok {
			if function, _, _ = strings.Cut(name, "("); strings.Contains(function, "AVX2") {
				functions++
			}
		}
		if strings.Contains(function, "AVX2") && strings.HasPrefix(line, "\t") && evex.MatchString(line) {
			t.Errorf("line %d, in %s: %s", i+1, function, strings.TrimSpace(line))
		}
	}
	if functions < 20 {
		t.Errorf("found %d AVX2 kernels: the test tests nothing", functions)
	}
}
