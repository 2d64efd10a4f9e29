package evolve

import (
	"testing"

	"baldwin/internal/kernel"
)

// TestGolden holds theta, sigma and fitness of three generations: another machine has the same bits. A change here is a
// change of results, and run.Contract must change with it.
func TestGolden(t *testing.T) {
	want := map[string]string{
		"eprnn sequence":       "77f2929e506e086a8896f5bac981918939d174f22b6456c7dd1fc33c90df2ca7",
		"epmlp-random robot":   "69e9365225ad49f8cc3a29b48156dff38498caf7b5e75b3291808da7837e4e16",
		"es-maml by paper":     "4ab411f40d2cf02abeaf0d316ea9c80f3cad886a9f64bc3508dfb9cbbff1dba3",
		"eprnn robot by paper": "e7db18a4beebe6e0cf9df748dc1d714a91277cc290e3e0c0df27b46d260bf67d",
	}
	for name, w := range worlds(t) {
		p := w.pool(kernel.Best(), 2)
		if got := w.evolve(t, p, w.begin(t, kernel.Best()), 3); got != want[name] {
			t.Errorf("%s: %s, want %s", name, got, want[name])
		}
		p.Close()
	}
}
