package gym

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"baldwin/internal/needtool"
	"baldwin/internal/rng"
	"baldwin/task"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pendulum has a continuous action and varies.
func pendulum() *Family {
	return &Family{Env: "Pendulum-v1", Observations: 3, Actions: 1, Steps: 20, Vary: []Vary{{"m", 0.5, 2}, {"l", 0.5, 1.5}}}
}

// allowed lets a family run on the Python that has Gymnasium.
func allowed(t *testing.T, f *Family) *Family {
	t.Helper()
	f.Allow(Host{Python: needtool.Python(t, "gymnasium", "numpy")})
	return f
}

// mover is a Mover that knows whose things lie in each slot.
type mover []int

func (m mover) Move(dst, src int) { m[dst] = m[src] }

// outcome is what became of lives, by task.
type outcome struct {
	seen    [][]float32
	fitness []float64
}

// live runs tasks side by side; act fills an action, step by step.
func live(t *testing.T, f *Family, e task.Episode, tasks []task.Task, act func(task, step int, obs, act []float32)) outcome {
	t.Helper()
	s := f.Shape()
	e.Begin(tasks)
	n := len(tasks)
	out := outcome{seen: make([][]float32, n)}
	obs, actions := make([]float32, n*s.Obs), make([]float32, n*s.Act)
	owner := make(mover, n)
	for i := range owner {
		owner[i] = i
	}
	for step := 0; ; step++ {
		live := e.Live()
		want, ok := e.Observe(obs)
		if !ok {
			break
		}
		if want != (task.Step{Plastic: true, Output: true}) {
			t.Fatalf("wants %+v", want)
		}
		for slot := range live {
			i := e.Task(slot)
			if owner[slot] != i {
				t.Fatalf("slot %d holds what is task %d's, and its task is %d", slot, owner[slot], i)
			}
			out.seen[i] = append(out.seen[i], obs[slot*s.Obs:][:s.Obs]...)
			act(i, step, obs[slot*s.Obs:][:s.Obs], actions[slot*s.Act:][:s.Act])
		}
		e.Act(actions, owner)
	}
	if err := e.(task.Failer).Err(); err != nil {
		t.Fatal(err)
	}
	for i := range tasks {
		out.fitness = append(out.fitness, e.Fitness(i))
	}
	return out
}

// lean pushes to the side to which the pole leans.
func lean(i, step int, obs, act []float32) {
	act[0], act[1] = 0, obs[2]+0.3*obs[3]+float32(i)*0.01
	if step > 30+5*i {
		act[0], act[1] = 1, 0 // until it falls
	}
}

// TestCartPoleAsGo: Gymnasium's CartPole through the bridge moves as package task's does, from the same start and with the same
// pushes: states within 1e-6, for one of them is told in float32 alone; lives of the same length.
func TestCartPoleAsGo(t *testing.T) {
	f := allowed(t, New())
	e := f.Episode(8)
	defer e.(task.Failer).Close()
	tasks := task.DrawAll(f, 3, rng.Train, 1, 0, 7)
	bridged := live(t, f, e, tasks, lean)
	for i, seen := range bridged.seen {
		steps := len(seen) / 6
		if bridged.fitness[i] != float64(steps) || steps < 30+5*i || steps > 90 {
			t.Errorf("task %d: %d steps, fitness %v", i, steps, bridged.fitness[i])
		}
		ours := task.NewCartPole()
		one := &task.CartPoleTask{Cart: 1, Pole: 0.1, Length: 0.5, Force: 10}
		for _, v := range seen[:4] {
			one.Start = append(one.Start, float64(v))
		}
		ge := ours.Episode(1)
		ge.Begin([]task.Task{one})
		obs := make([]float32, 5)
		for n := 0; n < steps; n++ {
			if _, ok := ge.Observe(obs); !ok {
				t.Fatalf("task %d: ours ends after %d steps, Gymnasium's after %d", i, n, steps)
			}
			for j, v := range obs[:4] {
				if math.Abs(float64(v-seen[6*n+j])) > 1e-5 {
					t.Errorf("task %d step %d: ours sees %v, Gymnasium's %v", i, n, obs, seen[6*n:][:6])
				}
			}
			var act [2]float32
			lean(i, n, seen[6*n:][:6], act[:])
			ge.Act([]float32{act[1] - act[0]}, mover{0})
		}
		if ge.Live() != 0 {
			t.Errorf("task %d: ours goes on after Gymnasium's %d steps", i, steps)
		}
	}
}

// wave is a continuous action of any size.
func wave(i, step int, _, act []float32) { act[0] = float32(1.3 * math.Sin(float64(3*i+step))) }

// TestPendulum: a continuous action is observed clipped and spans the bounds; attributes vary; a life is truncated.
func TestPendulum(t *testing.T) {
	f := allowed(t, pendulum())
	e := f.Episode(4)
	defer e.(task.Failer).Close()
	tasks := task.DrawAll(f, 3, rng.Train, 1, 0, 3)
	out := live(t, f, e, tasks, wave)
	ours := task.NewPendulum()
	for i, seen := range out.seen {
		if len(seen) != 20*4 {
			t.Fatalf("task %d has %d numbers, want 20 steps of 4", i, len(seen))
		}
		v := tasks[i].(*Task).Vary
		o := ours.Episode(1)
		o.Begin([]task.Task{&task.PendulumTask{Gravity: 10, Mass: v[0], Length: v[1], Torque: 2, Start: []float64{math.Atan2(float64(seen[1]), float64(seen[0])), float64(seen[2])}}})
		obs := make([]float32, 4)
		for n := range 20 {
			o.Observe(obs)
			for j := range obs {
				if math.Abs(float64(obs[j]-seen[4*n+j])) > 1e-4 { // torque is float32 in Gymnasium
					t.Errorf("task %d step %d: ours sees %v, Gymnasium's %v", i, n, obs, seen[4*n:][:4])
				}
			}
			var act [1]float32
			wave(i, n, nil, act[:])
			o.Act(act[:], mover{0})
		}
	}
}

// TestSideBySide: what becomes of a life depends neither on the others nor on what the bridge did before.
func TestSideBySide(t *testing.T) {
	f := allowed(t, New())
	e := f.Episode(6)
	defer e.(task.Failer).Close()
	tasks := task.DrawAll(f, 5, rng.Train, 1, 0, 6)
	together := live(t, f, e, tasks, lean)
	if again := live(t, f, e, tasks, lean); !reflect.DeepEqual(again, together) {
		t.Error("the same lives go another way the second time")
	}
	for i := range tasks {
		alone := live(t, f, e, tasks[i:i+1], func(_, step int, obs, act []float32) { lean(i, step, obs, act) })
		if !slices.Equal(alone.seen[0], together.seen[i]) || alone.fitness[0] != together.fitness[i] {
			t.Errorf("task %d scores %v alone, %v among others", i, alone.fitness[0], together.fitness[i])
		}
	}
}

// TestNaN: a learner that breaks ends with NaN, and the others go on.
func TestNaN(t *testing.T) {
	for _, f := range []*Family{New(), pendulum()} {
		allowed(t, f)
		e := f.Episode(3)
		out := live(t, f, e, task.DrawAll(f, 5, rng.Train, 1, 0, 3), func(i, step int, obs, act []float32) {
			clear(act)
			if i == 1 && step == 2 {
				act[len(act)-1] = float32(math.NaN())
			}
		})
		e.(task.Failer).Close()
		if n := len(out.seen[1]) / f.Shape().Obs; n != 3 || !math.IsNaN(out.fitness[1]) || math.IsNaN(out.fitness[0]+out.fitness[2]) {
			t.Errorf("%s: %d steps, fitness %v", f.Env, n, out.fitness)
		}
	}
}

// TestValidate: a wrong setting is named first in its error.
func TestValidate(t *testing.T) {
	for _, c := range []struct {
		change func(*Family)
		want   string
	}{
		{func(*Family) {}, ""},
		{func(f *Family) { f.Env = "" }, "env: missing"},
		{func(f *Family) { f.Observations = 0 }, "observations: "},
		{func(f *Family) { f.Actions = MaxNumbers + 1 }, "actions: "},
		{func(f *Family) { f.Steps = 0 }, "steps: "},
		{func(f *Family) { f.Vary[0].Name = "" }, "vary: each entry needs a name"},
		{func(f *Family) { f.Vary[1].Name = "m" }, "vary: each entry needs a name of its own"},
		{func(f *Family) { f.Vary[1].Low = 7 }, "vary: l: want low at most high"},
		{func(f *Family) { f.Vary[1].High = math.Inf(1) }, "vary: l: want low at most high, both finite"},
	} {
		f := pendulum()
		c.change(f)
		err := f.Validate()
		if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", f, err, c.want)
		}
	}
}

// TestTasks: drawn tasks fill their ranges, read back as they were, and differ by seed.
func TestTasks(t *testing.T) {
	f := pendulum()
	seeds := map[uint64]bool{}
	for _, one := range task.DrawAll(f, 5, rng.Train, 1, 0, 100) {
		data, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := f.Decode(data); err != nil || !reflect.DeepEqual(back, one) {
			t.Errorf("%s reads as %+v, %v", data, back, err)
		}
		v := one.(*Task)
		seeds[v.Seed] = true
		if !(v.Vary[0] >= 0.5 && v.Vary[0] <= 2 && v.Vary[1] >= 0.5 && v.Vary[1] <= 1.5) {
			t.Errorf("drew %+v", v)
		}
	}
	if len(seeds) != 100 {
		t.Errorf("%d seeds of 100 tasks", len(seeds))
	}
	if _, err := f.Decode([]byte(`{"seed":1,"vary":[1]}`)); err == nil || !strings.Contains(err.Error(), "vary: want 2 numbers, got 1") {
		t.Errorf("got %v", err)
	}
	if _, err := f.Decode([]byte(`[]`)); err == nil {
		t.Error("read a list")
	}
}
