package cli

import (
	"fmt"

	"baldwin/task"
)

// meaning says what a fitness of a family means, in one line; empty for a family that cli does not know.
func meaning(f task.Family) string {
	switch f := f.(type) {
	case *task.Sequence:
		return fmt.Sprintf("minus the mean squared error; 0 is perfect, predicting 0 always scores about %.1f", zeroScore(f))
	case *task.Robot:
		return "minus the sum over steps of the distance to the goal; a random controller scores about -38"
	}
	return ""
}

// zeroScore is about what predicting zero scores: minus half the mean of A^2, A ~ U(a, b). A period longer than what is
// predicted makes a task's own mean stray from it, the family's hardly.
func zeroScore(*task.Sequence) float64 {
	const a, b = task.MinAmplitude, task.MaxAmplitude
	return -(a*a + a*b + b*b) / 3 / 2
}
