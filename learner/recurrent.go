package learner

import "baldwin/internal/kernel"

// recurrent is the core of es-rnn and of EPRNN (EPRNN, eq. 2 to 7), the latter with or without its modulator m:
//
//	h' = tanh(b + W h + Wx x)
//	m  = sigmoid(mb + Mh h + Mx x)
//	W += m*(A*h'*h + B*h + C*h' + D)        (rows h', columns h; only where plastic)
//
// Each neuron is one chain of fused multiply-adds in the order written: bias, then W h, then Wx x, so that in the first
// step, where all tasks share h0 and W_0, the first part is computed once.
type recurrent struct {
	brain   *Brain
	k       kernel.ISA
	hidden  int
	wx, mx  Matrix
	mh      Matrix
	b, mb   []float32 // mb nil: no modulator
	h0      []float32
	gated   bool // m*h' recurs (the literal eq. 6), not h'
	wh      Matrix
	plastic *plasticity // nil: W stays W_0

	h         Rows         // the state that recurs; all tasks share h0 at birth
	state     [3][]float32 // h, the h before it, and the one being computed, in turn
	post      [2][]float32 // h' where it is not the state, in turn
	turn      int
	m, ma, y0 []float32
	ones      []float32
}

func recurrentTensors(h int) []Tensor {
	return []Tensor{
		{Name: "core.wx", Shape: []int{h, h}, Group: "core.wx+core.wh"},
		{Name: "core.wh", Shape: []int{h, h}, Group: "core.wx+core.wh"},
		{Name: "core.b", Shape: []int{h}, Role: Bias},
		{Name: "core.h0", Shape: []int{h}, Role: Initial},
	}
}

func modulatorTensors(h int) []Tensor {
	return []Tensor{
		{Name: "core.mx", Shape: []int{h, h}, Group: "core.mx+core.mh"},
		{Name: "core.mh", Shape: []int{h, h}, Group: "core.mx+core.mh"},
		{Name: "core.mb", Shape: []int{h}, Role: Bias},
	}
}

func newRecurrent(b *Brain) Core {
	c := &recurrent{
		brain: b, k: b.ISA, hidden: b.Hidden, gated: b.GatedState,
		wx: b.Matrix("core.wx"), wh: b.Matrix("core.wh"), b: b.Vector("core.b"), h0: b.Vector("core.h0"),
		mx: b.Matrix("core.mx"), mh: b.Matrix("core.mh"), mb: b.Vector("core.mb"),
		y0: b.Room(1), ones: b.ones(),
	}
	for i := range c.state {
		c.state[i] = b.Room(b.Batch)
	}
	if c.gated {
		c.post = [2][]float32{b.Room(b.Batch), b.Room(b.Batch)}
	}
	if c.mb != nil {
		c.m, c.ma = b.Room(b.Batch), b.Room(b.Batch)
	}
	if b.Kind.Plastic {
		c.plastic = newPlasticity(b)
	}
	return c
}

func (c *recurrent) Load() {
	if c.plastic != nil {
		c.plastic.fill()
	}
}

func (c *recurrent) Birth(tasks int, _ Births) {
	c.h = Rows{V: c.h0}
	if c.plastic != nil {
		c.plastic.birth(c.wh.W, 0, tasks)
	}
}

func (c *recurrent) Step(x Rows, tasks int, plastic bool) Rows {
	plastic = plastic && c.plastic != nil
	modulated := c.mb != nil && (plastic || c.gated || c.brain.Recorded)
	n := tasks * c.hidden
	c.turn++
	next := Rows{V: c.state[c.turn%3], LD: c.hidden}
	post := next
	if c.gated {
		post.V = c.post[c.turn%2]
	}

	// b + W h, in post
	shared := c.h.LD == 0
	switch {
	case shared && (c.plastic == nil || c.plastic.same()):
		c.k.Static(c.wh, c.h, Rows{V: c.b}, Rows{V: c.y0}, 1)
		c.k.Static(c.wx, x, Rows{V: c.y0}, post, tasks)
	case c.plastic != nil:
		c.plastic.multiply(c.h, c.b, post, tasks)
		c.k.Static(c.wx, x, post, post, tasks)
	default:
		c.k.Static(c.wh, c.h, Rows{V: c.b}, post, tasks)
		c.k.Static(c.wx, x, post, post, tasks)
	}

	// m = sigmoid(mb + Mh h + Mx x); the update that waited has been applied, so m is free
	if modulated {
		ma := Rows{V: c.ma, LD: c.hidden}
		if shared {
			c.k.Static(c.mh, c.h, Rows{V: c.mb}, Rows{V: c.y0}, 1)
			c.k.Static(c.mx, x, Rows{V: c.y0}, ma, tasks)
		} else {
			c.k.Static(c.mh, c.h, Rows{V: c.mb}, ma, tasks)
			c.k.Static(c.mx, x, ma, ma, tasks)
		}
		c.k.Sigmoid(c.m[:n], c.ma[:n])
	}

	c.k.Tanh(post.V[:n], post.V[:n])
	if c.gated {
		c.k.Mul(next.V[:n], c.m[:n], post.V[:n])
	}
	if plastic {
		m := Rows{V: c.ones}
		if c.mb != nil {
			m = Rows{V: c.m, LD: c.hidden}
		}
		c.plastic.learn(m, post, c.h)
	}
	c.h = next
	return next
}

func (c *recurrent) Move(dst, src int) {
	move := func(v []float32) {
		if v != nil {
			copy(v[dst*c.hidden:][:c.hidden], v[src*c.hidden:][:c.hidden])
		}
	}
	for _, v := range c.state {
		move(v)
	}
	for _, v := range c.post {
		move(v)
	}
	move(c.m)
	if c.plastic != nil {
		c.plastic.move(dst, src)
	}
}

// ResetH lets all lives share h0 again, as at birth.
func (c *recurrent) ResetH(int) { c.h = Rows{V: c.h0} }

// ResetW gives lives the W of birth.
func (c *recurrent) ResetW(tasks int, origin func(slot int) int) { c.plastic.reset(tasks, origin) }

// SetW gives lives another W.
func (c *recurrent) SetW(tasks int, w func(slot int) []float32) { c.plastic.set(tasks, w) }

func (c *recurrent) State() State {
	s := State{H: func(slot int) []float32 { return c.h.V[slot*c.h.LD:][:c.hidden] }}
	if c.mb != nil {
		s.M = func(slot int) []float32 { return c.m[slot*c.hidden:][:c.hidden] }
	}
	if c.plastic != nil {
		s.W = c.plastic.look
	}
	return s
}
