package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// noise makes the AVX-512 kernel that does a count of units (AVX2: narrowNoise). With add
// the normals are not stored but added to dst as fma(a, normal, dst).
//
// The loop is pipelined: it makes the normals of one turn while it makes the words of the
// next, since each of the two alone waits for its latencies. The words of the turn after
// the last are made in vain.
func noise(units int, add bool) {
	s := avx512
	name, signature := "noise", "func(dst *float32, count int, args *uint64)"
	if add {
		name, signature = "addNoise", "func(dst *float32, count int, args *uint64, a float32)"
	}
	text(fmt.Sprintf("%s%sx%d", name, s.tag, units), signature)
	dst, count, args := gp("dst"), gp("count"), gp("args")
	g := &noiseGen{s: s, units: units, args: args}
	for j, m := range []uint64{philoxM0, philoxM1} {
		g.mul[j] = s.vec()
		VMOVUPS(quad(m), g.mul[j])
	}
	base := s.vec()
	VPBROADCASTQ(Mem{Base: args, Disp: argCounter}, base)
	VPADDQ(laneNumbers(), base, base)
	g.loop(add, dst, base)
	SUBQ(I32(units), count)
	JNZ(LabelRef("loop"))
	ret()
}

// laneNumbers is 0, 1, 2 and so on in 64-bit lanes.
func laneNumbers() Mem {
	return table("lanes", func(i int) (Constant, int) { return U64(uint64(i / 8)), 8 })
}

// blocks makes the words of all units from the counters in base and steps them on.
func (g *noiseGen) blocks(base Op, out words) []op {
	lanes := g.s.bytes / 8
	x, next := g.bundle(), g.s.vec()
	first := func() {
		VMOVUPS(base, x[0])
		for u := 1; u < len(x); u++ {
			VPADDQ(quad(uint64(lanes*u)), x[0], x[u])
		}
		VPADDQ(quad(uint64(lanes*g.units)), x[0], next)
		VMOVUPS(next, base)
	}
	return append([]op{first}, g.philox(x, out)...)
}

// put stores v, or adds it scaled to what is there.
func put(scale, v reg.VecVirtual, at Mem) {
	if scale != nil {
		VFMADD213PS(at, scale, v)
	}
	VMOVUPS(v, at)
}

func (g *noiseGen) loop(add bool, dst reg.Register, base reg.VecVirtual) {
	var scale reg.VecVirtual
	if add {
		scale = broadcast(g.s, "a")
	}
	now, next := g.words(), g.words()
	emit(g.blocks(base, now))
	Label("loop")
	ops, c, n := g.normals(now)
	for u := range g.units {
		ops = append(ops,
			func() { put(scale, c[u], Mem{Base: dst, Disp: 128 * u}) },
			func() { put(scale, n[u], Mem{Base: dst, Disp: 128*u + 64}) })
	}
	emit(merge(ops, g.blocks(base, next)))
	for u := range g.units {
		VMOVAPS(next.radius[u], now.radius[u])
		VMOVAPS(next.angle[u], now.angle[u])
	}
	ADDQ(I32(128*g.units), dst)
}
