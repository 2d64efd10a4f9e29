package task

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"baldwin/internal/rng"
)

// controls are the control families with their defaults.
func controls() []Family { return []Family{NewCartPole(), NewPendulum()} }

// runControl lives tasks side by side with a script of actions and returns what was seen and scored.
func runControl(f Family, tasks []Task, act func(task, step int, obs []float32) float32) (seen [][]float32, fitness []float64) {
	s := f.Shape()
	e := f.Episode(len(tasks) + 1)
	e.Begin(tasks)
	seen = make([][]float32, len(tasks))
	obs, actions := make([]float32, s.Obs*len(tasks)), make([]float32, len(tasks))
	owner := make(owners, len(tasks))
	for i := range owner {
		owner[i] = i
	}
	for n := 0; ; n++ {
		live := e.Live()
		step, ok := e.Observe(obs)
		if !ok {
			break
		}
		if step != (Step{Plastic: true, Output: true}) {
			panic("a control step is not plastic with an output")
		}
		for slot := range live {
			i := e.Task(slot)
			if owner[slot] != i {
				panic("a slot holds what is another's")
			}
			o := obs[slot*s.Obs:][:s.Obs]
			seen[i] = append(seen[i], o...)
			actions[slot] = act(i, n, o)
		}
		e.Act(actions, owner)
	}
	for i := range tasks {
		fitness = append(fitness, e.Fitness(i))
	}
	return seen, fitness
}

// wave is a script of any action.
func wave(seed int) func(task, step int, obs []float32) float32 {
	return func(_, step int, obs []float32) float32 {
		return float32(1.5*math.Sin(float64(step*step%17+seed))) + obs[1]
	}
}

// TestControlsSideBySide: what becomes of a life does not depend on the others, on their order or on who ends when.
func TestControlsSideBySide(t *testing.T) {
	for _, f := range controls() {
		rapid.Check(t, func(t *rapid.T) {
			tasks := DrawAll(f, rapid.Uint64Range(1, 1<<40).Draw(t, "seed"), rng.Train, 1, 0, rapid.IntRange(1, 9).Draw(t, "lives"))
			script := wave(rapid.IntRange(0, 9).Draw(t, "script"))
			seen, fitness := runControl(f, tasks, script)
			for i := range tasks {
				alone, score := runControl(f, tasks[i:i+1], script)
				if !slices.Equal(alone[0], seen[i]) || score[0] != fitness[i] {
					t.Fatalf("%s: task %d scores %v alone, %v among %d", f.Name(), i, score[0], fitness[i], len(tasks))
				}
			}
		})
	}
}

// TestControlReversed: the tasks of a family without Reverse are the same ones unreversed, and opposite actions in a
// reversed task have the same effect.
func TestControlReversed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64Range(1, 1<<40).Draw(t, "seed")
		carts, plain := DrawAll(NewCartPole(), seed, rng.Train, 0, 0, 8), DrawAll(&CartPole{Steps: 200}, seed, rng.Train, 0, 0, 8)
		rods, plainRods := DrawAll(NewPendulum(), seed, rng.Train, 0, 0, 8), DrawAll(&Pendulum{Steps: 200}, seed, rng.Train, 0, 0, 8)
		for i := range carts {
			c, p := *carts[i].(*CartPoleTask), plain[i].(*CartPoleTask)
			r, q := *rods[i].(*PendulumTask), plainRods[i].(*PendulumTask)
			signs := [2]float32{float32(math.Copysign(1, c.Force)), float32(math.Copysign(1, r.Torque))}
			c.Force, r.Torque = math.Abs(c.Force), math.Abs(r.Torque)
			if !slices.Equal(c.Start, p.Start) || c.Force != p.Force || c.Length != p.Length || !slices.Equal(r.Start, q.Start) || r.Torque != q.Torque {
				t.Fatalf("task %d differs in more than its direction: %+v %+v; %+v %+v", i, c, p, r, q)
			}
			act := wave(3)
			for k, pair := range [][2]Task{{carts[i], p}, {rods[i], q}} {
				f := controls()[k]
				drive := func(sign float32) func(int, int, []float32) float32 {
					return func(_, step int, _ []float32) float32 { return sign * act(0, step, []float32{0, 0}) }
				}
				_, got := runControl(f, []Task{pair[0]}, drive(signs[k]))
				_, want := runControl(f, []Task{pair[1]}, drive(1))
				if got[0] != want[0] {
					t.Fatalf("%s: reversed actions in the reversed task score %v, plain ones %v", f.Name(), got[0], want[0])
				}
			}
		}
	})
}

// TestControlObserves: at first no action, then the one before: the push's direction, the clipped torque.
func TestControlObserves(t *testing.T) {
	given := []float32{0.5, -0.25, 3, -7, 0, float32(math.Inf(1))}
	for _, c := range []struct {
		f    Family
		want []float32
	}{
		{NewCartPole(), []float32{0, 1, -1, 1, -1, -1, 1}},
		{NewPendulum(), []float32{0, 0.5, -0.25, 1, -1, 0, 1}},
	} {
		n := c.f.Shape().Obs
		seen, _ := runControl(c.f, drawn(c.f, 1), func(_, step int, _ []float32) float32 { return given[step%len(given)] })
		for i, want := range c.want {
			if got := seen[0][i*n+n-1]; got != want {
				t.Errorf("%s step %d: sees action %v, want %v", c.f.Name(), i, got, want)
			}
		}
	}
}

// TestControlNaN: a learner that breaks ends with NaN.
func TestControlNaN(t *testing.T) {
	for _, f := range controls() {
		seen, fitness := runControl(f, drawn(f, 2), func(task, step int, obs []float32) float32 {
			if task == 1 && step == 2 {
				return float32(math.NaN())
			}
			return 2 * obs[2]
		})
		if n := len(seen[1]) / f.Shape().Obs; n != 3 || !math.IsNaN(fitness[1]) || math.IsNaN(fitness[0]) {
			t.Errorf("%s: %d steps, fitness %v", f.Name(), n, fitness)
		}
	}
}

// TestControlSteps: a life in which nothing ends it has as many steps as the spec says.
func TestControlSteps(t *testing.T) {
	for _, f := range []Family{&CartPole{Steps: 5}, &Pendulum{Steps: 5}} {
		seen, fitness := runControl(f, drawn(f, 4), func(int, int, []float32) float32 { return 0.5 })
		for i := range seen {
			if n := len(seen[i]) / f.Shape().Obs; n != 5 || f.Name() == "cartpole" && fitness[i] != 5 {
				t.Errorf("%s: %d steps, fitness %v", f.Name(), n, fitness[i])
			}
		}
	}
}

// TestControlRanges: hidden parameters fill their ranges evenly, both directions alike.
func TestControlRanges(t *testing.T) {
	v := map[string][]float64{}
	reversed := 0
	for _, one := range drawn(NewCartPole(), 1000) {
		c := one.(*CartPoleTask)
		v["cart"], v["pole"], v["half"], v["force"] = append(v["cart"], c.Cart), append(v["pole"], c.Pole), append(v["half"], c.Length), append(v["force"], math.Abs(c.Force))
		v["start"] = append(v["start"], c.Start...)
		if c.Force < 0 {
			reversed++
		}
	}
	for _, one := range drawn(NewPendulum(), 1000) {
		p := one.(*PendulumTask)
		v["gravity"], v["mass"], v["length"] = append(v["gravity"], p.Gravity), append(v["mass"], p.Mass), append(v["length"], p.Length)
		v["angle"], v["speed"] = append(v["angle"], p.Start[0]), append(v["speed"], p.Start[1])
		if p.Torque < 0 {
			reversed++
		}
	}
	for name, r := range map[string][2]float64{
		"cart": {0.5, 2}, "pole": {0.05, 0.5}, "half": {0.25, 1}, "force": {5, 15}, "start": {-0.05, 0.05},
		"gravity": {7, 13}, "mass": {0.7, 1.3}, "length": {0.7, 1.3}, "angle": {-math.Pi, math.Pi}, "speed": {-1, 1},
	} {
		uniform(t, name, v[name], r[0], r[1])
	}
	if reversed < 900 || reversed > 1100 { // 2000 coins: 4.5 standard deviations
		t.Errorf("%d of 2000 tasks are reversed", reversed)
	}
}
