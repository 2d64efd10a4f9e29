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
	done := 0
	if k != Reference {
		done = headSIMD(w, in, outs, bias, x, y, tasks)
	}
	headRef(w, in, outs, bias, x, y, done, tasks)
}

const badHead = "kernel: head: 1 to 15 outputs, and w and bias must hold them"

func headRef(w []float32, in, outs int, bias []float32, x, y Rows, from, tasks int) {
	for t := from; t < tasks; t++ {
		xt, yt := x.row(t, in), y.row(t, outs)
		for o := range yt {
			yt[o] = chain(bias[o], w[o*in:o*in+in], xt)
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
