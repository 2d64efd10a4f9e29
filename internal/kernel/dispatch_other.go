//go:build !(amd64 || arm64) || noasm

package kernel

// Without assembly the reference is the only form: Parse and Available never hand out
// another, so that what follows is reached only by a programmer's error.
const noSIMD = "kernel: this build has the reference only"

func lacks(k ISA) string {
	if k == Reference {
		return ""
	}
	return "this build has no vector kernels (neither amd64 nor arm64, or built with the tag noasm)"
}

func staticSIMD(ISA, Matrix, Rows, Rows, Rows, int, bool)                       { panic(noSIMD) }
func frozenSIMD(ISA, Matrix, int, Rows, Rows, Rows, int)                        { panic(noSIMD) }
func plasticSIMD(ISA, bool, *Update, Rows, Rows, int)                           { panic(noSIMD) }
func headSIMD([]float32, int, int, []float32, Rows, Rows, int)                  { panic(noSIMD) }
func headsSIMD([]float32, int, int, int, Rows, Rows, Rows, int, int)            { panic(noSIMD) }
func mulSIMD(ISA, []float32, []float32, []float32, int)                         { panic(noSIMD) }
func mulAddSIMD(ISA, []float32, []float32, []float32, int)                      { panic(noSIMD) }
func maskSIMD(ISA, []float32, []float32, int)                                   { panic(noSIMD) }
func transposeSIMD([]float32, []float32, int, int, int)                         { panic(noSIMD) }
func tanhSIMD(ISA, []float32, []float32, int)                                   { panic(noSIMD) }
func sigmoidSIMD(ISA, []float32, []float32, int)                                { panic(noSIMD) }
func reluSIMD(ISA, []float32, []float32, int)                                   { panic(noSIMD) }
func axpySIMD(ISA, []float32, float32, []float32, int)                          { panic(noSIMD) }
func perturbSIMD(ISA, []float32, []float32, []float32, []float32, float32, int) { panic(noSIMD) }
func perturbOneSIMD(ISA, []float32, []float32, []float32, float32, int)         { panic(noSIMD) }
func sumSquaresSIMD(ISA, *[64]float32, []float32, int)                          { panic(noSIMD) }
func noiseSIMD(ISA, []float32, int, [2]uint32, [4]uint32)                       { panic(noSIMD) }
func addNoiseSIMD(ISA, []float32, float32, int, [2]uint32, [4]uint32)           { panic(noSIMD) }
func peakSIMD(ISA, int) int                                                     { panic(noSIMD) }
