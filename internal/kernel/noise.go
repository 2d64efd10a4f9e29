package kernel

// group is how many normals eight Philox blocks make.
const group = 32

// Noise fills dst with independent standard normals. Group g of 32 comes from the blocks
// with counters ctr[0]+8g to ctr[0]+8g+7 (mod 2^32; the other words of ctr as given), so
// any part can be made alone; a partial last group is the prefix of the whole one. Any
// length.
func (k ISA) Noise(dst []float32, key [2]uint32, ctr [4]uint32) {
	groups := len(dst) / group
	if groups > 0 {
		if k == Reference {
			noiseRef(dst, groups, key, ctr)
		} else {
			noiseSIMD(k, dst, groups, key, ctr)
		}
	}
	if rest := dst[groups*group:]; len(rest) > 0 {
		last := k.oneGroup(groups, key, ctr)
		copy(rest, last[:])
	}
}

// AddNoise is acc[i] = fma(a, noise[i], acc[i]) with the values of Noise, which are not
// stored.
func (k ISA) AddNoise(acc []float32, a float32, key [2]uint32, ctr [4]uint32) {
	groups := len(acc) / group
	if groups > 0 {
		if k == Reference {
			addNoiseRef(acc, a, groups, key, ctr)
		} else {
			addNoiseSIMD(k, acc, a, groups, key, ctr)
		}
	}
	if rest := acc[groups*group:]; len(rest) > 0 {
		last := k.oneGroup(groups, key, ctr)
		for i := range rest {
			rest[i] = FMA(a, last[i], rest[i])
		}
	}
}

// oneGroup is group g alone, for a rest that does not fill one.
func (k ISA) oneGroup(g int, key [2]uint32, ctr [4]uint32) (v [group]float32) {
	if k == Reference {
		groupRef(&v, g, key, ctr)
		return v
	}
	ctr[0] += uint32(8 * g)
	noiseSIMD(k, v[:], 1, key, ctr)
	return v
}

// groupRef makes group g. Block b of it gives the normals 2b, 2b+1, 2b+16 and 2b+17.
func groupRef(dst *[group]float32, g int, key [2]uint32, ctr [4]uint32) {
	first := ctr[0] + uint32(8*g)
	for b := range 8 {
		ctr[0] = first + uint32(b)
		w := Philox(ctr, key)
		dst[2*b], dst[2*b+16] = gauss(w[1], w[3])
		dst[2*b+1], dst[2*b+17] = gauss(w[0], w[2])
	}
}

func noiseRef(dst []float32, groups int, key [2]uint32, ctr [4]uint32) {
	for g := range groups {
		groupRef((*[group]float32)(dst[g*group:]), g, key, ctr)
	}
}

func addNoiseRef(acc []float32, a float32, groups int, key [2]uint32, ctr [4]uint32) {
	for g := range groups {
		n := Reference.oneGroup(g, key, ctr)
		for i, v := range n {
			acc[g*group+i] = FMA(a, v, acc[g*group+i])
		}
	}
}
