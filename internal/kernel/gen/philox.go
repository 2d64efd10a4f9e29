package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// Philox's multipliers.
const (
	philoxM0 = 0xD2511F53
	philoxM1 = 0xCD9E8D57
)

// philox: ten rounds from the counters in x0. ctr[1..3] are the same in all lanes, so
// the first round has one product and the second one; the rest of them is folded into
// the arguments. Words stand in the low halves of the lanes; the last round leaves two
// words in each lane instead.
func (g *noiseGen) philox(x0 bundle, out words) []op {
	var ops []op
	add := func(o op) { ops = append(ops, o) }
	keys := 0
	product := func(j int, a bundle) bundle {
		p := g.bundle()
		add(func() {
			for u := range p {
				VPMULUDQ(g.mul[j], a[u], p[u])
			}
		})
		return p
	}
	shift := func(left bool, p, to bundle) {
		add(func() {
			for u := range p {
				if left {
					VPSLLQ(U8(32), p[u], to[u])
				} else {
					VPSRLQ(U8(32), p[u], to[u])
				}
			}
		})
	}
	high := func(p bundle) bundle {
		h := g.bundle()
		shift(false, p, h)
		return h
	}
	xor := func(dst, b bundle) {
		i := keys
		keys++
		add(func() { g.xor(dst, b, i) })
	}
	// Round 1: x0 and x1 become constants.
	x3 := product(0, x0)
	x2 := high(x3)
	xor(x2, nil)
	// Round 2: M0*x0 is a constant, and x3 becomes one.
	x1 := product(1, x2)
	x0 = high(x1)
	xor(x0, nil)
	x2, x3 = x3, nil
	xor(x2, nil)
	for r := 3; r <= 10; r++ {
		p0, p1 := product(0, x0), product(1, x2)
		if r == 10 {
			shift(true, x1, out.radius)
			shift(true, x3, out.angle)
			xor(out.radius, p1)
			xor(out.angle, p0)
			break
		}
		x0, x2 = high(p1), high(p0)
		xor(x0, x1)
		xor(x2, x3)
		x1, x3 = p1, p0
	}
	return ops
}
