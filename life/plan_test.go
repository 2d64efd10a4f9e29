package life

import (
	"testing"

	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/task"
)

// TestPlan counts by hand the steps and the fused multiply-adds of 16 lives of (1,10,20): 10 steps that learn, the output of
// the last of which is the first of 10 predictions, and 9 more. What learned last is used too.
func TestPlan(t *testing.T) {
	const (
		lives, steps, learning, outputs = 16, 19, 10, 10
		layer                           = 64 * 64
		tower                           = steps * 64
		head                            = outputs * (layer + 64)
		recurrent                       = 2*steps*layer - layer // W_0 h_0 is the same for all lives, once
	)
	f := &task.Sequence{Dims: 1, Shots: 10, Length: 20, Protocol: task.ClosedLoop}
	for _, c := range []struct {
		name string
		kind learner.Kind
		c    learner.Config
		life int // of each life
		once int // of all lives together
	}{
		{"eprnn", learner.EPRNN(), learner.Config{}, tower + recurrent + (2*learning-1)*layer + learning*4*layer + head, 2 * layer},
		{"eprnn oja", learner.EPRNN(), learner.Config{Rule: learner.Oja}, tower + recurrent + (2*learning-1)*layer + learning*2*layer + head, 2 * layer},
		{"eprnn off", learner.EPRNN(), learner.Config{Modulator: learner.Off}, tower + recurrent + learning*4*layer + head, layer},
		{"eprnn gated", learner.EPRNN(), learner.Config{GatedState: true}, tower + recurrent + (2*steps-1)*layer + learning*4*layer + head, 2 * layer},
		{"eprnn-nom", learner.EPRNNWithoutM(), learner.Config{}, tower + recurrent + learning*4*layer + head, layer},
		{"epmlp", learner.EPMLP(), learner.Config{}, tower + steps*layer + learning*layer + learning*4*layer + head, 0},
		{"es-rnn", learner.ESRNN(), learner.Config{}, tower + recurrent + head, layer},
		{"es-lstm", learner.ESLSTM(), learner.Config{}, tower + 4*recurrent + head, 4 * layer},
	} {
		l, err := Fit(c.kind, c.c, f)
		if err != nil {
			t.Fatal(err)
		}
		v := variant{c.name, l, f}
		theta := draw(l, 1)
		p := Plan(l, f, kernel.Best(), theta, lot(v, theta, lives))
		if want := (learner.Plan{Lives: lives, LiveSteps: lives * steps, Plastic: lives * learning, Updates: lives * learning, Outputs: lives * outputs}); p != want {
			t.Errorf("%s: %+v, want %+v", c.name, p, want)
		}
		if got, want := l.FMAs(p), float64(lives*c.life+c.once); got != want {
			t.Errorf("%s: %v FMAs, want %v", c.name, got, want)
		}
	}
}

// TestPlanOfRobots: what has ended is not counted, and an update is used by each life that goes on.
func TestPlanOfRobots(t *testing.T) {
	for _, v := range variants(t, 16) {
		if v.f.Name() != "robot" {
			continue
		}
		theta := draw(v.l, 1)
		l := lot(v, theta, 20)
		var steps float64
		for _, life := range Record(v.l, v.f, kernel.Best(), theta, l) {
			steps += float64(len(life.Obs))
		}
		p := Plan(v.l, v.f, kernel.Best(), theta, l)
		if v.f.(*task.Robot).Explores() {
			if explored := p.LiveSteps - steps; p.Pairs != explored || explored <= 0 {
				t.Errorf("%s: %v pairs, %v exploring steps", v.name, p.Pairs, explored)
			}
			continue
		}
		if want := (learner.Plan{Lives: 20, LiveSteps: steps, Plastic: steps, Updates: steps - 20, Outputs: steps}); p != want {
			t.Errorf("%s: %+v, want %+v", v.name, p, want)
		}
	}
}
