package evolve

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/task"
)

var errAway = errors.New("the world went away")

// frail is a family whose episodes fail once so many have begun, and which counts those that are closed.
type frail struct {
	task.Sequence
	left, closed *atomic.Int64
}

// frailEpisode is one of its episodes.
type frailEpisode struct {
	task.Episode
	f   *frail
	err error
}

func (f *frail) Episode(batch int) task.Episode {
	return &frailEpisode{Episode: f.Sequence.Episode(batch), f: f}
}

func (e *frailEpisode) Begin(tasks []task.Task) {
	e.err = nil
	if e.f.left.Add(-1) < 0 {
		e.err = errAway
	}
	e.Episode.Begin(tasks)
}

func (e *frailEpisode) Observe(obs []float32) (task.Step, bool) {
	if e.err != nil {
		return task.Step{}, false
	}
	return e.Episode.Observe(obs)
}

func (e *frailEpisode) Err() error { return e.err }
func (e *frailEpisode) Close()     { e.f.closed.Add(1) }

// TestFailingEpisodes: an episode that fails ends the generation with its reason and leaves theta; the pool goes on when
// episodes do, and closes every one.
func TestFailingEpisodes(t *testing.T) {
	f := &frail{Sequence: task.Sequence{Dims: 2, Shots: 4, Length: 8, Protocol: task.ClosedLoop}, left: new(atomic.Int64), closed: new(atomic.Int64)}
	w := worlds(t)["eprnn sequence"]
	w.family = f
	w.learner = fit(t, learner.EPRNN(), f)
	lot := w.lot(1)
	for _, workers := range []int{1, 3} {
		s := w.begin(t, kernel.Best())
		before := w.learner.Layout.Hash(s.Theta())
		p := w.pool(kernel.Best(), workers)
		fitness := make([]float64, population)
		f.left.Store(5)
		if err := Generation(context.Background(), p, s, 1, lot, fitness); !errors.Is(err, errAway) {
			t.Errorf("%d workers: a generation that fails gives %v", workers, err)
		}
		if got := w.learner.Layout.Hash(s.Theta()); got != before {
			t.Errorf("%d workers: a generation that failed moved theta", workers)
		}
		f.left.Store(0)
		if err := p.Score(context.Background(), make([]float32, w.learner.Layout.Dim), lot, fitness[:tasks]); !errors.Is(err, errAway) {
			t.Errorf("%d workers: a score that fails gives %v", workers, err)
		}
		f.left.Store(math.MaxInt32)
		if err := Generation(context.Background(), p, s, 1, lot, fitness); err != nil {
			t.Errorf("%d workers: after a failure: %v", workers, err)
		}
		f.closed.Store(0)
		p.Close()
		if n := f.closed.Load(); n != int64(workers) {
			t.Errorf("%d of %d episodes are closed", n, workers)
		}
	}
	f.left.Store(0)
	for _, l := range life.Record(w.learner, f, kernel.Best(), make([]float32, w.learner.Layout.Dim), lot) {
		if !errors.Is(l.Err, errAway) {
			t.Errorf("a recorded life that fails says %v", l.Err)
		}
	}
}
