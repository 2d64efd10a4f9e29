package tensorfile

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"baldwin/internal/needtool"
)

// seen is an array as Python sees it.
type seen struct {
	Shape []int
	DType string
	Hex   string
}

func see(a Array) seen {
	descr, _, _ := describe(a.Data)
	return seen{append([]int{}, a.Shape...), descr, hex.EncodeToString(appendData(nil, a.Data))}
}

func compareSeen(t *testing.T, what string, got map[string]seen, want []Array) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: Python sees %d arrays, want %d", what, len(got), len(want))
	}
	for _, a := range want {
		g, w := got[a.Name], see(a)
		if !slices.Equal(g.Shape, w.Shape) || g.DType != w.DType || g.Hex != w.Hex {
			t.Errorf("%s: %s: Python sees %+v, want %+v", what, a.Name, g, w)
		}
	}
}

// Both ways through the Python packages safetensors and numpy: bits, shapes, names, metadata.
func TestPython(t *testing.T) {
	python := needtool.Python(t, "numpy", "safetensors.numpy")
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }

	inf := float32(math.Inf(1))
	f := &File{
		Tensors: []Tensor{
			{"z.first", []int{2, 3}, []float32{1, -0.5, float32(math.Copysign(0, -1)), inf, -inf, float32(math.NaN())}},
			{"core.A", []int{3}, []float32{math.MaxFloat32, math.SmallestNonzeroFloat32, 1.0 / 3}},
			{"größe <&> \"\\\n", []int{1, 1, 2}, []float32{65504, 6e-8}},
			{"scalar", nil, []float32{42}},
			{"none", []int{2, 0}, nil},
		},
		Metadata: map[string]string{"learner": "eprnn", "note": "<a> \u2028 ü"},
	}
	arrays := []Array{
		{"W", []int{1, 2, 1, 2}, []float32{1, 2, 3, float32(math.NaN())}},
		{"fitness", []int{2}, []float64{-0.1, math.Inf(-1)}},
		{"steps", []int{3}, []int{-1, 0, math.MaxInt}},
		{"i32", nil, []int32{-7}},
		{"core.mask", []int{2, 1}, []bool{true, false}},
		{"bytes", []int{0, 5}, []uint8{}},
		{"deep/name", []int{1}, []int64{math.MinInt64}},
	}
	if err := WriteSafetensors(in("go.safetensors"), f); err != nil {
		t.Fatal(err)
	}
	if err := WriteNPZ(in("go.npz"), arrays); err != nil {
		t.Fatal(err)
	}

	cmd := exec.Command(python, "testdata/check.py", dir)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var got struct {
		Metadata                map[string]string
		Tensors, Halves, Arrays map[string]seen
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(got.Metadata, f.Metadata) {
		t.Errorf("Python sees metadata %q, want %q", got.Metadata, f.Metadata)
	}
	compareSeen(t, "safetensors", got.Tensors, f.Arrays())
	compareSeen(t, "npz", got.Arrays, arrays)

	// What Python wrote has its own order of tensors; compare by name.
	back, err := ReadSafetensors(in("python.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(back.Metadata, f.Metadata) {
		t.Errorf("read metadata %q, want %q", back.Metadata, f.Metadata)
	}
	sorted := &File{Metadata: back.Metadata}
	for _, tensor := range back.Tensors {
		if want, ok := f.Get(tensor.Name); ok {
			sorted.Tensors = append(sorted.Tensors, *want)
		}
	}
	equalFiles(t, back, sorted)
	if len(back.Tensors) != len(f.Tensors) {
		t.Errorf("read %d tensors, want %d", len(back.Tensors), len(f.Tensors))
	}

	halves, err := ReadSafetensors(in("python16.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	compareSeen(t, "halves", got.Halves, halves.Arrays())
}
