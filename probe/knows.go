package probe

import (
	"context"
	"errors"
	"slices"

	"baldwin/life"
	"baldwin/run"
	"baldwin/stats"
)

// What a hidden parameter can be read from.
const (
	FromW    = "W"    // the plastic weights after a step
	FromH    = "h"    // the hidden state after it
	FromSeen = "seen" // all that has been observed up to it: what there is to be known linearly
)

// KnowsSettings are how Knows asks. The zero value is the default.
type KnowsSettings struct {
	Lives int    // 0: 400
	Steps []int  // at which lives are asked, counted from 1; nil: about 20, the last among them
	Seed  uint64 // of the lives' tasks and of the bootstrap
}

// knowsLives is the default of KnowsSettings.Lives.
const knowsLives = 400

// folds of the cross-validation.
const folds = 5

// tooFew lives to read anything from.
const tooFew = "probe: at least 10 lives are needed"

// A Knowledge is how well a hidden parameter can be read, linearly, from what a life has after a step.
type Knowledge struct {
	From, Parameter string
	Step            int
	// R2 is stats.R2 of predictions by cross-validated ridge regression over lives, each life predicted by others alone: 1 is
	// all, 0 nothing. The interval is a bootstrap over lives. Parameters of several numbers have one R2 together.
	R2 Estimate
}

// Knows asks what the weights and the hidden state know of the hidden task, and when: the curve of how fast a life comes to
// know its task. A life that has ended keeps what it had.
func Knows(ctx context.Context, s *Subject, settings KnowsSettings) ([]Knowledge, error) {
	if settings.Lives == 0 {
		settings.Lives = knowsLives
	}
	if settings.Lives < 2*folds {
		return nil, errors.New(tooFew)
	}
	steps := settings.Steps
	if steps == nil {
		steps = About(20, s.Family.Shape().Steps)
	}
	lot := run.Fresh(s.Family, settings.Seed, settings.Lives)
	parameters := Hidden(lot.Tasks[0])
	if len(parameters) == 0 {
		return nil, errors.New("probe: the family's tasks show no hidden parameters")
	}
	states := map[string][][][]float32{} // [step][life] of each source
	sources := []string{FromSeen}
	if s.Learner.Plastic {
		sources = append(sources, FromW)
	}
	if s.Learner.Recurrent {
		sources = append(sources, FromH)
	}
	for _, from := range sources {
		states[from] = make([][][]float32, len(steps))
		for i := range steps {
			states[from][i] = make([][]float32, settings.Lives)
		}
	}
	err := s.record(ctx, lot, func(at int, l *life.Life) {
		for i, step := range steps {
			last := min(step, len(l.Obs)) - 1
			all := slices.Concat(l.Obs[:last+1]...)
			all = append(all, make([]float32, step*s.Learner.Obs-len(all))...)
			states[FromSeen][i][at] = all
			if l.W != nil {
				states[FromW][i][at] = l.W[last]
			}
			if l.H != nil {
				states[FromH][i][at] = l.H[last]
			}
		}
	})
	if err != nil {
		return nil, err
	}
	targets := make([][]float64, settings.Lives)
	for i, t := range lot.Tasks {
		for _, p := range Hidden(t) {
			targets[i] = append(targets[i], p.Values...)
		}
	}
	type question struct {
		from string
		step int // index
	}
	var questions []question
	for _, from := range sources {
		for i := range steps {
			questions = append(questions, question{from, i})
		}
	}
	answers := make([][]Knowledge, len(questions))
	err = s.parallel(ctx, len(questions), func(q int) {
		from, i := questions[q].from, questions[q].step
		predicted := stats.CrossPredict(stats.Products(states[from][i]), targets, folds)
		column := 0
		for _, p := range parameters {
			of, by := columns(targets, column, len(p.Values)), columns(predicted, column, len(p.Values))
			column += len(p.Values)
			r2 := Estimate{stats.R2(of, by), stats.R2Interval(of, by, resamples, index(settings.Seed))}
			answers[q] = append(answers[q], Knowledge{from, p.Name, steps[i], r2})
		}
	})
	return slices.Concat(answers...), err
}

// About is n steps or fewer, evenly over 1 to last, both among them; of n 1 only the first.
func About(n, last int) []int {
	var steps []int
	for i := range n {
		step := 1 + i*(last-1)/max(1, n-1)
		if len(steps) == 0 || step > steps[len(steps)-1] {
			steps = append(steps, step)
		}
	}
	return steps
}

func columns(rows [][]float64, first, n int) [][]float64 {
	out := make([][]float64, len(rows))
	for i, row := range rows {
		out[i] = row[first : first+n]
	}
	return out
}
