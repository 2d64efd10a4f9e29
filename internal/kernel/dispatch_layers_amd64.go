//go:build amd64 && !noasm

package kernel

import "unsafe"

// The layers of dispatch: panels of neurons from the widest tile down, within a panel
// whole groups of tasks and then the rest one by one. Every call names its function:
// through a function value the pointers would escape to the heap.

func staticSIMD(k ISA, w Matrix, x, init, y Rows, tasks int) {
	const tile = 4 // tasks
	for o := 0; o < w.Out; {
		wp, width, t := at(w.W, o), 16, tasks/tile*tile
		left := w.Out - o
		if t > 0 {
			xp, ip, yp, groups := at(x.V, 0), at(init.V, o), at(y.V, o), tasks/tile
			switch {
			case k == AVX2:
				staticAVX2v2t4(wp, w.LD, w.In, xp, x.LD, ip, init.LD, yp, y.LD, groups)
			case left >= 64:
				staticAVX512v4t4(wp, w.LD, w.In, xp, x.LD, ip, init.LD, yp, y.LD, groups)
			case left >= 32:
				staticAVX512v2t4(wp, w.LD, w.In, xp, x.LD, ip, init.LD, yp, y.LD, groups)
			default:
				staticAVX512v1t4(wp, w.LD, w.In, xp, x.LD, ip, init.LD, yp, y.LD, groups)
			}
		}
		if t < tasks {
			xp, ip, yp, groups := at(x.V, t*x.LD), at(init.V, t*init.LD+o), at(y.V, t*y.LD+o), tasks-t
			switch {
			case k == AVX2:
				staticAVX2v2t1(wp, w.LD, w.In, xp, x.LD, ip, init.LD, yp, y.LD, groups)
			case left >= 64:
				staticAVX512v4t1(wp, w.LD, w.In, xp, x.LD, ip, init.LD, yp, y.LD, groups)
			case left >= 32:
				staticAVX512v2t1(wp, w.LD, w.In, xp, x.LD, ip, init.LD, yp, y.LD, groups)
			default:
				staticAVX512v1t1(wp, w.LD, w.In, xp, x.LD, ip, init.LD, yp, y.LD, groups)
			}
		}
		if k == AVX512 {
			switch {
			case left >= 64:
				width = 64
			case left >= 32:
				width = 32
			}
		}
		o += width
	}
}

func frozenSIMD(k ISA, w Matrix, stride int, x, y Rows, tasks int) {
	const tile = 2 // tasks
	for o := 0; o < w.Out; {
		left, width := w.Out-o, 16
		if t := tasks / tile * tile; t > 0 {
			wp, xp, yp, groups := at(w.W, o), at(x.V, 0), at(y.V, o), tasks/tile
			switch {
			case k == AVX512 && left >= 64:
				frozenAVX512v4t2(wp, w.LD, stride, w.In, xp, x.LD, yp, y.LD, groups)
			case k == AVX512:
				frozenAVX512v1t2(wp, w.LD, stride, w.In, xp, x.LD, yp, y.LD, groups)
			case left >= 32:
				frozenAVX2v4t2(wp, w.LD, stride, w.In, xp, x.LD, yp, y.LD, groups)
			default:
				frozenAVX2v2t2(wp, w.LD, stride, w.In, xp, x.LD, yp, y.LD, groups)
			}
		}
		if t := tasks / tile * tile; t < tasks {
			wp, xp, yp := at(w.W, t*stride+o), at(x.V, t*x.LD), at(y.V, t*y.LD+o)
			switch {
			case k == AVX512 && left >= 64:
				frozenAVX512v4t1(wp, w.LD, stride, w.In, xp, x.LD, yp, y.LD, 1)
			case k == AVX512:
				frozenAVX512v1t1(wp, w.LD, stride, w.In, xp, x.LD, yp, y.LD, 1)
			case left >= 32:
				frozenAVX2v4t1(wp, w.LD, stride, w.In, xp, x.LD, yp, y.LD, 1)
			default:
				frozenAVX2v2t1(wp, w.LD, stride, w.In, xp, x.LD, yp, y.LD, 1)
			}
		}
		switch {
		case k == AVX512 && left >= 64:
			width = 64
		case k == AVX2 && left >= 32:
			width = 32
		}
		o += width
	}
}

// plasticArgs is what the plastic kernels read; the generator has the offsets. Strides
// are in bytes.
type plasticArgs struct {
	src       *float32
	srcStride int
	w         *float32
	wStride   int
	rule      *float32
	plane     int
	m         *float32
	mLD       int
	post      *float32
	postLD    int
	pre       *float32
	preLD     int
	x         *float32
	xLD       int
	y         *float32
	yLD       int
	columns   int
	groups    int
	ld        int
	wNext     int // from the end of one group's block to the next group's
	srcNext   int
	preNext   int
	xNext     int
	back      int
}

// plasticColumns is the block of columns that all tasks pass before the next: the four
// planes of a panel (2 KB a column) stay in the first-level cache.
const plasticColumns = 16

func plasticSIMD(k ISA, u *Update, x, y Rows, tasks int) {
	for i := 0; i < u.In; i += plasticColumns {
		columns := min(plasticColumns, u.In-i)
		for o := 0; o < u.Out; {
			if k == AVX2 {
				var a plasticArgs
				a.set(u, x, y, i, o, 0, columns, 1, tasks)
				plasticAVX2v2t1((*byte)(unsafe.Pointer(&a)))
				o += 16
				continue
			}
			wide, pairs := u.Out-o >= 32, tasks/2
			if pairs > 0 {
				var a plasticArgs
				a.set(u, x, y, i, o, 0, columns, 2, pairs)
				if wide {
					plasticAVX512v2t2((*byte)(unsafe.Pointer(&a)))
				} else {
					plasticAVX512v1t2((*byte)(unsafe.Pointer(&a)))
				}
			}
			if tasks%2 != 0 {
				var a plasticArgs
				a.set(u, x, y, i, o, 2*pairs, columns, 1, 1)
				if wide {
					plasticAVX512v2t1((*byte)(unsafe.Pointer(&a)))
				} else {
					plasticAVX512v1t1((*byte)(unsafe.Pointer(&a)))
				}
			}
			if o += 16; wide {
				o += 16
			}
		}
	}
}

// set addresses column i, neuron o and task t, for groups of tile tasks.
func (a *plasticArgs) set(u *Update, x, y Rows, i, o, t, columns, tile, groups int) {
	weight := i*u.LD + o
	*a = plasticArgs{
		src: at(u.Src, t*u.SrcStride+weight), srcStride: 4 * u.SrcStride,
		w: at(u.W, t*u.Stride+weight), wStride: 4 * u.Stride,
		rule: at(u.Rule, weight), plane: 4 * u.Plane,
		m: at(u.M.V, t*u.M.LD+o), mLD: 4 * u.M.LD,
		post: at(u.Post.V, t*u.Post.LD+o), postLD: 4 * u.Post.LD,
		pre: at(u.Pre.V, t*u.Pre.LD+i), preLD: 4 * u.Pre.LD,
		x: at(x.V, t*x.LD+i), xLD: 4 * x.LD,
		y: at(y.V, t*y.LD+o), yLD: 4 * y.LD,
		columns: columns, groups: groups, ld: 4 * u.LD,
		wNext:   4 * (tile*u.Stride - columns*u.LD),
		srcNext: 4 * (tile*u.SrcStride - columns*u.LD),
		preNext: 4 * (tile*u.Pre.LD - columns),
		xNext:   4 * (tile*x.LD - columns),
		back:    4 * columns * u.LD,
	}
}

// headSIMD does the tasks that fill a vector and returns how many that were.
func headSIMD(w []float32, in, outs int, bias []float32, x, y Rows, tasks int) int {
	n := in &^ 3
	for t := 0; ; {
		tile := 4
		switch left := tasks - t; {
		case left >= 16:
			tile = 16
		case left >= 8:
			tile = 8
		case left >= 4:
		case left == 0 || tasks < 4:
			return t
		default: // the last four again: the same bits
			t = tasks - 4
		}
		for o := 0; o < outs; o += 3 {
			var acc [3 * 16]float32
			some := min(3, outs-o)
			headTile(some, tile, at(w, o*in), in, n, at(x.V, t*x.LD), x.LD, at(bias, o), &acc[0])
			for q := range tile {
				row := y.V[(t+q)*y.LD+o:][:some]
				for j := range row {
					row[j] = acc[j*tile+q]
					if n < in {
						row[j] = chain(row[j], w[(o+j)*in+n:(o+j)*in+in], x.row(t+q, in)[n:])
					}
				}
			}
		}
		t += tile
	}
}

func headTile(outs, tasks int, w *float32, ldw, n int, x *float32, ldx int, bias, y *float32) {
	switch outs<<8 | tasks {
	case 1<<8 | 16:
		headAVX2o1t16(w, ldw, n, x, ldx, bias, y)
	case 1<<8 | 8:
		headAVX2o1t8(w, ldw, n, x, ldx, bias, y)
	case 1<<8 | 4:
		headAVX2o1t4(w, ldw, n, x, ldx, bias, y)
	case 2<<8 | 16:
		headAVX2o2t16(w, ldw, n, x, ldx, bias, y)
	case 2<<8 | 8:
		headAVX2o2t8(w, ldw, n, x, ldx, bias, y)
	case 2<<8 | 4:
		headAVX2o2t4(w, ldw, n, x, ldx, bias, y)
	case 3<<8 | 16:
		headAVX2o3t16(w, ldw, n, x, ldx, bias, y)
	case 3<<8 | 8:
		headAVX2o3t8(w, ldw, n, x, ldx, bias, y)
	case 3<<8 | 4:
		headAVX2o3t4(w, ldw, n, x, ldx, bias, y)
	}
}
