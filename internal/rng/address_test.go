package rng

import (
	"math"
	"testing"

	"baldwin/internal/kernel"

	"pgregory.net/rapid"
)

// An address is what At and Skip take.
type address struct {
	seed                         uint64
	purpose                      Purpose
	generation, individual, task uint32
	skip                         int
}

func (a address) stream() Stream {
	return At(a.seed, a.purpose, a.generation, a.individual, a.task).Skip(a.skip)
}

// addressOf reads an address back from what the kernels are given. That it can is the proof that no two
// addresses share a block.
func addressOf(key [2]uint32, ctr [4]uint32) address {
	return address{
		seed:       uint64(key[1])<<32 | uint64(key[0]),
		purpose:    Purpose(ctr[3] >> 24),
		generation: ctr[1],
		individual: ctr[2],
		task:       ctr[3] & (maxTask - 1),
		skip:       int(ctr[0]) * 4,
	}
}

const lastSkip = 4*blocks - group // the last group of a stream

func TestAddressesNeverCollide(t *testing.T) {
	check := func(fatalf func(string, ...any), a address) {
		if got := addressOf(a.stream().Address()); got != a {
			fatalf("address %+v is packed as that of %+v", a, got)
		}
	}
	edges32 := []uint32{0, 1, 1<<24 - 1, 1 << 24, 1<<31 - 1, 1 << 31, math.MaxUint32}
	for _, seed := range []uint64{0, 1, math.MaxUint32, 1 << 32, math.MaxUint64} {
		for _, p := range []Purpose{0, Init, Bootstrap, 127, 128, 255} {
			for _, g := range edges32 {
				for _, i := range edges32 {
					for _, task := range []uint32{0, 1, 1<<23 - 1, 1 << 23, maxTask - 1} {
						for _, skip := range []int{0, 32, 1 << 31, 1 << 33, lastSkip} {
							check(t.Fatalf, address{seed, p, g, i, task, skip})
						}
					}
				}
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t.Fatalf, address{
			seed:       rapid.Uint64().Draw(t, "seed"),
			purpose:    Purpose(rapid.Uint8().Draw(t, "purpose")),
			generation: rapid.Uint32().Draw(t, "generation"),
			individual: rapid.Uint32().Draw(t, "individual"),
			task:       rapid.Uint32Range(0, maxTask-1).Draw(t, "task"),
			skip:       rapid.IntRange(0, lastSkip/group).Draw(t, "group") * group,
		})
	})
}

// TestPurposeNumbers holds the numbers that stored results depend on.
func TestPurposeNumbers(t *testing.T) {
	for i, p := range []Purpose{Init, Perturb, Coin, Train, MetaTest, HeldOut, Fresh, Observation, Exploration, Birth, Bootstrap, Stratified} {
		if int(p) != i+1 {
			t.Errorf("purpose %d has number %d", i+1, p)
		}
	}
}

func TestSkipAdds(t *testing.T) {
	s := At(1, Perturb, 2, 3, 0)
	if got, want := s.Skip(64).Skip(96), s.Skip(160); got != want {
		t.Errorf("Skip(64).Skip(96) is %v, Skip(160) is %v", got, want)
	}
	if s.Skip(0) != s {
		t.Error("Skip(0) moves")
	}
}

func TestLimits(t *testing.T) {
	panics := func(name, want string, f func()) {
		t.Helper()
		defer func() {
			t.Helper()
			if got := recover(); got != want {
				t.Errorf("%s: panic %v, want %q", name, got, want)
			}
		}()
		f()
	}
	const (
		badTask = "rng: task must be below 2^24"
		badSkip = "rng: skip must be a multiple of 32 and not negative"
		badEnd  = "rng: past the end of a stream"
	)
	panics("task 2^24", badTask, func() { At(0, Train, 0, 0, 1<<24) })
	panics("task 2^32-1", badTask, func() { At(0, Train, 0, 0, math.MaxUint32) })

	s := At(0, Perturb, 0, 0, 0)
	panics("Skip(-32)", badSkip, func() { s.Skip(-32) })
	panics("Skip(1)", badSkip, func() { s.Skip(1) })
	panics("Skip(2^34)", badEnd, func() { s.Skip(4 * blocks) })
	panics("Skip(max)", badEnd, func() { s.Skip(math.MaxInt &^ 31) })

	last := s.Skip(lastSkip)
	buf := make([]float32, 33)
	last.Normals(kernel.Reference, buf[:32])
	last.AddNormals(kernel.Reference, buf[:32], 1)
	last.Normals(kernel.Reference, nil)
	panics("Skip past the last group", badEnd, func() { last.Skip(32) })
	panics("Normals past the end", badEnd, func() { last.Normals(kernel.Reference, buf) })
	panics("AddNormals past the end", badEnd, func() { last.AddNormals(kernel.Reference, buf, 1) })
	s.Skip(lastSkip-32).Normals(kernel.Reference, buf)

	r := last.Source()
	for i := range 32 {
		key, ctr := last.Address()
		ctr[0] += uint32(i / 4)
		if got, want := r.Uint32(), kernel.Philox(ctr, key)[i%4]; got != want {
			t.Fatalf("word %d of the last group is %#x, want %#x", i, got, want)
		}
	}
	panics("Uint32 past the end", badEnd, func() { r.Uint32() })
	panics("Uint32 past the end again", badEnd, func() { r.Uint32() })
}

// TestRandom123 holds the three vectors of philox4x32 with 10 rounds in kat_vectors of Random123 1.14
// (https://github.com/DEShawResearch/random123), reached as addresses.
func TestRandom123(t *testing.T) {
	for _, c := range []struct {
		ctr  [4]uint32
		key  [2]uint32
		want [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{
			[4]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
			[2]uint32{0xffffffff, 0xffffffff},
			[4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
		},
		{
			[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
			[2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
		},
	} {
		a := addressOf(c.key, c.ctr)
		before := a.skip % group // Skip reaches every eighth block; draw up to the vector's
		a.skip -= before
		r := a.stream().Source()
		for range before {
			r.Uint32()
		}
		for i, want := range c.want {
			if got := r.Uint32(); got != want {
				t.Errorf("counter %x: word %d is %08x, want %08x", c.ctr, i, got, want)
			}
		}
	}
}
