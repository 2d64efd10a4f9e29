package kernel

// Axpy sets y[i] = fma(a, x[i], y[i]). x and y have the same length and do not overlap.
func (k ISA) Axpy(y []float32, a float32, x []float32) {
	n := whole(k, y, x)
	if n > 0 {
		axpySIMD(k, y, a, x, n)
	}
	for i := n; i < len(y); i++ {
		y[i] = FMA(a, x[i], y[i])
	}
}

// Perturb makes an antithetic pair: plus[i] = fma(s, noise[i], theta[i]) and
// minus[i] = fma(-s, noise[i], theta[i]). Either may be nil. All have the length of
// theta; what is written does not overlap what is read.
func (k ISA) Perturb(plus, minus, theta, noise []float32, s float32) {
	n := whole(k, theta, noise)
	if plus != nil && len(plus) != len(theta) || minus != nil && len(minus) != len(theta) {
		panic(badLength)
	}
	if n > 0 {
		switch {
		case plus != nil && minus != nil:
			perturbSIMD(k, plus, minus, theta, noise, s, n)
		case plus != nil:
			perturbOneSIMD(k, plus, theta, noise, s, n)
		case minus != nil:
			perturbOneSIMD(k, minus, theta, noise, -s, n)
		}
	}
	for i := n; i < len(plus); i++ {
		plus[i] = FMA(s, noise[i], theta[i])
	}
	for i := n; i < len(minus); i++ {
		minus[i] = FMA(-s, noise[i], theta[i])
	}
}

// SumSquares is the sum of x[i]^2 in one fixed order: value i is added by an FMA to chain
// i mod 64, which starts from 0, and the chains are added in a tree, chain j to chain
// j+32, then j+16, and so on down to j+1.
func (k ISA) SumSquares(x []float32) float32 {
	var lanes [64]float32
	n := 0
	if k != Reference {
		if n = len(x) &^ 63; n > 0 {
			sumSquaresSIMD(k, &lanes, x, n)
		}
	}
	for i := n; i < len(x); i++ {
		lanes[i%64] = FMA(x[i], x[i], lanes[i%64])
	}
	for half := 32; half > 0; half /= 2 {
		for j := range half {
			lanes[j] = float32(lanes[j] + lanes[j+half])
		}
	}
	return lanes[0]
}
