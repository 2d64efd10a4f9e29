package kernel

// Multipliers and Weyl increments of Philox4x32.
const (
	philoxM0 = 0xD2511F53
	philoxM1 = 0xCD9E8D57
	philoxW0 = 0x9E3779B9
	philoxW1 = 0xBB67AE85
)

// Philox is one block of Philox4x32-10: four random words for a counter and a key
// (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
func Philox(ctr [4]uint32, key [2]uint32) [4]uint32 {
	for range 10 {
		p0, p1 := uint64(ctr[0])*philoxM0, uint64(ctr[2])*philoxM1
		ctr = [4]uint32{
			uint32(p1>>32) ^ ctr[1] ^ key[0], uint32(p1),
			uint32(p0>>32) ^ ctr[3] ^ key[1], uint32(p0),
		}
		key[0] += philoxW0
		key[1] += philoxW1
	}
	return ctr
}
