package probe

import (
	"context"
	"errors"
	"math"

	"baldwin/life"
	"baldwin/run"
	"baldwin/task"
)

// Turning is by how many degrees a robot turns in a step, whichever way: the mean over lives, of a seed, of the mean over a
// life's steps. The turn is the difference of the wheels' ways over the axle, 71.6 degrees where one wheel goes at full speed and the
// other stands.
func Turning(ctx context.Context, s *Subject, lives int, seed uint64) (Estimate, error) {
	if _, ok := s.Family.(*task.Robot); !ok {
		return Estimate{}, errors.New("probe: a " + s.Family.Name() + " does not turn")
	}
	turns := make([]float64, lives)
	err := s.record(ctx, run.Fresh(s.Family, seed, lives), func(i int, l *life.Life) {
		for _, wheels := range l.Act {
			turns[i] += math.Abs(clip(wheels[1])-clip(wheels[0])) / float64(len(l.Act))
		}
		turns[i] *= task.RobotSpeed / task.RobotAxle * 180 / math.Pi
	})
	return mean(turns), err
}

// clip is what a wheel makes of an action.
func clip(action float32) float64 { return min(max(float64(action), -1), 1) }
