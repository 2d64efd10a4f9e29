package kernel

// Oja applies Oja's rule, gated by m, and multiplies by the new weights in one pass, as
// Plastic does. Of Rule it reads plane A alone.
//
// For each weight, in this order: t = fma(-(post*post), W, post*pre), W = fma(m*A, t, W),
// y = fma(W, x, y); columns in ascending order.
func (k ISA) Oja(u *Update, x, y Rows, tasks int) {
	if tasks <= 0 {
		return
	}
	u.check(1, x, y, tasks)
	switch {
	case u.In == 0:
	case k == Reference:
		ojaRef(u, x, y, tasks)
	default:
		plasticSIMD(k, true, u, x, y, tasks)
	}
}

func ojaRef(u *Update, x, y Rows, tasks int) {
	for t := range tasks {
		m, post, yt := u.M.row(t, u.Out), u.Post.row(t, u.Out), y.row(t, u.Out)
		pre, xt := u.Pre.row(t, u.In), x.row(t, u.In)
		for i := range u.In {
			a := u.Rule[i*u.LD:][:u.Out]
			src := u.Src[t*u.SrcStride+i*u.LD:][:u.Out]
			w := u.W[t*u.Stride+i*u.LD:][:u.Out]
			for o := range yt {
				square := float32(post[o] * post[o])
				t := FMA(-square, src[o], float32(post[o]*pre[i]))
				w[o] = FMA(float32(m[o]*a[o]), t, src[o])
				yt[o] = FMA(w[o], xt[i], yt[o])
			}
		}
	}
}
