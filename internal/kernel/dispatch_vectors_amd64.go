//go:build amd64 && !noasm

package kernel

// n is a multiple of what the kernels take (16; sumSquares 64) and not zero.

func tanhSIMD(k ISA, dst, src []float32, n int) {
	if k == AVX2 {
		tanhAVX2(&dst[0], &src[0], n)
	} else {
		tanhAVX512(&dst[0], &src[0], n)
	}
}

func sigmoidSIMD(k ISA, dst, src []float32, n int) {
	if k == AVX2 {
		sigmoidAVX2(&dst[0], &src[0], n)
	} else {
		sigmoidAVX512(&dst[0], &src[0], n)
	}
}

func reluSIMD(k ISA, dst, src []float32, n int) {
	if k == AVX2 {
		reluAVX2(&dst[0], &src[0], n)
	} else {
		reluAVX512(&dst[0], &src[0], n)
	}
}

func axpySIMD(k ISA, y []float32, a float32, x []float32, n int) {
	if k == AVX2 {
		axpyAVX2(&y[0], a, &x[0], n)
	} else {
		axpyAVX512(&y[0], a, &x[0], n)
	}
}

func perturbSIMD(k ISA, plus, minus, theta, noise []float32, s float32, n int) {
	if k == AVX2 {
		perturbAVX2(&plus[0], &minus[0], &theta[0], &noise[0], s, n)
	} else {
		perturbAVX512(&plus[0], &minus[0], &theta[0], &noise[0], s, n)
	}
}

func perturbOneSIMD(k ISA, plus, theta, noise []float32, s float32, n int) {
	if k == AVX2 {
		perturbOneAVX2(&plus[0], &theta[0], &noise[0], s, n)
	} else {
		perturbOneAVX512(&plus[0], &theta[0], &noise[0], s, n)
	}
}

func sumSquaresSIMD(k ISA, lanes *[64]float32, x []float32, n int) {
	if k == AVX2 {
		sumSquaresAVX2(&lanes[0], &x[0], n)
	} else {
		sumSquaresAVX512(&lanes[0], &x[0], n)
	}
}

func mulSIMD(k ISA, dst, a, b []float32, n int) {
	if k == AVX2 {
		mulAVX2(&dst[0], &a[0], &b[0], n)
	} else {
		mulAVX512(&dst[0], &a[0], &b[0], n)
	}
}

func mulAddSIMD(k ISA, dst, a, b []float32, n int) {
	if k == AVX2 {
		mulAddAVX2(&dst[0], &a[0], &b[0], n)
	} else {
		mulAddAVX512(&dst[0], &a[0], &b[0], n)
	}
}

func maskSIMD(k ISA, v, a []float32, n int) {
	if k == AVX2 {
		maskAVX2(&v[0], &a[0], n)
	} else {
		maskAVX512(&v[0], &a[0], n)
	}
}

// transposeSIMD transposes 8 rows of blocks of 8 columns, of a matrix [rows][cols].
func transposeSIMD(dst, src []float32, rows, cols, blocks int) {
	transposeAVX2(&dst[0], rows, &src[0], cols, blocks)
}

// noiseSIMD: an odd AVX-512 group is left to the kernel of one unit.
func noiseSIMD(k ISA, dst []float32, groups int, key [2]uint32, ctr [4]uint32) {
	words := noiseWords(key, ctr)
	if k == AVX2 {
		a := pairedKeys(words)
		noiseAVX2(&dst[0], groups, &a[0])
		return
	}
	a := laneWords(words)
	even := groups &^ 1
	if even > 0 {
		noiseAVX512x2(&dst[0], even, &a[0])
	}
	if even < groups {
		a.skip(even)
		noiseAVX512x1(&dst[even*group], 1, &a[0])
	}
}

func addNoiseSIMD(k ISA, acc []float32, scale float32, groups int, key [2]uint32, ctr [4]uint32) {
	words := noiseWords(key, ctr)
	if k == AVX2 {
		a := pairedKeys(words)
		addNoiseAVX2(&acc[0], groups, &a[0], scale)
		return
	}
	a := laneWords(words)
	even := groups &^ 1
	if even > 0 {
		addNoiseAVX512x2(&acc[0], even, &a[0], scale)
	}
	if even < groups {
		a.skip(even)
		addNoiseAVX512x1(&acc[even*group], 1, &a[0], scale)
	}
}

// noiseArgs is what the AVX-512 noise kernels read: the words of noiseWords in the halves of
// the lanes where they are needed.
type noiseArgs [20]uint64

func laneWords(words [20]uint32) (a noiseArgs) {
	for i, w := range words {
		a[i] = uint64(w)
	}
	a[18] <<= 32 // the last round leaves its words in the high halves
	a[19] <<= 32
	return a
}

func (a *noiseArgs) skip(groups int) {
	a[0] = uint64(uint32(a[0]) + uint32(8*groups))
}

// pairedKeys is what the AVX2 ones read: ctr[0], and then for products of rounds 1 to 10,
// that of M0 in odd rounds and that of M1 in even ones, what is exclusive-ored to it: in the
// high half for the next word, in the low half for the word after it.
func pairedKeys(words [20]uint32) (a [11]uint64) {
	a[0] = uint64(words[0])
	for r := 1; r <= 10; r++ {
		i := 2 * (r - 1) // the word for x0 in round r, and i+1 for x2
		if r%2 == 1 {
			i++
		}
		a[r] = uint64(words[i]) << 32
		if r < 10 {
			a[r] |= uint64(words[i+2])
		}
	}
	return a
}

func peakSIMD(k ISA, n int) int {
	if k == AVX2 {
		peakAVX2(2 * n)
	} else {
		peakAVX512(n)
	}
	return 12 * n
}
