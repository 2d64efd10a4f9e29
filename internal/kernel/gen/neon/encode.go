package main

import "fmt"

// Vector instructions as methods, destination first as in ARM's manual ("C7.2"); all are on
// four float32 or four words. Those of Go's assembler take the destination last.

func (a *asm) fmla(d, n, m vec) { a.line("VFMLA %v.S4, %v.S4, %v.S4", m, n, d) } // d += n*m
func (a *asm) fmls(d, n, m vec) { a.line("VFMLS %v.S4, %v.S4, %v.S4", m, n, d) } // d -= n*m
func (a *asm) iadd(d, n, m vec) { a.line("VADD %v.S4, %v.S4, %v.S4", m, n, d) }
func (a *asm) isub(d, n, m vec) { a.line("VSUB %v.S4, %v.S4, %v.S4", m, n, d) } // n - m
func (a *asm) and(d, n, m vec)  { a.line("VAND %v.B16, %v.B16, %v.B16", m, n, d) }
func (a *asm) or(d, n, m vec)   { a.line("VORR %v.B16, %v.B16, %v.B16", m, n, d) }
func (a *asm) xor(d, n, m vec)  { a.line("VEOR %v.B16, %v.B16, %v.B16", m, n, d) }
func (a *asm) mov(d, n vec)     { a.or(d, n, n) }
func (a *asm) shl(d, n vec, by int) {
	a.line("VSHL $%d, %v.S4, %v.S4", by, n, d)
}
func (a *asm) ushr(d, n vec, by int) {
	a.line("VUSHR $%d, %v.S4, %v.S4", by, n, d)
}

// zip1, zip2 interleave the low and the high halves of n and m; uzp1, uzp2 are the even
// and the odd lanes of n and then of m; trn1, trn2 the even and odd lanes in turn.
func (a *asm) zip1(d, n, m vec) { a.line("VZIP1 %v.S4, %v.S4, %v.S4", m, n, d) }
func (a *asm) zip2(d, n, m vec) { a.line("VZIP2 %v.S4, %v.S4, %v.S4", m, n, d) }
func (a *asm) uzp1(d, n, m vec) { a.line("VUZP1 %v.S4, %v.S4, %v.S4", m, n, d) }
func (a *asm) uzp2(d, n, m vec) { a.line("VUZP2 %v.S4, %v.S4, %v.S4", m, n, d) }
func (a *asm) trn1(d, n, m vec) { a.line("VTRN1 %v.S4, %v.S4, %v.S4", m, n, d) }
func (a *asm) trn2(d, n, m vec) { a.line("VTRN2 %v.S4, %v.S4, %v.S4", m, n, d) }

// low, high are the low halves of n and m, and the high ones.
func (a *asm) low(d, n, m vec)  { a.line("VZIP1 %v.D2, %v.D2, %v.D2", m, n, d) }
func (a *asm) high(d, n, m vec) { a.line("VZIP2 %v.D2, %v.D2, %v.D2", m, n, d) }

// word is an instruction that Go's assembler has no name for.
func (a *asm) word(code uint32, d, n, m vec, name string) {
	a.line("WORD $0x%08x // %s", code|uint32(m)<<16|uint32(n)<<5|uint32(d), name)
}

func (a *asm) three(code uint32, name string, d, n, m vec) {
	a.word(code, d, n, m, fmt.Sprintf("%s %v.4S, %v.4S, %v.4S", name, d, n, m))
}

func (a *asm) two(code uint32, name string, d, n vec) {
	a.word(code, d, n, 0, fmt.Sprintf("%s %v.4S, %v.4S", name, d, n))
}

func (a *asm) fadd(d, n, m vec) { a.three(0x4e20d400, "FADD", d, n, m) }
func (a *asm) fsub(d, n, m vec) { a.three(0x4ea0d400, "FSUB", d, n, m) } // n - m
func (a *asm) fmul(d, n, m vec) { a.three(0x6e20dc00, "FMUL", d, n, m) }
func (a *asm) fdiv(d, n, m vec) { a.three(0x6e20fc00, "FDIV", d, n, m) } // n / m
func (a *asm) fmin(d, n, m vec) { a.three(0x4ea0f400, "FMIN", d, n, m) } // NaN if either is
func (a *asm) fmax(d, n, m vec) { a.three(0x4e20f400, "FMAX", d, n, m) }
func (a *asm) bic(d, n, m vec)  { a.three(0x4e601c00, "BIC", d, n, m) } // n and not m

func (a *asm) fsqrt(d, n vec) { a.two(0x6ea1f800, "FSQRT", d, n) }
func (a *asm) fabs(d, n vec)  { a.two(0x4ea0f800, "FABS", d, n) }
func (a *asm) scvtf(d, n vec) { a.two(0x4e21d800, "SCVTF", d, n) }

// below, above: all ones in lanes where n < 0, where n > 0.
func (a *asm) below(d, n vec) { a.two(0x4ea0e800, "FCMLT zero", d, n) }
func (a *asm) above(d, n vec) { a.two(0x4ea0c800, "FCMGT zero", d, n) }

// umull, umull2: 64-bit products of the low and of the high two words.
func (a *asm) umull(d, n, m vec) {
	a.word(0x2ea0c000, d, n, m, fmt.Sprintf("UMULL %v.2D, %v.2S, %v.2S", d, n, m))
}

func (a *asm) umull2(d, n, m vec) {
	a.word(0x6ea0c000, d, n, m, fmt.Sprintf("UMULL2 %v.2D, %v.4S, %v.4S", d, n, m))
}

// lane adds the number of a lane to an instruction by element.
func (a *asm) byLane(code uint32, name string, d, n, m vec, lane int) {
	a.word(code|uint32(lane&1)<<21|uint32(lane>>1)<<11, d, n, m, fmt.Sprintf("%s %v.4S, %v.4S, %v.S[%d]", name, d, n, m, lane))
}

// fmlaLane is d += n*m[lane], fmlsLane d -= n*m[lane], fmulLane d = n*m[lane].
func (a *asm) fmlaLane(d, n, m vec, lane int) { a.byLane(0x4f801000, "FMLA", d, n, m, lane) }
func (a *asm) fmlsLane(d, n, m vec, lane int) { a.byLane(0x4f805000, "FMLS", d, n, m, lane) }
func (a *asm) fmulLane(d, n, m vec, lane int) { a.byLane(0x4f809000, "FMUL", d, n, m, lane) }
