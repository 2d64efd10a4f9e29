package learner

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/internal/tensorfile"
)

// TestLayout holds names, order, shapes and counts of all learners' tensors to a table of an independent model.
func TestLayout(t *testing.T) {
	f, err := os.Open("testdata/shapes.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	kinds := map[string]Kind{}
	for _, k := range Builtin() {
		kinds[k.Name] = k
	}
	lines := 0
	for in := bufio.NewScanner(f); in.Scan(); {
		head, want, ok := strings.Cut(in.Text(), ": ")
		if strings.HasPrefix(head, "#") {
			continue
		}
		var name, rule string
		var c Config
		var parameters int
		if n, err := fmt.Sscan(head, &name, &c.Obs, &c.Act, &c.Tower, &rule, &parameters); n != 6 || !ok {
			t.Fatalf("bad line %q: %v", in.Text(), err)
		}
		if rule != "-" {
			c.Rule = Rule(rule)
		}
		l, err := New(kinds[name], c)
		if err != nil {
			t.Errorf("%s: %v", head, err)
			continue
		}
		var got []string
		for _, tensor := range l.Layout.Tensors {
			got = append(got, tensor.Name+strings.ReplaceAll(fmt.Sprint(tensor.Shape), " ", ","))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s:\n got %s\nwant %s", head, strings.Join(got, " "), want)
		}
		if n := l.Layout.Parameters(); n != parameters {
			t.Errorf("%s: %d parameters", head, n)
		}
		lines++
	}
	if lines != 33 {
		t.Errorf("%d learners in the table", lines)
	}
}

// everyLayout runs a test for every variant of every shape.
func everyLayout(t *testing.T, test func(t *testing.T, l *Learner)) {
	for shape, hidden := range map[string]int{"l1": 64, "l3": 48, "robot": 16} {
		for name, l := range variants(t, shape, hidden) {
			t.Run(name, func(t *testing.T) { test(t, l) })
		}
	}
}

// TestPlaces: tensors lie apart, aligned, in order, with their padding, within the vector; the planes of a rule are evenly
// spaced, as the kernel wants them.
func TestPlaces(t *testing.T) {
	everyLayout(t, func(t *testing.T, l *Learner) {
		end := 0
		for i := range l.Layout.Tensors {
			tensor := &l.Layout.Tensors[i]
			if tensor.Off%32 != 0 || tensor.Off < end || tensor.Off >= end+32 {
				t.Errorf("%s lies at %d, want the next multiple of 32 from %d", tensor.Name, tensor.Off, end)
			}
			if found := l.Layout.Find(tensor.Name); found != tensor {
				t.Errorf("%s is not found", tensor.Name)
			}
			end = tensor.Off + tensor.Len() + tensor.Pad
		}
		if l.Layout.Dim < end || l.Layout.Dim >= end+32 {
			t.Errorf("dim is %d, want %d in whole groups", l.Layout.Dim, end)
		}
		if a, b := l.Layout.Find("core.A"), l.Layout.Find("core.B"); a != nil && b != nil && b.Off-a.Off != l.Hidden*l.Hidden+planePad {
			t.Errorf("planes lie %d apart", b.Off-a.Off)
		}
		if l.Layout.Find("core.E") != nil {
			t.Error("found what is not there")
		}
	})
}

// numbered is a genome in which each parameter is its own number, and nothing lies between tensors.
func numbered(l *Learner) (theta []float32, parameters int) {
	theta = make([]float32, l.Layout.Dim)
	for _, t := range l.Layout.Tensors {
		for j := range t.Len() {
			parameters++
			theta[t.Off+j] = float32(parameters)
		}
	}
	return theta, parameters
}

// TestFile: a genome's file holds weights row by row, and reading it back gives the genome.
func TestFile(t *testing.T) {
	everyLayout(t, func(t *testing.T, l *Learner) {
		theta, n := numbered(l)
		f := l.Layout.File(theta)
		for i, tensor := range l.Layout.Tensors {
			in := f.Tensors[i]
			if in.Name != tensor.Name || !slices.Equal(in.Shape, tensor.Shape) || len(in.Data) != tensor.Len() {
				t.Fatalf("tensor %d is %s%v", i, in.Name, in.Shape)
			}
			n -= len(in.Data)
			for j, got := range in.Data {
				at := tensor.Off + j
				if len(tensor.Shape) == 2 && tensor.Shape[0]%16 == 0 { // column by column in the vector
					at = tensor.Off + j%tensor.Shape[1]*tensor.Shape[0] + j/tensor.Shape[1]
				}
				if got != theta[at] {
					t.Fatalf("%s: number %d is %v, want %v", in.Name, j, got, theta[at])
				}
			}
		}
		if n != 0 {
			t.Errorf("%d parameters are in no tensor", n)
		}
		back := slices.Repeat([]float32{7}, l.Layout.Dim) // what was there before does not stay
		if err := l.Layout.Read(back, f); err != nil || !slices.Equal(back, theta) {
			t.Errorf("reading it back: %v", err)
		}
	})
}

// TestHash: the hash is that of the data section of the safetensors file, in which all NaN are one.
func TestHash(t *testing.T) {
	everyLayout(t, func(t *testing.T, l *Learner) {
		theta := draw(l, 1)
		in1 := l.Layout.Find("in1.w").Off
		theta[in1] = math.Float32frombits(0xffc00123)
		theta[in1+1] = float32(math.Inf(-1))
		data, err := tensorfile.EncodeSafetensors(l.Layout.File(theta))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data[8+binary.LittleEndian.Uint64(data):])
		if got, want := l.Layout.Hash(theta), hex.EncodeToString(sum[:]); got != want {
			t.Errorf("hash %s, want %s", got, want)
		}
		before := l.Layout.Hash(theta)
		theta[in1] = float32(math.NaN())
		if l.Layout.Hash(theta) != before {
			t.Error("two NaN have two hashes")
		}
		theta[in1] = 0
		if l.Layout.Hash(theta) == before {
			t.Error("two genomes have one hash")
		}
	})
}

func TestReadErrors(t *testing.T) {
	l, err := New(EPRNN(), shapes["robot"])
	if err != nil {
		t.Fatal(err)
	}
	theta := draw(l, 1)
	for _, c := range []struct {
		change  func(f *tensorfile.File)
		allowed []string
		want    string
	}{
		{func(*tensorfile.File) {}, nil, ""},
		{func(f *tensorfile.File) { slices.Reverse(f.Tensors) }, nil, ""},
		{func(f *tensorfile.File) { f.Tensors = f.Tensors[1:] }, nil, "learner: genome: tensor in1.w is missing"},
		{func(f *tensorfile.File) { f.Tensors[0].Shape = []int{3, 64} }, nil, "learner: genome: tensor in1.w: want shape [64 3], got [3 64]"},
		{func(f *tensorfile.File) { f.Tensors[1].Shape = []int{64, 1} }, nil, "learner: genome: tensor in1.b: want shape [64], got [64 1]"},
		{func(f *tensorfile.File) { f.Tensors[1].Shape = []int{32}; f.Tensors[1].Data = f.Tensors[1].Data[:32] }, nil, "learner: genome: tensor in1.b: want shape [64], got [32]"},
		{func(f *tensorfile.File) { f.Tensors = append(f.Tensors, tensorfile.Tensor{Name: "birth.w"}) }, nil, "learner: genome: tensor birth.w is not one of this learner's"},
		{func(f *tensorfile.File) { f.Tensors = append(f.Tensors, tensorfile.Tensor{Name: "birth.w"}) }, []string{"birth.w"}, ""},
		{func(*tensorfile.File) {}, []string{"birth.w"}, ""},
	} {
		f := l.Layout.File(theta)
		c.change(f)
		got := make([]float32, l.Layout.Dim)
		err := l.Layout.Read(got, f, c.allowed...)
		if c.want == "" && (err != nil || !slices.Equal(got, theta)) || c.want != "" && (err == nil || err.Error() != c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// TestInit: weights start N(0, 0.1^2), inner rates at 0.1, all else at 0, and what lies between tensors stays 0.
func TestInit(t *testing.T) {
	everyLayout(t, func(t *testing.T, l *Learner) {
		theta, again := slices.Repeat([]float32{7}, l.Layout.Dim), make([]float32, l.Layout.Dim)
		l.Layout.Init(theta, 1)
		l.Layout.Init(again, 1)
		if !slices.Equal(theta, again) {
			t.Fatal("the same seed gives another genome")
		}
		l.Layout.Init(again, 2)
		free := slices.Clone(theta)
		seen := map[float32]string{}
		for i, tensor := range l.Layout.Tensors {
			v := theta[tensor.Off : tensor.Off+tensor.Len()]
			clear(free[tensor.Off : tensor.Off+tensor.Len()])
			weight := strings.HasSuffix(tensor.Name, ".w") || slices.Contains([]string{"core.wx", "core.wh", "core.mx", "core.mh"}, tensor.Name) || strings.HasSuffix(tensor.Name, "post")
			switch {
			case weight:
				checkNormal(t, tensor.Name, v)
				if seen[v[0]] != "" || v[0] == again[tensor.Off] {
					t.Errorf("tensor %d, %s, starts as %s or as with another seed", i, tensor.Name, seen[v[0]])
				}
				seen[v[0]] = tensor.Name
			case tensor.Name == "inner.lr":
				if !slices.Equal(v, slices.Repeat([]float32{0.1}, 4)) {
					t.Errorf("inner rates start %v", v)
				}
			default:
				if slices.Min(v) != 0 || slices.Max(v) != 0 {
					t.Errorf("%s does not start 0", tensor.Name)
				}
			}
		}
		if slices.Min(free) != 0 || slices.Max(free) != 0 {
			t.Error("something lies between the tensors")
		}
	})
}

func checkNormal(t *testing.T, name string, v []float32) {
	t.Helper()
	var sum, squares float64
	for _, x := range v {
		sum += float64(x) / 0.1
		squares += float64(x) / 0.1 * float64(x) / 0.1
	}
	n := float64(len(v))
	if math.Abs(sum/n) > 4.5/math.Sqrt(n) || math.Abs(squares/n-1) > 4.5*math.Sqrt(2/n) {
		t.Errorf("%s: mean %v and variance %v of the unit", name, sum/n, squares/n)
	}
}

// TestGoldenInit: the genome that seed 1 starts from, which no machine and no later version may change.
func TestGoldenInit(t *testing.T) {
	for _, c := range []struct{ name, shape, want string }{
		{"es-rnn", "l1", "c6d808320b7cbbf9"},
		{"es-lstm", "l1", "4cc023f90cd52879"},
		{"es-maml", "l1", "ff11a281a136d9ea"},
		{"epmlp", "l1", "26e24f4056dda308"},
		{"epmlp-random", "l1", "f99d65b641231672"},
		{"eprnn", "l1", "48a36fabe758bf12"},
		{"eprnn-nom", "l1", "a1c101bbdcb7ffb7"},
		{"eprnn", "l3", "97e5cc8f931e37fc"},
		{"eprnn", "robot", "d535daeaad19b68d"},
	} {
		for _, k := range Builtin() {
			if k.Name != c.name {
				continue
			}
			l, err := New(k, shapes[c.shape])
			if err != nil {
				t.Fatal(err)
			}
			theta := make([]float32, l.Layout.Dim)
			l.Layout.Init(theta, 1)
			if got := l.Layout.Hash(theta)[:16]; got != c.want {
				t.Errorf("%s %s: %s, want %q", c.name, c.shape, got, c.want)
			}
		}
	}
}

// TestColumns: a matrix in rows, in the layout that the kernels read.
func TestColumns(t *testing.T) {
	const out, in = 32, 3
	rows := randoms(1, out*in, 1)
	w := Columns(rows, out, in)
	m := Matrix{W: w, LD: out, In: in, Out: out}
	y := make([]float32, out)
	for i := range in {
		x := make([]float32, in)
		x[i] = 1
		kernel.Reference.Static(m, Rows{V: x}, Rows{V: make([]float32, out)}, Rows{V: y}, 1)
		for o, got := range y {
			if got != rows[o*in+i] {
				t.Fatalf("w[%d][%d] = %v, want %v", o, i, got, rows[o*in+i])
			}
		}
	}
}
