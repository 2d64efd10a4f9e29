package task

import (
	"encoding/json"
	"fmt"
	"math"

	"baldwin/internal/detmath"
)

// The robot and its world (EPRNN, section 4.1; geometry of the released code).
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

// A robot is one episode's robot.
type robot struct {
	task    *RobotTask
	x, y    float64
	heading float64
	action  [2]float64 // the newest, clipped
	step    int
	score   float64
	away    float64 // distance to the goal after the newest step
}

// distance is sqrt(dx^2 + dy^2) to the goal.
func (r *robot) distance() float64 {
	dx, dy := r.task.Goal[0]-r.x, r.task.Goal[1]-r.y
	return math.Sqrt(float64(dx*dx) + float64(dy*dy))
}

// signal is max(0, A0 - k ln(d/d0) + noise).
func (r *robot) signal() float64 {
	d := max(r.distance(), SignalFloor)
	return max(0, r.task.A0-float64(r.task.K*detmath.Log(d/SignalUnit))+r.task.Noise[r.step])
}

// move drives one step along an exact arc: with the wheels' ways l and r, it turns by (r-l)/axle and goes
// (l+r)/2 * sin(turn/2)/(turn/2) in the direction of heading + turn/2.
func (r *robot) move(left, right float64) {
	r.action = [2]float64{clip(left), clip(right)}
	l, w := float64(r.action[0]*RobotSpeed), float64(r.action[1]*RobotSpeed)
	turn, chord := (w-l)/RobotAxle, 0.5*(l+w)
	half := turn / 2
	if math.Abs(turn) >= RobotStraight {
		chord = chord * detmath.Sin(half) / half
	}
	sin, cos := detmath.Sincos(r.heading + half)
	r.x += float64(chord * cos)
	r.y += float64(chord * sin)
	r.heading += turn
	r.step++
	r.away = r.distance()
	r.score -= r.away
}

// clip bounds an action to [-1, 1]; NaN stays.
func clip(a float64) float64 {
	switch {
	case a > 1:
		return 1
	case a < -1:
		return -1
	}
	return a
}

// Episode makes room for batch robots.
func (f *Robot) Episode(batch int) Episode {
	return &robotEpisode{f: f, robots: make([]robot, batch), fitness: make([]float64, batch), rollouts: newRollouts(f, batch)}
}

type robotEpisode struct {
	Slots
	f         *Robot
	robots    []robot   // by slot
	fitness   []float64 // by task
	exploring bool
	rollouts  []rollout      // by task
	paths     [][][2]float64 // by task; nil: not kept
}

func (e *robotEpisode) Begin(tasks []Task) {
	e.Start(len(tasks))
	for i, t := range tasks {
		e.robots[i] = robot{task: t.(*RobotTask)}
		if e.paths != nil {
			e.paths[i] = nil
			e.trace(i)
		}
	}
	e.exploring = false
}

func (e *robotEpisode) Observe(obs []float32) (Step, bool) {
	for i := range e.live {
		r := &e.robots[i]
		o := obs[3*i : 3*i+3]
		o[0], o[1], o[2] = float32(r.action[0]), float32(r.action[1]), float32(r.signal())
		if e.exploring {
			e.rollouts[e.task[i]].see(o)
		}
	}
	return Step{Plastic: true, Output: true}, e.live > 0
}

func (e *robotEpisode) Act(act []float32, m Mover) {
	for i := range e.live {
		r := &e.robots[i]
		left, right := float64(act[2*i]), float64(act[2*i+1])
		if e.exploring {
			n := r.task.Exploration[r.step]
			left, right = clip(left+n[0]), clip(right+n[1])
		}
		before := r.score
		r.move(left, right)
		if e.exploring {
			e.rollouts[e.task[i]].did(r.action, r.score-before)
		} else {
			e.trace(i)
		}
	}
	steps := e.f.steps()
	if e.exploring {
		steps = robotSteps
	}
	// From the last slot down, so that the life that moves into a free slot is always one that goes on.
	for i := e.live - 1; i >= 0; i-- {
		r := &e.robots[i]
		if !(r.away < RobotRadius || r.step >= steps) {
			continue
		}
		e.fitness[e.task[i]] = r.score
		if from := e.End(i, m); from != i {
			*r = e.robots[from]
		}
	}
}

func (e *robotEpisode) Fitness(i int) float64 { return e.fitness[i] }

// Explores says that lives begin with an exploring episode.
func (f *Robot) Explores() bool { return f.Rollouts > 0 }

// Trace makes the episode keep paths.
func (e *robotEpisode) Trace() { e.paths = make([][][2]float64, len(e.robots)) }

// Path is where the robot of task i went.
func (e *robotEpisode) Path(i int) [][2]float64 { return e.paths[i] }

// trace notes where the robot of a slot is.
func (e *robotEpisode) trace(slot int) {
	if e.paths != nil {
		i := e.task[slot]
		e.paths[i] = append(e.paths[i], [2]float64{e.robots[slot].x, e.robots[slot].y})
	}
}
