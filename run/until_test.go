package run

import (
	"context"
	"math"
	"testing"
	"time"
)

// TestUntil: the run finishes at the meta-test that reaches the score.
func TestUntil(t *testing.T) {
	s := tiny(t)
	want, _ := whole(t, s)
	for _, c := range []struct {
		until float64
		at    int
	}{{-math.MaxFloat64, 5}, {want.Tests[0].Mean, 5}, {math.NaN(), 12}, {0, 12}} {
		m := &memory{}
		o := m.from(options())
		o.Until = &c.until
		got := train(t, s, o)
		if got.Generation != c.at || got.Status != Finished || m.status != Finished || got.MetaTest.Mean != want.Tests[len(got.Tests)-1].Mean {
			t.Errorf("until %g: %s at %d, want %s at %d", c.until, got.Status, got.Generation, Finished, c.at)
		}
		// To go on, a higher score or none at all.
		if again := train(t, s, func() Options { o := m.from(options()); o.Until = &c.until; return o }()); again.Generation != c.at || again.Status != Finished {
			t.Errorf("until %g again: %s at %d", c.until, again.Status, again.Generation)
		}
		if more := train(t, s, m.from(options())); more.ThetaHash != want.ThetaHash {
			t.Errorf("until %g, then on: genome %.12s, want %.12s", c.until, more.ThetaHash, want.ThetaHash)
		}
	}
}

// TestUntilNewest: a meta-test counts for the generation that it tested. Who resumes past it with a score that it reached
// waits for the next.
func TestUntilNewest(t *testing.T) {
	s := tiny(t)
	m := &memory{}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o := m.from(options())
	o.Watch = func(e Event) {
		if e.Generation != nil && e.Generation.Generation == 7 {
			cancel()
		}
	}
	if res, err := Train(ctx, s, o); err != nil || res.Generation != 7 {
		t.Fatalf("%+v, %v", res, err)
	}
	low := -math.MaxFloat64
	o = m.from(options())
	o.Until = &low
	if got := train(t, s, o); got.Generation != 10 || got.Status != Finished {
		t.Errorf("%s at %d, want %s at 10", got.Status, got.Generation, Finished)
	}
}

// TestFor: time is up after a generation, never before the first; the run stops and can go on, unless it has just ended.
func TestFor(t *testing.T) {
	s := tiny(t)
	want, rows := whole(t, s)
	m := &memory{}
	for i := 1; i <= s.Generations; i++ {
		o := m.from(options())
		o.For = 1
		got := train(t, s, o)
		status := Stopped
		if i == s.Generations {
			status = Finished
		}
		if got.Generation != i || got.Status != status {
			t.Errorf("%s at %d, want %s at %d", got.Status, got.Generation, status, i)
		}
		if got.MetaTest.Generation != i || got.MetaTest.Tasks != 20 {
			t.Errorf("stopped at %d: the last words are of %+v", i, got.MetaTest)
		}
	}
	same(t, "a generation at a time", m, rows)
	if m.newest.ThetaHash != want.ThetaHash {
		t.Error("another genome")
	}

	o := options()
	o.For = time.Hour
	if got := train(t, s, o); got.Status != Finished {
		t.Errorf("within the hour: %s", got.Status)
	}
	low := -math.MaxFloat64
	o = (&memory{}).from(options())
	o.For, o.Until = 1, &low
	if got := train(t, tiny(t, func(s *Spec) { s.MetaTest.Every = 1 }), o); got.Status != Finished || got.Generation != 1 {
		t.Errorf("score and time at once: %s at %d", got.Status, got.Generation)
	}
}
