package paper

import (
	"slices"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/store"
)

// Work and time left fall to nothing, and a run that has not begun is taken to go as fast as others by its multiply-adds.
func TestClock(t *testing.T) {
	r := small()
	p := plan(t, r, brief, []uint64{1, 2})
	st := open(t)
	before := look(t, st, p)
	c, err := NewClock(t.Context(), r, kernel.Best(), before)
	if err != nil {
		t.Fatal(err)
	}
	if c.Share() != 0 || c.Left(1) <= 0 || c.Left(2) >= c.Left(1) {
		t.Errorf("at first: %v, %v, %v", c.Share(), c.Left(1), c.Left(2))
	}
	if c.jobs[p.Jobs[0].Name].cost >= c.jobs[p.Jobs[1].Name].cost {
		t.Error("an es-rnn costs as much as an eprnn")
	}
	runner := &Runner{Store: st, Registry: r, Kernel: kernel.Best(), Workers: 1, Watch: c.Event}
	if err := runner.Train(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	if c.Share() != 1 || c.Left(1) != 0 {
		t.Errorf("at last: %v, %v", c.Share(), c.Left(1))
	}
	after := look(t, st, p)
	if c, err = NewClock(t.Context(), r, kernel.Best(), after); err != nil || c.Share() != 1 || c.Left(3) != 0 {
		t.Errorf("of a finished plan: %v, %v, %v", err, c.Share(), c.Left(3))
	}
	// Half of a plan done: what is left takes as long.
	half := slices.Concat(after[:2], before[2:])
	if c, err = NewClock(t.Context(), r, kernel.Best(), half); err != nil || c.Share() != 0.5 {
		t.Errorf("half: %v, %v", err, c.Share())
	}
	if want, got := after[0].Seconds+after[1].Seconds, c.Left(1).Seconds(); got < 0.99*want || got > 1.01*want {
		t.Errorf("the other half takes %g s, want %g", got, want)
	}
	// A run whose time is unknown says nothing about the others' pace.
	pace := c.Job(before[2].Name)
	kept := slices.Clone(half)
	kept[1].Seconds = 0
	if c, err = NewClock(t.Context(), r, kernel.Best(), kept); err != nil || c.Share() != 0.5 {
		t.Errorf("half, one of it kept: %v, %v", err, c.Share())
	}
	if got, want := c.Job(before[2].Name).Seconds(), after[0].Seconds; got < 0.99*want || got > 1.01*want {
		t.Errorf("the third run takes %g s, want %g as the first (before: %v)", got, want, pace)
	}
	// A run in the middle goes on at its own pace.
	middle := slices.Clone(before)
	middle[0].Run, middle[0].Seconds = &store.Run{Status: run.Stopped, Generation: 2}, 50
	if c, err = NewClock(t.Context(), r, kernel.Best(), middle); err != nil || c.Job(middle[0].Name).Seconds() != 100 {
		t.Errorf("%v: of 6 generations 2 took 50 s, so 4 take %v", err, c.Job(middle[0].Name))
	}
}
