//go:build arm64 && !noasm

package kernel

// n is a multiple of what the kernels take (16; sumSquares 64) and not zero.

func tanhSIMD(_ ISA, dst, src []float32, n int)    { tanhNEON(&dst[0], &src[0], n) }
func sigmoidSIMD(_ ISA, dst, src []float32, n int) { sigmoidNEON(&dst[0], &src[0], n) }
func reluSIMD(_ ISA, dst, src []float32, n int)    { reluNEON(&dst[0], &src[0], n) }
func mulSIMD(_ ISA, dst, a, b []float32, n int)    { mulNEON(&dst[0], &a[0], &b[0], n) }
func mulAddSIMD(_ ISA, dst, a, b []float32, n int) { mulAddNEON(&dst[0], &a[0], &b[0], n) }
func maskSIMD(_ ISA, v, a []float32, n int)        { maskNEON(&v[0], &a[0], n) }

func axpySIMD(_ ISA, y []float32, a float32, x []float32, n int) { axpyNEON(&y[0], a, &x[0], n) }

func perturbSIMD(_ ISA, plus, minus, theta, noise []float32, s float32, n int) {
	perturbNEON(&plus[0], &minus[0], &theta[0], &noise[0], s, n)
}

func perturbOneSIMD(_ ISA, plus, theta, noise []float32, s float32, n int) {
	perturbOneNEON(&plus[0], &theta[0], &noise[0], s, n)
}

func sumSquaresSIMD(_ ISA, lanes *[64]float32, x []float32, n int) {
	sumSquaresNEON(&lanes[0], &x[0], n)
}

// transposeSIMD transposes 8 rows of blocks of 8 columns, of a matrix [rows][cols]. It is
// plain Go: only es-maml transposes, a few matrices a step, and nothing is computed.
func transposeSIMD(dst, src []float32, rows, cols, blocks int) {
	const block = 8
	for r := range block {
		for c, v := range src[r*cols : r*cols+block*blocks] {
			dst[c*rows+r] = v
		}
	}
}

func noiseSIMD(_ ISA, dst []float32, groups int, key [2]uint32, ctr [4]uint32) {
	a := noiseWords(key, ctr)
	noiseNEON(&dst[0], groups, &a[0])
}

func addNoiseSIMD(_ ISA, acc []float32, scale float32, groups int, key [2]uint32, ctr [4]uint32) {
	a := noiseWords(key, ctr)
	addNoiseNEON(&acc[0], groups, &a[0], scale)
}

func peakSIMD(_ ISA, n int) int {
	peakNEON(4 * n)
	return 12 * n
}
