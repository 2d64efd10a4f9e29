package kernel

// Tanh, Sigmoid and Relu set dst[i] = f(src[i]) for any length; dst may be src, but must
// not overlap it otherwise. dst and src have the same length.

// Tanh is TanhRef of each value.
func (k ISA) Tanh(dst, src []float32) {
	n := whole(k, dst, src)
	if k == Reference {
		for i, x := range src {
			dst[i] = TanhRef(x)
		}
		return
	}
	if n > 0 {
		tanhSIMD(k, dst, src, n)
	}
	if n < len(src) {
		last := padded(src[n:])
		tanhSIMD(k, last[:], last[:], Lanes)
		copy(dst[n:], last[:])
	}
}

// Sigmoid is SigmoidRef of each value.
func (k ISA) Sigmoid(dst, src []float32) {
	n := whole(k, dst, src)
	if k == Reference {
		for i, x := range src {
			dst[i] = SigmoidRef(x)
		}
		return
	}
	if n > 0 {
		sigmoidSIMD(k, dst, src, n)
	}
	if n < len(src) {
		last := padded(src[n:])
		sigmoidSIMD(k, last[:], last[:], Lanes)
		copy(dst[n:], last[:])
	}
}

// Relu is ReluRef of each value.
func (k ISA) Relu(dst, src []float32) {
	n := whole(k, dst, src)
	if k == Reference {
		for i, x := range src {
			dst[i] = ReluRef(x)
		}
		return
	}
	if n > 0 {
		reluSIMD(k, dst, src, n)
	}
	if n < len(src) {
		last := padded(src[n:])
		reluSIMD(k, last[:], last[:], Lanes)
		copy(dst[n:], last[:])
	}
}

// padded is what is left for a last, partial vector, and zeros.
func padded(rest []float32) (v [Lanes]float32) {
	copy(v[:], rest)
	return v
}

// whole is how many of the values the vector form takes.
func whole(k ISA, dst, src []float32) int {
	if len(dst) != len(src) {
		panic(badLength)
	}
	if k == Reference {
		return 0
	}
	return len(src) &^ (Lanes - 1)
}
