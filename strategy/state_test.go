package strategy

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestState: State and Restore carry over all that decides the future, into a strategy that began elsewhere and has done
// other things since.
func TestState(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		sp := space(m)
		s := begin(t, m, config(m, sp, 10))
		for g := 1; g <= 5; g++ {
			generation(s, g, synthetic(g), sp.Dim, serial)
		}
		state := s.State()
		kept := string(state)
		c := config(m, sp, 10)
		clear(c.Theta)
		twin := begin(t, m, c)
		generation(twin, 99, synthetic(3), sp.Dim, serial)
		if err := twin.Restore(state); err != nil {
			t.Fatal(err)
		}
		if string(twin.State()) != kept {
			t.Error("a restored strategy has another state")
		}
		for g := 6; g <= 9; g++ {
			generation(s, g, synthetic(g), sp.Dim, serial)
			generation(twin, g, synthetic(g), sp.Dim, serial)
			if bits(s) != bits(twin) {
				t.Fatalf("generation %d differs after Restore", g)
			}
		}
		if string(state) != kept {
			t.Error("a state changed after it was given")
		}
		// NaN in theta is kept as one NaN.
		c = config(m, sp, 10)
		c.Theta[0] = math.Float32frombits(0xffc00001)
		if state := begin(t, m, c).State(); !strings.Contains(string(state), "\x00\x00\xc0\x7f") {
			t.Error("a NaN is not stored as 0x7fc00000")
		}
	})
}

// TestRestoreRefuses: what is no state of this strategy is an error and changes nothing.
func TestRestoreRefuses(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		s := begin(t, m, config(m, space(m), 10))
		state, before := s.State(), bits(s)
		sigma := func(group int, v float64) []byte {
			b := slices.Clone(state)
			binary.LittleEndian.PutUint64(b[8*group:], math.Float64bits(v))
			for i := 8 * space(m).Groups; i < len(b); i++ {
				b[i] = 0 // what must not have been taken over
			}
			return b
		}
		for name, garbage := range map[string][]byte{
			"nothing": nil, "a byte": {1}, "text": []byte("garbage"), "one byte less": state[:len(state)-1], "one byte more": append(slices.Clone(state), 0),
			"sigma NaN": sigma(0, math.NaN()), "sigma 0": sigma(1, 0), "sigma -1": sigma(2, -1), "sigma Inf": sigma(3, math.Inf(1)),
		} {
			if err := s.Restore(garbage); err == nil || !strings.HasPrefix(err.Error(), "strategy: ") {
				t.Errorf("%s: %v", name, err)
			}
			if bits(s) != before {
				t.Fatalf("%s: the strategy changed", name)
			}
		}
		other := space(m)
		other.Blocks[0].Len++
		if err := begin(t, m, config(m, other, 10)).Restore(state); err == nil {
			t.Error("the state of another space was taken")
		}
	})
}
