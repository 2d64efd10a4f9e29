package rng

import "baldwin/internal/kernel"

// Normals fills dst with independent standard normals: number i of the stream goes to dst[i], whatever the length,
// with the same bits for every k. It panics if the stream ends within dst.
func (s Stream) Normals(k kernel.ISA, dst []float32) {
	s.fits(len(dst))
	k.Noise(dst, s.key, s.ctr)
}

// AddNormals adds a times the stream's normals to acc, each by one fused multiply-add, without storing them:
// acc[i] = fma(a, z[i], acc[i]), z being what Normals gives. It panics if the stream ends within acc.
func (s Stream) AddNormals(k kernel.ISA, acc []float32, a float32) {
	s.fits(len(acc))
	k.AddNoise(acc, a, s.key, s.ctr)
}
