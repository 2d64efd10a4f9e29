// Command neon writes the NEON kernels of package kernel (avo knows amd64 only). Run it by
// `go generate ./internal/kernel` from the root of the repository.
//
// As with the command above it, the Go reference in package kernel says which bits are
// right, and the generator only in which registers they are made. It holds a pool of
// registers per function and writes Go assembly; instructions that Go's assembler has no
// name for are written as words, with their usual name beside them.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("out", "", "the assembly")
	stubs := flag.String("stubs", "", "the Go declarations")
	flag.Parse()

	a := newAsm()
	peak(a)
	for tasks := 4; tasks >= 1; tasks-- {
		static(a, tasks)
	}
	frozen(a, 2)
	frozen(a, 1)
	plastic(a, "plastic", (*tile).abcd)
	plastic(a, "oja", (*tile).oja)
	for outs := 1; outs <= 3; outs++ {
		for tasks := 16; tasks >= 4; tasks /= 2 {
			head(a, outs, tasks)
		}
		heads(a, outs)
	}
	tanh(a)
	sigmoid(a)
	relu(a)
	mul(a)
	mask(a)
	axpy(a)
	perturb(a)
	sumSquares(a)
	noise(a, "noise", false)
	noise(a, "addNoise", true)

	if err := a.write(*out, *stubs); err != nil {
		fmt.Fprintln(os.Stderr, "neon:", err)
		os.Exit(1)
	}
}
