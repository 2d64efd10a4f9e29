package kernel

import (
	"fmt"
	"strings"
)

// ISA is one of the forms of the kernels. All give the same bits.
type ISA uint8

// The forms, slowest first. Reference is plain Go and the specification.
const (
	Reference ISA = iota
	NEON          // arm64
	AVX2          // amd64, as is AVX512
	AVX512
)

// Contract is the version of the arithmetic contract. It changes whenever any bit
// of any kernel can change, and what was computed under another is not continued.
const Contract = "1"

var names = [...]string{"reference", "neon", "avx2", "avx512"}

// String is the name that Parse takes.
func (k ISA) String() string {
	if int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("ISA(%d)", uint8(k))
}

// Supported says whether this machine, its operating system and this build can run k.
func (k ISA) Supported() bool { return k <= AVX512 && lacks(k) == "" }

// Available lists the supported forms, slowest first.
func Available() []ISA {
	var a []ISA
	for k := Reference; k <= AVX512; k++ {
		if k.Supported() {
			a = append(a, k)
		}
	}
	return a
}

// Best is the fastest form this machine has.
func Best() ISA {
	for k := AVX512; k > Reference; k-- {
		if k.Supported() {
			return k
		}
	}
	return Reference
}

// Parse turns a name into a form that this machine can run: "auto" is the best,
// the others are "avx512", "avx2", "neon" and "reference". An error says what is missing.
func Parse(name string) (ISA, error) {
	if name == "auto" {
		return Best(), nil
	}
	for i, n := range names {
		if n != name {
			continue
		}
		if missing := lacks(ISA(i)); missing != "" {
			return Reference, fmt.Errorf("kernel: %s cannot run here: %s", name, missing)
		}
		return ISA(i), nil
	}
	return Reference, fmt.Errorf("kernel: unknown kernel %q: want auto, %s", name, strings.Join(names[:], ", "))
}
