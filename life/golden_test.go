package life

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"baldwin/internal/kernel"
)

// TestGoldenFitness holds the bits of lives: for every learner in every family, and every variant in one of them,
// testdata/golden.txt has a hash of fitness, in a line "learner family variant: hash". Other machines, compilers and builds
// must give them too. They are never updated: another bit is another arithmetic contract.
func TestGoldenFitness(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if name, hash, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && !strings.HasPrefix(line, "#") {
			want[name] = hash
		}
	}
	for _, v := range variants(t, 64) {
		lives := 2
		if v.f.Name() == "robot" { // a long life; by emulation, seconds
			if lives = 1; strings.Count(v.name, " ") > 1 {
				continue
			}
		}
		h := sha256.New()
		for _, x := range fast(v, kernel.Best(), draw(v.l, 1), Draw(v.f, 1, 1, 0, 0, lives), lives) {
			_ = binary.Write(h, binary.LittleEndian, x)
		}
		if got := hex.EncodeToString(h.Sum(nil)[:8]); got != want[v.name] {
			t.Errorf("%s: %s", v.name, got)
		}
		delete(want, v.name)
	}
	for name := range want {
		t.Errorf("%s: is no variant", name)
	}
}
