package kernel

// Update is the pending plastic update of the step before, in the form (spec, section 1,
// rule abcd; the paper's eq. 5 and 6)
//
//	t1 = A*post + B
//	t2 = C*post + D
//	W += m*(t1*pre + t2)
//
// which is A*m*post*pre + B*m*pre + C*m*post + D*m in four FMAs a weight.
type Update struct {
	Src       []float32 // W before the update, task t's at Src[t*SrcStride:]
	SrcStride int       // 0: all tasks still share W_0
	W         []float32 // W after it, task t's at W[t*Stride:]; may be Src with the same stride
	Stride    int
	LD        int // of Src, W and Rule: the weight from i to o is at i*LD + o
	In, Out   int // Out is a multiple of 16

	Rule  []float32 // planes A, B, C, D at Rule[p*Plane:], each in kernel layout
	Plane int

	M, Post Rows // [Out]: the modulator and the state after the step
	Pre     Rows // [In]: the state before it
}

// Plastic applies u and multiplies by the new weights in one pass: y_t += W_t x_t. x_t is
// [In], y_t is [Out].
//
// For each weight, in this order: t1 = fma(A, post, B), t2 = fma(C, post, D),
// t1 = fma(t1, pre, t2), W = fma(t1, m, W), y = fma(W, x, y); columns in ascending
// order. What is written must not overlap what is read, but for W and Src.
func (k ISA) Plastic(u *Update, x, y Rows, tasks int) {
	if tasks <= 0 {
		return
	}
	u.check(4, x, y, tasks)
	switch {
	case u.In == 0:
	case k == Reference:
		plasticRef(u, x, y, tasks)
	default:
		plasticSIMD(k, false, u, x, y, tasks)
	}
}

// check holds the operands of an update with so many planes to their slices.
func (u *Update) check(planes int, x, y Rows, tasks int) {
	checkMatrix(u.W, u.LD, u.In, u.Out)
	if tasks > 1 && u.In > 0 && u.Stride < (u.In-1)*u.LD+u.Out {
		panic(badStride)
	}
	checkTasks(u.W, u.Stride, u.LD, u.In, u.Out, tasks, badStride)
	checkTasks(u.Src, u.SrcStride, u.LD, u.In, u.Out, tasks, badStride)
	checkTasks(u.Rule, u.Plane, u.LD, u.In, u.Out, planes, badRule)
	u.M.reads(u.Out, tasks)
	u.Post.reads(u.Out, tasks)
	u.Pre.reads(u.In, tasks)
	x.reads(u.In, tasks)
	y.writes(u.Out, tasks)
}

const badRule = "kernel: a plane of the rule lies outside its slice"

func plasticRef(u *Update, x, y Rows, tasks int) {
	plane := func(p, column int) []float32 { return u.Rule[p*u.Plane+column*u.LD:][:u.Out] }
	for t := range tasks {
		m, post, yt := u.M.row(t, u.Out), u.Post.row(t, u.Out), y.row(t, u.Out)
		pre, xt := u.Pre.row(t, u.In), x.row(t, u.In)
		for i := range u.In {
			a, b, c, d := plane(0, i), plane(1, i), plane(2, i), plane(3, i)
			src := u.Src[t*u.SrcStride+i*u.LD:][:u.Out]
			w := u.W[t*u.Stride+i*u.LD:][:u.Out]
			for o := range yt {
				t1 := FMA(a[o], post[o], b[o])
				t2 := FMA(c[o], post[o], d[o])
				w[o] = FMA(FMA(t1, pre[i], t2), m[o], src[o])
				yt[o] = FMA(w[o], xt[i], yt[o])
			}
		}
	}
}
