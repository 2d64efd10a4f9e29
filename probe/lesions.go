package probe

import (
	"context"
	"fmt"
	"math"

	"baldwin/life"
	"baldwin/run"
	"baldwin/task"
)

// A Treatment is what lives score with a lesion.
type Treatment struct {
	Lesion  string // as life.ParseLesion reads it; "none"; or "mean-m", the modulator held at each neuron's mean
	Meaning string
	Fitness Estimate // mean over lives
	Change  Estimate // of the fitness by the lesion, paired by life: below 0, the life needs what was taken
}

// lesionLives is how many held-out lives Lesions, Memory, Ranges and Protocols score unless told otherwise.
const lesionLives = 1600

// Lesions asks what learning does: it scores lives on the first held-out tasks, whole and with each lesion that has a meaning
// for the learner. lives is how many; 0 is 1600.
func Lesions(ctx context.Context, s *Subject, lives int) ([]Treatment, error) {
	if lives == 0 {
		lives = lesionLives
	}
	lot := run.HeldOut(s.Family, lives)
	whole, err := s.score(ctx, lot)
	if err != nil {
		return nil, err
	}
	out := []Treatment{{"none", "the life as it is", mean(whole), Estimate{}}}
	add := func(name, meaning string, s *Subject, lot *life.Lot) error {
		fitness, err := s.score(ctx, lot)
		if err != nil {
			return err
		}
		change := make([]float64, len(fitness))
		for i := range change {
			change[i] = fitness[i] - whole[i]
		}
		out = append(out, Treatment{name, meaning, mean(fitness), mean(change)})
		return nil
	}
	for _, t := range s.treatments() {
		if t.x.Check(s.Learner, s.Family) != nil {
			continue
		}
		lesioned, err := lot.Lesioned(t.x)
		if err == nil {
			err = add(t.x.String(), t.meaning, s, lesioned)
		}
		if err != nil {
			return nil, err
		}
	}
	held, err := s.meanModulator(ctx)
	if err != nil || held == nil {
		return out, err
	}
	return out, add("mean-m", "the modulator is held at each neuron's mean", held, lot)
}

type treatment struct {
	x       life.Lesion
	meaning string
}

// treatments are the lesions that are tried; some have no meaning for some learners.
func (s *Subject) treatments() []treatment {
	steps := s.Family.Shape().Steps
	learned := []int{steps / 8, steps / 4, steps / 2}
	seen, after := steps/4, "after a quarter of the life"
	if f, ok := s.Family.(*task.Sequence); ok {
		learned = []int{f.Shots / 4, f.Shots / 2, f.Shots * 3 / 4}
		seen, after = f.Shots, "when it begins to see its own outputs"
		if f.Protocol == task.AsReleased {
			seen++
		}
	}
	list := []treatment{{life.Lesion{Freeze: 1}, "it never learns"}}
	for _, n := range learned {
		if n > 0 {
			list = append(list, treatment{life.Lesion{Freeze: n + 1}, fmt.Sprintf("it learns in %d steps only", n)})
		}
	}
	list = append(list,
		treatment{life.Lesion{ResetW: seen + 1}, "what W learned is taken away " + after},
		treatment{life.Lesion{ResetH: seen + 1}, "what h holds is taken away " + after},
		treatment{life.Lesion{ResetW: seen + 1, ResetH: seen + 1}, "both are taken away " + after},
		treatment{life.Lesion{Transplant: 1}, "it is born with the W that another task's life ended with"},
		treatment{life.Lesion{Transplant: seen + 1}, "it gets the W of another task's life " + after})
	for _, part := range s.Learner.Parts() {
		meaning := "part " + part + " of the rule is 0"
		if part == "m" {
			meaning = "the modulator is held at 1"
		}
		list = append(list, treatment{life.Lesion{Zero: []string{part}}, meaning})
	}
	return list
}

// meanModulator is the subject with its modulator held at each neuron's mean over the plastic steps of some lives; nil where
// there is none.
func (s *Subject) meanModulator(ctx context.Context) (*Subject, error) {
	if s.Learner.Modulator != "on" || s.Learner.Layout.Find("core.mb") == nil {
		return nil, ctx.Err()
	}
	const lives = 320
	steps := PlasticSteps(s.Family)
	sums := make([][]float64, lives)
	counts := make([]int, lives)
	err := s.record(ctx, run.Fresh(s.Family, 1, lives), func(i int, l *life.Life) {
		sums[i] = make([]float64, s.Learner.Hidden)
		for _, m := range l.M[:min(steps, len(l.M))] {
			counts[i]++
			for j, v := range m {
				sums[i][j] += float64(v)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	held := *s
	held.Theta = append([]float32(nil), s.Theta...)
	if err := s.Learner.Silence(held.Theta, "m"); err != nil {
		return nil, err
	}
	bias := held.Theta[s.Learner.Layout.Find("core.mb").Off:]
	for j := range s.Learner.Hidden {
		var sum, n float64
		for i := range sums {
			sum += sums[i][j]
			n += float64(counts[i])
		}
		m := min(max(sum/n, 1e-6), 1-1e-6)
		bias[j] = float32(math.Log(m / (1 - m)))
	}
	return &held, nil
}

// PlasticSteps is how many steps of a family's life, from the first on, learn.
func PlasticSteps(f task.Family) int {
	e := f.Episode(1)
	e.Begin(run.Fresh(f, 1, 1).Tasks)
	obs, act := make([]float32, f.Shape().Obs), make([]float32, f.Shape().Act)
	for n := 0; ; n++ {
		step, more := e.Observe(obs)
		if !more || !step.Plastic {
			return n
		}
		if step.Output {
			e.Act(act, still{})
		}
	}
}

// still is a mover that has nothing to move.
type still struct{}

func (still) Move(_, _ int) {}
