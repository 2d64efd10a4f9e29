package kernel

// Mul writes dst = a*b, element by element. dst may be a or b, but must not overlap them
// otherwise.
func (k ISA) Mul(dst, a, b []float32) {
	n := whole(k, a, b)
	if len(dst) != len(a) {
		panic(badLength)
	}
	if n > 0 {
		mulSIMD(k, dst, a, b, n)
	}
	for i := n; i < len(dst); i++ {
		dst[i] = a[i] * b[i]
	}
}

// MulAdd adds a*b to dst, each one fused multiply-add. dst must not overlap a or b.
func (k ISA) MulAdd(dst, a, b []float32) {
	n := whole(k, a, b)
	if len(dst) != len(a) {
		panic(badLength)
	}
	if n > 0 {
		mulAddSIMD(k, dst, a, b, n)
	}
	for i := n; i < len(dst); i++ {
		dst[i] = FMA(a[i], b[i], dst[i])
	}
}

// Mask sets v to 0 wherever a is not above 0: the slope of relu at a. v must not overlap a.
func (k ISA) Mask(v, a []float32) {
	n := whole(k, v, a)
	if n > 0 {
		maskSIMD(k, v, a, n)
	}
	for i := n; i < len(v); i++ {
		if !(a[i] > 0) {
			v[i] = 0
		}
	}
}

const badTranspose = "kernel: transpose: a slice is too short for its rows and columns"

// Transpose writes the transpose of src, [rows][cols], into dst, [cols][rows], which must
// not overlap src.
func (k ISA) Transpose(dst, src []float32, rows, cols int) {
	if rows < 0 || cols < 0 || len(src) < rows*cols || len(dst) < rows*cols {
		panic(badTranspose)
	}
	const block = 8
	if k == Reference || rows < block || cols < block {
		for r := range rows {
			for c, v := range src[r*cols : r*cols+cols] {
				dst[c*rows+r] = v
			}
		}
		return
	}
	// The last blocks of rows and columns overlap those before: the same values again.
	for r := 0; r < rows; r += block {
		from := min(r, rows-block)
		transposeSIMD(dst[from:], src[from*cols:], rows, cols, cols/block)
		if last := cols - block; cols%block != 0 {
			transposeSIMD(dst[last*rows+from:], src[from*cols+last:], rows, cols, 1)
		}
	}
}
