package tensorfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// raw is a safetensors file with this header, however wrong, and n bytes of data.
func raw(header string, n int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, n)...)
}

// claim is a file of n bytes whose first eight say how long the header is.
func claim(length uint64, n int) []byte {
	b := make([]byte, n)
	binary.LittleEndian.PutUint64(b, length)
	for i := range b[8:] {
		b[8+i] = '{'
	}
	return b
}

func tensorJSON(name, dtype, shape string, begin, end int64) string {
	return fmt.Sprintf(`%q:{"dtype":%q,"shape":%s,"data_offsets":[%d,%d]}`, name, dtype, shape, begin, end)
}

// malicious are files that are wrong, each in one way, and the message each gets.
var malicious = []struct {
	name string
	data []byte
	want string
}{
	{"empty", nil, "the file has 0 bytes, too few for a safetensors header"},
	{"five bytes", []byte("hello"), "the file has 5 bytes, too few"},
	{"header of 2^60 bytes", claim(1<<60, 1234), "header says 1152921504606846976 bytes, the file has 1234"},
	{"header of 2^64-1 bytes", claim(1<<64-1, 1234), "header says 18446744073709551615 bytes, the file has 1234"},
	{"header of 2^64-8 bytes", claim(1<<64-8, 16), "header says 18446744073709551608 bytes, the file has 16"},
	{"header one byte too long", claim(9, 16), "header says 9 bytes, the file has 16"},
	{"header over the limit", claim(MaxHeader+1, MaxHeader+9), "header has 16777217 bytes, at most 16777216 are read"},
	{"header of no bytes", raw("", 0), "does not begin with '{'"},
	{"not JSON", raw("PK\x03\x04 a zip archive", 0), "does not begin with '{'"},
	{"leading space", raw(" {}", 0), "does not begin with '{'"},
	{"cut JSON", raw(`{"a":{"dtype":"F32"`, 0), "header is not JSON"},
	{"text after JSON", raw(`{}x`, 0), "header is not JSON"},
	{"two objects", raw(`{}{}`, 0), "header is not JSON"},
	{"nul padding", raw("{}\x00\x00", 0), "header is not JSON"},
	{"deep nesting", raw(`{"a":`+strings.Repeat("[", 20000)+strings.Repeat("]", 20000)+"}", 0), "header is not JSON"},
	{"not UTF-8", raw("{\"\xff\":1}", 0), "header is not UTF-8"},
	{"tensor is a number", raw(`{"a":1}`, 0), `"a": want an object, got a number`},
	{"tensor is null", raw(`{"a":null}`, 0), `"a": want an object, got null`},
	{"tensor is an array", raw(`{"a":[1]}`, 0), `"a": want an object, got an array`},
	{"no dtype", raw(`{"a":{"shape":[1],"data_offsets":[0,4]}}`, 4), `"a": dtype, shape and data_offsets are all needed`},
	{"no fields", raw(`{"a":{}}`, 0), `"a": dtype, shape and data_offsets are all needed`},
	{"field in capitals", raw(`{"a":{"DTYPE":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), `unknown field "DTYPE"`},
	{"unknown field", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`, 4), `unknown field "x"`},
	{"dtype is a number", raw(`{"a":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}`, 4), "want a string, got a number"},
	{"integers", raw("{"+tensorJSON("a", "I64", "[1]", 0, 8)+"}", 8), `dtype "I64" is not supported; F32, F64, F16 and BF16 are`},
	{"shape is a number", raw("{"+tensorJSON("a", "F32", "1", 0, 4)+"}", 4), "shape: want an array, got a number"},
	{"shape of strings", raw("{"+tensorJSON("a", "F32", `["1"]`, 0, 4)+"}", 4), "shape: want a number, got a string"},
	{"shape of objects", raw("{"+tensorJSON("a", "F32", `[{}]`, 0, 4)+"}", 4), "shape: want a number, got an object"},
	{"shape of true", raw("{"+tensorJSON("a", "F32", `[true]`, 0, 4)+"}", 4), "shape: want a number, got a boolean"},
	{"negative dimension", raw("{"+tensorJSON("a", "F32", "[-1]", 0, 4)+"}", 4), "shape: -1 is not a count"},
	{"two negatives", raw("{"+tensorJSON("a", "F32", "[-1,-1]", 0, 4)+"}", 4), "shape: -1 is not a count"},
	{"broken dimension", raw("{"+tensorJSON("a", "F32", "[1.5]", 0, 4)+"}", 4), "shape: 1.5 is not a count"},
	{"dimension as a power", raw("{"+tensorJSON("a", "F32", "[1e0]", 0, 4)+"}", 4), "shape: 1e0 is not a count"},
	{"dimension of 2^64", raw("{"+tensorJSON("a", "F32", "[18446744073709551616]", 0, 4)+"}", 4), "shape: 18446744073709551616 is not a count"},
	{"dimension of 2^63", raw("{"+tensorJSON("a", "F32", "[9223372036854775808]", 0, 4)+"}", 4), "is not a count"},
	{"product of 2^64", raw("{"+tensorJSON("a", "F32", "[4294967296,4294967296]", 0, 0)+"}", 0), "is larger than a file may be"},
	{"product of 2^62, times 4 is 2^64", raw("{"+tensorJSON("a", "F32", "[4611686018427387904]", 0, 0)+"}", 0), "is larger than a file may be"},
	{"overflow hidden behind a zero", raw("{"+tensorJSON("a", "F32", "[4294967296,4294967296,0]", 0, 0)+"}", 0), "is larger than a file may be"},
	{"nine dimensions", raw("{"+tensorJSON("a", "F32", "[1,1,1,1,1,1,1,1,1]", 0, 4)+"}", 4), "shape has more than 8 numbers"},
	{"one offset", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}`, 4), "data_offsets has 1 numbers, not 2"},
	{"three offsets", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}`, 4), "data_offsets has more than 2 numbers"},
	{"end before begin", raw("{"+tensorJSON("a", "F32", "[1]", 4, 0)+"}", 4), "data_offsets [4, 0] end before they begin"},
	{"outside", raw("{"+tensorJSON("a", "F32", "[2]", 0, 8)+"}", 4), "data_offsets [0, 8] lie outside the file's 4 bytes of data"},
	{"offset of 2^62", raw("{"+tensorJSON("a", "F32", "[0]", 1<<62, 1<<62)+"}", 4), "lie outside the file's 4 bytes"},
	{"shape too small", raw("{"+tensorJSON("a", "F32", "[1]", 0, 8)+"}", 8), "shape [1] of F32 takes 4 bytes, data_offsets [0, 8] hold 8"},
	{"shape too large", raw("{"+tensorJSON("a", "F32", "[64,64]", 0, 8)+"}", 8), "shape [64 64] of F32 takes 16384 bytes, data_offsets [0, 8] hold 8"},
	{"scalar without data", raw("{"+tensorJSON("a", "F32", "[]", 0, 0)+"}", 0), "shape [] of F32 takes 4 bytes"},
	{"overlap", raw("{"+tensorJSON("a", "F32", "[2]", 0, 8)+","+tensorJSON("b", "F32", "[2]", 4, 12)+"}", 12), `"b": data_offsets [4, 12] overlap the tensor before them, which ends at 8`},
	{"same place", raw("{"+tensorJSON("a", "F32", "[2]", 0, 8)+","+tensorJSON("b", "F32", "[2]", 0, 8)+"}", 8), `"b": data_offsets [0, 8] overlap`},
	{"hole before the first", raw("{"+tensorJSON("a", "F32", "[1]", 4, 8)+"}", 8), `"a": 4 bytes before it belong to no tensor`},
	{"hole between", raw("{"+tensorJSON("b", "F32", "[1]", 8, 12)+","+tensorJSON("a", "F32", "[1]", 0, 4)+"}", 12), `"b": 4 bytes before it belong to no tensor`},
	{"hole behind the last", raw("{"+tensorJSON("a", "F32", "[1]", 0, 4)+"}", 8), "the last 4 bytes belong to no tensor"},
	{"data without tensors", raw("{}", 3), "the last 3 bytes belong to no tensor"},
	{"name twice", raw("{"+tensorJSON("a", "F32", "[1]", 0, 4)+","+tensorJSON("a", "F32", "[1]", 4, 8)+"}", 8), `the name "a" stands twice`},
	{"name twice, once escaped", raw("{"+tensorJSON("a", "F32", "[1]", 0, 4)+`,"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), `the name "a" stands twice`},
	{"field twice", raw(`{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), `the name "dtype" stands twice`},
	{"metadata twice", raw(`{"__metadata__":{},"__metadata__":{}}`, 0), `the name "__metadata__" stands twice`},
	{"metadata key twice", raw(`{"__metadata__":{"k":"1","k":"2"}}`, 0), `the name "k" stands twice`},
	{"metadata of numbers", raw(`{"__metadata__":{"k":1}}`, 0), `"__metadata__": want a string, got a number`},
	{"metadata is a string", raw(`{"__metadata__":"x"}`, 0), `"__metadata__": want an object, got a string`},
	{"F64 beyond float32", append(raw("{"+tensorJSON("a", "F64", "[1]", 0, 8)+"}", 0), 0, 0, 0, 0, 0, 0, 0, 0x7f), `"a": element 0 is 5.486124068793689e+303, which float32 cannot hold`},
	{"too many tensors", raw(manyTensors(MaxTensors+1), 0), "more than 65536 tensors"},
}

func manyTensors(n int) string {
	var b strings.Builder
	for i := range n {
		sep := byte(',')
		if i == 0 {
			sep = '{'
		}
		b.WriteByte(sep)
		b.WriteString(tensorJSON(fmt.Sprint(i), "F32", "[0]", 0, 0))
	}
	return b.String() + "}"
}

func TestMalicious(t *testing.T) {
	for _, c := range malicious {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			f, err := DecodeSafetensors(c.data)
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Fatalf("accepted: %+v", f)
			}
			if !strings.HasPrefix(err.Error(), "tensorfile: ") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("message is\n%s\nwant\ntensorfile: ...%s", err, c.want)
			}
			if len(err.Error()) > 250 {
				t.Errorf("message has %d bytes", len(err.Error()))
			}
			// What the decoder of JSON allocates and drops is a multiple of the header, never of what the header says.
			if got, most := after.TotalAlloc-before.TotalAlloc, uint64(32*len(c.data)+64<<10); got > most {
				t.Errorf("allocated %d bytes for a file of %d", got, len(c.data))
			}
		})
	}
}

// Every byte short, and every byte too many, is an error; so is a file that was cut to any length.
func TestTruncated(t *testing.T) {
	whole, err := EncodeSafetensors(&File{
		Tensors:  []Tensor{{"a", []int{2, 3}, make([]float32, 6)}, {"b", nil, make([]float32, 1)}},
		Metadata: map[string]string{"learner": "eprnn"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DecodeSafetensors(whole); err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		if _, err := DecodeSafetensors(whole[:n]); err == nil {
			t.Errorf("accepted the first %d of %d bytes", n, len(whole))
		}
	}
	if _, err := DecodeSafetensors(append(bytes.Clone(whole), 0)); err == nil {
		t.Error("accepted a byte too many")
	}
}

func TestReadErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	large := write("large.safetensors", nil)
	if err := os.Truncate(large, MaxFile+1); err != nil { // sparse
		t.Skip("no sparse files: ", err)
	}
	for _, c := range []struct{ path, want string }{
		{write("genome.safetensors", claim(1<<60, 1234)), "genome.safetensors: header says 1152921504606846976 bytes, the file has 1234"},
		{large, "large.safetensors: the file has 1073741825 bytes, at most 1073741824 are read"},
		{dir, "not a regular file"},
		{os.DevNull, "not a regular file"},
		{filepath.Join(dir, "missing"), "no such file"},
	} {
		_, err := ReadSafetensors(c.path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "tensorfile: ") {
			t.Errorf("%s: got %v, want ...%s", c.path, err, c.want)
		}
	}
}

// Whatever the bytes are, decoding does not panic, and what it accepts can be written and comes back the same.
func FuzzDecodeSafetensors(f *testing.F) {
	for _, c := range malicious {
		if len(c.data) < 1<<14 {
			f.Add(c.data)
		}
	}
	f.Add(raw("{}", 0))
	f.Add(raw("{"+tensorJSON("a", "F16", "[2,1]", 4, 8)+","+tensorJSON("b", "BF16", "[]", 0, 2)+","+tensorJSON("c", "F16", "[1]", 2, 4)+"}  ", 8))
	f.Add(raw(`{"__metadata__":{"k":"v"},`+tensorJSON("a", "F64", "[0,3]", 0, 0)+"}", 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := DecodeSafetensors(data)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("message has several lines: %q", err)
			}
			return
		}
		for _, tensor := range file.Tensors {
			if err := checkShape(tensor.Shape, len(tensor.Data)); err != nil {
				t.Errorf("%q: %v", tensor.Name, err)
			}
		}
		again, err := EncodeSafetensors(file)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		back, err := DecodeSafetensors(again)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		equalFiles(t, back, file)
	})
}
