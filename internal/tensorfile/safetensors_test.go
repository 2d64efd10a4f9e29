package tensorfile

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// equalFiles compares bit for bit.
func equalFiles(t interface {
	Helper()
	Errorf(string, ...any)
}, got, want *File) {
	t.Helper()
	if !maps.Equal(got.Metadata, want.Metadata) {
		t.Errorf("metadata %q, want %q", got.Metadata, want.Metadata)
	}
	if len(got.Tensors) != len(want.Tensors) {
		t.Errorf("%d tensors, want %d", len(got.Tensors), len(want.Tensors))
		return
	}
	for i, w := range want.Tensors {
		g := got.Tensors[i]
		if g.Name != w.Name || !slices.Equal(g.Shape, w.Shape) {
			t.Errorf("tensor %d is %q %v, want %q %v", i, g.Name, g.Shape, w.Name, w.Shape)
		}
		if len(g.Data) != len(w.Data) {
			t.Errorf("tensor %q has %d elements, want %d", w.Name, len(g.Data), len(w.Data))
			continue
		}
		for j := range w.Data {
			if math.Float32bits(g.Data[j]) != bits32(w.Data[j]) {
				t.Errorf("tensor %q, element %d: %x, want %x", w.Name, j, math.Float32bits(g.Data[j]), bits32(w.Data[j]))
				break
			}
		}
	}
}

// files draws files of any names, shapes (empty and scalar ones too) and bit patterns.
func files() *rapid.Generator[*File] {
	return rapid.Custom(func(t *rapid.T) *File {
		f := &File{Metadata: rapid.MapOfN(rapid.String(), rapid.String(), 0, 3).Draw(t, "metadata")}
		names := rapid.SliceOfNDistinct(rapid.String().Filter(func(s string) bool { return s != metadataKey }), 0, 5, rapid.ID[string]).Draw(t, "names")
		for _, name := range names {
			shape := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 4).Draw(t, "shape")
			n, _ := elements(shape)
			bits := rapid.SliceOfN(rapid.Uint32(), n, n).Draw(t, "bits")
			data := make([]float32, n)
			for i, b := range bits {
				data[i] = math.Float32frombits(b)
			}
			f.Tensors = append(f.Tensors, Tensor{name, shape, data})
		}
		return f
	})
}

func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.safetensors")
	rapid.Check(t, func(t *rapid.T) {
		f := files().Draw(t, "file")
		if err := WriteSafetensors(path, f); err != nil {
			t.Fatal(err)
		}
		got, err := ReadSafetensors(path)
		if err != nil {
			t.Fatal(err)
		}
		equalFiles(t, got, f)
		onDisk, _ := os.ReadFile(path)
		inMemory, err := EncodeSafetensors(f)
		if err != nil || !bytes.Equal(onDisk, inMemory) {
			t.Fatalf("EncodeSafetensors differs from the file (%v)", err)
		}
		if n := binary.LittleEndian.Uint64(onDisk); n%8 != 0 {
			t.Fatalf("header has %d bytes, not a multiple of 8", n)
		}
	})
}

// The files under testdata were written by the Python package, for two learners of the oracle.
func TestOracleFiles(t *testing.T) {
	for _, c := range []struct {
		name            string
		tensors, floats int
		first, last     string
	}{
		{"eprnn-nom", 14, 29057, "core.A", "out2.w"},
		{"es-maml", 9, 8517, "core.b", "out2.w"},
	} {
		data, err := os.ReadFile("testdata/" + c.name + ".safetensors")
		if err != nil {
			t.Fatal(err)
		}
		f, err := DecodeSafetensors(data)
		if err != nil {
			t.Fatal(err)
		}
		if f.Metadata["learner"] != c.name {
			t.Errorf("%s: metadata %v", c.name, f.Metadata)
		}
		// The header by a second way, and the floats by their offsets.
		length := binary.LittleEndian.Uint64(data)
		var header map[string]struct {
			Shape   []int
			Offsets []int `json:"data_offsets"`
		}
		if err := json.Unmarshal(data[8:8+length], &header); err != nil {
			t.Fatal(err)
		}
		delete(header, metadataKey)
		if len(header) != len(f.Tensors) {
			t.Errorf("%s: %d tensors, want %d", c.name, len(f.Tensors), len(header))
		}
		floats := 0
		for name, h := range header {
			tensor, ok := f.Get(name)
			if !ok || !slices.Equal(tensor.Shape, h.Shape) {
				t.Errorf("%s: %s: got %v, want shape %v", c.name, name, tensor, h.Shape)
				continue
			}
			for i, x := range tensor.Data {
				want := math.Float32frombits(binary.LittleEndian.Uint32(data[8+int(length)+h.Offsets[0]+4*i:]))
				if x != want {
					t.Fatalf("%s: %s[%d] = %g, want %g", c.name, name, i, x, want)
				}
			}
			floats += len(tensor.Data)
		}
		first, last := f.Tensors[0].Name, f.Tensors[len(f.Tensors)-1].Name
		if len(f.Tensors) != c.tensors || floats != c.floats || first != c.first || last != c.last {
			t.Errorf("%s: %d tensors of %d floats from %s to %s", c.name, len(f.Tensors), floats, first, last)
		}
		if _, ok := f.Get("core.nothing"); ok {
			t.Errorf("%s: has core.nothing", c.name)
		}
	}
}

// The layout of the bytes is a promise to other readers and to hashes of files.
func TestGoldenBytes(t *testing.T) {
	got, err := EncodeSafetensors(&File{
		Tensors: []Tensor{
			{"z", []int{2}, []float32{1, float32(math.NaN())}},
			{"a<\n", nil, []float32{-0.5}},
		},
		Metadata: map[string]string{"b": "2", "a": "1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	header := `{"__metadata__":{"a":"1","b":"2"},"z":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},` +
		`"a<\n":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}`
	header += strings.Repeat(" ", (8-len(header)%8)%8)
	want := append(raw(header, 0), 0, 0, 0x80, 0x3f, 0, 0, 0xc0, 0x7f, 0, 0, 0, 0xbf)
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func TestConversions(t *testing.T) {
	// All 65536 halves against the definition in exact float64 arithmetic.
	for h := range 1 << 16 {
		sign, e, frac := 1.0, h>>10&31, float64(h&1023)
		if h>>15 == 1 {
			sign = -1
		}
		var want float64
		switch {
		case e == 0:
			want = sign * math.Ldexp(frac, -24)
		case e < 31:
			want = sign * math.Ldexp(1024+frac, e-25)
		case frac == 0:
			want = math.Inf(int(sign))
		default:
			want = math.NaN()
		}
		got := fromHalf(uint16(h))
		if math.IsNaN(want) {
			if got == got {
				t.Fatalf("half %04x is %g, want NaN", h, got)
			}
		} else if math.Float32bits(got) != math.Float32bits(float32(want)) {
			t.Fatalf("half %04x is %g, want %g", h, got, want)
		}
	}

	data := raw("{"+tensorJSON("d", "F64", "[3]", 0, 24)+","+tensorJSON("b", "BF16", "[2]", 24, 28)+","+tensorJSON("f", "F32", "[1]", 28, 32)+"}", 0)
	for _, x := range []float64{1.0 / 3, math.Inf(-1), math.Float64frombits(0xfff0000000000001)} {
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(x))
	}
	data = append(data, 0x80, 0x3f, 0xff, 0xff)               // 1 and a NaN with a payload
	data = binary.LittleEndian.AppendUint32(data, 0xffbfffff) // a signalling NaN
	f, err := DecodeSafetensors(data)
	if err != nil {
		t.Fatal(err)
	}
	nan := math.Float32frombits(nan32)
	equalFiles(t, f, &File{Tensors: []Tensor{
		{"d", []int{3}, []float32{1.0 / 3, float32(math.Inf(-1)), nan}}, {"b", []int{2}, []float32{1, nan}}, {"f", []int{1}, []float32{nan}},
	}})
}

// Data larger than the reading buffer, of every type, is pieced together right.
func TestLargeTensors(t *testing.T) {
	const n = 64<<10/2*2 + 13 // over the buffer for the smallest type, and no multiple of it
	for _, d := range []dtype{f64, f32, f16, bf16} {
		data := raw("{"+tensorJSON("a", string(d), fmt.Sprintf("[%d]", n), 0, int64(n*d.size()))+"}", 0)
		for i := range n {
			switch x := float32(i % 128); d { // a small integer is exact in every type
			case f64:
				data = binary.LittleEndian.AppendUint64(data, math.Float64bits(float64(x)))
			case f32:
				data = binary.LittleEndian.AppendUint32(data, math.Float32bits(x))
			case bf16:
				data = binary.LittleEndian.AppendUint16(data, uint16(math.Float32bits(x)>>16))
			case f16:
				data = binary.LittleEndian.AppendUint16(data, uint16(i%1024)) // subnormal
			}
		}
		f, err := DecodeSafetensors(data)
		if err != nil {
			t.Fatal(d, err)
		}
		for i, x := range f.Tensors[0].Data {
			want := float32(i % 128)
			if d == f16 {
				want = float32(i%1024) / (1 << 24)
			}
			if x != want {
				t.Fatalf("%s: element %d is %g, want %g", d, i, x, want)
			}
		}
	}
}

func TestWriteErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.safetensors")
	one := []float32{1}
	for _, c := range []struct {
		want string
		file File
	}{
		{`tensor "a": the name is taken`, File{Tensors: []Tensor{{"a", nil, one}, {"a", nil, one}}}},
		{`tensor "__metadata__": the name is taken`, File{Tensors: []Tensor{{"__metadata__", nil, one}}}},
		{`the name is not UTF-8`, File{Tensors: []Tensor{{"\xff", nil, one}}}},
		{`shape [2] wants 2 elements, there are 1`, File{Tensors: []Tensor{{"a", []int{2}, one}}}},
		{`shape [0] wants 0 elements, there are 1`, File{Tensors: []Tensor{{"a", []int{0}, one}}}},
		{`shape [-1 -1] has a negative dimension`, File{Tensors: []Tensor{{"a", []int{-1, -1}, one}}}},
		{`shape has 9 dimensions`, File{Tensors: []Tensor{{"a", []int{1, 1, 1, 1, 1, 1, 1, 1, 1}, one}}}},
		{`metadata "k": not UTF-8`, File{Metadata: map[string]string{"k": "\xff"}}},
		{`65537 tensors`, File{Tensors: make([]Tensor, MaxTensors+1)}},
		{`header has`, File{Metadata: map[string]string{"k": strings.Repeat("x", MaxHeader)}}},
	} {
		err := WriteSafetensors(path, &c.file)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "tensorfile: "+path+": ") {
			t.Errorf("got %v, want ...%s", err, c.want)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s: a file was left", c.want)
		}
	}
}

func TestWriteTargets(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, os.DevNull} {
		if err := WriteSafetensors(path, &File{}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: got %v", path, err)
		}
	}
	if err := WriteSafetensors(filepath.Join(dir, "no", "f"), &File{}); err == nil {
		t.Error("wrote into a folder that is not there")
	}
	// A symbolic link stays one, and its target is written.
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no symbolic links: ", err)
	}
	if err := WriteSafetensors(link, &File{}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone (%v)", err)
	}
	if _, err := ReadSafetensors(target); err != nil {
		t.Error(err)
	}
}
