package rng

import "math/bits"

// Strata are the sources of n tasks that are drawn together, so that few of them are spread evenly over what they are drawn
// from. Their uniform numbers are the points of Sobol's sequence (1967), scrambled anew in every generation (Owen 1995):
// with n = 2^m tasks each 2^-m of every number's range has one task, and so has, but for a few, each box of that size of
// numbers that stand together in a group of four. Each task alone is as uniform as ever. Uniform number j of task t is
//
//	(c + u) / 2^m      c the scrambled first m bits of point p(t), u from the task's own stream
//
// where p is a random order of the n points, one for each group, so that groups are independent. Where n is not a power of
// two, m is that of the next. Normals and coins are left alone. Strata are for one goroutine.
type Strata struct {
	seed       uint64
	generation uint32
	n          int
	points     []int   // p of the newest group
	cell       [][]int // c, [number][task], made as tasks ask
}

// sobolDims is how many numbers are in a group.
const sobolDims = 4

// sobolPolynomials are the degree, the coefficients between first and last, and the first direction numbers of dimensions 1
// to 3 (Joe and Kuo, SIAM J. Sci. Comput. 30, 2008); dimension 0 has none, its directions are all 1.
var sobolPolynomials = [sobolDims]struct {
	degree, coefficients int
	first                []uint32
}{{}, {1, 0, []uint32{1}}, {2, 1, []uint32{1, 3}}, {3, 1, []uint32{1, 3, 1}}}

// NewStrata are those of a generation of n tasks.
func NewStrata(seed uint64, generation uint32, n int) *Strata {
	return &Strata{seed: seed, generation: generation, n: n}
}

// Source is the source of task 0 .. n-1: the stream (seed, Stratified, generation, 0, task) with its Uniform stratified.
func (s *Strata) Source(task int) *Source {
	if task < 0 || task >= s.n {
		panic("rng: the strata have no such task")
	}
	r := At(s.seed, Stratified, s.generation, 0, uint32(task)).Source()
	r.strata, r.task = s, task
	return r
}

// bits is m.
func (s *Strata) bits() int { return bits.Len(uint(s.n - 1)) }

// place is where number j of a task lies in [0, 1]; u is from [0, 1).
func (s *Strata) place(j, task int, u float64) float64 {
	for len(s.cell) <= j {
		s.cell = append(s.cell, s.cells(len(s.cell)))
	}
	return (float64(s.cell[j][task]) + u) / float64(int(1)<<s.bits())
}

// cells are c of number j, by task. The stream (seed, Stratified, generation, 1+j) has the group's order, where j is the first
// of its group, and then the coins of the scrambling, one for each string of fewer than m bits.
func (s *Strata) cells(j int) []int {
	words := At(s.seed, Stratified, s.generation, uint32(1+j), 0).Source()
	if j%sobolDims == 0 {
		s.points = shuffled(s.n, words)
	}
	m := s.bits()
	coin := make([]int, 1<<m)
	for i := range coin {
		if words.Coin() {
			coin[i] = 1
		}
	}
	directions := sobolDirections(j % sobolDims)
	out := make([]int, s.n)
	for t, i := range s.points {
		var point uint32
		for k := 0; i>>k != 0; k++ {
			if i>>k&1 == 1 {
				point ^= directions[k]
			}
		}
		prefix, scrambled := 1, 0 // the bits so far, a 1 before them
		for b := range m {
			bit := int(point >> (31 - b) & 1)
			scrambled = scrambled<<1 | bit ^ coin[prefix]
			prefix = prefix<<1 | bit
		}
		out[t] = scrambled
	}
	return out
}

// sobolDirections are the direction numbers of a dimension: point i is the exclusive or of those of i's bits.
func sobolDirections(dim int) (v [32]uint32) {
	p := sobolPolynomials[dim]
	for k := range v {
		switch {
		case dim == 0:
			v[k] = 1 << (31 - k)
		case k < p.degree:
			v[k] = p.first[k] << (31 - k)
		default:
			v[k] = v[k-p.degree] ^ v[k-p.degree]>>p.degree
			for l := 1; l < p.degree; l++ {
				if p.coefficients>>(p.degree-1-l)&1 == 1 {
					v[k] ^= v[k-l]
				}
			}
		}
	}
	return v
}

// shuffled is 0..n-1 in a random order (Fisher and Yates).
func shuffled(n int, words *Source) []int {
	p := make([]int, n)
	for i := range p {
		k := int(words.Float64() * float64(i+1)) // 0..i: a multiple of 2^-53 below 1, times i+1, rounds to less than i+1
		p[i], p[k] = p[k], i
	}
	return p
}
