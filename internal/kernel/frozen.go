package kernel

const badStride = "kernel: a task's weights lie outside their slice or overlap the next task's"

// Frozen is a layer whose weights each task has for itself and that no longer change:
// y_t += W_t x_t, with W_t in the layout of w at w.W[t*stride:]. x_t is [In], y_t [Out].
//
// Each neuron is one chain of FMAs over ascending i that starts from y. y must not
// overlap x or the weights. A stride that is no multiple of 4 KB keeps the tasks'
// weights out of each other's cache sets.
func (k ISA) Frozen(w Matrix, stride int, x, y Rows, tasks int) {
	if tasks <= 0 {
		return
	}
	checkMatrix(w.W, w.LD, w.In, w.Out)
	checkTasks(w.W, stride, w.LD, w.In, w.Out, tasks, badStride)
	x.reads(w.In, tasks)
	y.writes(w.Out, tasks)
	switch {
	case w.In == 0:
	case k == Reference:
		frozenRef(w, stride, x, y, tasks)
	default:
		frozenSIMD(k, w, stride, x, y, tasks)
	}
}

// checkTasks panics unless all tasks' columns lie within w. Stride 0 is one matrix for all.
func checkTasks(w []float32, stride, ld, in, out, tasks int, message string) {
	if stride < 0 || in > 0 && len(w) < (tasks-1)*stride+(in-1)*ld+out {
		panic(message)
	}
}

func frozenRef(w Matrix, stride int, x, y Rows, tasks int) {
	for t := range tasks {
		multiply(w.W[t*stride:], w.LD, x.row(t, w.In), y.row(t, w.Out))
	}
}
