package paper

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/life"
	"baldwin/run"
)

// A Clock estimates how long a plan takes, from what its runs took so far. A run that has not begun is taken to go as fast,
// by the fused multiply-adds that its lives need, as those that have. What this process saw goes before what the store
// says, for that may have been lived elsewhere, on more cores or fewer.
type Clock struct {
	jobs   map[string]*timed
	order  []*timed
	pace   float64 // seconds a multiply-add, for a plan of which nothing has run yet; 0: unknown
	recent *recent // of a plan that workers live; nil: threads of this process do
}

// timed is one job's time.
type timed struct {
	left   int     // generations to do
	done   int     // generations done
	cost   float64 // fused multiply-adds of a generation, meta-tests included
	before span    // by the store; no seconds where they are unknown, as of runs that are kept as files
	here   span    // in this process
}

// span is how long generations took one thread.
type span struct {
	generations int
	seconds     float64
}

func ofHere(t *timed) span   { return t.here }
func ofBefore(t *timed) span { return t.before }

// NewClock sets a clock for the jobs as they stand, to be trained by threads of this process. Where nothing has run yet it
// turns three generations to know this machine's pace.
func NewClock(ctx context.Context, r run.Registry, k kernel.ISA, standings []Standing) (*Clock, error) {
	c, err := newClock(r, k, standings)
	if err != nil {
		return nil, err
	}
	for _, t := range c.order {
		if t.before.seconds > 0 {
			return c, nil
		}
	}
	c.pace, err = pace(ctx, r, k)
	return c, err
}

func newClock(r run.Registry, k kernel.ISA, standings []Standing) (*Clock, error) {
	c := &Clock{jobs: map[string]*timed{}}
	costs := map[string]float64{}
	for i := range standings {
		s := &standings[i]
		cost, ok := costs[s.ID()]
		if !ok {
			var err error
			if cost, err = generationFMAs(r, k, s.Spec); err != nil {
				return nil, fmt.Errorf("paper: counting the work of %s: %w", s.ID(), err)
			}
			costs[s.ID()] = cost
		}
		t := &timed{left: s.Spec.Generations - s.Generation(), done: s.Generation(), cost: cost, before: span{s.Generation(), s.Seconds}}
		if s.Finished() {
			t.left = 0
		}
		c.jobs[s.Name] = t
		c.order = append(c.order, t)
	}
	return c, nil
}

// pace is the seconds that a multiply-add takes one thread, in the fastest of three generations of the default spec.
func pace(ctx context.Context, r run.Registry, k kernel.ISA) (float64, error) {
	s, err := run.Spec{Generations: 3, MetaTest: run.MetaTestSpec{Every: 3, Tasks: 1}}.Resolve(r)
	if err != nil {
		return 0, err
	}
	cost, err := generationFMAs(r, k, s)
	if err != nil {
		return 0, err
	}
	best := math.Inf(1)
	_, err = run.Train(ctx, s, run.Options{Registry: r, Kernel: k, Threads: 1, Watch: func(e run.Event) {
		if e.Generation != nil {
			best = min(best, e.Generation.Seconds)
		}
	}})
	return best / cost, err
}

// generationFMAs is what one generation of a spec needs: its lives, and its part of the next meta-test.
func generationFMAs(r run.Registry, k kernel.ISA, s run.Spec) (float64, error) {
	l, err := s.Fit(r)
	if err != nil {
		return 0, err
	}
	theta := make([]float32, l.Layout.Dim)
	l.Layout.Init(theta, s.Seed)
	lot := life.Draw(s.Family.Family, s.Seed, rng.Train, 1, 0, s.Tasks)
	life := l.FMAs(life.Plan(l, s.Family.Family, k, theta, lot)) / float64(s.Tasks)
	lives := float64(s.Strategy.Population*s.Tasks) + float64(s.MetaTest.Tasks)/float64(s.MetaTest.Every)
	return life * lives, nil
}

// Event takes up what happened.
func (c *Clock) Event(e Event) {
	t := c.jobs[e.Job.Name]
	switch {
	case t == nil || e.Run == nil:
	case e.Run.Generation != nil:
		g := e.Run.Generation
		t.left, t.done = e.Job.Spec.Generations-g.Generation, g.Generation
		t.here.generations++
		t.here.seconds += g.Seconds
		c.recent.add(g.Seconds / t.cost)
	case e.Run.MetaTest != nil:
		t.here.seconds += e.Run.MetaTest.Seconds
	}
}

// perGeneration is how many seconds a generation of t takes one thread.
func (c *Clock) perGeneration(t *timed) float64 {
	for _, of := range []func(*timed) span{ofHere, ofBefore} {
		if s := of(t); s.seconds > 0 {
			return s.seconds / float64(s.generations)
		}
	}
	for _, of := range []func(*timed) span{ofHere, ofBefore} {
		var seconds, cost float64
		for _, o := range c.order {
			if s := of(o); s.seconds > 0 {
				seconds += s.seconds
				cost += float64(s.generations) * o.cost
			}
		}
		if cost > 0 {
			return t.cost * seconds / cost
		}
	}
	return t.cost * c.pace
}

// Job is how long one thread still takes for a job of the plan.
func (c *Clock) Job(name string) time.Duration { return c.left(c.jobs[name]) }

func (c *Clock) left(t *timed) time.Duration {
	return time.Duration(c.perGeneration(t) * float64(t.left) * float64(time.Second))
}

// Left is how long so many workers still take for the plan, each run on one of them and taken up in the plan's order.
// Of a plan that workers elsewhere live it is how long they take for it one run after the other, or negative while unknown.
func (c *Clock) Left(workers int) time.Duration {
	if c.recent != nil {
		return c.recent.left(c.order)
	}
	free := make([]time.Duration, max(1, workers)) // when each worker is free
	for _, t := range c.order {
		first := 0
		for i := range free {
			if free[i] < free[first] {
				first = i
			}
		}
		free[first] += c.left(t)
	}
	return slices.Max(free)
}

// Share is the part of the plan's work that is done, 0 to 1.
func (c *Clock) Share() float64 {
	var done, all float64
	for _, t := range c.order {
		done += t.cost * float64(t.done)
		all += t.cost * float64(t.done+t.left)
	}
	if all == 0 {
		return 1
	}
	return done / all
}
