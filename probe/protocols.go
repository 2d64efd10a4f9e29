package probe

import (
	"context"
	"fmt"

	"baldwin/run"
	"baldwin/task"
)

// A Trial is how a learner does when sequences are tested in one of the ways that there are.
type Trial struct {
	Protocol string // of testing
	Plastic  bool   // W goes on learning while it predicts
	Home     bool   // the way it was evolved for
	Fitness  Estimate
	Share    float64 // the error over that of predicting 0
}

// Protocols asks what the way of testing does: the genome as it is, on the same held-out tasks, under each protocol with
// plasticity in testing off and on. as-released predicts N values instead of N-K, the first from an input of zeros. lives 0
// is 1600. A family that is no sequence has one way only.
func Protocols(ctx context.Context, s *Subject, lives int) ([]Trial, error) {
	f, ok := s.Family.(*task.Sequence)
	if !ok {
		return nil, fmt.Errorf("probe: lives in family %s are tested in one way only", s.Family.Name())
	}
	if lives == 0 {
		lives = lesionLives
	}
	var out []Trial
	for _, protocol := range []task.Protocol{task.ClosedLoop, task.AsReleased} {
		for _, plastic := range []bool{false, true} {
			other := *f
			other.Protocol, other.PlasticTesting = protocol, plastic
			lot := run.HeldOut(&other, lives)
			fitness, err := s.with(&other).score(ctx, lot)
			if err != nil {
				return nil, err
			}
			var zero float64
			for _, t := range lot.Tasks {
				zero += zeroError(&other, t.(*task.SequenceTask), 0, predictions(&other)) / float64(lives)
			}
			t := Trial{fmt.Sprint(protocol), plastic, other == *f, mean(fitness), 0}
			t.Share = -t.Fitness.Value / zero
			out = append(out, t)
		}
	}
	return out, nil
}
