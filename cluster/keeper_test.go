package cluster

import (
	"errors"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/strategy"
)

// TestDeviant: a keeper whose replay gives another theta says so, once, and takes the right one.
func TestDeviant(t *testing.T) {
	spec := small(t, nil)
	l, err := spec.Fit(run.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	start := func() strategy.Strategy {
		s, err := spec.NewStrategy(run.Builtin(), l, make([]float32, l.Layout.Dim), kernel.Best())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	truth := start()
	k := newKeeper(start(), 2, len(truth.State()), l.Layout.Dim)
	p := pack(state, truth.State())
	if err := k.install(state, p.hash, p.data[:5]); !errors.Is(err, errBlob) {
		t.Errorf("a theta cut short: %v", err)
	}
	if err := k.install(state, p.hash, p.data); err != nil {
		t.Fatal(err)
	}
	fitness := make([]float64, truth.Population())
	fitness[3] = 1
	truth.Ask(1)
	truth.Tell(fitness, func(n int, f func(int)) { parallel(1, n, f) })
	next := pack(state, truth.State())
	k.hear(broadcast{Frame: frameTell, Theta: p.hash, Generation: 1, Values: fitness})
	if !k.has(state, next.hash) {
		t.Fatal("replay gives another theta")
	}
	// The same with a value that is not the coordinator's.
	fitness[3] = 0
	fitness[4] = 1
	k.hear(broadcast{Frame: frameTell, Theta: next.hash, Generation: 2, Values: fitness})
	truth.Ask(2)
	fitness[5] = 2
	truth.Tell(fitness, func(n int, f func(int)) { parallel(1, n, f) })
	right := pack(state, truth.State())
	h := header{Blob: state, Theta: right.hash, Generation: 3}
	if g, _, deviant := k.hold(&h); !deviant || g.release != nil || k.deviated.Load() != 1 {
		t.Errorf("deviant %v, %d counted", deviant, k.deviated.Load())
	}
	if _, _, deviant := k.hold(&h); deviant {
		t.Error("said twice")
	}
	for off := 0; off < len(right.data); off += 1000 {
		k.hear(broadcast{Frame: framePart, Blob: state, Theta: right.hash, Size: uint32(len(right.data)), Offset: uint32(off), Bytes: right.data[off:min(off+1000, len(right.data))]})
	}
	g, news, _ := k.hold(&h)
	if g.release == nil {
		<-news
		g, _, _ = k.hold(&h)
	}
	if g.release == nil {
		t.Fatal("the right theta is not taken")
	}
	g.release()
}
