package task

import (
	"encoding/json"
	"fmt"
	"math"
)

// The robot and its world (EPRNN, section 4.1; geometry of the released code). The paper gives no unit of length.
const (
	RobotAxle     = 0.04 // distance between the wheels
	RobotSpeed    = 0.05 // way of a wheel in one step at full speed: 0.02 wheel factor * 25 rad/s * 0.1 s
	RobotRadius   = 0.02 // the goal is reached nearer than this
	SignalUnit    = 0.02 // d0, the distance at which the signal is A0
	SignalFloor   = 1e-6 // d is not taken to be less
	RobotStraight = 1e-9 // below this turn (radians) an arc is a line
)

const (
	robotSteps = 100 // of an episode; as-released: one more
	goalRange  = 0.5 // goal ~ U(-goalRange, goalRange)^2
	minA0      = 0.5 // A0 ~ U(0.5, 2)
	maxA0      = 2.0 //
	minK       = 0.1 // k ~ U(0.1, 0.5)
	maxK       = 0.5 //
	exploring  = 0.1 // standard deviation of the exploring action noise
	discount   = 0.9 // of the advantage
	horizon    = 10  // rewards summed into an advantage
)

// PaperEpisode is the robot's default protocol: an episode of at most 100 steps.
const PaperEpisode Protocol = "paper"

// Robot is Wheeled Robot Navigating, EPRNN section 4.1. A robot with two wheels starts at (0,0) with heading 0 and looks
// for a hidden goal. It observes its previous action and the strength of a noisy signal,
// max(0, A0 - k ln(d/0.02) + N(0, Noise^2)), of hidden A0 and k; its position and heading are hidden too. The reward of a
// step is -d. An episode ends nearer than 0.02 or after 100 steps. Plasticity is on throughout.
type Robot struct {
	Noise    float64  `yaml:"noise"`    // standard deviation of the signal's noise: 0.01 low, 0.05 median, 0.2 high
	Protocol Protocol `yaml:"protocol"` // paper (100 steps) or as-released (101)
	Rollouts int      `yaml:"rollouts"` // exploring episodes before the scored one: 0, or 1 for a learner that descends a gradient
}

// RobotTask is one goal with its signal and noise. Explore, where there is one, is the exploring episode of the same
// task: its own signal noise and the noise on its actions.
type RobotTask struct {
	Goal        Point      `json:"goal"`
	A0          float64    `json:"a0"`
	K           float64    `json:"k"`
	Noise       []float64  `json:"noise"`                 // [step]
	Exploration []Point    `json:"exploration,omitempty"` // [step], of an exploring episode: noise on both wheels
	Explore     *RobotTask `json:"explore,omitempty"`
}

// Point is two numbers.
type Point [2]float64

// UnmarshalJSON takes two numbers, where encoding/json would fill an array from any number of them.
func (p *Point) UnmarshalJSON(data []byte) error {
	var v []float64
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	if len(v) != len(p) {
		return fmt.Errorf("a goal and each step of an exploration is 2 numbers, got %d", len(v))
	}
	*p = Point(v)
	return nil
}

// Name is "robot".
func (f *Robot) Name() string { return "robot" }

// StillScore is what a robot that never moves scores over the family in 100 steps, the robot's ZeroScore: minus the mean distance of a goal
// from the middle of its square, (sqrt 2 + ln(1 + sqrt 2)) / 6 of a side. Driving at random gains nothing on it: TestPolicies measures -39.3
// (go test ./task -run TestPolicies -v).
const StillScore = -robotSteps * 2 * goalRange * (math.Sqrt2 + 0.88137358701954302523) / 6

// Explain says what the fitness means.
func (f *Robot) Explain() string {
	return fmt.Sprintf("minus the sum over steps of the distance to the goal; one that never moves scores about %.0f", StillScore)
}

func (f *Robot) steps() int {
	if f.Protocol == AsReleased {
		return robotSteps + 1
	}
	return robotSteps
}

// Shape is 3 observations, 2 actions through tanh, two layers before the core.
func (f *Robot) Shape() Shape {
	return Shape{Obs: 3, Act: 2, Tower: 2, Tanh: true, Steps: f.steps(), Pairs: f.Rollouts * robotSteps}
}

// Validate checks noise, protocol and rollouts.
func (f *Robot) Validate() error {
	switch {
	case !(f.Noise >= 0) || math.IsInf(f.Noise, 0):
		return fmt.Errorf("noise: must be at least 0 and finite, got %g", f.Noise)
	case f.Protocol != PaperEpisode && f.Protocol != AsReleased:
		return fmt.Errorf("protocol: must be %s or %s, got %q", PaperEpisode, AsReleased, f.Protocol)
	case f.Rollouts != 0 && f.Rollouts != 1:
		return fmt.Errorf("rollouts: must be 0 or 1, got %d", f.Rollouts)
	}
	return nil
}

// Draw draws goal, A0, k, the signal's noise for every step and, where rollouts ask for it, the exploring episode's noise.
func (f *Robot) Draw(s *Source) Task {
	t := &RobotTask{}
	t.Goal[0], t.Goal[1] = s.Uniform(-goalRange, goalRange), s.Uniform(-goalRange, goalRange)
	t.A0, t.K = s.Uniform(minA0, maxA0), s.Uniform(minK, maxK)
	t.Noise = f.noise(s, f.steps())
	if f.Rollouts > 0 {
		e := &RobotTask{Goal: t.Goal, A0: t.A0, K: t.K, Noise: f.noise(s, robotSteps)}
		for range robotSteps {
			e.Exploration = append(e.Exploration, Point{float64(exploring * s.Normal()), float64(exploring * s.Normal())})
		}
		t.Explore = e
	}
	return t
}

// Given is the robot task of given hidden parameters, in the family's ranges or not, with noise from a source.
func (f *Robot) Given(goal Point, a0, k float64, s *Source) Task {
	t := f.Draw(s).(*RobotTask)
	for _, one := range []*RobotTask{t, t.Explore} {
		if one != nil {
			one.Goal, one.A0, one.K = goal, a0, k
		}
	}
	return t
}

func (f *Robot) noise(s *Source, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = f.Noise * s.Normal()
	}
	return v
}

// Decode reads {"goal": [x, y], "a0": .., "k": .., "noise": [..]} and, for one rollout, "explore" of the same form with
// "exploration": [[..], ..].
func (f *Robot) Decode(data []byte) (Task, error) {
	t := new(RobotTask)
	if err := decodeStrict(data, t, "goal", "a0", "k", "noise"); err != nil {
		return nil, fmt.Errorf("task: decoding a robot task: %w", err)
	}
	if n := len(t.Noise); n < f.steps() {
		return nil, fmt.Errorf("task: robot: noise: want %d numbers, got %d", f.steps(), n)
	}
	if f.Rollouts == 0 {
		t.Explore = nil
		return t, nil
	}
	var raw struct {
		Explore json.RawMessage `json:"explore"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("task: decoding a robot task: %w", err)
	}
	if raw.Explore == nil {
		return nil, fmt.Errorf("task: robot: explore: missing, and rollouts is %d", f.Rollouts)
	}
	e := new(RobotTask)
	t.Explore = e
	if err := decodeStrict(raw.Explore, e, "goal", "a0", "k", "noise", "exploration"); err != nil {
		return nil, fmt.Errorf("task: robot: explore: %w", err)
	}
	if len(e.Noise) < robotSteps || len(e.Exploration) < robotSteps {
		return nil, fmt.Errorf("task: robot: explore: want %d numbers of noise and exploration, got %d and %d", robotSteps, len(e.Noise), len(e.Exploration))
	}
	return t, nil
}

// Explores says that lives begin with an exploring episode.
func (f *Robot) Explores() bool { return f.Rollouts > 0 }
