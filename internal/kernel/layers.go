package kernel

// A Matrix is a weight matrix in kernel layout, column by column: the weight from
// input i to neuron o is W[i*LD+o]. Neurons are the SIMD lanes, so Out is a multiple
// of 16; rows that a layer does not have are zeros. LD >= Out.
type Matrix struct {
	W           []float32
	LD, In, Out int
}

// Rows is one vector per task: task t's begins at V[t*LD]. With LD 0 all tasks share
// one vector, which then can only be read.
type Rows struct {
	V  []float32
	LD int
}

// Lanes is what Out must be a multiple of.
const Lanes = 16

// Programmer errors, all found before a kernel runs: no kernel checks a bound.
const (
	badMatrix = "kernel: matrix: Out must be a positive multiple of 16, LD at least Out, and W hold all columns"
	badInput  = "kernel: an input row lies outside its slice"
	badOutput = "kernel: an output row lies outside its slice or rows overlap"
	badLength = "kernel: slices differ in length"
)

// checkMatrix panics unless all columns lie within W.
func checkMatrix(w []float32, ld, in, out int) {
	if out <= 0 || out%Lanes != 0 || ld < out || in < 0 || in > 0 && len(w) < (in-1)*ld+out {
		panic(badMatrix)
	}
}

// reads panics unless tasks rows of n values lie within r.
func (r Rows) reads(n, tasks int) {
	if r.LD < 0 || len(r.V) < (tasks-1)*r.LD+n {
		panic(badInput)
	}
}

// writes panics unless tasks separate rows of n values lie within r.
func (r Rows) writes(n, tasks int) {
	if tasks > 1 && r.LD < n || len(r.V) < (tasks-1)*r.LD+n {
		panic(badOutput)
	}
}

// row is task t's vector of n values.
func (r Rows) row(t, n int) []float32 { return r.V[t*r.LD : t*r.LD+n] }
