package rng

import (
	"fmt"
	"math/bits"
	"testing"

	"baldwin/internal/kernel"
)

// A run reads a few numbers at each of very many addresses that differ in one field by one. Here those
// must be as independent as the numbers of one stream.

// walks go through the addresses in the ways that a run does.
var walks = []struct {
	field string
	at    func(i int) Stream
}{
	{"seed", func(i int) Stream { return At(uint64(i), Perturb, 1, 0, 0) }},
	{"seed's high half", func(i int) Stream { return At(uint64(i)<<32, Perturb, 1, 0, 0) }},
	{"generation", func(i int) Stream { return At(1, Perturb, uint32(i), 0, 0) }},
	{"individual", func(i int) Stream { return At(1, Perturb, 1, uint32(i), 0) }},
	{"task", func(i int) Stream { return At(1, Train, 1, 0, uint32(i)) }},
	{"group", func(i int) Stream { return At(1, Init, 1, 0, 0).Skip(group * i) }},
	{"pair of each generation", func(i int) Stream { return At(1, Perturb, uint32(i/199), uint32(i%199), 0) }},
	{"task of each generation", func(i int) Stream { return At(1, Train, uint32(i/16), 0, uint32(i%16)) }},
}

// TestNeighbouringStreams correlates 1024 normals of each address with the same ones of the next address, of the
// next but one, and of the address 16 on.
func TestNeighbouringStreams(t *testing.T) {
	const n = 1024
	var all []statistic
	for _, w := range walks {
		if w.field == "group" {
			continue // these streams overlap: TestNormalsAreIndependent looks at groups
		}
		z := make([]float64, 0, n*size(256))
		for i := range size(256) {
			z = append(z, floats(w.at(i), n)...)
		}
		all = append(all, testSeries("next "+w.field, z, n, 2*n, 16*n)...)
	}
	// Purposes: all pairs of them.
	var streams [Bootstrap + 1][]float64
	for p := range streams {
		streams[p] = floats(At(1, Purpose(p), 1, 0, 3), size(1<<13))
	}
	for p := range streams {
		for q := range p {
			sum := 0.0
			for i, x := range streams[p] {
				sum += x * streams[q][i]
			}
			all = append(all, correlation(fmt.Sprintf("purposes %d and %d", p, q), sum, float64(len(streams[p])), 1))
		}
	}
	hold(t, all...)
}

// TestFirstNumbersOfAddresses takes only the first numbers of each address: over addresses they must be random as
// within one.
func TestFirstNumbersOfAddresses(t *testing.T) {
	n := size(1 << 14)
	var all []statistic
	for _, w := range walks {
		z, u := make([]float64, n), make([]float64, n)
		var first [1]float32
		for i := range z {
			s := w.at(i)
			s.Normals(kernel.Best(), first[:])
			z[i] = float64(first[0])
			u[i] = s.Source().Float64()
		}
		all = append(all, testNormality("first normal over "+w.field, z)...)
		all = append(all, testSeries("first normal over "+w.field, z, 1, 2, 16, 199)...)
		all = append(all, testUniformity("first uniform over "+w.field, u)...)
	}
	hold(t, all...)
}

// TestAvalanche: turning over any one bit of an address turns over half of the bits of its first block.
func TestAvalanche(t *testing.T) {
	n := size(256)
	block := func(a address) (w [4]uint32) {
		r := a.stream().Source()
		for i := range w {
			w[i] = r.Uint32()
		}
		return w
	}
	flips := []struct {
		field string
		bits  int
		flip  func(a *address, bit int)
	}{
		{"seed", 64, func(a *address, b int) { a.seed ^= 1 << b }},
		{"purpose", 8, func(a *address, b int) { a.purpose ^= 1 << b }},
		{"generation", 32, func(a *address, b int) { a.generation ^= 1 << b }},
		{"individual", 32, func(a *address, b int) { a.individual ^= 1 << b }},
		{"task", 24, func(a *address, b int) { a.task ^= 1 << b }},
		{"group", 29, func(a *address, b int) { a.skip ^= group << b }},
	}
	var all []statistic
	for _, f := range flips {
		for b := range f.bits {
			turned := 0
			for i := range n {
				a := address{seed: uint64(i), purpose: Perturb, generation: uint32(i % 7), individual: uint32(i % 199), task: 5}
				before := block(a)
				f.flip(&a, b)
				for j, w := range block(a) {
					turned += bits.OnesCount32(w ^ before[j])
				}
			}
			all = append(all, correlation(fmt.Sprintf("bit %d of %s", b, f.field), float64(2*turned-128*n), float64(128*n), 1))
		}
	}
	hold(t, all...)
}
