//go:build amd64 && !noasm

package kernel

import "unsafe"

// run does groups of so many tasks; vectors are of AVX-512, each two of AVX2.
func (a *plasticArgs) run(k ISA, oja bool, vectors, tasks int) {
	p := (*byte)(unsafe.Pointer(a))
	wide, pair := vectors == 2, tasks == 2
	switch {
	case oja && k == AVX2:
		ojaAVX2v2t1(p)
	case oja && wide && pair:
		ojaAVX512v2t2(p)
	case oja && wide:
		ojaAVX512v2t1(p)
	case oja && pair:
		ojaAVX512v1t2(p)
	case oja:
		ojaAVX512v1t1(p)
	case k == AVX2 && wide:
		plasticAVX2v4t1(p)
	case k == AVX2:
		plasticAVX2v2t1(p)
	case wide && pair:
		plasticAVX512v2t2(p)
	case wide:
		plasticAVX512v2t1(p)
	case pair:
		plasticAVX512v1t2(p)
	default:
		plasticAVX512v1t1(p)
	}
}
