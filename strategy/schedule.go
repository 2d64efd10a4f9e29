package strategy

import "fmt"

// decay is the learning rate's factor in a generation.
func (s Settings) decay(generation int) float64 { return s.fade(generation, s.DecayTo) }

// fade is 1 up to DecayFrom of all generations, from there on a straight line that ends at to in the last. to = 0: it
// stays 1.
func (s Settings) fade(generation int, to float64) float64 {
	if to == 0 || s.Generations == 0 {
		return 1
	}
	at := float64(generation) / float64(s.Generations)
	if at <= s.DecayFrom {
		return 1
	}
	along := min(1, (at-s.DecayFrom)/(1-s.DecayFrom))
	return 1 - float64((1-to)*along)
}

// Faded reports whether the rate or sigma has begun to fall by the end of a generation.
func (s Settings) Faded(generation int) bool {
	return s.decay(generation) != 1 || s.fade(generation, s.SigmaTo) != 1
}

// checkSchedule refuses schedules that cannot be.
func checkSchedule(s Settings) error {
	switch {
	case !(s.DecayTo >= 0 && s.DecayTo <= 1):
		return fmt.Errorf("decay_to: must be above 0 and at most 1, got %g", s.DecayTo)
	case !(s.SigmaTo >= 0 && s.SigmaTo <= 1):
		return fmt.Errorf("sigma_to: must be above 0 and at most 1, got %g", s.SigmaTo)
	case !(s.DecayFrom >= 0 && s.DecayFrom < 1):
		return fmt.Errorf("decay_from: must be at least 0 and below 1, got %g", s.DecayFrom)
	case s.DecayFrom != 0 && s.DecayTo == 0 && s.SigmaTo == 0:
		return fmt.Errorf("decay_from: means nothing without decay_to or sigma_to, got %g", s.DecayFrom)
	case s.Average != 0 && !(s.Average >= 1 && s.Average <= 1e9):
		return fmt.Errorf("average: must be at least 1 generation, got %g", s.Average)
	}
	return nil
}
