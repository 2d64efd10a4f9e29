package kernel

// Mul writes dst = a*b, element by element. dst may be a or b.
func (k ISA) Mul(dst, a, b []float32) {
	if len(a) != len(dst) || len(b) != len(dst) {
		panic("kernel: Mul: slices of different lengths")
	}
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

// MulAdd adds a*b to dst, each one fused multiply-add.
func (k ISA) MulAdd(dst, a, b []float32) {
	if len(a) != len(dst) || len(b) != len(dst) {
		panic("kernel: MulAdd: slices of different lengths")
	}
	for i := range dst {
		dst[i] = FMA(a[i], b[i], dst[i])
	}
}

// Mask sets v to 0 wherever a is not above 0: the slope of relu at a.
func (k ISA) Mask(v, a []float32) {
	if len(a) != len(v) {
		panic("kernel: Mask: slices of different lengths")
	}
	for i := range v {
		if !(a[i] > 0) {
			v[i] = 0
		}
	}
}

// Transpose writes the transpose of src, [rows][cols], into dst, [cols][rows].
func (k ISA) Transpose(dst, src []float32, rows, cols int) {
	if len(src) < rows*cols || len(dst) < rows*cols {
		panic("kernel: Transpose: slice too short")
	}
	for r := range rows {
		for c := range cols {
			dst[c*rows+r] = src[r*cols+c]
		}
	}
}
