package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// An isa is one instruction set: the suffix of its functions and the bytes of a vector.
type isa struct {
	tag   string
	bytes int
}

var (
	avx512 = isa{"AVX512", 64}
	avx2   = isa{"AVX2", 32}
)

// lanes is the float32 values of a vector.
func (s isa) lanes() int { return s.bytes / 4 }

// vec is a fresh vector register.
func (s isa) vec() reg.VecVirtual {
	if s.bytes == 64 {
		return ZMM()
	}
	return YMM()
}

// vecs is n fresh vector registers.
func (s isa) vecs(n int) []reg.VecVirtual {
	v := make([]reg.VecVirtual, n)
	for i := range v {
		v[i] = s.vec()
	}
	return v
}

// zero clears v.
func (s isa) zero(v reg.VecVirtual) {
	if s.bytes == 64 {
		VPXORD(v, v, v)
	} else {
		VXORPS(v, v, v)
	}
}

// and, or: the EVEX forms carry the element size in their names.
func (s isa) and(a Op, b, dst reg.VecVirtual) {
	if s.bytes == 64 {
		VPANDD(a, b, dst)
	} else {
		VPAND(a, b, dst)
	}
}

func (s isa) or(a Op, b, dst reg.VecVirtual) {
	if s.bytes == 64 {
		VPORD(a, b, dst)
	} else {
		VPOR(a, b, dst)
	}
}

var declared = map[string]Mem{}

// table is 64 bytes of read-only memory, declared at its first use.
func table(name string, at func(i int) (Constant, int)) Mem {
	if m, ok := declared[name]; ok {
		return m
	}
	m := GLOBL(name, RODATA|NOPTR)
	for offset := 0; offset < 64; {
		c, bytes := at(offset)
		DATA(offset, c)
		offset += bytes
	}
	declared[name] = m
	return m
}

// word is a 32-bit constant in all lanes of 64 bytes, so that both instruction
// sets take it as a plain vector operand.
func word(bits uint32) Mem {
	return table(fmt.Sprintf("word%08x", bits), func(int) (Constant, int) { return U32(bits), 4 })
}

// quad is a 64-bit constant in all lanes of 64 bytes.
func quad(bits uint64) Mem {
	return table(fmt.Sprintf("quad%016x", bits), func(int) (Constant, int) { return U64(bits), 8 })
}

// single gives the bits of x rounded to float32.
func single(x float64) uint32 { return math.Float32bits(float32(x)) }

// A pool hands out constants as registers where there are registers enough
// (AVX-512), else as memory operands.
type pool struct {
	s    isa
	held map[uint32]reg.VecVirtual
}

func newPool(s isa, bits ...uint32) *pool {
	p := &pool{s, map[uint32]reg.VecVirtual{}}
	if s.bytes == 64 {
		for _, b := range bits {
			if _, ok := p.held[b]; !ok {
				v := s.vec()
				VMOVUPS(word(b), v)
				p.held[b] = v
			}
		}
	}
	return p
}

// bits is the operand that holds the word b in all lanes.
func (p *pool) bits(b uint32) Op {
	if v, ok := p.held[b]; ok {
		return v
	}
	return word(b)
}

// f is the operand that holds float32(x) in all lanes.
func (p *pool) f(x float64) Op { return p.bits(single(x)) }

// set is a fresh register that holds float32(x) in all lanes.
func (p *pool) set(x float64) reg.VecVirtual {
	v := p.s.vec()
	VMOVUPS(p.f(x), v)
	return v
}

// text begins a function. Its pointers do not escape: a kernel keeps nothing.
func text(name, signature string) {
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
}

// ret clears the upper halves, which slow down later SSE code, and returns.
func ret() { VZEROUPPER(); RET() }

// gp loads a parameter into a general register.
func gp(name string) reg.GPVirtual { return Load(Param(name), GP64()).(reg.GPVirtual) }

// stride loads a parameter that counts float32 values and turns it into bytes.
func stride(name string) reg.GPVirtual {
	g := gp(name)
	SHLQ(U8(2), g)
	return g
}

// save writes g back to a parameter, which then is a cursor that outlives the register.
func save(g reg.Register, name string) {
	b, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	MOVQ(g, b.Addr)
}

// countDown decrements a parameter and jumps to label while it is not zero.
func countDown(name, label string) {
	b, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	DECQ(b.Addr)
	JNZ(LabelRef(label))
}
