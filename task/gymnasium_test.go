package task

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"baldwin/internal/needtool"
)

// recorded is how Gymnasium's own environments moved: testdata/record_gymnasium.py.
type recorded struct {
	Task  json.RawMessage
	Steps []struct {
		Action, Reward     float64
		Over               bool
		State, Observation []float64
	}
}

func readRecorded(t *testing.T, data []byte) map[string][]recorded {
	t.Helper()
	var file struct{ CartPole, Pendulum []recorded }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.CartPole) < 4 || len(file.Pendulum) < 3 {
		t.Fatalf("%d and %d cases", len(file.CartPole), len(file.Pendulum))
	}
	return map[string][]recorded{"cartpole": file.CartPole, "pendulum": file.Pendulum}
}

// checkRecorded holds both worlds to Gymnasium's. States are float64 on both sides and differ by rounding alone, which a
// pole that falls makes at most a thousand times larger in 40 steps: 1e-12 relative. Observations are float32: 1e-6.
func checkRecorded(t *testing.T, cases map[string][]recorded) {
	t.Helper()
	near := func(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance*max(1, math.Abs(want)) }
	for _, f := range controls() {
		for i, c := range cases[f.Name()] {
			one, err := f.Decode(c.Task)
			if err != nil {
				t.Fatal(err)
			}
			var w world
			var state func() []float64
			switch one := one.(type) {
			case *CartPoleTask:
				e := &cart{one, one.Start[0], one.Start[1], one.Start[2], one.Start[3]}
				w, state = e, func() []float64 { return []float64{e.x, e.speed, e.angle, e.turning} }
			case *PendulumTask:
				e := &rod{one, one.Start[0], one.Start[1]}
				w, state = e, func() []float64 { return []float64{e.angle, e.turning} }
			}
			obs := make([]float32, f.Shape().Obs-1)
			for n, s := range c.Steps {
				_, reward, over := w.move(s.Action)
				w.observe(obs)
				if !near(reward, s.Reward, 1e-12) || over != s.Over {
					t.Errorf("%s %d step %d: reward %v, over %v; want %v, %v", f.Name(), i, n, reward, over, s.Reward, s.Over)
				}
				want := slices.Clone(s.State)
				if f.Name() == "pendulum" {
					want[0] = wrap(want[0]) // Gymnasium's goes on past a turn
				}
				for j, v := range state() {
					if !near(v, want[j], 1e-12) {
						t.Errorf("%s %d step %d: state %d is %v, want %v", f.Name(), i, n, j, v, want[j])
					}
				}
				for j, v := range obs {
					if !near(float64(v), s.Observation[j], 1e-6) {
						t.Errorf("%s %d step %d: observation %d is %v, want %v", f.Name(), i, n, j, v, s.Observation[j])
					}
				}
			}
		}
	}
}

// TestAsGymnasium holds both worlds to what Gymnasium 1.4.0 was recorded to do.
func TestAsGymnasium(t *testing.T) {
	data, err := os.ReadFile("testdata/gymnasium.json")
	if err != nil {
		t.Fatal(err)
	}
	cases := readRecorded(t, data)
	checkRecorded(t, cases)
	fell, fast := false, false
	for _, c := range cases["cartpole"] {
		fell = fell || c.Steps[len(c.Steps)-1].Over
	}
	for _, c := range cases["pendulum"] {
		for _, s := range c.Steps {
			fast = fast || math.Abs(s.State[1]) == pendulumSpeed
		}
	}
	if !fell || !fast {
		t.Errorf("a pole fell: %v; a pendulum reached its speed limit: %v", fell, fast)
	}
}

// TestAsGymnasiumNow holds them to the Gymnasium at hand.
func TestAsGymnasiumNow(t *testing.T) {
	python := needtool.Python(t, "gymnasium")
	data, err := exec.Command(python, filepath.Join("testdata", "record_gymnasium.py")).Output()
	if err != nil {
		t.Fatal(err)
	}
	checkRecorded(t, readRecorded(t, data))
}
