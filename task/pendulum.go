package task

import (
	"fmt"
	"math"

	"baldwin/internal/detmath"
)

// Gymnasium's Pendulum-v1 (Farama Foundation, gymnasium/envs/classic_control/pendulum.py, version 1.4.0).
const (
	pendulumTau   = 0.05 // seconds of a step
	pendulumSpeed = 8.0  // most angular velocity, rad/s
	pendulumMost  = 2.0  // torque of a full action, N m
	pendulumTurn  = 1.0  // the start's angular velocity ~ U(-1, 1), its angle ~ U(-pi, pi)
	pendulumSteps = 200
	pendulumWound = 100 // most radians from 0 of a start that is read
)

// Ranges of Pendulum's hidden parameters, around Gymnasium's 10, 1 and 1.
const (
	minGravity, maxGravity = 7.0, 13.0 // m/s^2
	minMass, maxMass       = 0.7, 1.3  // kg
	minRod, maxRod         = 0.7, 1.3  // length, m
)

// Pendulum is Gymnasium's Pendulum-v1 with hidden parameters that vary: a rod that hangs from a motor too weak to lift it
// at once is to be swung up and held there. Gravity, mass and length are hidden and, with Reverse, in half of the tasks the
// motor turns the other way. A learner observes cosine and sine of the angle (0 is up), angular velocity and its previous
// action; its action times 2 N m is the torque. The reward of a step is -(angle^2 + 0.1 w^2 + 0.001 torque^2); a life has
// Steps steps.
type Pendulum struct {
	Steps   int  `yaml:"steps"`   // steps of a life: 200, Pendulum-v1's limit
	Reverse bool `yaml:"reverse"` // the direction of the torque is hidden too: reversed in half of the tasks
}

// PendulumTask is one pendulum and where it starts.
type PendulumTask struct {
	Gravity float64   `json:"gravity"` // m/s^2
	Mass    float64   `json:"mass"`    // kg
	Length  float64   `json:"length"`  // m
	Torque  float64   `json:"torque"`  // of the action 1, N m; below 0 the motor is reversed
	Start   []float64 `json:"start"`   // angle (rad, 0 is up), angular velocity (rad/s)
}

// NewPendulum is the family with its defaults.
func NewPendulum() *Pendulum { return &Pendulum{Steps: pendulumSteps, Reverse: true} }

// Name is "pendulum".
func (f *Pendulum) Name() string { return "pendulum" }

// Explain says what the fitness means.
func (f *Pendulum) Explain() string {
	return "minus the sum over steps of angle^2 + 0.1 speed^2 + 0.001 torque^2; over 200 steps a random policy scores about -1250"
}

// Shape is 4 observations, 1 action through tanh, two layers before the core.
func (f *Pendulum) Shape() Shape { return controlShape(3, f.Steps) }

// Validate checks the steps.
func (f *Pendulum) Validate() error { return Between("steps", f.Steps, 1, MaxControl) }

// Draw draws gravity, mass, length, the torque's direction, and the start.
func (f *Pendulum) Draw(s *Source) Task {
	t := &PendulumTask{
		Gravity: s.Uniform(minGravity, maxGravity), Mass: s.Uniform(minMass, maxMass), Length: s.Uniform(minRod, maxRod),
		Torque: pendulumMost,
	}
	if s.Coin() && f.Reverse {
		t.Torque = -t.Torque
	}
	t.Start = []float64{s.Uniform(-math.Pi, math.Pi), s.Uniform(-pendulumTurn, pendulumTurn)}
	return t
}

// Decode reads {"gravity": .., "mass": .., "length": .., "torque": .., "start": [angle, w]}.
func (f *Pendulum) Decode(data []byte) (Task, error) {
	t := new(PendulumTask)
	err := decodeStrict(data, t, "gravity", "mass", "length", "torque", "start")
	if err == nil {
		err = firstOf(
			finite(true, "mass", t.Mass), finite(true, "length", t.Length), finite(false, "gravity", t.Gravity),
			finite(false, "torque", t.Torque), finite(false, "start", t.Start...), numbers(t.Start, 2),
		)
	}
	if err == nil && math.Abs(t.Start[0]) > pendulumWound {
		err = fmt.Errorf("start: the angle must be at most %g from 0, got %g", float64(pendulumWound), t.Start[0])
	}
	if err != nil {
		return nil, fmt.Errorf("task: decoding a pendulum task: %w", err)
	}
	return t, nil
}

// Episode makes room for batch pendulums.
func (f *Pendulum) Episode(batch int) Episode {
	return newControl(f.Shape(), batch, func(t Task) rod {
		one := t.(*PendulumTask)
		return rod{one, wrap(one.Start[0]), one.Start[1]}
	})
}

// A rod is one life's pendulum.
type rod struct {
	task    *PendulumTask
	angle   float64 // in [-pi, pi)
	turning float64
}

func (r *rod) observe(o []float32) {
	sin, cos := detmath.Sincos(r.angle)
	o[0], o[1], o[2] = float32(cos), float32(sin), float32(r.turning)
}

// move turns the motor for one step, by the semi-implicit form of Euler's method: with the torque u and a uniform rod's
// moment of inertia, w += (3g/(2l) sin + 3/(m l^2) u) dt, within the speed limit; angle += w dt. The reward is that of the
// state before.
func (r *rod) move(action float64) (seen, reward float64, over bool) {
	t := r.task
	u := float64(action * t.Torque)
	cost := float64(r.angle*r.angle) + float64(0.1*float64(r.turning*r.turning)) + float64(0.001*float64(u*u))
	pull := float64(3*t.Gravity/(2*t.Length)*detmath.Sin(r.angle)) + float64(3/(t.Mass*float64(t.Length*t.Length))*u)
	r.turning = min(max(r.turning+float64(pull*pendulumTau), -pendulumSpeed), pendulumSpeed)
	r.angle = wrap(r.angle + float64(r.turning*pendulumTau))
	return action, -cost, false
}

// wrap brings an angle into [-pi, pi) by whole turns.
func wrap(angle float64) float64 {
	for angle >= math.Pi {
		angle -= tau
	}
	for angle < -math.Pi {
		angle += tau
	}
	return angle
}
