package report

import (
	"math"

	"baldwin/paper"
	"baldwin/task"
)

// floorOf is what a learner that knows nothing scores: always predicting 0, or a robot that never moves.
func floorOf(f task.Family) float64 {
	switch f.(type) {
	case *task.Sequence:
		return task.ZeroScore
	case *task.Robot:
		return task.StillScore
	}
	return math.NaN()
}

// learnedShare is the share of the way from the floor to perfect from which a score counts as learned: five standard errors of a
// meta-test of 1600 tasks of the robot (0.9% of task.StillScore), four of a sequence, above one that knows nothing.
const learnedShare = 0.05

// aboveFloor reports whether a score says that something was learned.
func aboveFloor(f task.Family, score float64) bool { return 1-score/floorOf(f) > learnedShare }

// learned reports whether a genome does better than one that knows nothing: what its lives show means nothing otherwise.
func learned(g *paper.Genome) bool {
	if len(g.Tests) == 0 {
		return false
	}
	f, last := g.Genome.Spec.Family.Family, g.Tests[len(g.Tests)-1]
	return aboveFloor(f, last.Mean) && last.Low > floorOf(f) // a smoke test's 160 tasks say less than 1600
}
