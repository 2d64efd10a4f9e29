package learner

import "baldwin/internal/kernel"

// A Brain is the working memory in which the lives of one genome run side by side, one slot each. It belongs to one
// goroutine and allocates nothing after NewBrain.
type Brain struct {
	*Learner
	ISA    kernel.ISA
	Batch  int       // slots
	Genome []float32 // the genome that lives; written by the caller, then Load
	// Recorded makes cores compute also what only a recorder reads: m where nothing learns. The other bits stay.
	Recorded bool

	core            Core
	tower           []dense
	out1            dense
	out2, out2b     []float32 // [act][hidden], [act]
	out2At, out2bAt place
	x               [2][]float32 // [slot][hidden], before the core: this step's and the last's, in turn
	z               []float32    // after it
	turn            int

	stack   []dense  // all layers with relu, where lives descend a gradient
	descent *descent // nil: they don't
}

// place is where a tensor lies in a genome.
type place struct{ off, n int }

// dense is a fully connected layer with relu.
type dense struct {
	w        Matrix
	b        []float32
	wAt, bAt place
}

// matrix is the layer's shape over other weights.
func (d *dense) matrix(w []float32) Matrix {
	return Matrix{W: w, LD: d.w.LD, In: d.w.In, Out: d.w.Out}
}

// NewBrain makes room for batch lives.
func (l *Learner) NewBrain(k kernel.ISA, batch int) *Brain {
	b := &Brain{Learner: l, ISA: k, Batch: batch, Genome: kernel.Aligned(l.Layout.Dim)}
	b.x, b.z = [2][]float32{b.Room(batch), b.Room(batch)}, b.Room(batch)
	b.tower = append(b.tower, b.dense("in1"))
	if l.Tower == 2 {
		b.tower = append(b.tower, b.dense("in2"))
	}
	b.out1, b.out2, b.out2b = b.dense("out1"), b.Vector("out2.w"), b.Vector("out2.b")
	b.out2At, b.out2bAt = b.place("out2.w"), b.place("out2.b")
	b.core = l.Kind.Core(b)
	if l.Gradient {
		for _, name := range b.layers() {
			b.stack = append(b.stack, b.dense(name))
		}
		b.descent = newDescent(b)
	}
	return b
}

func (b *Brain) dense(name string) dense {
	return dense{b.Matrix(name + ".w"), b.Vector(name + ".b"), b.place(name + ".w"), b.place(name + ".b")}
}

func (b *Brain) place(name string) place {
	t := b.Layout.Find(name)
	return place{t.Off, t.Len()}
}

// Room returns a zeroed vector of Hidden numbers for each of n tasks.
func (b *Brain) Room(n int) []float32 { return kernel.Aligned(n * b.Hidden) }

// ones is a vector of Hidden ones: the modulator of a learner that has none.
func (b *Brain) ones() []float32 {
	v := b.Room(1)
	for i := range v {
		v[i] = 1
	}
	return v
}

// Vector is the tensor of a name as it lies in the genome, or nil.
func (b *Brain) Vector(name string) []float32 {
	t := b.Layout.Find(name)
	if t == nil {
		return nil
	}
	return b.Genome[t.Off : t.Off+t.Len() : t.Off+t.Len()]
}

// Matrix is the weight tensor of a name in kernel layout; its W is nil when the genome has none.
func (b *Brain) Matrix(name string) Matrix {
	t := b.Layout.Find(name)
	if t == nil {
		return Matrix{}
	}
	return Matrix{W: b.Vector(name), LD: t.Shape[0], In: t.Shape[1], Out: t.Shape[0]}
}

// Load takes up the genome that the caller has written.
func (b *Brain) Load() { b.core.Load() }

// Birth begins tasks lives. w is what each is born with, for a Random kind.
func (b *Brain) Birth(tasks int, w Births) {
	if tasks > b.Batch {
		panic("learner: more lives than the brain has slots")
	}
	if b.descent != nil {
		b.descent.begun = false
	}
	b.core.Birth(tasks, w)
}

// Step computes one step of the first tasks lives. obs is [task][Obs]; act, [task][Act], is written only if output is
// set: where nobody reads the action the output layers are not computed.
func (b *Brain) Step(obs, act []float32, tasks int, plastic, output bool) {
	if !output && b.Memoryless {
		return
	}
	x := Rows{V: obs, LD: b.Obs}
	b.turn++
	for i := range b.tower {
		// The first of two layers borrows the room of out1.
		to := b.x[b.turn%2]
		if i == 0 && len(b.tower) == 2 {
			to = b.z
		}
		x = b.forward(&b.tower[i], x, to, tasks)
	}
	y := b.core.Step(x, tasks, plastic)
	if !output {
		return
	}
	z := b.forward(&b.out1, y, b.z, tasks)
	b.head(z, act, tasks)
	if b.Tanh {
		b.ISA.Tanh(act[:tasks*b.Act], act[:tasks*b.Act])
	}
}

// forward computes y = relu(W x + b) for each task, each with its own weights once it has descended.
func (b *Brain) forward(l *dense, x Rows, y []float32, tasks int) Rows {
	n := l.w.Out
	rows := Rows{V: y, LD: n}
	if d := b.descent; d != nil && d.begun {
		b.ISA.Frozen(l.matrix(d.genomes[l.wAt.off:]), d.stride, x, d.rows(l.bAt), rows, tasks)
		b.ISA.Relu(y[:tasks*n], y[:tasks*n])
	} else {
		b.ISA.Dense(l.w, x, Rows{V: l.b}, rows, tasks)
	}
	return rows
}

// head computes the linear output layer.
func (b *Brain) head(z Rows, act []float32, tasks int) {
	d := b.descent
	if d == nil || !d.begun {
		b.ISA.Head(b.out2, b.Hidden, b.Act, b.out2b, z, Rows{V: act, LD: b.Act}, tasks)
		return
	}
	b.ISA.Heads(d.genomes[b.out2At.off:], d.stride, b.Hidden, b.Act, d.rows(b.out2bAt), z, Rows{V: act, LD: b.Act}, tasks)
}

// Move copies the life in slot src to slot dst.
func (b *Brain) Move(dst, src int) {
	b.core.Move(dst, src)
	if d := b.descent; d != nil && d.begun {
		copy(d.genomes[dst*d.stride:][:d.stride], d.genomes[src*d.stride:][:d.stride])
	}
}

// State is what a recorder may look at.
func (b *Brain) State() State { return b.core.State() }
