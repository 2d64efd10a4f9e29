//go:build amd64 && !noasm

package kernel

import (
	"strings"

	"golang.org/x/sys/cpu"
)

// lacks names the features that k needs and the machine has not; package cpu also asks
// whether the operating system saves the registers.
func lacks(k ISA) string {
	if k == NEON {
		return "the processor is no arm64"
	}
	var missing []string
	need := func(has bool, name string) {
		if !has {
			missing = append(missing, name)
		}
	}
	if k >= AVX2 {
		need(cpu.X86.HasAVX2, "AVX2")
		need(cpu.X86.HasFMA, "FMA")
	}
	if k >= AVX512 {
		need(cpu.X86.HasAVX512F, "AVX512F")
		need(cpu.X86.HasAVX512DQ, "AVX512DQ")
		need(cpu.X86.HasAVX512BW, "AVX512BW")
		need(cpu.X86.HasAVX512VL, "AVX512VL")
	}
	if len(missing) == 0 {
		return ""
	}
	return "the processor or the operating system lacks " + strings.Join(missing, ", ")
}
