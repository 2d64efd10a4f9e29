package tensorfile

import (
	"archive/zip"
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"codeberg.org/sbinet/npyio/npy"
	"pgregory.net/rapid"
)

// members are the npy files in an archive, by name, in their order.
func members(t *testing.T, path string) (names []string, data map[string][]byte) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	data = map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r) // checks the CRC at the end
		if err != nil {
			t.Fatal(f.Name, err)
		}
		name := strings.TrimSuffix(f.Name, ".npy")
		names = append(names, name)
		data[name] = b
		if f.Flags&8 != 0 || f.Method != zip.Store || !f.Modified.Equal(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: flags %x, method %d, time %v", f.Name, f.Flags, f.Method, f.Modified)
		}
	}
	return names, data
}

// What is written, npyio reads: every type, and shapes of 0 to 4 dimensions.
func TestNPZ(t *testing.T) {
	path := filepath.Join(t.TempDir(), "life.npz")
	nan := math.Float64frombits(0xfff8000000000123)
	arrays := []Array{
		{"W", []int{2, 1, 3}, []float32{1, -2, 3.5, float32(math.Inf(1)), 0, float32(math.NaN())}},
		{"fitness", []int{2}, []float64{-0.25, nan}},
		{"steps", []int{3}, []int{1, -1, math.MaxInt}},
		{"i64", []int{1, 1}, []int64{math.MinInt64}},
		{"i32", []int{2, 1}, []int32{-5, math.MaxInt32}},
		{"bytes", []int{4}, []uint8{0, 1, 254, 255}},
		{"reached", []int{1, 2}, []bool{true, false}},
		{"core.scalar/deep", nil, []float32{7}},
		{"none", []int{0, 64}, []float32{}},
	}
	if err := WriteNPZ(path, arrays); err != nil {
		t.Fatal(err)
	}
	names, data := members(t, path)
	for i, a := range arrays {
		if i >= len(names) || names[i] != a.Name {
			t.Fatalf("members are %q", names)
		}
		if at := 10 + int(data[a.Name][8]) + int(data[a.Name][9])<<8; at%64 != 0 {
			t.Errorf("%s: data begin at %d", a.Name, at)
		}
		r, err := npy.NewReader(bytes.NewReader(data[a.Name]))
		if err != nil {
			t.Fatal(a.Name, err)
		}
		if !slices.Equal(r.Header.Descr.Shape, a.Shape) || r.Header.Descr.Fortran {
			t.Errorf("%s: shape %v, want %v", a.Name, r.Header.Descr.Shape, a.Shape)
		}
		want := a.Data
		if ints, ok := want.([]int); ok { // numpy has no int of unknown size
			long := make([]int64, len(ints))
			for i, x := range ints {
				long[i] = int64(x)
			}
			want = long
		}
		got := reflect.New(reflect.TypeOf(want))
		if err := r.Read(got.Interface()); err != nil {
			t.Fatal(a.Name, err)
		}
		if !bytes.Equal(appendData(nil, got.Elem().Interface()), appendData(nil, want)) {
			t.Errorf("%s: %v, want %v", a.Name, got.Elem(), want)
		}
	}
	if b := data["fitness"]; !bytes.Equal(b[len(b)-8:], []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x7f}) {
		t.Errorf("NaN is stored as % x", b[len(b)-8:])
	}
}

func TestNPZRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.npz")
	rapid.Check(t, func(rt *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 12), 0, 4).Draw(rt, "shape")
		n, _ := elements(shape)
		want := make([]float32, n)
		for i := range want {
			want[i] = float32(i) * 0.1
		}
		if err := WriteNPZ(path, (&File{Tensors: []Tensor{{"x", shape, want}}}).Arrays()); err != nil {
			rt.Fatal(err)
		}
		_, data := members(t, path)
		r, err := npy.NewReader(bytes.NewReader(data["x"]))
		if err != nil {
			rt.Fatal(err)
		}
		var got []float32
		if err := r.Read(&got); err != nil {
			rt.Fatal(err)
		}
		if !slices.Equal(got, want) || !slices.Equal(r.Header.Descr.Shape, shape) {
			rt.Fatalf("shape %v: got %v of shape %v", shape, got, r.Header.Descr.Shape)
		}
	})
}

func TestNPZErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.npz")
	one := []float32{1}
	for _, c := range []struct {
		want   string
		arrays []Array
	}{
		{`array "a": the name is taken`, []Array{{"a", nil, one}, {"a", nil, one}}},
		{`array "": this cannot be a name`, []Array{{"", nil, one}}},
		{`array "a.npy": this cannot be a name`, []Array{{"a.npy", nil, one}}},
		{`array "../a": this cannot be a name`, []Array{{"../a", nil, one}}},
		{`array "a/../../b": this cannot be a name`, []Array{{"a/../../b", nil, one}}},
		{`array "/a": this cannot be a name`, []Array{{"/a", nil, one}}},
		{`array "C:\\a": this cannot be a name`, []Array{{`C:\a`, nil, one}}},
		{`data of type []string is not supported`, []Array{{"a", nil, []string{"x"}}}},
		{`data of type <nil> is not supported`, []Array{{"a", nil, nil}}},
		{`shape [3] wants 3 elements, there are 1`, []Array{{"a", []int{3}, one}}},
	} {
		err := WriteNPZ(path, c.arrays)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want ...%s", err, c.want)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s: a file was left", c.want)
		}
	}
}
