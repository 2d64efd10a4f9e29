package task

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// slowAdvantages is sum over j < 10 of 0.9^j r(t+j), the last reward repeated past the end, less the mean.
func slowAdvantages(reward []float64) []float64 {
	padded := reward[:len(reward):len(reward)]
	for range 10 {
		padded = append(padded, reward[len(reward)-1])
	}
	a, mean := make([]float64, len(reward)), 0.0
	for t := range a {
		for j := range 10 {
			a[t] += math.Pow(0.9, float64(j)) * padded[t+j]
		}
		mean += a[t] / float64(len(a))
	}
	for t := range a {
		a[t] -= mean
	}
	return a
}

func TestAdvantages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		reward := rapid.SliceOfN(rapid.Float64Range(-2, 0), 1, robotSteps).Draw(t, "rewards")
		r := &newRollouts(&Robot{Rollouts: 1}, 1)[0]
		for _, x := range reward {
			r.did([2]float64{}, x)
		}
		got := r.advantages()
		for i, want := range slowAdvantages(reward) {
			if math.Abs(float64(got[i])-want) > 1e-6*(1+math.Abs(want)) || len(got) != len(reward) {
				t.Fatalf("advantage %d of %d is %v, want %v", i, len(got), got[i], want)
			}
		}
		if n := testing.AllocsPerRun(3, func() { r.advantages() }); n != 0 {
			t.Fatalf("%v allocations", n)
		}
	})
}

// TestRobotLesson: what was seen, what was done with the noise and clipped, and the advantages of the rewards -d.
func TestRobotLesson(t *testing.T) {
	f := &Robot{Noise: 0.05, Protocol: AsReleased, Rollouts: 1}
	one := drawn(f, 1)[0].(*RobotTask)
	e := f.Episode(1).(*robotEpisode)
	if !f.Explores() || !e.Explore([]Task{one}) {
		t.Fatal("does not explore")
	}
	slow := robot{task: one.Explore}
	var obs, target []float32
	var reward []float64
	n := 0
	follow(e, func(o, act []float32) {
		obs = append(obs, float32(slow.action[0]), float32(slow.action[1]), float32(slow.signal()))
		act[0], act[1] = float32(math.Sin(float64(n))), 0.9
		n++
		noise := one.Explore.Exploration[slow.step]
		slow.move(max(-1, min(1, float64(act[0])+noise[0])), max(-1, min(1, float64(act[1])+noise[1])))
		target = append(target, float32(slow.action[0]), float32(slow.action[1]))
		reward = append(reward, -slow.distance())
	})
	if n != 100 {
		t.Errorf("%d exploring steps, want 100, whatever the protocol", n)
	}
	e.Begin([]Task{one}) // the lesson is still there
	gotObs, gotTarget, weight := e.Lesson(0)
	if len(gotObs) != len(obs) || len(gotTarget) != len(target) || len(weight) != n || n > f.Shape().Pairs {
		t.Fatalf("%d, %d, %d numbers of a lesson", len(gotObs), len(gotTarget), len(weight))
	}
	for i := range obs {
		if gotObs[i] != obs[i] {
			t.Errorf("observation %d: %v, want %v", i, gotObs[i], obs[i])
		}
	}
	for i := range target {
		if gotTarget[i] != target[i] {
			t.Errorf("action %d: %v, want %v", i, gotTarget[i], target[i])
		}
	}
	for i, want := range slowAdvantages(reward) {
		if math.Abs(float64(weight[i])-want) > 1e-6 {
			t.Errorf("advantage %d: %v, want %v", i, weight[i], want)
		}
	}
	if n := follow(e, func(_, act []float32) { clear(act) }); n != 101 || e.exploring {
		t.Errorf("then %d scored steps, want 101", n)
	}
	zero := (&Robot{Protocol: PaperEpisode}).Episode(1).(Tutor)
	if o, a, w := zero.Lesson(0); zero.Explore(drawn(f, 1)) || o != nil || a != nil || w != nil {
		t.Error("zero-shot explores or teaches")
	}
}
