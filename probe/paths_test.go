package probe

import (
	"math"
	"slices"
	"testing"

	"baldwin/internal/embed"
	"baldwin/task"
)

// TestVary: paths begin at birth, go with the lives, and differ in what is varied alone.
func TestVary(t *testing.T) {
	s := subject(t, sinusoids)
	w0, _ := s.Learner.Layout.File(s.Theta).Get("core.wh")
	h0, _ := s.Learner.Layout.File(s.Theta).Get("core.h0")
	for _, what := range []string{VaryA, VaryN, VaryPhi} {
		paths, err := Vary(t.Context(), s, what, 2, 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(paths) != 10 {
			t.Fatalf("%s: %d paths", what, len(paths))
		}
		for i, p := range paths {
			if len(p.W) != 20 || len(p.H) != 20 || !slices.Equal(p.W[0], w0.Data) || !slices.Equal(p.H[0], h0.Data) {
				t.Fatalf("%s: path %d has %d W and %d h, or does not begin at birth", what, i, len(p.W), len(p.H))
			}
			if slices.Equal(p.W[0], p.W[1]) || slices.Equal(p.W[9], p.W[10]) || !slices.Equal(p.W[10], p.W[11]) {
				t.Errorf("%s: path %d does not learn in its ten steps alone", what, i)
			}
			if p.Group != i/2 || p.Label == paths[(i+2)%10].Label || p.Task == paths[(i+1)%10].Task {
				t.Errorf("%s: path %d is %s in group %d: %s", what, i, p.Label, p.Group, p.Task)
			}
		}
		m, err := Lay(paths, "W", 3, embed.Settings{Iterations: 300})
		if err != nil {
			t.Fatal(err)
		}
		if want := []int{0, 3, 6, 9, 12, 15, 18, 19}; !slices.Equal(m.Steps[4], want) || len(m.TSNE[4]) != len(want) || len(m.PCA[4]) != len(want) {
			t.Errorf("%s: steps %v, want %v", what, m.Steps[4], want)
		}
		if m.PCA[0][0] != m.PCA[9][0] || !(m.Trustworthiness > 0.8 && m.KL > 0 && m.Explained[0] > m.Explained[1]) {
			t.Errorf("%s: %v and %v at birth; %+v", what, m.PCA[0][0], m.PCA[9][0], m)
		}
	}
	if _, err := Vary(t.Context(), s, VaryRobot, 2, 3); err == nil {
		t.Error("a robot's signal is varied in sequences")
	}
}

// TestVaryRobot: the signal is varied, goals and noise are the same in every group.
func TestVaryRobot(t *testing.T) {
	s := subject(t, robots)
	paths, err := Vary(t.Context(), s, VaryRobot, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) != 8 || paths[0].Label != "A0 = 0.5, k = 0.1" || paths[7].Label != "A0 = 2, k = 0.5" {
		t.Fatalf("%d paths, the first %q", len(paths), paths[0].Label)
	}
	for i, p := range paths {
		if len(p.Place) != len(p.W) || p.Place[0] != [2]float64{} {
			t.Errorf("path %d: %d places from %v, %d W", i, len(p.Place), p.Place[0], len(p.W))
		}
	}
	if m, err := Lay(paths, "h", 10, embed.Settings{Iterations: 100}); err != nil || len(m.PCA) != 8 {
		t.Errorf("%v", err)
	}
}

// TestDrive: one given task is driven by an evolved robot, which comes near, and at random, which does not.
func TestDrive(t *testing.T) {
	s := subject(t, robots)
	goal := task.Point{-0.3, -0.3}
	way, err := Drive(t.Context(), s, goal, 0.5, 0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	random := DriveAtRandom(s.Family.(*task.Robot), goal, 0.5, 0.2, 1)
	for _, p := range []*Path{way, random} {
		var sum float64
		for _, at := range p.Place[1:] {
			sum -= math.Hypot(at[0]-goal[0], at[1]-goal[1])
		}
		if math.Abs(sum-p.Fitness) > 1e-9 {
			t.Errorf("%s: fitness %v, its places make %v", p.Label, p.Fitness, sum)
		}
	}
	if !(way.Fitness > random.Fitness+5) {
		t.Errorf("evolved %v, at random %v", way.Fitness, random.Fitness)
	}
	if _, err := Drive(t.Context(), subject(t, sinusoids), goal, 0.5, 0.2, 1); err == nil {
		t.Error("a sequence drives")
	}
}
