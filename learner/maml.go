package learner

// InnerSteps is the number of gradient steps of es-maml.
const InnerSteps = 4

// ESMAML is a feed-forward network that descends four gradient steps on what its family teaches, each with an evolved
// rate, before it is scored (Song et al. 2020, with gradients in the inner loop).
func ESMAML() Kind {
	return Kind{
		Name:    "es-maml",
		Summary: "feed-forward network; four gradient steps with evolved rates are its learning",
		Equations: []string{
			"y = relu(W x + b)",
			"theta <- theta - lr[s] * grad L(theta),  s = 0..3",
			"L = mean over pairs of the sum over dims of e^2 where |e| <= 1, else 2|e| - 1; robot: mean of advantage * |out - action|^2 / 2",
		},
		Source:   "EPRNN, section 4.2 (ES-MAML)",
		Gradient: true, Memoryless: true,
		Tensors: func(c Config) []Tensor {
			h := c.Hidden
			return []Tensor{
				{Name: "core.w", Shape: []int{h, h}},
				{Name: "core.b", Shape: []int{h}, Role: Bias},
				{Name: "inner.lr", Shape: []int{InnerSteps}, Role: Rate},
			}
		},
		Core: func(b *Brain) Core { return &mamlCore{b, b.dense("core"), b.Room(b.Batch)} },
		FMAs: mamlFMAs,
	}
}

// mamlCore is one more fully connected layer of the tower: what is learned is in all layers alike, see descent.
type mamlCore struct {
	brain *Brain
	layer dense
	y     []float32
}

func (c *mamlCore) Load()             {}
func (c *mamlCore) Birth(int, Births) {}
func (c *mamlCore) Move(_, _ int)     {}
func (c *mamlCore) State() State      { return State{} }
func (c *mamlCore) Step(x Rows, tasks int, _ bool) Rows {
	return c.brain.forward(&c.layer, x, c.y, tasks)
}

// mamlFMAs: the core's layer for each live step; and for each pair and gradient step the whole network forward, the error
// back through all layers but the first, and the product of error and activation for all.
func mamlFMAs(c Config, p Plan) float64 {
	h := float64(c.Hidden)
	q := h * h
	first, last := float64(c.Obs)*h, float64(c.Act)*h
	inner := float64(c.Tower-1)*q + q + q // in2, core, out1
	return p.LiveSteps*q + InnerSteps*p.Pairs*((first+inner+last)+(inner+last)+(first+inner+last))
}
