package strategy

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"baldwin/internal/kernel"
)

// space is 5 blocks in 4 groups with gaps between them; one block is longer than a part of the update, and one begins
// where another's last group of noise is cut. A method for small genomes gets short ones.
func space(m Method) Space {
	if m.Name == "cma-es" {
		return Space{Dim: 300, Groups: 4, Blocks: []Block{
			{Name: "a", Off: 0, Len: 7, Group: 0, Sigma: 0.01},
			{Name: "b", Off: 32, Len: 20, Group: 1, Sigma: 0.001},
			{Name: "c", Off: 96, Len: 33, Group: 2, Sigma: 0.01},
			{Name: "d", Off: 160, Len: 5, Group: 1, Sigma: 0.001},
			{Name: "e", Off: 192, Len: 1, Group: 3, Sigma: 0.02},
		}}
	}
	return Space{Dim: 5000, Groups: 4, Blocks: []Block{
		{Name: "a", Off: 0, Len: 7, Group: 0, Sigma: 0.01},
		{Name: "b", Off: 32, Len: 64, Group: 1, Sigma: 0.001},
		{Name: "c", Off: 128, Len: 4097, Group: 2, Sigma: 0.01},
		{Name: "d", Off: 4256, Len: 33, Group: 1, Sigma: 0.001},
		{Name: "e", Off: 4320, Len: 100, Group: 3, Sigma: 0.02},
	}}
}

// config starts a method on a space at a theta of small numbers, with its own settings but for the population.
func config(m Method, s Space, population int) Config {
	c := Config{Space: s, Settings: m.Default, Theta: make([]float32, s.Dim), Seed: 11, Kernel: kernel.Best()}
	c.Settings.Population = population
	for _, b := range s.Blocks {
		for i := range b.Len {
			c.Theta[b.Off+i] = float32(i%13-6) / 64
		}
	}
	return c
}

func begin(t testing.TB, m Method, c Config) Strategy {
	t.Helper()
	s, err := m.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serial is a Parallel of one worker.
func serial(n int, f func(int)) {
	for i := range n {
		f(i)
	}
}

// generation turns one generation with the fitness of each individual.
func generation(s Strategy, g int, fitness func(i int, x []float32) float64, dim int, par Parallel) {
	s.Ask(g)
	scratch, x := NewScratch(Space{Dim: dim}), make([]float32, dim)
	f := make([]float64, s.Population())
	for i := range f {
		penalty := s.Offspring(i, x, scratch)
		f[i] = fitness(i, x) - penalty
	}
	s.Tell(f, par)
}

// synthetic is fitness by index and generation alone: a few values, so that there are ties, and here and there a NaN.
func synthetic(g int) func(i int, x []float32) float64 {
	return func(i int, _ []float32) float64 {
		h := uint32(g*1000003+i) * 2654435761
		if h>>28 == 0 {
			return math.NaN()
		}
		return float64(int32(h)>>26) / 8
	}
}

// bits is the hash of theta, NaN canonical, and the sigmas.
func bits(s Strategy) string {
	h := sha256.New()
	for _, v := range s.Theta() {
		h.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(kernel.CanonicalNaN(v))))
	}
	for _, v := range s.Sigma() {
		h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// each runs a test for every method.
func each(t *testing.T, f func(t *testing.T, m Method)) {
	for _, m := range Builtin() {
		t.Run(m.Name, func(t *testing.T) { f(t, m) })
	}
}
