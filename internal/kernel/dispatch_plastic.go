//go:build (amd64 || arm64) && !noasm

package kernel

// plasticArgs is what the plastic kernels read; the generators have the offsets. Strides
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

func plasticSIMD(k ISA, oja bool, u *Update, x, y Rows, tasks int) {
	tile := 1 // tasks
	if k == AVX512 {
		tile = 2
	}
	var a plasticArgs
	if whole := tasks / tile * tile; whole > 0 {
		a.strides(u, x, y, whole/tile)
		a.blocks(k, oja, u, x, y, tile, 0)
	}
	if t := tasks / tile * tile; t < tasks {
		a.strides(u, x, y, 1)
		a.blocks(k, oja, u, x, y, 1, t)
	}
}

// blocks does all blocks of columns and panels of neurons for the tasks from t on.
func (a *plasticArgs) blocks(k ISA, oja bool, u *Update, x, y Rows, tile, t int) {
	for i := 0; i < u.In; i += plasticColumns {
		a.length(u, x, tile, min(plasticColumns, u.In-i))
		a.pre, a.x = at(u.Pre.V, t*u.Pre.LD+i), at(x.V, t*x.LD+i)
		for o := 0; o < u.Out; {
			vectors := 1 // of AVX-512: panels of 16 neurons, of 32 where a kernel has them
			if (k == AVX512 || k == AVX2 && !oja) && u.Out-o >= 32 {
				vectors = 2
			}
			weight := i*u.LD + o
			a.src, a.w, a.rule = at(u.Src, t*u.SrcStride+weight), at(u.W, t*u.Stride+weight), at(u.Rule, weight)
			a.m, a.post, a.y = at(u.M.V, t*u.M.LD+o), at(u.Post.V, t*u.Post.LD+o), at(y.V, t*y.LD+o)
			a.run(k, oja, vectors, tile)
			o += 16 * vectors
		}
	}
}

// strides sets what is the same for all blocks and panels.
func (a *plasticArgs) strides(u *Update, x, y Rows, groups int) {
	a.srcStride, a.wStride, a.plane, a.ld = 4*u.SrcStride, 4*u.Stride, 4*u.Plane, 4*u.LD
	a.mLD, a.postLD, a.preLD, a.xLD, a.yLD = 4*u.M.LD, 4*u.Post.LD, 4*u.Pre.LD, 4*x.LD, 4*y.LD
	a.groups = groups
}

// length sets what depends on the columns of a block.
func (a *plasticArgs) length(u *Update, x Rows, tile, columns int) {
	a.columns, a.back = columns, 4*columns*u.LD
	a.wNext, a.srcNext = 4*tile*u.Stride-a.back, 4*tile*u.SrcStride-a.back
	a.preNext, a.xNext = 4*(tile*u.Pre.LD-columns), 4*(tile*x.LD-columns)
}
