package learner

import "baldwin/internal/kernel"

// descent is the inner gradient of es-maml: every life has weights of its own, all of them.
//
// A life's genome lies in kernel layout, column by column, so each product of back-propagation is a static layer: the
// forward pass over the pairs as they stand, the error back through the transposed weights, and the weights' step as a
// layer whose "weights" are the errors and whose "inputs" are the transposed activations, begun at the weights themselves.
type descent struct {
	stride  int       // from one life's genome to the next
	genomes []float32 // [slot][stride]
	begun   bool      // lives have genomes of their own

	act        [][]float32 // activations of each layer but the last, [pair][hidden]
	across     []float32   // transposed activations, [in][pair]
	back       []float32   // transposed weights, [out][in]
	err, below []float32   // error at a layer and at the one below, [pair][hidden]
	out        []float32   // [pair][act]: the network's output, then its error
	outT       []float32   // [act][pair]
	zeros      []float32
	ones       []float32 // [pair]
}

func newDescent(b *Brain) *descent {
	pairs, h := b.Lesson, b.Hidden
	d := &descent{
		stride: b.Layout.Dim + 64, across: kernel.Aligned(pairs * h), back: kernel.Aligned(h * h),
		err: b.Room(pairs), below: b.Room(pairs), zeros: b.Room(1), ones: kernel.Aligned(pairs),
		out: kernel.Aligned(pairs * b.Act), outT: kernel.Aligned(pairs * b.Act),
	}
	d.genomes = kernel.Aligned(b.Batch * d.stride)
	for range b.layers() {
		d.act = append(d.act, b.Room(pairs))
	}
	for i := range d.ones {
		d.ones[i] = 1
	}
	return d
}

// layers are the names of the layers with relu, from input to output.
func (b *Brain) layers() []string {
	if b.Tower == 2 {
		return []string{"in1", "in2", "core", "out1"}
	}
	return []string{"in1", "core", "out1"}
}

// own is the part of the genome of the life in a slot that holds a tensor.
func (d *descent) own(slot int, t place) []float32 {
	return d.genomes[slot*d.stride+t.off:][:t.n]
}

// rows is a tensor of each slot's own genome.
func (d *descent) rows(t place) Rows { return Rows{V: d.genomes[t.off:], LD: d.stride} }

// Descend gives the life in a slot a genome of its own: the brain's, after InnerSteps full-batch gradient steps on the
// pairs. Without weight the loss is the mean over pairs of the sum over dims of e^2 where |e| <= 1, else 2|e| - 1; with
// weight it is the mean of weight*|out-target|^2/2. Step s goes inner.lr[s] down the gradient. Lives descend in the order
// of their slots; until one has pairs, all live by the brain's genome.
func (b *Brain) Descend(slot int, obs, target, weight []float32) {
	d := b.descent
	n := len(obs) / b.Obs
	first := slot
	if !d.begun {
		if n == 0 {
			return
		}
		d.begun, first = true, 0
	}
	for s := first; s <= slot; s++ {
		copy(d.genomes[s*d.stride:], b.Genome)
	}
	if n == 0 {
		return
	}
	for _, rate := range b.Vector("inner.lr") {
		b.gradientStep(slot, n, obs, target, weight, -rate/float32(n))
	}
}

// gradientStep adds scale * gradient to the weights of a slot.
func (b *Brain) gradientStep(slot, n int, obs, target, weight []float32, scale float32) {
	d, k, h := b.descent, b.ISA, b.Hidden
	stack := b.stack
	// forward
	x := Rows{V: obs, LD: b.Obs}
	for i := range stack {
		l := &stack[i]
		y := Rows{V: d.act[i], LD: h}
		k.Dense(l.matrix(d.own(slot, l.wAt)), x, Rows{V: d.own(slot, l.bAt)}, y, n)
		x = y
	}
	out2, out2b := d.own(slot, b.out2At), d.own(slot, b.out2bAt)
	k.Head(out2, h, b.Act, out2b, x, Rows{V: d.out, LD: b.Act}, n)
	if b.Tanh {
		k.Tanh(d.out[:n*b.Act], d.out[:n*b.Act])
	}
	b.outputError(n, target, weight, scale)

	// the last layer: error below it, then its step
	last := len(stack) - 1
	k.Static(Matrix{W: out2, LD: h, In: b.Act, Out: h}, Rows{V: d.out, LD: b.Act}, Rows{V: d.zeros}, Rows{V: d.err, LD: h}, n)
	k.Transpose(d.outT, d.out, n, b.Act)
	k.Static(Matrix{W: d.act[last], LD: h, In: n, Out: h}, Rows{V: d.outT, LD: n}, Rows{V: out2, LD: h}, Rows{V: out2, LD: h}, b.Act)
	for o := range out2b {
		for _, e := range d.outT[o*n : o*n+n] {
			out2b[o] += e
		}
	}

	// the layers with relu, from the last to the first
	for i := last; i >= 0; i-- {
		l := &stack[i]
		w, bias := d.own(slot, l.wAt), d.own(slot, l.bAt)
		k.Mask(d.err[:n*h], d.act[i][:n*h])
		in, a := b.Obs, obs
		if i > 0 {
			in, a = h, d.act[i-1]
			k.Transpose(d.back, w, in, h)
			k.Static(Matrix{W: d.back, LD: in, In: h, Out: in}, Rows{V: d.err, LD: h}, Rows{V: d.zeros}, Rows{V: d.below, LD: in}, n)
		}
		errors := Matrix{W: d.err, LD: h, In: n, Out: h}
		k.Transpose(d.across, a, n, in)
		k.Static(errors, Rows{V: d.across, LD: n}, Rows{V: w, LD: h}, Rows{V: w, LD: h}, in)
		k.Static(errors, Rows{V: d.ones}, Rows{V: bias}, Rows{V: bias}, 1)
		d.err, d.below = d.below, d.err
	}
}

// outputError turns the outputs into their error, scaled: everything below it is linear in it.
func (b *Brain) outputError(n int, target, weight []float32, scale float32) {
	out := b.descent.out
	for j := range n * b.Act {
		o := out[j]
		e := o - target[j]
		if weight == nil {
			e = 2 * min(max(e, -1), 1)
		} else {
			e *= weight[j/b.Act]
		}
		if b.Tanh {
			e *= 1 - float32(o*o)
		}
		out[j] = float32(e * scale)
	}
}
