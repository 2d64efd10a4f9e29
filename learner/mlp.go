package learner

import "baldwin/internal/kernel"

// EPMLP is a feed-forward network with one plastic layer: all that it learns in a life it learns in W.
func EPMLP() Kind {
	return Kind{
		Name:    "epmlp",
		Summary: "feed-forward network with a plastic, modulated layer and evolved W_0",
		Equations: []string{
			"y = tanh(W x + b)",
			"m = sigmoid(Mx x + mb)",
			"W += m*(A*y*x + B*x + C*y + D)",
		},
		Source:    "EPRNN, section 4.2 (EPMLP)",
		Plastic:   true,
		Modulated: true,
		Tensors:   mlpTensors(true),
		Core:      newMLP,
		FMAs:      mlpFMAs,
	}
}

// EPMLPRandom is EPMLP whose W_0 is drawn N(0, 0.1^2) at every birth (Najarro and Risi 2020, with a modulator).
func EPMLPRandom() Kind {
	k := EPMLP()
	k.Name = "epmlp-random"
	k.Summary = "EPMLP with W_0 drawn at random at every birth: only the rule is evolved"
	k.Source = "EPRNN, section 4.2 (EPMLP with random weights)"
	k.Random = true
	k.Tensors = mlpTensors(false)
	return k
}

func mlpTensors(evolved bool) func(c Config) []Tensor {
	return func(c Config) []Tensor {
		h := c.Hidden
		var t []Tensor
		if evolved {
			t = append(t, Tensor{Name: "core.w", Shape: []int{h, h}})
		}
		t = append(t, Tensor{Name: "core.b", Shape: []int{h}, Role: Bias})
		if c.Modulator == On {
			t = append(t, Tensor{Name: "core.mx", Shape: []int{h, h}}, Tensor{Name: "core.mb", Shape: []int{h}, Role: Bias})
		}
		return append(t, c.rule().Tensors(&c)...)
	}
}

// mlp is the core of both: the plastic pass has pre = x, so the input of the step before is kept.
type mlp struct {
	brain   *Brain
	k       kernel.ISA
	hidden  int
	w       []float32 // nil: drawn at birth
	b       []float32
	mx      Matrix
	mb      []float32 // nil: no modulator
	plastic *plasticity
	x       Rows         // the last step's input
	y       [2][]float32 // this step's output and the last's, in turn
	turn    int
	m, ma   []float32
	ones    []float32
}

func newMLP(b *Brain) Core {
	c := &mlp{
		brain: b, k: b.ISA, hidden: b.Hidden, w: b.Vector("core.w"), b: b.Vector("core.b"),
		mx: b.Matrix("core.mx"), mb: b.Vector("core.mb"), ones: b.ones(), plastic: newPlasticity(b),
	}
	for i := range c.y {
		c.y[i] = b.Room(b.Batch)
	}
	if c.mb != nil {
		c.m, c.ma = b.Room(b.Batch), b.Room(b.Batch)
	}
	return c
}

func (c *mlp) Load() { c.plastic.fill() }

func (c *mlp) Birth(tasks int, w Births) {
	if c.w != nil {
		w = Births{W: c.w}
	}
	c.plastic.birth(w.W, w.Stride, tasks)
}

func (c *mlp) Step(x Rows, tasks int, plastic bool) Rows {
	n := tasks * c.hidden
	c.turn++
	c.x = x
	y := Rows{V: c.y[c.turn%2], LD: c.hidden}
	c.plastic.multiply(x, c.b, y, tasks)
	c.k.Tanh(y.V[:n], y.V[:n])
	m := Rows{V: c.ones}
	if c.mb != nil && (plastic || c.brain.Recorded) {
		c.k.Static(c.mx, x, Rows{V: c.mb}, Rows{V: c.ma, LD: c.hidden}, tasks)
		c.k.Sigmoid(c.m[:n], c.ma[:n])
		m = Rows{V: c.m, LD: c.hidden}
	}
	if plastic {
		c.plastic.learn(m, y, x)
	}
	return y
}

func (c *mlp) Move(dst, src int) {
	for _, v := range [][]float32{c.x.V, c.y[0], c.y[1], c.m} {
		if v != nil {
			copy(v[dst*c.hidden:][:c.hidden], v[src*c.hidden:][:c.hidden])
		}
	}
	c.plastic.move(dst, src)
}

// ResetW gives lives the W of birth.
func (c *mlp) ResetW(tasks int, origin func(slot int) int) { c.plastic.reset(tasks, origin) }

// SetW gives lives another W.
func (c *mlp) SetW(tasks int, w func(slot int) []float32) { c.plastic.set(tasks, w) }

func (c *mlp) State() State {
	s := State{W: c.plastic.look}
	if c.mb != nil {
		s.M = func(slot int) []float32 { return c.m[slot*c.hidden:][:c.hidden] }
	}
	return s
}
