package kernel

const badStride = "kernel: a task's weights lie outside their slice or overlap the next task's"

// Frozen is a layer whose weights each task has for itself and that no longer change:
// y_t = init_t + W_t x_t, with W_t in the layout of w at w.W[t*stride:]. x_t is [In],
// init_t and y_t are [Out].
//
// Each neuron is one chain of FMAs over ascending i that starts from init. y may be init
// itself (the same slice and LD); otherwise it must not overlap what is read. A stride that
// is no multiple of 4 KB keeps the tasks' weights out of each other's cache sets.
func (k ISA) Frozen(w Matrix, stride int, x, init, y Rows, tasks int) {
	if tasks <= 0 {
		return
	}
	checkMatrix(w.W, w.LD, w.In, w.Out)
	checkTasks(w.W, stride, w.LD, w.In, w.Out, tasks, badStride)
	x.reads(w.In, tasks)
	init.reads(w.Out, tasks)
	y.writes(w.Out, tasks)
	if k == Reference || w.In == 0 {
		frozenRef(w, stride, x, init, y, tasks)
	} else {
		frozenSIMD(k, w, stride, x, init, y, tasks)
	}
}

// checkTasks panics unless all tasks' columns lie within w. Stride 0 is one matrix for all.
func checkTasks(w []float32, stride, ld, in, out, tasks int, message string) {
	if stride < 0 || in > 0 && len(w) < (tasks-1)*stride+(in-1)*ld+out {
		panic(message)
	}
}

func frozenRef(w Matrix, stride int, x, init, y Rows, tasks int) {
	for t := range tasks {
		yt := y.row(t, w.Out)
		copy(yt, init.row(t, w.Out))
		if w.In > 0 {
			multiply(w.W[t*stride:], w.LD, x.row(t, w.In), yt)
		}
	}
}
