//go:build amd64 && !noasm

package kernel

// The layers of dispatch: panels of neurons from the widest tile down, within a panel
// whole groups of tasks and then the rest. Every call names its function: through a
// function value the pointers would escape to the heap.

func staticSIMD(k ISA, w Matrix, x, init, y Rows, tasks int, relu bool) {
	const tile = 4 // tasks
	flag := 0
	if relu {
		flag = 1
	}
	if k == AVX512 && w.Out == 64 && tasks%tile == 0 { // the usual layer, by the shortest way
		staticAVX512v4t4(at(w.W, 0), w.LD, w.In, at(x.V, 0), x.LD, at(init.V, 0), init.LD, at(y.V, 0), y.LD, flag, tasks/tile)
		return
	}
	for o := 0; o < w.Out; {
		width := 16
		if left := w.Out - o; k == AVX512 && left >= 64 {
			width = 64
		} else if k == AVX512 && left >= 32 {
			width = 32
		}
		a := layerArgs{w: at(w.W, o), ldw: w.LD, n: w.In, ldx: x.LD, ldi: init.LD, ldy: y.LD, relu: flag}
		if n := tasks / tile; n > 0 {
			a.x, a.init, a.y = at(x.V, 0), at(init.V, o), at(y.V, o)
			a.static(k, width, tile, n)
		}
		if n := tasks % tile; n > 0 {
			t := tasks - n
			a.x, a.init, a.y = at(x.V, t*x.LD), at(init.V, t*init.LD+o), at(y.V, t*y.LD+o)
			a.static(k, width, n, 1)
		}
		o += width
	}
}

// layerArgs are the arguments of the kernels static and frozen.
type layerArgs struct {
	w         *float32
	ldw, n    int
	x         *float32
	ldx       int
	init      *float32
	ldi       int
	y         *float32
	ldy, relu int
}

// static does groups of so many tasks in a panel of width neurons.
func (a *layerArgs) static(k ISA, width, tasks, groups int) {
	// 16 neurons are two vectors of AVX2, 32 two of AVX-512.
	form := width<<8 | tasks
	if k == AVX2 {
		form = tasks
	}
	switch form {
	case 4:
		staticAVX2v2t4(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 3:
		staticAVX2v2t3(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 2:
		staticAVX2v2t2(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 1:
		staticAVX2v2t1(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 64<<8 | 4:
		staticAVX512v4t4(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 64<<8 | 3:
		staticAVX512v4t3(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 64<<8 | 2:
		staticAVX512v4t2(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 64<<8 | 1:
		staticAVX512v4t1(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 32<<8 | 4:
		staticAVX512v2t4(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 32<<8 | 3:
		staticAVX512v2t3(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 32<<8 | 2:
		staticAVX512v2t2(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 32<<8 | 1:
		staticAVX512v2t1(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 16<<8 | 4:
		staticAVX512v1t4(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 16<<8 | 3:
		staticAVX512v1t3(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 16<<8 | 2:
		staticAVX512v1t2(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	case 16<<8 | 1:
		staticAVX512v1t1(a.w, a.ldw, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, a.relu, groups)
	}
}

func frozenSIMD(k ISA, w Matrix, stride int, x, init, y Rows, tasks int) {
	for o := 0; o < w.Out; {
		width, tile := 16, 2 // neurons, tasks
		if left := w.Out - o; k == AVX512 && left >= 64 {
			width = 64
		} else if k == AVX2 && left >= 64 {
			width, tile = 64, 1
		} else if k == AVX2 && left >= 32 {
			width = 32
		}
		a := layerArgs{ldw: w.LD, n: w.In, ldx: x.LD, ldi: init.LD, ldy: y.LD}
		if n := tasks / tile; n > 0 {
			a.w, a.x, a.init, a.y = at(w.W, o), at(x.V, 0), at(init.V, o), at(y.V, o)
			a.frozen(k, stride, width, tile, n)
		}
		if t := tasks / tile * tile; t < tasks {
			a.w, a.x, a.init, a.y = at(w.W, t*stride+o), at(x.V, t*x.LD), at(init.V, t*init.LD+o), at(y.V, t*y.LD+o)
			a.frozen(k, stride, width, 1, 1)
		}
		o += width
	}
}

func (a *layerArgs) frozen(k ISA, stride, width, tasks, groups int) {
	switch form := width<<8 | tasks; {
	case k == AVX512 && form == 64<<8|2:
		frozenAVX512v4t2(a.w, a.ldw, stride, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, groups)
	case k == AVX512 && form == 64<<8|1:
		frozenAVX512v4t1(a.w, a.ldw, stride, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, groups)
	case k == AVX512 && tasks == 2:
		frozenAVX512v1t2(a.w, a.ldw, stride, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, groups)
	case k == AVX512:
		frozenAVX512v1t1(a.w, a.ldw, stride, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, groups)
	case form == 64<<8|1:
		frozenAVX2v8t1(a.w, a.ldw, stride, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, groups)
	case form == 32<<8|2:
		frozenAVX2v4t2(a.w, a.ldw, stride, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, groups)
	case form == 32<<8|1:
		frozenAVX2v4t1(a.w, a.ldw, stride, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, groups)
	case tasks == 2:
		frozenAVX2v2t2(a.w, a.ldw, stride, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, groups)
	default:
		frozenAVX2v2t1(a.w, a.ldw, stride, a.n, a.x, a.ldx, a.init, a.ldi, a.y, a.ldy, groups)
	}
}
