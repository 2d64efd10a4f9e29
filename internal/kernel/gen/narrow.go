package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// chunk is how many groups of 32 normals have their words made before their normals: with them they stay in the
// first-level cache. It is a multiple of five, as a fifth of the words are made apart.
const chunk = 40

// A narrow makes an AVX2 noise kernel. Sixteen registers do not hold words and normals in the making at once, and the
// units for floating point look only some 18 vector operations ahead: so words and normals have a loop each, of chains
// that are far apart in the text. What waits lies in a room in the frame, at a cache line.
type narrow struct {
	room reg.Register
	mul  [2]reg.VecVirtual

	mantissa, exponent, r, cos, sin halves // of a group's normals
}

// Offsets into the room.
const (
	roomKeys  = 0             // the words of kernel.pairedKeys, each in all lanes
	roomFirst = 10 * 32       // ctr[0] of the chunk
	roomNext  = roomFirst + 8 // ctr[0] of the next block that is made apart
	roomApart = roomNext + 8  // where its words go
	roomLeft  = roomApart + 8 // turns
	roomWords = roomFirst + 64
	roomSize  = roomWords + 128*(chunk+1) // a group more, for blocks that are made in vain
)

func (g *narrow) at(offset int) Mem { return Mem{Base: g.room, Disp: offset} }

func (g *narrow) key(i int) Mem { return g.at(roomKeys + 32*i) }

// narrowNoise makes the kernel that does a count of groups. With add the normals are not stored but added to dst as
// fma(a, normal, dst).
func narrowNoise(add bool) {
	name, signature := "noiseAVX2", "func(dst *float32, count int, args *uint64)"
	if add {
		name, signature = "addNoiseAVX2", "func(dst *float32, count int, args *uint64, a float32)"
	}
	TEXT(name, 0, signature) // the frame is too large for NOSPLIT
	Pragma("noescape")
	g := &narrow{room: GP64()}
	LEAQ(AllocLocal(roomSize+64).Offset(63), g.room)
	ANDQ(I32(-64), g.room)
	args, first := gp("args"), GP64()
	MOVQ(Mem{Base: args}, first)
	MOVQ(first, g.at(roomFirst))
	for i := range 10 {
		v := avx2.vec()
		VPBROADCASTQ(Mem{Base: args, Disp: 8 + 8*i}, v)
		VMOVDQA(v, g.key(i))
	}
	dst := gp("dst")

	Label("chunk")
	n, most := gp("count"), GP64()
	MOVQ(U32(chunk), most)
	CMPQ(n, most)
	CMOVQGT(most, n)
	MOVQ(n, g.at(roomLeft))
	count, err := Param("count").Resolve()
	if err != nil {
		panic(err)
	}
	SUBQ(n, count.Addr)
	g.words(n)
	g.normals(add, dst)
	CMPQ(count.Addr, U8(0))
	JNE(LabelRef("chunk"))
	ret()
}
