package probe

import (
	"context"
	"fmt"

	"baldwin/run"
	"baldwin/stats"
	"baldwin/task"
)

// A Horizon is how well sequences are predicted that far ahead.
type Horizon struct {
	First, Last int      // predicted times: y(First) to y(Last)
	Error       Estimate // mean squared error, over lives
	// Share is Error over the error of predicting 0: at 1 nothing of the task is left.
	Share float64
}

// Memory asks how long a life remembers its task: it goes on predicting from its own outputs, ten times as far as it was evolved
// to, with W as it was learned (or learning on, where the family says so). lives 0 is 1600 held-out ones. A family that is no
// sequence has no such thing.
func Memory(ctx context.Context, s *Subject, lives int) ([]Horizon, error) {
	f, ok := s.Family.(*task.Sequence)
	if !ok {
		return nil, fmt.Errorf("probe: lives in family %s cannot be made longer", s.Family.Name())
	}
	if lives == 0 {
		lives = lesionLives
	}
	ahead := predictions(f)
	var out []Horizon
	before, known := make([]float64, lives), 0 // sums of squared errors of the predictions so far
	for _, times := range [][2]int{{1, 2}, {1, 1}, {2, 1}, {3, 1}, {5, 1}, {10, 1}} {
		last := ahead * times[0] / times[1]
		if last <= known {
			continue
		}
		long := *f
		long.Length += last - ahead
		lot := run.HeldOut(&long, lives)
		fitness, err := s.with(&long).score(ctx, lot)
		if err != nil {
			return nil, err
		}
		errs, zero := make([]float64, lives), make([]float64, lives)
		for i, t := range lot.Tasks {
			sum := -fitness[i] * float64(last*f.Dims)
			errs[i] = (sum - before[i]) / float64((last-known)*f.Dims)
			before[i] = sum
			zero[i] = zeroError(f, t.(*task.SequenceTask), known, last)
		}
		h := Horizon{First: f.Shots + 1 + known, Last: f.Shots + last, Error: mean(errs)}
		h.Share = h.Error.Value / stats.Mean(zero)
		out = append(out, h)
		known = last
	}
	return out, nil
}

// predictions is how many a life in a family makes.
func predictions(f *task.Sequence) int {
	if f.Protocol == task.AsReleased {
		return f.Length
	}
	return f.Length - f.Shots
}

// zeroError is the mean squared error, over the predictions from the one of an index to that before another, of predicting 0.
func zeroError(f *task.Sequence, t *task.SequenceTask, from, to int) (sum float64) {
	for at := from; at < to; at++ {
		for d := range f.Dims {
			y := t.At(f.Shots+1+at, d)
			sum += y * y
		}
	}
	return sum / float64((to-from)*f.Dims)
}
