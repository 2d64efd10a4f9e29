package rng

// Strata are the sources of n tasks that are drawn together, so that none of their uniform numbers leaves a part of its
// range to chance: a Latin hypercube (McKay, Beckman and Conover, Technometrics 1979). Uniform number j of task t is
//
//	(p_j(t) + u) / n      p_j a random order of 0..n-1, u from the task's own stream
//
// so that each n-th of the range has one task, while each task alone is as uniform as ever. Normals and coins are left
// alone. Strata are for one goroutine.
type Strata struct {
	seed       uint64
	generation uint32
	n          int
	order      [][]int // [number][task], made as tasks ask
}

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

// place is where number j of a task lies in [0, 1]; u is from [0, 1).
func (s *Strata) place(j, task int, u float64) float64 {
	for len(s.order) <= j {
		s.order = append(s.order, s.shuffled(len(s.order)))
	}
	return (float64(s.order[j][task]) + u) / float64(s.n)
}

// shuffled is the order of number j: 0..n-1 shuffled (Fisher and Yates) by the stream (seed, Stratified, generation, 1+j).
func (s *Strata) shuffled(j int) []int {
	words := At(s.seed, Stratified, s.generation, uint32(1+j), 0).Source()
	p := make([]int, s.n)
	for i := range p {
		k := int(words.Float64() * float64(i+1)) // 0..i: the product of a number below 1 rounds to i+1 for no i below 2^24
		p[i], p[k] = p[k], i
	}
	return p
}
