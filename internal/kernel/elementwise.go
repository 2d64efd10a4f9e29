package kernel

// Tanh, Sigmoid and Relu set dst[i] = f(src[i]) for any length; dst may be src, but must
// not overlap it otherwise. dst and src have the same length.

// Tanh is TanhRef of each value.
func (k ISA) Tanh(dst, src []float32) {
	n := whole(k, dst, src)
	if n > 0 {
		tanhSIMD(k, dst, src, n)
	}
	for i := n; i < len(src); i++ {
		dst[i] = TanhRef(src[i])
	}
}

// Sigmoid is SigmoidRef of each value.
func (k ISA) Sigmoid(dst, src []float32) {
	n := whole(k, dst, src)
	if n > 0 {
		sigmoidSIMD(k, dst, src, n)
	}
	for i := n; i < len(src); i++ {
		dst[i] = SigmoidRef(src[i])
	}
}

// Relu is ReluRef of each value.
func (k ISA) Relu(dst, src []float32) {
	n := whole(k, dst, src)
	if n > 0 {
		reluSIMD(k, dst, src, n)
	}
	for i := n; i < len(src); i++ {
		dst[i] = ReluRef(src[i])
	}
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
