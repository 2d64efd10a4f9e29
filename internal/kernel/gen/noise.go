package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// noise makes the kernel that does a count of units (AVX2: of groups, two units each).
// With add the normals are not stored but added to dst as fma(a, normal, dst).
//
// The loop is pipelined: it makes the normals of one turn while it makes the words of the
// next, since each of the two alone waits for its latencies. The words of the turn after
// the last are made in vain.
func noise(s isa, units int, add bool) {
	name, signature := "noise", "func(dst *float32, count int, args *uint64)"
	if add {
		name, signature = "addNoise", "func(dst *float32, count int, args *uint64, a float32)"
	}
	text(fmt.Sprintf("%s%sx%d", name, s.tag, units), signature)
	dst, count, args := gp("dst"), gp("count"), gp("args")
	g := &noiseGen{s: s, units: units, args: args}
	for j, m := range []uint64{0xD2511F53, 0xCD9E8D57} {
		g.mul[j] = quad(m)
		if s.bytes == 64 {
			g.mul[j] = s.vec()
			VMOVUPS(quad(m), g.mul[j])
		}
	}
	base := s.vec()
	VPBROADCASTQ(Mem{Base: args, Disp: argCounter}, base)
	VPADDQ(table("lanes", func(i int) (Constant, int) { return U64(uint64(i / 8)), 8 }), base, base)
	if s.bytes == 64 {
		g.loopAVX512(add, dst, base)
		SUBQ(I32(units), count)
	} else {
		g.loopAVX2(add, dst, base)
		DECQ(count)
	}
	JNZ(LabelRef("loop"))
	ret()
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

func (g *noiseGen) loopAVX512(add bool, dst reg.Register, base reg.VecVirtual) {
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

// loopAVX2 keeps in the frame what sixteen registers cannot hold: the words, the counters
// and, while a radius is made, the angle's functions. Philox makes two units side by side
// while Box-Muller makes the normals of one and then of the other.
func (g *noiseGen) loopAVX2(add bool, dst reg.Register, base reg.VecVirtual) {
	g.frame = AllocLocal(256)
	counters := g.slot(3, 0)
	VMOVUPS(base, counters)
	one := *g
	one.units = 1
	keep := func(w words) op {
		return func() {
			for u := range w.radius {
				VMOVUPS(w.radius[u], g.slot(u, 0))
				VMOVUPS(w.angle[u], g.slot(u, 1))
			}
		}
	}
	first := g.words()
	emit(append(g.blocks(counters, first), keep(first)))
	Label("loop")
	var ops []op
	for u := range g.units {
		normals, c, n := one.waiting(u)
		ops = append(append(ops, normals...), func() {
			var scale reg.VecVirtual
			if add {
				scale = broadcast(g.s, "a")
			}
			put(scale, c, Mem{Base: dst, Disp: 32 * u})
			put(scale, n, Mem{Base: dst, Disp: 32*u + 64})
		})
	}
	next := g.words()
	emit(append(merge(ops, g.blocks(counters, next)), keep(next)))
	ADDQ(I32(128), dst)
}
