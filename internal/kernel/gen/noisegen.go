package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets into kernel.noiseArgs.
const (
	argCounter = 0 // ctr[0]
	argKeys    = 8 // then the words that are exclusive-ored, in the order of the rounds
)

// An op emits a few instructions; lists that do not depend on one another are interleaved
// op by op.
type op func()

// merge interleaves lists of ops in proportion to their lengths.
func merge(lists ...[]op) []op {
	var out []op
	done := make([]int, len(lists))
	for {
		best, progress := -1, 2.0
		for i, l := range lists {
			if p := (float64(done[i]) + 0.5) / float64(len(l)); done[i] < len(l) && p < progress {
				best, progress = i, p
			}
		}
		if best < 0 {
			return out
		}
		out = append(out, lists[best][done[best]])
		done[best]++
	}
}

func emit(ops []op) {
	for _, o := range ops {
		o()
	}
}

// A noiseGen makes one AVX-512 noise kernel. A unit is as many Philox blocks as a vector
// has 64-bit lanes: 8 blocks are 32 normals. Each op serves all units, so that a constant
// is loaded once for all.
type noiseGen struct {
	s     isa
	units int
	args  reg.Register
	mul   [2]reg.VecVirtual
}

// A bundle is one vector per unit.
type bundle []reg.VecVirtual

func (g *noiseGen) bundle() bundle { return g.s.vecs(g.units) }

// words are the outputs of Philox: for the radius and for the angle.
type words struct{ radius, angle bundle }

func (g *noiseGen) words() words { return words{g.bundle(), g.bundle()} }

// shared is the constant m as an operand for all units.
func (g *noiseGen) shared(m Mem) Op {
	if g.units == 1 {
		return m
	}
	v := g.s.vec()
	VMOVUPS(m, v)
	return v
}

// each adds an op that does f for all units, with one for which a constant is loaded first.
func (g *noiseGen) each(list *[]op, f func(u int)) {
	*list = append(*list, func() {
		for u := range g.units {
			f(u)
		}
	})
}

func (g *noiseGen) with(list *[]op, m Mem, f func(k Op, u int)) {
	*list = append(*list, func() {
		k := g.shared(m)
		for u := range g.units {
			f(k, u)
		}
	})
}

// set is dst = the constant with these bits, fma is dst = dst*x + c.
func (g *noiseGen) set(list *[]op, dst bundle, bits uint32) {
	g.with(list, word(bits), func(k Op, u int) { VMOVUPS(k, dst[u]) })
}

func (g *noiseGen) fma(list *[]op, dst, x bundle, c float64) {
	g.with(list, word(single(c)), func(k Op, u int) { VFMADD213PS(k, x[u], dst[u]) })
}

// key is word i of the arguments.
func (g *noiseGen) key(i int) reg.VecVirtual {
	v := g.s.vec()
	VPBROADCASTQ(Mem{Base: g.args, Disp: argKeys + 8*i}, v)
	return v
}

// xor is dst ^= word i, and dst ^= b as well unless b is nil.
func (g *noiseGen) xor(dst, b bundle, i int) {
	key := g.key(i)
	for u := range dst {
		if b == nil {
			VPXORQ(key, dst[u], dst[u])
		} else {
			VPTERNLOGQ(U8(0x96), key, b[u], dst[u])
		}
	}
}
