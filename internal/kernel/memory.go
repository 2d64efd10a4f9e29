package kernel

import (
	"math"
	"unsafe"
)

// alignment is one cache line and one AVX-512 vector. The kernels are right at any
// alignment, but a vector that crosses lines costs twice.
const alignment = 64

// Aligned returns n zeros that begin at a multiple of 64 bytes.
func Aligned(n int) []float32 {
	const pad = alignment / 4
	s := make([]float32, n+pad)
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(s)))%alignment) / 4
	return s[skip : skip+n : skip+n]
}

// CanonicalNaN is x, or the one NaN that is stored and hashed (0x7fc00000): the payload
// and sign of a NaN depend on the order of operands and differ between machines.
func CanonicalNaN(x float32) float32 {
	if x != x {
		return math.Float32frombits(0x7fc00000)
	}
	return x
}
