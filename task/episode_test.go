package task

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A script is what a robot does at each step, whatever it sees.
type script [robotSteps + 1][2]float32

// scripted is a robot task with its script.
type scripted struct {
	task   *RobotTask
	script *script
}

// drawScripted draws a robot whose goal lies where it will be after some step, so that lives end at different times, or
// far away.
func drawScripted(t *rapid.T) scripted {
	seed := rapid.Uint64Range(1, 1<<40).Draw(t, "seed")
	one := DrawAll(&Robot{Noise: 0.1, Protocol: AsReleased, Rollouts: 1}, seed, 1, 0, 0, 1)[0].(*RobotTask)
	var s script
	r := robot{task: farAway()}
	end := rapid.OneOf(rapid.IntRange(1, 3), rapid.IntRange(1, 2*robotSteps)).Draw(t, "end")
	for i := range s {
		// A wave of the seed: any one will do that goes places.
		a := float64(i) + float64(seed%1000)
		s[i] = [2]float32{float32(math.Sin(a)), float32(math.Cos(1.3 * a))}
		r.move(float64(s[i][0]), float64(s[i][1]))
		if i+1 == end {
			one.Goal = Point{r.x + 0.005, r.y}
		}
	}
	one.Explore.Goal = one.Goal
	return scripted{one, &s}
}

// owners is a Mover that knows whose things lie in each slot.
type owners []int

func (o owners) Move(dst, src int) { o[dst] = o[src] }

// outcome is all that a life leaves behind.
type outcome struct {
	fitness     float64
	path        [][2]float64
	obs         []float32 // what was seen, in order, exploring and scored
	lesson      []float32
	toldTo, got []float32 // the rest of the lesson
}

// liveAll runs scripted robots side by side, exploring first. It checks that slots and movers agree.
func liveAll(f *Robot, lives []scripted) ([]outcome, error) {
	out := make([]outcome, len(lives))
	tasks := make([]Task, len(lives))
	for i, l := range lives {
		tasks[i] = l.task
	}
	e := f.Episode(len(lives) + 2).(*robotEpisode) // two slots stay empty
	e.Trace()
	obs, act := make([]float32, 3*len(lives)), make([]float32, 2*len(lives))
	run := func() error {
		owner := make(owners, len(lives))
		for i := range owner {
			owner[i] = i
		}
		for n := 0; ; n++ {
			live := e.Live()
			if _, ok := e.Observe(obs); !ok {
				return nil
			}
			for slot := range live {
				i := e.Task(slot)
				if owner[slot] != i {
					return fmt.Errorf("step %d: slot %d holds what is %d's, and its task is %d", n, slot, owner[slot], i)
				}
				out[i].obs = append(out[i].obs, obs[3*slot:3*slot+3]...)
				copy(act[2*slot:], lives[i].script[n][:])
			}
			e.Act(act, owner)
		}
	}
	if e.Explore(tasks) {
		if err := run(); err != nil {
			return nil, fmt.Errorf("exploring: %w", err)
		}
	}
	e.Begin(tasks)
	if err := run(); err != nil {
		return nil, err
	}
	for i := range out {
		out[i].fitness, out[i].path = e.Fitness(i), e.Path(i)
		obs, target, weight := e.Lesson(i)
		out[i].lesson, out[i].toldTo, out[i].got = slices.Clone(obs), slices.Clone(target), slices.Clone(weight)
	}
	return out, nil
}

func (o outcome) equal(p outcome) bool {
	return o.fitness == p.fitness && slices.Equal(o.path, p.path) && slices.Equal(o.obs, p.obs) &&
		slices.Equal(o.lesson, p.lesson) && slices.Equal(o.toldTo, p.toldTo) && slices.Equal(o.got, p.got)
}

// TestRobotsSideBySide: what becomes of a robot does not depend on the others, on their order or on who ends when.
func TestRobotsSideBySide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &Robot{Protocol: rapid.SampledFrom([]Protocol{PaperEpisode, AsReleased}).Draw(t, "protocol"), Rollouts: rapid.IntRange(0, 1).Draw(t, "rollouts")}
		n := rapid.IntRange(1, 9).Draw(t, "robots")
		lives, alone := make([]scripted, n), make([]outcome, n)
		for i := range lives {
			lives[i] = drawScripted(t)
			one, err := liveAll(f, lives[i:i+1])
			if err != nil {
				t.Fatal(err)
			}
			alone[i] = one[0]
		}
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "order")
		shuffled := make([]scripted, n)
		for i, j := range order {
			shuffled[i] = lives[j]
		}
		together, err := liveAll(f, shuffled)
		if err != nil {
			t.Fatal(err)
		}
		for i, j := range order {
			if !together[i].equal(alone[j]) {
				t.Fatalf("robot %d: alone %+v, among %d %+v", j, alone[j], n, together[i])
			}
		}
	})
}

// TestSlots: End fills the slot of a life that ended with the last, for any order of endings.
func TestSlots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Slots
		n := rapid.IntRange(1, 20).Draw(t, "lives")
		s.Start(n)
		owner := make(owners, n)
		left := make([]int, n)
		for i := range n {
			owner[i], left[i] = i, i
		}
		for s.Live() > 0 {
			slot := rapid.IntRange(0, s.Live()-1).Draw(t, "slot")
			ended := s.Task(slot)
			if from := s.End(slot, owner); from != s.Live() {
				t.Fatalf("moved from %d, want %d", from, s.Live())
			}
			left = slices.DeleteFunc(left, func(i int) bool { return i == ended })
			var there []int
			for slot := range s.Live() {
				if s.Task(slot) != owner[slot] {
					t.Fatalf("slot %d: task %d, things of %d", slot, s.Task(slot), owner[slot])
				}
				there = append(there, owner[slot])
			}
			if slices.Sort(there); !slices.Equal(there, left) {
				t.Fatalf("there are %v, want %v", there, left)
			}
		}
	})
}
