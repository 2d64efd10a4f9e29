package probe

import (
	"context"
	"errors"
	"math"

	"baldwin/internal/rng"
	"baldwin/run"
	"baldwin/task"
)

// An Abroad is how a learner does where one of its task's hidden parameters, or the noise, comes from another range.
type Abroad struct {
	Parameter string
	From, To  float64 // its range; the others are drawn as they were for evolution
	Home      bool    // the range of evolution
	Fitness   Estimate
	Share     float64 // of sequences: the error over that of predicting 0; else NaN
}

// Ranges asks how a learner does outside the ranges that it was evolved in: A and n of sequences, the noise, A0 and k of
// robots. lives 0 is 1600 for each range.
func Ranges(ctx context.Context, s *Subject, lives int, seed uint64) ([]Abroad, error) {
	if lives == 0 {
		lives = lesionLives
	}
	var out []Abroad
	ask := func(parameter string, from, to float64, home bool, f task.Family, draw func(t task.Task, u *task.Source) (task.Task, error)) error {
		lot := run.Fresh(f, seed, lives)
		var zero float64
		for i, t := range lot.Tasks {
			var err error
			if lot.Tasks[i], err = draw(t, rng.At(seed, rng.Fresh, uint32(1+len(out)), 0, uint32(i)).Source()); err != nil {
				return err
			}
			if sequence, ok := f.(*task.Sequence); ok {
				zero += zeroError(sequence, lot.Tasks[i].(*task.SequenceTask), 0, predictions(sequence)) / float64(lives)
			}
		}
		fitness, err := s.with(f).score(ctx, lot)
		if err != nil {
			return err
		}
		a := Abroad{Parameter: parameter, From: from, To: to, Home: home, Fitness: mean(fitness), Share: math.NaN()}
		if zero > 0 {
			a.Share = -a.Fitness.Value / zero
		}
		out = append(out, a)
		return nil
	}
	switch f := s.Family.(type) {
	case *task.Sequence:
		for _, r := range []struct {
			parameter string
			from, to  float64
		}{
			{"A", 0.1, 0.5}, {"A", 0.5, 1}, {"A", task.MinAmplitude, task.MaxAmplitude}, {"A", 3, 4}, {"A", 4, 6},
			{"n", 5, 10}, {"n", task.MinPeriod, task.MaxPeriod}, {"n", 100, 150}, {"n", 150, 300},
		} {
			home := r.from == task.MinAmplitude || r.from == task.MinPeriod
			err := ask(r.parameter, r.from, r.to, home, f, func(t task.Task, u *task.Source) (task.Task, error) {
				drawn := *t.(*task.SequenceTask)
				values := make([]float64, f.Dims)
				for i := range values {
					values[i] = u.Uniform(r.from, r.to)
				}
				if r.parameter == "A" {
					drawn.Amplitude = values
				} else {
					drawn.Period = values
				}
				return f.Given(drawn.Amplitude, drawn.Period, drawn.Phase)
			})
			if err != nil {
				return nil, err
			}
		}
	case *task.Robot:
		for _, sigma := range []float64{0, 0.01, 0.05, 0.1, 0.2, 0.4} {
			noisy := *f
			noisy.Noise = sigma
			err := ask("sigma", sigma, sigma, sigma == f.Noise, &noisy, func(t task.Task, _ *task.Source) (task.Task, error) { return t, nil })
			if err != nil {
				return nil, err
			}
		}
		for _, r := range []struct {
			parameter string
			from, to  float64
			home      bool
		}{{"A0", 0.2, 0.5, false}, {"A0", 0.5, 2, true}, {"A0", 2, 4, false}, {"k", 0.02, 0.1, false}, {"k", 0.1, 0.5, true}, {"k", 0.5, 1, false}} {
			err := ask(r.parameter, r.from, r.to, r.home, f, func(t task.Task, u *task.Source) (task.Task, error) {
				drawn := *t.(*task.RobotTask)
				v := u.Uniform(r.from, r.to)
				for _, one := range []*task.RobotTask{&drawn, drawn.Explore} {
					switch {
					case one == nil:
					case r.parameter == "A0":
						one.A0 = v
					default:
						one.K = v
					}
				}
				return &drawn, nil
			})
			if err != nil {
				return nil, err
			}
		}
	default:
		return nil, errors.New("probe: nothing is known of ranges in family " + s.Family.Name())
	}
	return out, nil
}
