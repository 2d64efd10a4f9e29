package paper

import (
	"testing"
	"time"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/store"
)

// turned is that a job's generation was done in so many seconds.
func turned(j Job, generation int, seconds float64) Event {
	return Event{Job: j, Run: &run.Event{Generation: &run.GenerationRow{Generation: generation, Seconds: seconds}}}
}

// The clock of a plan that workers live knows nothing at first, whatever the store says, forgets generations that waited, and
// follows when workers come.
func TestFleetClock(t *testing.T) {
	r := small()
	p := plan(t, r, Budget{Name: "smoke", size: size{1000, Runs}, HeldOut: 20, testEvery: 100, testTasks: 8}, []uint64{1}, "table2/es-rnn")
	standings := look(t, nil, p)
	standings[0].Run, standings[0].Seconds = &store.Run{Status: run.Stopped, Generation: 100}, 5000
	c, err := NewFleetClock(r, kernel.Best(), standings)
	if err != nil {
		t.Fatal(err)
	}
	left := func() time.Duration { return c.Left(1).Round(time.Millisecond) }
	if c.Left(1) >= 0 || c.Share() != 0.1 {
		t.Errorf("at first: %v left, %v done", c.Left(1), c.Share())
	}
	j := p.Jobs[0]
	c.Event(turned(j, 101, 3600)) // waited for a worker
	c.Event(turned(j, 102, 2))
	c.Event(turned(j, 103, 2))
	if left() != 897*2*time.Second {
		t.Errorf("897 generations of 2 s take %v", left())
	}
	for g := 104; g <= 150; g++ {
		c.Event(turned(j, g, 1))
	}
	if left() != 850*time.Second {
		t.Errorf("twice the workers: 850 generations of 1 s take %v", left())
	}
	c.Event(turned(j, 120, 1)) // a worker lied, and the run went back
	if left() != 880*time.Second || c.Share() != 0.12 {
		t.Errorf("gone back to 120 of 1000: %v left, %v done", left(), c.Share())
	}
	c.Event(turned(j, 1000, 1))
	if c.Left(1) != 0 || c.Share() != 1 {
		t.Errorf("at last: %v left, %v done", c.Left(1), c.Share())
	}
}

// What this process saw of a run goes before what the store says, which workers may have lived.
func TestClockHere(t *testing.T) {
	r := small()
	p := plan(t, r, brief, []uint64{1, 2}, "table2/es-rnn")
	standings := look(t, nil, p)
	standings[0].Run, standings[0].Seconds = &store.Run{Status: run.Stopped, Generation: 2}, 0.2
	c, err := NewClock(t.Context(), r, kernel.Best(), standings)
	if err != nil {
		t.Fatal(err)
	}
	takes := func(when string, want ...time.Duration) {
		t.Helper()
		for i, j := range p.Jobs {
			if got := c.Job(j.Name).Round(time.Millisecond); got != want[i] {
				t.Errorf("%s %s takes %v, want %v", when, j.Name, got, want[i])
			}
		}
	}
	takes("by the store", 400*time.Millisecond, 600*time.Millisecond)
	c.Event(turned(p.Jobs[0], 3, 50))
	takes("after a generation of 50 s", 150*time.Second, 300*time.Second)
}
