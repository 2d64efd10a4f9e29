package learner

import "baldwin/internal/kernel"

// ESLSTM is a long short-term memory with evolved, fixed weights.
func ESLSTM() Kind {
	return Kind{
		Name:    "es-lstm",
		Summary: "long short-term memory, weights and both initial states evolved and fixed",
		Equations: []string{
			"i, f, g, o = Wx x + Wh h + b",
			"c' = sigmoid(f)*c + sigmoid(i)*tanh(g)",
			"h' = sigmoid(o)*tanh(c')",
		},
		Source:    "EPRNN, section 4.2 (ES-LSTM)",
		Recurrent: true,
		Tensors: func(c Config) []Tensor {
			h := c.Hidden
			return []Tensor{
				{Name: "core.wx", Shape: []int{4 * h, h}, Group: "core.wx+core.wh"},
				{Name: "core.wh", Shape: []int{4 * h, h}, Group: "core.wx+core.wh"},
				{Name: "core.b", Shape: []int{4 * h}, Role: Bias},
				{Name: "core.h0", Shape: []int{h}, Role: Initial},
				{Name: "core.c0", Shape: []int{h}, Role: Initial},
			}
		},
		Core: newLSTM,
		FMAs: func(c Config, p Plan) float64 {
			q := 4 * float64(c.Hidden) * float64(c.Hidden)
			return q*p.LiveSteps + q*(p.LiveSteps-p.Lives+1) // W h_0 is shared
		},
	}
}

// lstm is the core of es-lstm. Each gate is a plane of its own, [task][hidden], so that its squashing runs over all tasks
// at once. A chain is bias, then Wh h, then Wx x; c' is one fused multiply-add of sigmoid(i)*tanh(g) onto sigmoid(f)*c.
type lstm struct {
	k      kernel.ISA
	hidden int
	wx, wh [4]Matrix // gates i, f, g, o
	b      [4][]float32
	h0, c0 []float32
	h      Rows
	state  []float32 // [slot][hidden]
	cell   []float32 // [slot][hidden]
	gate   [4][]float32
	squash []float32 // tanh(c')
	y0     []float32
}

func newLSTM(b *Brain) Core {
	c := &lstm{k: b.ISA, hidden: b.Hidden, h0: b.Vector("core.h0"), c0: b.Vector("core.c0"),
		state: b.Room(b.Batch), cell: b.Room(b.Batch), squash: b.Room(b.Batch), y0: b.Room(1)}
	part := func(name string, g int) Matrix {
		m := b.Matrix(name)
		return Matrix{W: m.W[g*c.hidden:], LD: m.LD, In: m.In, Out: c.hidden}
	}
	for g := range c.gate {
		c.gate[g] = b.Room(b.Batch)
		c.wx[g], c.wh[g] = part("core.wx", g), part("core.wh", g)
		c.b[g] = b.Vector("core.b")[g*c.hidden:][:c.hidden]
	}
	return c
}

func (c *lstm) Load() {}

func (c *lstm) Birth(tasks int, _ Births) {
	c.h = Rows{V: c.h0}
	for t := range tasks {
		copy(c.cell[t*c.hidden:], c.c0)
	}
}

func (c *lstm) Step(x Rows, tasks int, _ bool) Rows {
	n := tasks * c.hidden
	for g, v := range c.gate {
		y := Rows{V: v, LD: c.hidden}
		if c.h.LD == 0 {
			c.k.Static(c.wh[g], c.h, Rows{V: c.b[g]}, Rows{V: c.y0}, 1)
			c.k.Static(c.wx[g], x, Rows{V: c.y0}, y, tasks)
		} else {
			c.k.Static(c.wh[g], c.h, Rows{V: c.b[g]}, y, tasks)
			c.k.Static(c.wx[g], x, y, y, tasks)
		}
	}
	i, f, g, o := c.gate[0][:n], c.gate[1][:n], c.gate[2][:n], c.gate[3][:n]
	cell, squash := c.cell[:n], c.squash[:n]
	c.k.Sigmoid(i, i)
	c.k.Sigmoid(f, f)
	c.k.Tanh(g, g)
	c.k.Sigmoid(o, o)
	// c' = sigmoid(f)*c + sigmoid(i)*tanh(g)
	c.k.Mul(cell, f, cell)
	c.k.MulAdd(cell, i, g)
	// h' = sigmoid(o)*tanh(c')
	c.k.Tanh(squash, cell)
	c.h = Rows{V: c.state, LD: c.hidden}
	c.k.Mul(c.state[:n], o, squash)
	return c.h
}

func (c *lstm) Move(dst, src int) {
	for _, v := range [][]float32{c.state, c.cell} {
		copy(v[dst*c.hidden:][:c.hidden], v[src*c.hidden:][:c.hidden])
	}
}

// ResetH gives lives the hidden state and the cells of birth.
func (c *lstm) ResetH(tasks int) { c.Birth(tasks, Births{}) }

func (c *lstm) State() State {
	return State{H: func(slot int) []float32 { return c.h.V[slot*c.h.LD:][:c.hidden] }}
}
