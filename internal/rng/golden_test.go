package rng

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"baldwin/internal/kernel"
)

// goldenKinds are what a line of golden.txt may hold: the first eight of something at an address.
var goldenKinds = map[string]func(Stream) []string{
	"words": func(s Stream) []string {
		r := s.Source()
		return eight(func() string { return fmt.Sprintf("%08x", r.Uint32()) })
	},
	"normals": func(s Stream) []string {
		var z [8]float32
		s.Normals(kernel.Reference, z[:])
		i := -1
		return eight(func() string { i++; return fmt.Sprintf("%08x", math.Float32bits(z[i])) })
	},
	"float64": func(s Stream) []string {
		r := s.Source()
		return eight(func() string { return fmt.Sprintf("%016x", math.Float64bits(r.Float64())) })
	},
	"normal": func(s Stream) []string {
		r := s.Source()
		return eight(func() string { return fmt.Sprintf("%016x", math.Float64bits(r.Normal())) })
	},
	"coin": func(s Stream) []string {
		r := s.Source()
		return eight(func() string {
			if r.Coin() {
				return "1"
			}
			return "0"
		})
	},
}

func eight(f func() string) []string {
	s := make([]string, 8)
	for i := range s {
		s[i] = f()
	}
	return s
}

// TestGolden holds the bits themselves: testdata/golden.txt has lines "kind seed purpose generation individual
// task skip: eight values", addresses in decimal, values in hexadecimal bits. They were written once and are never updated:
// another bit is another generator, and no stored run could be repeated. The lines of kind "normals" belong to
// kernel.Contract "1".
func TestGolden(t *testing.T) {
	f, err := os.Open("testdata/golden.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		line := sc.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		head, want, _ := strings.Cut(line, ": ")
		fields := strings.Fields(head)
		kind, ok := goldenKinds[fields[0]]
		if !ok || len(fields) != 7 {
			t.Fatalf("bad line %q", line)
		}
		var n [6]uint64
		for i := range n {
			if n[i], err = strconv.ParseUint(fields[i+1], 10, 64); err != nil {
				t.Fatalf("bad line %q: %v", line, err)
			}
		}
		a := address{n[0], Purpose(n[1]), uint32(n[2]), uint32(n[3]), uint32(n[4]), int(n[5])}
		if got := strings.Join(kind(a.stream()), " "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", head, got, want)
		}
		lines++
	}
	if want := len(goldenKinds) * len(someAddresses); lines != want {
		t.Errorf("%d lines, want %d", lines, want)
	}
}

// TestGoldenDigest holds the bits of 200,000 normals, across whole groups and a partial one, in one SHA-256 for every ISA.
func TestGoldenDigest(t *testing.T) {
	const want = "55954a36a942ef3fb130952a5b3a41b8757911491704cf12a82a6b90b0ae3892"
	z := make([]float32, 25000)
	for _, k := range kernel.Available() {
		h := sha256.New()
		for pair := range uint32(8) {
			At(1, Perturb, 1, pair, 0).Normals(k, z)
			for _, x := range z {
				var b [4]byte
				binary.LittleEndian.PutUint32(b[:], math.Float32bits(x))
				h.Write(b[:])
			}
		}
		if got := fmt.Sprintf("%x", h.Sum(nil)); got != want {
			t.Errorf("%v: digest %s, want %s", k, got, want)
		}
	}
}
