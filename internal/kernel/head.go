package kernel

// Head is a layer of few outputs, which would waste the lanes of Static:
// y_t[o] = bias[o] + sum over i of w[o*in+i]*x_t[i]. w is [outs][in], row-major; x_t is
// [in], y_t is [outs]; 1 <= outs <= 15.
//
// Each output is one chain of FMAs over ascending i that starts from bias[o]. y must not
// overlap what is read.
func (k ISA) Head(w []float32, in, outs int, bias []float32, x, y Rows, tasks int) {
	if tasks <= 0 {
		return
	}
	if in < 0 || outs < 1 || outs >= Lanes || len(w) < in*outs || len(bias) < outs {
		panic(badHead)
	}
	x.reads(in, tasks)
	y.writes(outs, tasks)
	if k == Reference {
		headsRef(w, 0, in, outs, Rows{V: bias}, x, y, tasks)
	} else {
		headSIMD(w, in, outs, bias, x, y, tasks)
	}
}

// Heads is Head with weights and a bias that each task has for itself: task t's weights are
// w[t*stride:], [outs][in], and its bias is bias row t, [outs].
func (k ISA) Heads(w []float32, stride, in, outs int, bias, x, y Rows, tasks int) {
	if tasks <= 0 {
		return
	}
	if in < 0 || outs < 1 || outs >= Lanes || stride < 0 || len(w) < (tasks-1)*stride+in*outs {
		panic(badHead)
	}
	bias.reads(outs, tasks)
	x.reads(in, tasks)
	y.writes(outs, tasks)
	if k == Reference {
		headsRef(w, stride, in, outs, bias, x, y, tasks)
	} else {
		headsSIMD(w, stride, in, outs, bias, x, y, 0, tasks)
	}
}

const badHead = "kernel: head: 1 to 15 outputs, and w and bias must hold them"

func headsRef(w []float32, stride, in, outs int, bias, x, y Rows, tasks int) {
	for t := range tasks {
		own, from, xt, yt := w[t*stride:], bias.row(t, outs), x.row(t, in), y.row(t, outs)
		for o := range yt {
			yt[o] = chain(from[o], own[o*in:o*in+in], xt)
		}
	}
}

// chain is a + w.x as FMAs in ascending order.
func chain(a float32, w, x []float32) float32 {
	for i, v := range x {
		a = FMA(w[i], v, a)
	}
	return a
}
