package bench

import (
	"math"
	"runtime"
	"time"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/life"
)

// A burst is a few microseconds of one kernel: short enough that most are not preempted.
type burst struct {
	name   string
	fmas   float64 // that one call takes; 0: it is counted in values
	values float64
	calls  float64 // of the kernel, in one call of do
	do     func()
	best   float64 // seconds of one call of do
}

// rate is fused multiply-adds a second, at best.
func (b *burst) rate() float64 { return b.fmas / b.best }

// share is the burst's rate as part of a peak; 0 where none could be measured.
func share(rate, peak float64) float64 {
	if peak == 0 {
		return 0
	}
	return rate / peak
}

// bursts times each in turn, the first call to warm up, on one thread.
func bursts(list []*burst, times int) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for range times {
		for _, b := range list {
			b.do()
			for range 3 {
				begun := time.Now()
				b.do()
				b.best = min(b.best, time.Since(begun).Seconds())
			}
		}
	}
}

// newPeak is independent fused multiply-adds and nothing else, with the widest vectors that the machine has.
func newPeak() *burst {
	const rounds, lanes = 2000, 16
	k := kernel.Best()
	return &burst{name: "peak", fmas: float64(kernel.Peak(k, rounds) * lanes), do: func() { kernel.Peak(k, rounds) }, best: math.Inf(1)}
}

// newLifeBurst is the lives of one offspring: all tasks of a generation.
func newLifeBurst(o Options, g *generation) *burst {
	f := g.spec.Family.Family
	lot := life.Draw(f, g.spec.Seed, rng.Train, 1, 0, g.spec.Tasks)
	b := life.NewBatch(g.learner, f, o.Kernel, len(lot.Tasks))
	copy(b.Genome(), g.strategy.Theta())
	fitness := make([]float64, len(lot.Tasks))
	fmas := g.learner.FMAs(life.Plan(g.learner, f, o.Kernel, g.strategy.Theta(), lot))
	return &burst{name: "life", fmas: fmas, calls: 1, do: func() { b.Run(lot, fitness) }, best: math.Inf(1)}
}

// kernels are the bursts of each kernel at its usual size: 64 neurons and 16 tasks.
type kernels struct{ bursts []*burst }

func newKernels(k kernel.ISA) *kernels {
	const (
		h, tasks = 64, 16
		weights  = h * h
		stride   = weights + 256
		repeat   = 4
	)
	random := func(n int, individual uint32, scale float32) []float32 {
		v := kernel.Aligned(n)
		rng.At(1, rng.Init, 0, individual, 0).AddNormals(k, v, scale)
		return v
	}
	w, rule, static := random(tasks*stride, 0, 0.1), random(4*stride, 1, 1e-6), random(weights, 2, 0.1)
	var v [6]kernel.Rows
	for i := range v {
		v[i] = kernel.Rows{V: random(tasks*h, uint32(3+i), 1), LD: h}
	}
	noise := kernel.Aligned(1 << 14)
	m := kernel.Matrix{W: static, LD: h, In: h, Out: h}
	frozen := kernel.Matrix{W: w, LD: h, In: h, Out: h}
	update := &kernel.Update{
		Src: w, SrcStride: stride, W: w, Stride: stride, LD: h, In: h, Out: h,
		Rule: rule, Plane: stride, M: v[0], Post: v[1], Pre: v[2],
	}
	out := &kernels{}
	add := func(name string, fmas, values float64, do func()) {
		out.bursts = append(out.bursts, &burst{name: name, fmas: fmas, values: values, calls: repeat, do: do, best: math.Inf(1)})
	}
	times := func(do func()) func() {
		return func() {
			for range repeat {
				do()
			}
		}
	}
	const layer = repeat * tasks * weights
	add("static", layer, 0, times(func() { k.Static(m, v[3], v[0], v[4], tasks) }))
	add("plastic", 5*layer, 0, times(func() { k.Plastic(update, v[3], v[4], tasks) }))
	add("oja", 3*layer, 0, times(func() { k.Oja(update, v[3], v[4], tasks) }))
	add("frozen", layer, 0, times(func() { k.Frozen(frozen, stride, v[3], v[4], v[4], tasks) }))
	const values = repeat * tasks * h
	add("tanh", 0, values, times(func() { k.Tanh(v[5].V, v[0].V) }))
	add("sigmoid", 0, values, times(func() { k.Sigmoid(v[5].V, v[0].V) }))
	add("relu", 0, values, times(func() { k.Relu(v[5].V, v[0].V) }))
	stream := rng.At(1, rng.Perturb, 1, 0, 0)
	add("normal", 0, float64(len(noise)), func() { stream.Normals(k, noise) })
	sum := kernel.Aligned(2048)
	add("added normal", 0, float64(repeat*len(sum)), times(func() { stream.AddNormals(k, sum, 1e-6) }))
	return out
}
