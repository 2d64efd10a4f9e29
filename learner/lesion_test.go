package learner

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"baldwin/internal/kernel"
)

// TestLesions holds lives to the slow reference whose W and h are set back or exchanged before steps of all kinds: the
// first, one that has an update waiting, one after steps that learned nothing.
func TestLesions(t *testing.T) {
	const tasks = 3
	donor := func(h, slot int) []float32 { return randoms(uint64(20+slot), h*h, 0.1) }
	each(t, func(t *testing.T, l *Learner, k kernel.ISA) {
		b, lives := newborn(l, k, tasks)
		_, births := newborn(l, k, tasks)
		b.Recorded = true
		if b.Forgets() != l.Recurrent || b.Rewires() != l.Plastic {
			t.Fatalf("forgets %v, rewires %v", b.Forgets(), b.Rewires())
		}
		obs := randoms(4, len(plasticSteps)*tasks*l.Obs, 1)
		act := make([]float32, tasks*l.Act)
		for s, plastic := range plasticSteps {
			if b.Forgets() && (s == 0 || s == 2 || s == 3) {
				b.ResetH(tasks)
				for i, life := range lives {
					life.h = slices.Clone(births[i].h)
					life.c = slices.Clone(births[i].c)
				}
			}
			switch {
			case !b.Rewires():
			case s == 0 || s == 3 || s == 6: // with s == 3 all is as at birth
				b.ResetW(tasks, func(slot int) int { return slot })
				for i, life := range lives {
					life.w = births[i].w.clone()
				}
			case s == 1 || s == 5:
				b.SetW(tasks, func(slot int) []float32 { return donor(l.Hidden, slot) })
				for i, life := range lives {
					life.w = rows(donor(l.Hidden, i), l.Hidden)
				}
			}
			seen := obs[s*tasks*l.Obs:][:tasks*l.Obs]
			b.Step(seen, act, tasks, plastic, true)
			for i, life := range lives {
				want := life.step(wide(seen[i*l.Obs:][:l.Obs]), plastic)
				compare(t, fmt.Sprintf("step %d, task %d: output", s, i), act[i*l.Act:][:l.Act], want)
				compareState(t, fmt.Sprintf("step %d, task %d: ", s, i), b.State(), i, life)
			}
		}
	})
}

// TestResetMoved: a life that has moved gets back the W that it was born with, not that of its new slot.
func TestResetMoved(t *testing.T) {
	l := variants(t, "robot", 16)["epmlp-random-robot-16"]
	const tasks = 3
	b, lives := newborn(l, kernel.Best(), tasks)
	obs, act := randoms(4, tasks*l.Obs, 1), make([]float32, tasks*l.Act)
	b.Step(obs, act, tasks, true, true)
	b.Move(0, 2)
	b.Step(obs, act, tasks-1, true, true)
	b.ResetW(tasks-1, func(slot int) int { return []int{2, 1}[slot] })
	w := make([]float32, l.Hidden*l.Hidden)
	for slot, birth := range []int{2, 1} {
		b.State().W(slot, w)
		for o, row := range lives[birth].w {
			compare(t, fmt.Sprintf("slot %d: W, row %d", slot, o), w[o*l.Hidden:][:l.Hidden], row)
		}
	}
}

// TestSilence: each learner's parts, taken away, leave a life that the slow reference lives without them; what is not
// there is refused.
func TestSilence(t *testing.T) {
	parts := map[string]int{}
	each(t, func(t *testing.T, l *Learner, k kernel.ISA) {
		for _, part := range l.Parts() {
			parts[part]++
			b, _ := newborn(l, k, 1)
			whole := slices.Clone(b.Genome)
			if err := l.Silence(b.Genome, part); err != nil || slices.Equal(whole, b.Genome) {
				t.Fatalf("part %s: %v, or nothing was taken away", part, err)
			}
			b.Load()
			_, lives := newborn(l, k, 1)
			life := lives[0]
			if part != ModulatorPart {
				life.planes[part[0]-'A'] = make(matrix, l.Hidden)
				for o := range l.Hidden {
					life.planes[part[0]-'A'][o] = make(vector, l.Hidden)
				}
			}
			obs, act := randoms(4, 6*l.Obs, 1), make([]float32, l.Act)
			for s := range 6 {
				seen := obs[s*l.Obs:][:l.Obs]
				if part == ModulatorPart { // the slow life's m is the sigmoid of 64: 1
					for _, name := range []string{"core.mx", "core.mh"} {
						for _, row := range life.g[name] {
							clear(row)
						}
					}
					for _, row := range life.g["core.mb"] {
						row[0] = 64
					}
				}
				b.Step(seen, act, 1, true, true)
				if part == ModulatorPart && slices.ContainsFunc(b.State().M(0), func(m float32) bool { return m != 1 }) {
					t.Fatalf("m is %v", b.State().M(0))
				}
				compare(t, fmt.Sprintf("without %s, step %d", part, s), act, life.step(wide(seen), true))
			}
		}
		err := l.Silence(make([]float32, l.Layout.Dim), "E")
		if err == nil || !strings.HasPrefix(err.Error(), "zero: learner "+l.Name+` has no part "E"; its parts: `) {
			t.Errorf("part E: %v", err)
		}
	})
	for _, part := range []string{"A", "B", "C", "D", "m"} {
		if parts[part] == 0 {
			t.Errorf("no learner has part %s", part)
		}
	}
}
