package learner

import (
	"fmt"
	"slices"
	"testing"

	"baldwin/internal/kernel"
)

// plasticSteps is when the lives of these tests learn: from the first step on, with pauses, and at the end.
var plasticSteps = []bool{true, true, false, false, true, true, true, false}

// each runs a test for every variant of every shape on every kernel, and for another size of hidden layer.
func each(t *testing.T, test func(t *testing.T, l *Learner, k kernel.ISA)) {
	for _, k := range kernel.Available() {
		for shape, hidden := range map[string]int{"l1": 64, "l3": 16, "robot": 32} {
			for name, l := range variants(t, shape, hidden) {
				t.Run(fmt.Sprint(name, "-", k), func(t *testing.T) { test(t, l, k) })
			}
		}
	}
}

// newborn makes a brain with a drawn genome and begins lives, with their slow counterparts.
func newborn(l *Learner, k kernel.ISA, tasks int) (*Brain, []*slow) {
	b := l.NewBrain(k, tasks)
	copy(b.Genome, draw(l, 3))
	b.Load()
	var births Births
	h := l.Hidden
	if l.Random {
		births = Births{W: randoms(5, tasks*h*h, 0.1), Stride: h * h}
	}
	b.Birth(tasks, births)
	lives := make([]*slow, tasks)
	for i := range lives {
		var w matrix
		if l.Random {
			w = make(matrix, h)
			for o := range w {
				for j := range h {
					w[o] = append(w[o], float64(births.W[i*h*h+j*h+o]))
				}
			}
		}
		lives[i] = newSlow(l, l.Layout.File(b.Genome), w)
	}
	return b, lives
}

// TestStep holds outputs, h, m and W of several lives over several steps to the slow reference, for every learner, rule
// and variant; and without a recorder the outputs have the same bits.
func TestStep(t *testing.T) {
	const tasks = 3
	each(t, func(t *testing.T, l *Learner, k kernel.ISA) {
		b, lives := newborn(l, k, tasks)
		b.Recorded = true
		fast, _ := newborn(l, k, tasks)
		obs := randoms(4, len(plasticSteps)*tasks*l.Obs, 1)
		act, unseen := make([]float32, tasks*l.Act), make([]float32, tasks*l.Act)
		for s, plastic := range plasticSteps {
			seen := obs[s*tasks*l.Obs:][:tasks*l.Obs]
			b.Step(seen, act, tasks, plastic, true)
			fast.Step(seen, unseen, tasks, plastic, true)
			if !slices.Equal(act, unseen) {
				t.Fatalf("step %d: %v recorded, %v not", s, act, unseen)
			}
			for i, life := range lives {
				want := life.step(wide(seen[i*l.Obs:][:l.Obs]), plastic)
				compare(t, fmt.Sprintf("step %d, task %d: output", s, i), act[i*l.Act:][:l.Act], want)
				compareState(t, fmt.Sprintf("step %d, task %d: ", s, i), b.State(), i, life)
			}
		}
	})
}

func compare(t *testing.T, what string, got []float32, want vector) {
	t.Helper()
	for j := range want {
		if !near(got[j], want[j]) {
			t.Fatalf("%s %d is %v, want %v", what, j, got[j], want[j])
		}
	}
}

func compareState(t *testing.T, what string, s State, slot int, want *slow) {
	t.Helper()
	if (s.H != nil) != want.Recurrent || (s.M != nil) != (want.Modulator == On) || (s.W != nil) != want.Plastic {
		t.Fatalf("%sshows h %v, m %v, W %v", what, s.H != nil, s.M != nil, s.W != nil)
	}
	if s.H != nil {
		compare(t, what+"h", s.H(slot), want.h)
	}
	if s.M != nil {
		compare(t, what+"m", s.M(slot), want.m)
	}
	if s.W != nil {
		w := make([]float32, want.Hidden*want.Hidden)
		s.W(slot, w)
		for o, row := range want.w {
			compare(t, fmt.Sprintf("%sW, row %d", what, o), w[o*want.Hidden:][:want.Hidden], row)
		}
	}
}

// TestLook: what a recorder sees as W is, to the bit, what the next step uses; and W stays where nothing learns.
func TestLook(t *testing.T) {
	const tasks = 2
	each(t, func(t *testing.T, l *Learner, k kernel.ISA) {
		if !l.Plastic {
			return
		}
		b, _ := newborn(l, k, tasks)
		h := l.Hidden
		before, after := make([]float32, tasks*h*h), make([]float32, tasks*h*h)
		look := func(w []float32) {
			for i := range tasks {
				b.State().W(i, w[i*h*h:])
			}
		}
		learns := l.Rule != ABCD || len(l.Zero) < 4
		look(after)
		for s := range 4 {
			b.Step(randoms(uint64(s), tasks*l.Obs, 1), nil, tasks, true, false)
			copy(before, after)
			look(after)
			if slices.Equal(before, after) == learns {
				t.Fatalf("step %d: learned: %v, want %v", s, !learns, learns)
			}
			b.Step(randoms(uint64(s), tasks*l.Obs, 1), nil, tasks, false, false)
			w, stride := plasticityOf(b).weights()
			for j, x := range after {
				i, o, in := j/(h*h), j/h%h, j%h
				if used := w[i*stride+in*h+o]; used != x || x != x {
					t.Fatalf("step %d, slot %d: W[%d][%d] is %v as seen and %v as used", s, i, o, in, x, used)
				}
			}
			copy(before, after)
			if look(after); !slices.Equal(before, after) {
				t.Fatalf("step %d: W changed without learning", s)
			}
		}
	})
}

func plasticityOf(b *Brain) *plasticity {
	if c, ok := b.core.(*mlp); ok {
		return c.plastic
	}
	return b.core.(*recurrent).plastic
}

// TestMove: a life goes on in another slot with the same bits, from any step on, and what it was born with is only read.
func TestMove(t *testing.T) {
	const tasks = 3
	each(t, func(t *testing.T, l *Learner, k kernel.ISA) {
		h := l.Hidden
		w := randoms(5, tasks*h*h, 0.1)
		births := Births{W: slices.Clone(w), Stride: h * h}
		stay, move := l.NewBrain(k, tasks), l.NewBrain(k, tasks)
		for _, b := range []*Brain{stay, move} {
			copy(b.Genome, draw(l, 3))
			b.Load()
		}
		obs, act, moved := make([]float32, tasks*l.Obs), make([]float32, tasks*l.Act), make([]float32, tasks*l.Act)
		for _, when := range []int{0, 1, 3, 6} {
			for _, b := range []*Brain{stay, move} {
				b.Birth(tasks, births)
				if l.Gradient {
					for i := range tasks {
						b.Descend(i, randoms(uint64(i), 2*l.Obs, 1), randoms(uint64(9+i), 2*l.Act, 1), nil)
					}
				}
			}
			at := []int{0, 1, 2} // the slot of each life in move
			live := tasks
			for s, plastic := range plasticSteps {
				copy(obs, randoms(uint64(s), len(obs), 1))
				stay.Step(obs, act, tasks, plastic, true)
				// the last life takes the slot of the first, which is over
				if s > when {
					copy(obs[:l.Obs], obs[2*l.Obs:])
				}
				move.Step(obs, moved, live, plastic, true)
				for i, slot := range at {
					if slot >= 0 && !slices.Equal(act[i*l.Act:][:l.Act], moved[slot*l.Act:][:l.Act]) {
						t.Fatalf("moved after step %d: life %d differs in step %d", when, i, s)
					}
				}
				if s == when {
					move.Move(0, 2)
					at, live = []int{-1, 1, 0}, 2
				}
			}
		}
		if !slices.Equal(births.W, w) {
			t.Fatal("the weights of birth were written to")
		}
	})
}

// TestStepAllocates: nothing, in any variant, whatever is asked of it.
func TestStepAllocates(t *testing.T) {
	each(t, func(t *testing.T, l *Learner, k kernel.ISA) {
		const tasks = 2
		b := l.NewBrain(k, tasks)
		births := Births{W: randoms(5, l.Hidden*l.Hidden, 0.1)}
		obs, act := randoms(1, 2*tasks*l.Obs, 1), make([]float32, 2*tasks*l.Act)
		n := testing.AllocsPerRun(5, func() { // the mean of several: the runtime itself allocates now and then
			b.Load()
			b.Birth(tasks, births)
			if l.Gradient {
				b.Descend(0, obs, act, nil)
				b.Descend(1, obs, act, obs)
			}
			for _, plastic := range []bool{true, false, true} {
				b.Step(obs, act, tasks, plastic, true)
			}
			b.Move(0, 1)
			b.Step(obs, act, 1, true, false)
		})
		if n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}
