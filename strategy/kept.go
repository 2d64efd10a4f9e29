package strategy

import (
	"sync/atomic"

	"baldwin/internal/kernel"
)

// keptBytes bounds the memory for normals that are kept.
const keptBytes = 64 << 20

// Kept is how many of so many directions of dim numbers have their normals kept from offspring to update. Memory gives
// them faster than AVX2 makes them, and slower than AVX-512 does (docs/bench.md).
func Kept(k kernel.ISA, dim, directions int) int {
	if k == kernel.AVX512 {
		return 0
	}
	return min(directions, keptBytes/(4*max(1, dim)))
}

// kept holds the normals of a generation's first directions. What it holds is a function of seed, generation and
// direction, so that it never shows in offspring or update whether it does.
type kept struct {
	normals [][]float32    // of each direction, made at the first use
	holds   []atomic.Int64 // their generation; negative while they are made
}

func newKept(k kernel.ISA, dim, directions int) *kept {
	n := Kept(k, dim, directions)
	return &kept{make([][]float32, n), make([]atomic.Int64, n)}
}

// of is a direction's normals of a generation, or nil if they are not there.
func (k *kept) of(direction, generation int) []float32 {
	if direction >= len(k.holds) || k.holds[direction].Load() != int64(generation) {
		return nil
	}
	return k.normals[direction]
}

// claim says whether the caller is to make a direction's normals of a generation, which nobody else then does. Done follows.
func (k *kept) claim(direction, generation int) bool {
	if direction >= len(k.holds) {
		return false
	}
	had, g := k.holds[direction].Load(), int64(generation)
	return had != g && had != -g && k.holds[direction].CompareAndSwap(had, -g)
}

// room is where a direction's normals lie.
func (k *kept) room(direction, dim int) []float32 {
	if k.normals[direction] == nil {
		k.normals[direction] = kernel.Aligned(dim)
	}
	return k.normals[direction]
}

// done says that the normals are there.
func (k *kept) done(direction, generation int) { k.holds[direction].Store(int64(generation)) }
