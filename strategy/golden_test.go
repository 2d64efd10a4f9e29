package strategy

import (
	"testing"

	"baldwin/internal/kernel"
)

// TestGolden holds theta and sigma after 20 generations of 32 offspring on synthetic fitness, penalty taken off: another
// machine has the same bits. A change here is a change of results, and run.Contract must change with it.
func TestGolden(t *testing.T) {
	want := map[string]string{
		"as-released": "f2bf1e211a2427658643c80f56e2f8007538b1c1cf05b52b57ef91e7d9a1a9de",
		"openes":      "168fd9d21c91400b0d893fcc11a3c9e1235d31999d7c4070475121cadd211cc6",
		"pgpe":        "2d0790157c435ce6a6595b3ff78375307f0b6704d8a629c0b4101b04f7a08d2e",
		"snes":        "5048fd252ce298a3573676941e7369763b4d93345658e9c60615245b72259aff",
		"ars":         "b459978923e6f87ae8c1a8a52efb19d62fcd2cf49efeecb6ce5c0d0049cd8267",
		"sep-cma-es":  "2adcb30acdd08bf91657a7a9cad8f2fc39336b55f0c15b0a45ee16f0ba7b303b",
		"cma-es":      "b71fc7f6160ae295a40022950eaa0bef025d8b107293891b6a26233896944ba6",
		"lm-ma-es":    "afc33658c5e57f0abd53f5f33e95a080f9033c0141680c4adbcd0fea67b658fd",
		"paper":       "3949b8e517c6acd0e220f5a91f051767b3dd59fff188dce9c1074bb6fd9573b8",
	}
	each(t, func(t *testing.T, m Method) {
		for _, k := range []kernel.ISA{kernel.Reference, kernel.Best()} {
			c := config(m, space(m), 32)
			c.Kernel = k
			s := begin(t, m, c)
			for g := 1; g <= 20; g++ {
				generation(s, g, synthetic(g), space(m).Dim, serial)
			}
			if got := bits(s); got != want[m.Name] {
				t.Errorf("kernel %s: %s, want %s", k, got, want[m.Name])
			}
		}
	})
}
