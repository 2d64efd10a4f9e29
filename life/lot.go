package life

import (
	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/learner"
	"baldwin/task"
)

// A Lot is what fate deals to lives: their tasks, and the address of the random weights that some are born with. It is
// the same for every individual that meets it.
type Lot struct {
	Tasks []task.Task

	Seed       uint64
	Purpose    rng.Purpose
	Generation int
	First      int // index of Tasks[0] in its stream

	Lesion *Lesion     // what is done to each life; nil: nothing. See Lesioned
	Donors []task.Task // of a transplant, one for each task; else nil

	// Birth, where it is set, is the W that every life is born with, in kernel layout; else it is drawn.
	Birth []float32
}

// Draw draws tasks first .. first+n-1 that (seed, purpose, generation) address.
func Draw(f task.Family, seed uint64, p rng.Purpose, generation, first, n int) *Lot {
	return &Lot{Tasks: task.DrawAll(f, seed, p, generation, first, n), Seed: seed, Purpose: p, Generation: generation, First: first}
}

// Part is tasks lo .. hi-1 of a lot.
func (l *Lot) Part(lo, hi int) Lot {
	part := *l
	part.Tasks, part.First = l.Tasks[lo:hi], l.First+lo
	if l.Donors != nil {
		part.Donors = l.Donors[lo:hi]
	}
	return part
}

// births is the random weights of the lives at hand. All offspring of a generation are born with the same, so they are
// kept until another lot comes.
type births struct {
	hidden int
	w      []float32 // [slot][hidden*hidden + pad], kernel layout
	stride int
	have   birthKey
}

type birthKey struct {
	seed       uint64
	purpose    rng.Purpose
	generation int
	first, n   int
}

const birthPad = 256 // as the plastic weights': keeps lives from aliasing in the cache

func newBirths(hidden, size int) births {
	stride := hidden*hidden + birthPad
	return births{hidden: hidden, w: kernel.Aligned(size * stride), stride: stride}
}

// of returns W ~ N(0, 0.1^2) of n lives of a lot from first on: task t's from the stream (seed, Birth, generation,
// purpose, t).
func (b *births) of(k kernel.ISA, l *Lot, first, n int) learner.Births {
	if l.Birth != nil {
		return learner.Births{W: l.Birth}
	}
	key := birthKey{l.Seed, l.Purpose, l.Generation, l.First + first, n}
	if key != b.have {
		b.have = key
		for i := range n {
			w := b.w[i*b.stride:][:b.hidden*b.hidden]
			clear(w)
			rng.At(l.Seed, rng.Birth, uint32(l.Generation), uint32(l.Purpose), uint32(l.First+first+i)).AddNormals(k, w, learner.InitialSD)
		}
	}
	return learner.Births{W: b.w, Stride: b.stride}
}
