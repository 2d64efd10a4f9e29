package rng

import (
	"math"

	"baldwin/internal/detmath"
	"baldwin/internal/kernel"
)

// A Source draws the words of one stream in order. Every method consumes a fixed number of them, so what comes
// n calls later does not depend on values. Methods allocate nothing and panic at the end of the stream, after 2^34 words.
// A Source is for one goroutine.
type Source struct {
	key  [2]uint32
	ctr  [4]uint32 // of the block in words, once one was drawn
	left uint64    // blocks not yet drawn
	next int       // index into words; 4 when they are used up
	word [4]uint32

	strata *Strata // nil: none
	task   int     // of the strata
	number int     // calls of Uniform so far, where there are strata
}

// Source returns a source that begins at the stream's first word.
func (s Stream) Source() *Source {
	r := &Source{key: s.key, ctr: s.ctr, left: blocks - uint64(s.ctr[0]), next: 4}
	r.ctr[0]-- // refill advances before it draws
	return r
}

func (r *Source) refill() {
	if r.left == 0 {
		panic("rng: past the end of a stream")
	}
	r.left--
	r.ctr[0]++
	r.word = kernel.Philox(r.ctr, r.key)
	r.next = 0
}

// Uint32 returns the next word. It consumes one.
func (r *Source) Uint32() uint32 {
	if r.next == len(r.word) {
		r.refill()
	}
	w := r.word[r.next&3]
	r.next++
	return w
}

// Float64 returns a uniform number from [0, 1), a multiple of 2^-53. It consumes two words, the high bits first.
func (r *Source) Float64() float64 {
	high := uint64(r.Uint32())
	low := uint64(r.Uint32())
	return float64(float64((high<<32|low)>>11) * 0x1p-53)
}

// Uniform returns lo + (hi - lo) u for a uniform u from [0, 1). Rounding can make it hi itself.
// It consumes two words. In a source of Strata, u lies in the task's stratum.
func (r *Source) Uniform(lo, hi float64) float64 {
	u := r.Float64()
	if r.strata != nil {
		u = r.strata.place(r.number, r.task, u)
		r.number++
	}
	return lo + float64((hi-lo)*u)
}

// Coin returns true half of the time: the top bit of a word. It consumes one.
func (r *Source) Coin() bool { return r.Uint32()>>31 == 1 }

// Normal returns a standard normal, at most 8.6 in magnitude, by the method of Box and Muller (1958), the cosine only.
// It consumes four words.
func (r *Source) Normal() float64 {
	u := 1 - r.Float64() // (0, 1], exact
	v := r.Float64()
	return float64(math.Sqrt(float64(-2*detmath.Log(u))) * detmath.Cos(float64(2*math.Pi*v)))
}
