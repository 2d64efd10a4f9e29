package task

import (
	"fmt"
	"math"

	"baldwin/internal/detmath"
)

// Gymnasium's CartPole-v1 (Farama Foundation, gymnasium/envs/classic_control/cartpole.py, version 1.4.0; after Barto, Sutton,
// Anderson: "Neuronlike adaptive elements that can solve difficult learning control problems", 1983).
const (
	cartGravity = 9.8
	cartTau     = 0.02               // seconds of a step
	cartFall    = 24 * math.Pi / 360 // radians; beyond, the pole has fallen
	cartEdge    = 2.4                // metres; beyond, the cart has left its track
	cartStart   = 0.05               // the start's four numbers ~ U(-0.05, 0.05)
	cartSteps   = 200                // of a life, unless the spec says otherwise; CartPole-v1's limit is 500
)

// Ranges of CartPole's hidden parameters, around Gymnasium's 1, 0.1, 0.5 and 10.
const (
	minCart, maxCart     = 0.5, 2.0  // mass of the cart, kg
	minPole, maxPole     = 0.05, 0.5 // mass of the pole, kg
	minLength, maxLength = 0.25, 1.0 // half the pole's length, m
	minForce, maxForce   = 5.0, 15.0 // of a push, N
	fourThirds           = 4.0 / 3.0 // a rod's moment of inertia about its end
)

// CartPole is Gymnasium's CartPole-v1 with hidden parameters that vary: a pole stands on a cart that can only be pushed to
// the left or to the right, with full force. Masses, length and force are hidden and, with Reverse, in half of the tasks the
// push goes the other way. A learner observes position, velocity, angle, angular velocity and which way it pushed last (-1,
// 1; 0 at first); its action's sign is the push. The reward of a step is 1; a life ends when the pole has fallen, when the
// cart has left its track or after Steps.
type CartPole struct {
	Steps   int  `yaml:"steps"`   // most steps of a life: 200; CartPole-v1's limit is 500
	Reverse bool `yaml:"reverse"` // the direction of the push is hidden too: reversed in half of the tasks
}

// CartPoleTask is one cart with its pole and where they start.
type CartPoleTask struct {
	Cart   float64   `json:"cart"`   // mass, kg
	Pole   float64   `json:"pole"`   // mass, kg
	Length float64   `json:"length"` // half of the pole's, m
	Force  float64   `json:"force"`  // of a push by an action above 0, N; below 0 it goes to the left
	Start  []float64 `json:"start"`  // position (m), velocity (m/s), angle (rad), angular velocity (rad/s)
}

// NewCartPole is the family with its defaults.
func NewCartPole() *CartPole { return &CartPole{Steps: cartSteps, Reverse: true} }

// Name is "cartpole".
func (f *CartPole) Name() string { return "cartpole" }

// Explain says what the fitness means.
func (f *CartPole) Explain() string {
	return fmt.Sprintf("steps until the pole fell, at most %d; a random policy scores about 28", f.Steps)
}

// Shape is 5 observations, 1 action through tanh, two layers before the core.
func (f *CartPole) Shape() Shape { return controlShape(4, f.Steps) }

// Validate checks the steps.
func (f *CartPole) Validate() error { return Between("steps", f.Steps, 1, MaxControl) }

// Draw draws masses, length, force, its direction, and the start.
func (f *CartPole) Draw(s *Source) Task {
	t := &CartPoleTask{
		Cart: s.Uniform(minCart, maxCart), Pole: s.Uniform(minPole, maxPole),
		Length: s.Uniform(minLength, maxLength), Force: s.Uniform(minForce, maxForce),
	}
	if s.Coin() && f.Reverse {
		t.Force = -t.Force
	}
	for range 4 {
		t.Start = append(t.Start, s.Uniform(-cartStart, cartStart))
	}
	return t
}

// Decode reads {"cart": .., "pole": .., "length": .., "force": .., "start": [x, v, angle, w]}.
func (f *CartPole) Decode(data []byte) (Task, error) {
	t := new(CartPoleTask)
	err := decodeStrict(data, t, "cart", "pole", "length", "force", "start")
	if err == nil {
		err = firstOf(
			finite(true, "cart", t.Cart), finite(true, "pole", t.Pole), finite(true, "length", t.Length),
			finite(false, "force", t.Force), finite(false, "start", t.Start...), numbers(t.Start, 4),
		)
	}
	if err != nil {
		return nil, fmt.Errorf("task: decoding a cartpole task: %w", err)
	}
	return t, nil
}

// Episode makes room for batch carts.
func (f *CartPole) Episode(batch int) Episode {
	return newControl(f.Shape(), batch, func(t Task) cart {
		one := t.(*CartPoleTask)
		return cart{one, one.Start[0], one.Start[1], one.Start[2], one.Start[3]}
	})
}

// A cart is one life's cart and pole.
type cart struct {
	task                     *CartPoleTask
	x, speed, angle, turning float64
}

func (c *cart) observe(o []float32) {
	o[0], o[1], o[2], o[3] = float32(c.x), float32(c.speed), float32(c.angle), float32(c.turning)
}

// move pushes for one step, by Euler's method. With the force F, total mass M, pole's mass m and half length l:
//
//	t   = (F + m l w^2 sin) / M
//	w'  = (g sin - cos t) / (l (4/3 - m cos^2 / M))
//	v'  = t - m l w' cos / M
func (c *cart) move(action float64) (seen, reward float64, over bool) {
	seen, force := -1.0, -c.task.Force
	if action > 0 {
		seen, force = 1, c.task.Force
	}
	total, moment := c.task.Pole+c.task.Cart, float64(c.task.Pole*c.task.Length)
	sin, cos := detmath.Sincos(c.angle)
	t := (force + float64(moment*float64(c.turning*c.turning)*sin)) / total
	turn := (float64(cartGravity*sin) - float64(cos*t)) / float64(c.task.Length*(fourThirds-float64(c.task.Pole*float64(cos*cos))/total))
	push := t - float64(moment*turn*cos)/total
	c.x += float64(cartTau * c.speed)
	c.speed += float64(cartTau * push)
	c.angle += float64(cartTau * c.turning)
	c.turning += float64(cartTau * turn)
	return seen, 1, !(math.Abs(c.x) <= cartEdge && math.Abs(c.angle) <= cartFall)
}
