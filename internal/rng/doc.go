// Package rng gives every random number of a run an address, so that nothing depends on the order of drawing.
//
// At names a stream by what it is for; Stream.Normals fills a long vector with normals, Stream.Source draws
// single numbers in order. The words are those of Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers:
// as easy as 1, 2, 3", SC 2011), a keyed bijection of a 128-bit counter: two addresses can no more give the same
// block than one.
//
// # Addresses
//
//	field       bits      question it answers
//	seed        key, 64   which run is this? Low half first.
//	block       0..31     which step of the stream? 4 words each, 2^32 blocks.
//	generation  32..63    which generation of that run? 0 is what comes before the first.
//	individual  64..95    whose number: which pair of the population? 0 where all share it.
//	task        96..119   which task of that generation, below 2^24?
//	purpose     120..127  what is it for?
//
// The block is the field that advances. Since each method consumes a fixed number of words, a position within a
// stream is an address too: step s of a life whose steps take n numbers begins at number s*n, whatever the life did before.
//
//	purpose      generation  individual      task  read as
//	Init         0           tensor          0     Normals, the tensor in its order
//	Perturb      g           pair            0     Normals, the genome in its order
//	Coin         g           pair            0     Source, a coin for each group of tensors
//	Train        g           0               task  Source
//	MetaTest     g           0               task  Source
//	HeldOut      0           0               task  Source
//	Fresh        0           0               task  Source
//	Observation  g           tasks' purpose  task  either
//	Exploration  g           tasks' purpose  task  either
//	Birth        g           tasks' purpose  task  Normals, the weights in their order
//	Bootstrap    0           0               0     Source
//	Stratified   g           0               task  Source, of Strata
//	Stratified   g           1 + number      0     Source, order and scrambling of the tasks' number-th Uniform
//
// Tasks and what belongs to them never name a pair: all offspring of a generation meet the same tasks, the same noise and
// the same weights at birth. For the noise the individual field says instead what its tasks are for, so that a
// meta-test's task 3 and meta-training's task 3 of one generation do not share theirs.
//
// One address has one block sequence, read either as Normals or as a Source: both would use the same words.
//
// # Bits
//
// Words, Uint32, Float64, Uniform and Coin are integer arithmetic and exact. The float32 of Normals and
// AddNormals are fixed by the arithmetic contract of internal/kernel, the float64 of Source.Normal by
// internal/detmath: the same address gives the same bits on every machine and instruction set.
package rng
