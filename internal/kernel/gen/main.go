// Command gen writes the AVX2 and AVX-512 kernels of package kernel with avo.
// Run it by `go generate ./internal/kernel` from the root of the repository.
//
// Every kernel follows the Go reference in package kernel operation by operation:
// the reference says which bits are right, the generator only says in which
// registers they are made.
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("amd64,!noasm")

	peak(avx512)
	peak(avx2)

	// Static: accumulators are vectors x tasks.
	for tasks := 4; tasks >= 1; tasks-- {
		for _, vectors := range []int{4, 2, 1} {
			static(avx512, vectors, tasks)
		}
		static(avx2, 2, tasks)
	}

	for _, tasks := range []int{2, 1} {
		frozen(avx512, 4, tasks)
		frozen(avx512, 1, tasks)
		frozen(avx2, 4, tasks)
		frozen(avx2, 2, tasks)
	}
	frozen(avx2, 8, 1)

	for _, rule := range []string{"plastic", "oja"} {
		for _, vectors := range []int{2, 1} {
			plastic(rule, avx512, vectors, 2)
			plastic(rule, avx512, vectors, 1)
		}
		plastic(rule, avx2, 2, 1)
	}
	plastic("plastic", avx2, 4, 1)

	for outs := 1; outs <= 3; outs++ {
		head(outs, 16)
		head(outs, 8)
		head(outs, 4)
		heads(outs)
	}
	transpose()

	tanh()
	sigmoid()
	narrowTanh()
	narrowSigmoid()
	for _, s := range []isa{avx512, avx2} {
		relu(s)
		mul(s)
		mask(s)
		axpy(s)
		perturb(s)
		sumSquares(s)
	}
	for _, add := range []bool{false, true} {
		noise(2, add)
		noise(1, add)
		narrowNoise(add)
	}

	Generate()
}
