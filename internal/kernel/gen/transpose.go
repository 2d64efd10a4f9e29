package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rows are the addresses of rows that lie a stride apart.
type rows struct {
	base    []reg.Register // of row 4q
	ld, ld3 reg.Register
}

func rowsFrom(first, ld reg.Register, n int) rows {
	ld3 := GP64()
	LEAQ(Mem{Base: ld, Index: ld, Scale: 2}, ld3)
	r := rows{[]reg.Register{first}, ld, ld3}
	for q := 1; q < n/4; q++ {
		b := GP64()
		LEAQ(Mem{Base: r.base[q-1], Index: ld, Scale: 4}, b)
		r.base = append(r.base, b)
	}
	return r
}

// at is row t.
func (r rows) at(t int) Mem {
	m := Mem{Base: r.base[t/4]}
	switch t % 4 {
	case 1:
		m.Index, m.Scale = r.ld, 1
	case 2:
		m.Index, m.Scale = r.ld, 2
	case 3:
		m.Index, m.Scale = r.ld3, 1
	}
	return m
}

// fourColumns loads four values of each of 4 rows (XMM) or 8 (YMM) and makes of them four
// columns, whose lanes are the rows: a transpose of which the caller takes a column at a time.
func fourColumns(vec func() reg.VecVirtual, row func(t int) Mem) func(c int) reg.VecVirtual {
	var r [4]reg.VecVirtual
	for j := range r {
		r[j] = vec()
		if r[j].Size() == 16 {
			VMOVUPS(row(j), r[j])
			continue
		}
		VBROADCASTF128(row(j), r[j]) // a plain XMM load would leave the upper half "live" for avo
		VINSERTF128(U8(1), row(4+j), r[j], r[j])
	}
	lo01, hi01, lo23, hi23 := vec(), vec(), vec(), vec()
	VUNPCKLPS(r[1], r[0], lo01)
	VUNPCKHPS(r[1], r[0], hi01)
	VUNPCKLPS(r[3], r[2], lo23)
	VUNPCKHPS(r[3], r[2], hi23)
	return func(c int) reg.VecVirtual {
		col := vec()
		switch c {
		case 0:
			VUNPCKLPD(lo23, lo01, col)
		case 1:
			VUNPCKHPD(lo23, lo01, col)
		case 2:
			VUNPCKLPD(hi23, hi01, col)
		case 3:
			VUNPCKHPD(hi23, hi01, col)
		}
		return col
	}
}

// transpose: a strip of 8 rows and blocks of 8 columns: column c becomes row c of dst.
func transpose() {
	text("transposeAVX2", "func(dst *float32, ldd int, src *float32, lds, blocks int)")
	to := rowsFrom(gp("dst"), stride("ldd"), 8)
	from := rowsFrom(gp("src"), stride("lds"), 8)
	n := gp("blocks")
	Label("block")
	for half := 0; half < 2; half++ {
		column := fourColumns(ymm, func(t int) Mem { return from.at(t).Offset(16 * half) })
		for c := 0; c < 4; c++ {
			VMOVUPS(column(c), to.at(4*half+c))
		}
	}
	for _, b := range from.base {
		ADDQ(U8(32), b)
	}
	for _, b := range to.base {
		LEAQ(Mem{Base: b, Index: to.ld, Scale: 8}, b)
	}
	DECQ(n)
	JNZ(LabelRef("block"))
	ret()
}
