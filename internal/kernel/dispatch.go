//go:build (amd64 || arm64) && !noasm

package kernel

// at is the address of s[i], or nil past the end: a kernel reads nothing there, and a
// pointer to the end would point into another object.
func at(s []float32, i int) *float32 {
	if uint(i) >= uint(len(s)) {
		return nil
	}
	return &s[i]
}

// noiseWords are ctr[0] and then the words that the rounds of Philox exclusive-or, in
// order, folded with what is the same in all lanes: ctr[1..3] do not change, so x0 and x1
// after the first round and x3 after the second are constants.
func noiseWords(key [2]uint32, ctr [4]uint32) (a [20]uint32) {
	p := uint64(ctr[2]) * philoxM1
	x0, x1 := uint32(p>>32)^ctr[1]^key[0], uint32(p)
	q := uint64(x0) * philoxM0
	a[0] = ctr[0]
	a[1] = ctr[3] ^ key[1] // round 1: x2
	for r := 1; r < 10; r++ {
		key[0] += philoxW0
		key[1] += philoxW1
		k0, k1 := key[0], key[1]
		switch r {
		case 1:
			k0 ^= x1
			k1 ^= uint32(q >> 32)
		case 2:
			k1 ^= uint32(q)
		}
		a[2*r], a[2*r+1] = k0, k1
	}
	return a
}
