package kernel

// Peak issues n rounds of independent FMAs with k's vectors and returns how many FMAs of
// 16 lanes that was (AVX2: half as many as instructions, NEON: a quarter). Timed in bursts of
// microseconds it gives the peak of one core. The reference does nothing and returns 0.
func Peak(k ISA, n int) int {
	if k == Reference || n <= 0 {
		return 0
	}
	return peakSIMD(k, n)
}
