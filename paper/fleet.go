package paper

import (
	"time"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/stats"
)

// recentGenerations is how many generations a fleet's pace is taken from.
const recentGenerations = 31

// recent is how fast workers were of late: seconds a multiply-add of the newest generations, oldest first. Workers come and
// go, so it forgets; it takes the median, so that one generation that waited an hour for a worker says nothing.
type recent struct{ paces []float64 }

// NewFleetClock sets a clock for jobs that workers elsewhere live, one run after the other. It knows nothing until the first
// generation: what the store says was lived by other workers, or by none.
func NewFleetClock(r run.Registry, k kernel.ISA, standings []Standing) (*Clock, error) {
	c, err := newClock(r, k, standings)
	if err != nil {
		return nil, err
	}
	c.recent = &recent{}
	return c, nil
}

// add takes up a generation's pace; of a clock without workers there is nothing to take up.
func (r *recent) add(pace float64) {
	if r == nil {
		return
	}
	r.paces = append(r.paces, pace)
	if n := len(r.paces); n > recentGenerations {
		r.paces = r.paces[n-recentGenerations:]
	}
}

// left is the time for what is left of the jobs; negative while the pace is unknown.
func (r *recent) left(jobs []*timed) time.Duration {
	var cost float64
	for _, t := range jobs {
		cost += t.cost * float64(t.left)
	}
	switch {
	case cost == 0:
		return 0
	case len(r.paces) == 0:
		return -1
	}
	return time.Duration(cost * stats.Median(r.paces) * float64(time.Second))
}
