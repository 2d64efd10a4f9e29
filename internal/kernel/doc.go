// Package kernel is the arithmetic of baldwin: layers, activations, vectors and noise in
// float32, with the same bits on every machine.
//
// Each kernel is a method of an ISA, which says how it is computed; ask Best or Parse for
// one. The plain Go form, Reference, is the specification and always compiled; AVX2 and
// AVX512 (amd64) and NEON (arm64) equal it bit for bit, for all lengths, alignments and
// values. The tag noasm, and every other machine, leave the reference alone.
//
// # The contract
//
// A product that is added is one fused multiply-add (FMA), rounded once. A dot product is
// one chain of FMAs in ascending index order from its initial value; parallelism is over
// neurons and tasks, never within a chain. tanh, sigmoid, logarithm, sine and cosine are
// polynomials with a fixed order of IEEE operations in round-to-nearest; subnormals are
// kept. NaN is one value: which payload and sign come out depends on the machine (see
// CanonicalNaN). Contract names the version of all this.
//
// # Layout
//
// Weights lie column by column, w[i*LD+o], so that neurons are the lanes; a tile of tasks
// shares what it loads. Strides between tasks and planes should be kept off powers of two
// (64*64+256 floats, say): they alias in the first-level cache otherwise, and the plastic
// pass falls from 90% to 79% of the FMA peak. Weights and rule that are not aligned cost it
// 33 points: take memory from Aligned.
//
// Slices are checked before a kernel runs, and a wrong shape panics with a constant
// string. No kernel allocates.
package kernel
