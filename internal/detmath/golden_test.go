package detmath

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

var functions = map[string]func(float64) float64{"Sin": Sin, "Cos": Cos, "Log": Log, "Exp": Exp}

// TestGolden holds the bits themselves: testdata/golden.txt has lines "function argument result" in float64
// bits. They were written once and are never updated: another bit is another function.
func TestGolden(t *testing.T) {
	f, err := os.Open("testdata/golden.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		line := sc.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		var name string
		var x, want uint64
		if _, err := fmt.Sscanf(line, "%s %x %x", &name, &x, &want); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if got := math.Float64bits(functions[name](math.Float64frombits(x))); got != want {
			t.Errorf("%s(%016x) = %016x, want %016x", name, x, got, want)
		}
		n++
	}
	if n != 4*len(goldenArguments) {
		t.Errorf("%d vectors, want %d", n, 4*len(goldenArguments))
	}
}

// goldenArguments are the arguments of golden.txt, each for every function.
var goldenArguments = []float64{
	0, math.Copysign(0, -1), 1, -1, 2, 0.5, -0.5, 0.1, 0.7, 0.8, 1.3, -2.5, math.Pi, 3.5, 6, 10, -10, 62.8,
	100, -300, 700, -740, 1000, 1e5, 1e6, -1e6, 1e7, 1e22, 1e300, 1e-5, 1e-300, 5e-324, math.MaxFloat64,
	math.Inf(1), math.Inf(-1), math.NaN(), 1 - 0x1p-53, 1 + 0x1p-52, 0x1.6a09e667f3bcdp-1, 0x1.921fb54442d18p-1,
}

// TestGoldenDigest holds the bits of 200,000 results in one SHA-256.
func TestGoldenDigest(t *testing.T) {
	h := sha256.New()
	var b []byte
	put := func(x float64) { b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x)) }
	state := uint64(1)
	for range 40000 {
		// Steele and Vigna's 64-bit multiplier (2021), so that nothing but this file decides the arguments.
		state = state*0xd1342543de82ef95 + 1
		u := float64(state>>11) * 0x1p-53
		put(Sin(u * 100))
		put(Cos(u * 1e5))
		put(Sin(u * 1e12))
		put(Log(u + 0x1p-60))
		put(Exp(u * -40))
		h.Write(b)
		b = b[:0]
	}
	const want = "661969a0c2d6a1139d5472acd2c26b48bbf9584b9eba8916d1ec8ba233c96766"
	if got := fmt.Sprintf("%x", h.Sum(nil)); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
}
