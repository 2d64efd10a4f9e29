package task

import (
	"math"
	"testing"

	"baldwin/internal/rng"
)

// balance pushes against angle and motion of the pole, and a little against the cart's.
func balance(one Task, o []float32) float32 {
	return (o[2] + 0.3*o[3] + 0.02*o[0] + 0.04*o[1]) * float32(math.Copysign(1, one.(*CartPoleTask).Force))
}

// swing adds energy until it suffices to stand, then holds by a spring and a damper.
func swing(one Task, o []float32) float32 {
	p := one.(*PendulumTask)
	cos, sin, w := float64(o[0]), float64(o[1]), float64(o[2])
	angle := math.Atan2(sin, cos)
	inertia := p.Mass * p.Length * p.Length / 3
	energy := inertia*w*w/2 + p.Mass*p.Gravity*p.Length/2*(cos-1) // 0 standing still
	u := -math.Copysign(2, energy*w)
	if math.Abs(energy) < 0.5 {
		u = 0
	}
	if cos > 0.9 {
		u = -(p.Mass*p.Gravity*p.Length*0.8*angle + 4*inertia*w)
	}
	return float32(u / p.Torque)
}

// blind is a fair policy that sees only what a learner sees: it tells the direction from what the first push did, and balances.
func blind() func(task, step int, obs []float32) float32 {
	var before [1 << 9]float64
	var sign [1 << 9]float64
	return func(task, step int, o []float32) float32 {
		switch step {
		case 0:
			sign[task] = 1
		case 1:
			// A push to the right turns the pole to the left.
			sign[task] = math.Copysign(1, (before[task]-float64(o[3]))*float64(o[4]))
		}
		before[task] = float64(o[3])
		return float32(float64(o[2]+0.3*o[3]+0.02*o[0]+0.04*o[1]) * sign[task])
	}
}

// groping sees only what a learner sees: it turns one way, then the other, tells the direction from how the speed changed, and then swings
// as in a world of middling gravity, mass and length.
func groping() func(task, step int, obs []float32) float32 {
	type memory struct{ before, change, torque float64 }
	var of [1 << 9]memory
	return func(task, step int, o []float32) float32 {
		m := &of[task]
		change := float64(o[2]) - m.before
		m.before = float64(o[2])
		switch step {
		case 0:
			return 1
		case 1:
			m.change = change
			return -1
		case 2: // what gravity did was nearly the same in both steps
			m.torque = math.Copysign(pendulumMost, m.change-change)
		}
		return swing(&PendulumTask{Gravity: 10, Mass: 1, Length: 1, Torque: m.torque}, o)
	}
}

// TestControlPolicies bounds what can be scored: by random actions from below, by a controller that knows the task from
// above, and by one that has to find out what the learner has to.
func TestControlPolicies(t *testing.T) {
	const n = 500
	random := func(task, step int, _ []float32) float32 {
		return float32(rng.At(7, rng.Exploration, uint32(step), 0, uint32(task)).Source().Uniform(-1, 1))
	}
	for _, c := range []struct {
		name   string
		f      Family
		policy func(tasks []Task) func(task, step int, obs []float32) float32
		lo, hi float64
	}{
		{"random", NewCartPole(), func([]Task) func(int, int, []float32) float32 { return random }, 20, 30},
		{"still", NewCartPole(), func([]Task) func(int, int, []float32) float32 { return func(int, int, []float32) float32 { return 1 } }, 7, 15},
		{"blind", NewCartPole(), func([]Task) func(int, int, []float32) float32 { return blind() }, 195, 200},
		{"knowing", NewCartPole(), func(tasks []Task) func(int, int, []float32) float32 {
			return func(i, _ int, o []float32) float32 { return balance(tasks[i], o) }
		}, 195, 200},
		{"random", NewPendulum(), func([]Task) func(int, int, []float32) float32 { return random }, -1350, -1150},
		{"groping", NewPendulum(), func([]Task) func(int, int, []float32) float32 { return groping() }, -450, -150},
		{"knowing", NewPendulum(), func(tasks []Task) func(int, int, []float32) float32 {
			return func(i, _ int, o []float32) float32 { return swing(tasks[i], o) }
		}, -350, -150},
	} {
		tasks := DrawAll(c.f, 5, rng.MetaTest, 0, 0, n)
		_, fitness := runControl(c.f, tasks, c.policy(tasks))
		var sum float64
		for _, x := range fitness {
			sum += x
		}
		got := sum / n
		t.Logf("%s, %s: %.1f", c.f.Name(), c.name, got)
		if !(got >= c.lo && got <= c.hi) {
			t.Errorf("%s, %s: %v, want %v to %v", c.f.Name(), c.name, got, c.lo, c.hi)
		}
	}
}
