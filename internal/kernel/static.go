package kernel

// Static is a layer whose weights all tasks share: y_t = init_t + W x_t, where x_t is
// [In], init_t and y_t are [Out].
//
// Each neuron is one chain of FMAs over ascending i that starts from init; with In = 0
// y is init. Layers with several inputs are chained by passing y as the next init: y may
// be init itself (the same slice and LD). Otherwise y must not overlap what is read.
func (k ISA) Static(w Matrix, x, init, y Rows, tasks int) { k.layer(w, x, init, y, tasks, false) }

// Dense is Static and then Relu: y_t = relu(init_t + W x_t).
func (k ISA) Dense(w Matrix, x, init, y Rows, tasks int) { k.layer(w, x, init, y, tasks, true) }

func (k ISA) layer(w Matrix, x, init, y Rows, tasks int, relu bool) {
	if tasks <= 0 {
		return
	}
	checkMatrix(w.W, w.LD, w.In, w.Out)
	x.reads(w.In, tasks)
	init.reads(w.Out, tasks)
	y.writes(w.Out, tasks)
	if k != Reference {
		staticSIMD(k, w, x, init, y, tasks, relu)
		return
	}
	staticRef(w, x, init, y, tasks)
	for t := range tasks {
		if yt := y.row(t, w.Out); relu {
			k.Relu(yt, yt)
		}
	}
}

func staticRef(w Matrix, x, init, y Rows, tasks int) {
	for t := range tasks {
		yt := y.row(t, w.Out)
		copy(yt, init.row(t, w.Out))
		multiply(w.W, w.LD, x.row(t, w.In), yt)
	}
}

// multiply is y += W x for one task, each y[o] a chain over ascending i.
func multiply(w []float32, ld int, x, y []float32) {
	for i, xi := range x {
		col := w[i*ld : i*ld+len(y)]
		for o := range y {
			y[o] = FMA(col[o], xi, y[o])
		}
	}
}
