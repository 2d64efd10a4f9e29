//go:build arm64 && !noasm

package kernel

import "unsafe"

// lacks: every arm64 has NEON; the other forms are of amd64.
func lacks(k ISA) string {
	if k > NEON {
		return "the processor is no amd64"
	}
	return ""
}

// The layers take panels of 16 neurons, and within a panel whole groups of tasks and then the
// rest. Every call names its function: through a function value the pointers would escape.

func staticSIMD(_ ISA, w Matrix, x, init, y Rows, tasks int, relu bool) {
	const tile = 4 // tasks
	flag := 0
	if relu {
		flag = 1
	}
	for o := 0; o < w.Out; o += Lanes {
		for t := 0; t < tasks; {
			size, groups := tile, (tasks-t)/tile
			if groups == 0 {
				size, groups = tasks-t, 1
			}
			wp, xp, ip, yp := at(w.W, o), at(x.V, t*x.LD), at(init.V, t*init.LD+o), at(y.V, t*y.LD+o)
			switch size {
			case 4:
				staticNEONt4(wp, w.LD, w.In, xp, x.LD, ip, init.LD, yp, y.LD, flag, groups)
			case 3:
				staticNEONt3(wp, w.LD, w.In, xp, x.LD, ip, init.LD, yp, y.LD, flag, groups)
			case 2:
				staticNEONt2(wp, w.LD, w.In, xp, x.LD, ip, init.LD, yp, y.LD, flag, groups)
			case 1:
				staticNEONt1(wp, w.LD, w.In, xp, x.LD, ip, init.LD, yp, y.LD, flag, groups)
			}
			t += size * groups
		}
	}
}

func frozenSIMD(_ ISA, w Matrix, stride int, x, init, y Rows, tasks int) {
	const tile = 2 // tasks
	for o := 0; o < w.Out; o += Lanes {
		if n := tasks / tile; n > 0 {
			frozenNEONt2(at(w.W, o), w.LD, stride, w.In, at(x.V, 0), x.LD, at(init.V, o), init.LD, at(y.V, o), y.LD, n)
		}
		if t := tasks / tile * tile; t < tasks {
			frozenNEONt1(at(w.W, t*stride+o), w.LD, stride, w.In, at(x.V, t*x.LD), x.LD, at(init.V, t*init.LD+o), init.LD,
				at(y.V, t*y.LD+o), y.LD, 1)
		}
	}
}

// run does groups of one task and 16 neurons.
func (a *plasticArgs) run(_ ISA, oja bool, _, _ int) {
	if p := (*byte)(unsafe.Pointer(a)); oja {
		ojaNEON(p)
	} else {
		plasticNEON(p)
	}
}
