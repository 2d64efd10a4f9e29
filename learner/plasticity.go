package learner

import "baldwin/internal/kernel"

// plasticity is a rule at work on the weights of every task: it keeps W_t and the update that waits.
//
// The update of step t is applied in step t+1, in the same pass that multiplies W by its input: the weights are read and
// written once a step, and an update that nobody will use is never made.
type plasticity struct {
	k       kernel.ISA
	apply   func(k kernel.ISA, u *Update, x, y Rows, tasks int)
	u       Update // the update that waits, once learn was called
	pending bool

	born       []float32 // the W that lives are born with, task t's at born[t*bornStride:]
	bornStride int       // 0: all are born with the same
	lives      int       // born
	newborn    bool      // every task still has the W it was born with

	fill    func() // makes the planes where the genome does not hold them as they are
	scratch []float32
}

// taskPad is left free behind the W of each task.
const taskPad = 256

func newPlasticity(b *Brain) *plasticity {
	h := b.Hidden
	p := &plasticity{k: b.ISA, apply: kernel.ISA.Plastic, fill: func() {}, scratch: b.Room(2)}
	p.u = Update{Stride: h*h + taskPad, LD: h, In: h, Out: h, Plane: h*h + planePad}
	p.u.W = kernel.Aligned(b.Batch * p.u.Stride)
	rule := b.Config.rule()
	if rule.Apply != nil {
		p.apply = rule.Apply
	}
	fill := rule.Planes
	if fill == nil && len(b.Zero) > 0 {
		fill = copyPlanes
	}
	if fill == nil {
		p.u.Rule = b.Genome[b.Layout.Find("core.A").Off:]
		return p
	}
	p.u.Rule = kernel.Aligned(4 * p.u.Plane)
	plane := func(part byte) []float32 { return p.u.Rule[int(part-'A')*p.u.Plane:][:h*h] }
	p.fill = func() { fill(b, plane) }
	return p
}

// birth begins lives whose W is w, task t's at w[t*stride:]. It is only read.
func (p *plasticity) birth(w []float32, stride, lives int) {
	p.born, p.bornStride, p.lives = w, stride, lives
	p.pending, p.newborn = false, true
}

// learn notes this step's update. Its m, post and pre stay as they are until the next multiply.
func (p *plasticity) learn(m, post, pre Rows) {
	p.u.M, p.u.Post, p.u.Pre = m, post, pre
	p.pending = true
}

// multiply computes y_t = bias + W_t x_t, having applied the update that waits.
func (p *plasticity) multiply(x Rows, bias []float32, y Rows, tasks int) {
	w, stride := p.weights()
	if !p.pending && stride == 0 {
		p.k.Static(Matrix{W: w, LD: p.u.LD, In: p.u.In, Out: p.u.Out}, x, Rows{V: bias}, y, tasks)
		return
	}
	if !p.pending {
		p.k.Frozen(Matrix{W: w, LD: p.u.LD, In: p.u.In, Out: p.u.Out}, stride, x, Rows{V: bias}, y, tasks)
		return
	}
	for t := range tasks {
		copy(y.V[t*y.LD:t*y.LD+len(bias)], bias)
	}
	p.u.Src, p.u.SrcStride = w, stride
	p.apply(p.k, &p.u, x, y, tasks)
	p.pending, p.newborn = false, false
}

// weights is where W lies before the update that waits.
func (p *plasticity) weights() (w []float32, stride int) {
	if p.newborn {
		return p.born, p.bornStride
	}
	return p.u.W, p.u.Stride
}

// move gives the life in slot src the slot dst. An update that waits moves with its m, post and pre, which the core moves.
func (p *plasticity) move(dst, src int) {
	n := p.u.LD * p.u.In
	if p.newborn {
		if p.bornStride == 0 {
			return
		}
		// The W of birth is the caller's: lives that move in their first step take theirs along.
		for t := range p.lives {
			copy(p.u.W[t*p.u.Stride:][:n], p.born[t*p.bornStride:][:n])
		}
		p.newborn = false
	}
	copy(p.u.W[dst*p.u.Stride:][:n], p.u.W[src*p.u.Stride:][:n])
}

// same says that all lives have one W, that of birth.
func (p *plasticity) same() bool { return p.newborn && !p.pending && p.bornStride == 0 }

// reset gives the first tasks lives the W that they were born with, in the slot that origin returns.
func (p *plasticity) reset(tasks int, origin func(slot int) int) {
	p.pending, p.newborn = false, p.bornStride == 0
	for t := range tasks {
		if !p.newborn {
			copy(p.u.W[t*p.u.Stride:][:p.u.LD*p.u.In], p.born[origin(t)*p.bornStride:])
		}
	}
}

// set gives each of the first tasks lives the W that w returns, [out][in] row-major.
func (p *plasticity) set(tasks int, w func(slot int) []float32) {
	p.pending, p.newborn = false, false
	for t := range tasks {
		copy(p.u.W[t*p.u.Stride:], Columns(w(t), p.u.Out, p.u.In))
	}
}

// look writes W of a slot, [out][in] row-major, as the next step will use it.
func (p *plasticity) look(slot int, dst []float32) {
	from, stride := p.weights()
	n := p.u.LD * p.u.In
	w := make([]float32, n)
	copy(w, from[slot*stride:][:n])
	if p.pending {
		one := p.u
		one.Src, one.SrcStride, one.W = from[slot*stride:], 0, w
		one.M, one.Post, one.Pre = row(one.M, slot), row(one.Post, slot), row(one.Pre, slot)
		x, y := p.scratch[:p.u.In], p.scratch[p.u.In:] // zeros, and what nobody reads
		p.apply(p.k, &one, Rows{V: x}, Rows{V: y}, 1)
	}
	for i := range p.u.In {
		for o := range p.u.Out {
			dst[o*p.u.In+i] = w[i*p.u.LD+o]
		}
	}
}

func row(r Rows, slot int) Rows { return Rows{V: r.V[slot*r.LD:]} }
