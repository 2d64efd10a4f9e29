package rng

import (
	"fmt"
	"testing"
)

func TestWordsAreRandom(t *testing.T) {
	n := size(1 << 18)
	r := At(1, Train, 1, 0, 0).Source()
	var ones, same [32]int
	high, low := make([]int, 256), make([]int, 256)
	last := uint32(0)
	for i := range n {
		w := r.Uint32()
		high[w>>24]++
		low[w&255]++
		for b := range ones {
			ones[b] += int(w >> b & 1)
			if i > 0 {
				same[b] += int(^(w ^ last) >> b & 1)
			}
		}
		last = w
	}
	all := []statistic{chiSquare("top byte", high), chiSquare("low byte", low)}
	for b := range ones {
		all = append(all,
			correlation(fmt.Sprintf("ones in bit %d", b), float64(2*ones[b]-n), float64(n), 1),
			correlation(fmt.Sprintf("bit %d as in the word before", b), float64(2*same[b]-(n-1)), float64(n-1), 1))
	}
	hold(t, all...)
}

func TestFloat64IsUniform(t *testing.T) {
	n := size(1 << 18)
	r := At(1, MetaTest, 1, 0, 0).Source()
	u, fine := make([]float64, n), make([]float64, n)
	for i := range u {
		u[i] = r.Float64()
		// What lies below the first 26 bits: 27 bits that come from both words.
		f := u[i] * (1 << 26)
		fine[i] = f - float64(int(f))
	}
	hold(t, append(testUniformity("Float64", u), testUniformity("low bits of Float64", fine)...)...)
}

func TestCoinIsFair(t *testing.T) {
	n := size(1 << 18)
	r := At(1, Coin, 1, 0, 0).Source()
	// Eight tosses in a row make one of 256 patterns.
	patterns := make([]int, 256)
	heads := 0
	for range n / 8 {
		p := 0
		for range 8 {
			p <<= 1
			if r.Coin() {
				p |= 1
				heads++
			}
		}
		patterns[p]++
	}
	hold(t, correlation("heads", float64(2*heads-n), float64(n), 1), chiSquare("eight in a row", patterns))
}

func TestSourceNormalIsNormal(t *testing.T) {
	z := make([]float64, size(1<<19))
	r := At(1, Exploration, 1, 0, 0).Source()
	for i := range z {
		z[i] = r.Normal()
	}
	hold(t, append(testNormality("Source.Normal", z), testSeries("Source.Normal", z, 1, 2, 3, 4)...)...)
}
