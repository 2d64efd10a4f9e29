//go:build (amd64 || arm64) && !noasm

package kernel

// headSIMD: tiles of 16, 8 and 4 tasks, and the rest as tasks with weights of their own.
func headSIMD(w []float32, in, outs int, bias []float32, x, y Rows, tasks int) {
	n := in &^ 3
	for t := 0; t < tasks; {
		tile := 4
		switch left := tasks - t; {
		case left >= 16:
			tile = 16
		case left >= 8:
			tile = 8
		case left < 4:
			headsSIMD(w, 0, in, outs, Rows{V: bias}, x, y, t, tasks)
			return
		}
		for o := 0; o < outs; o += 3 {
			var acc [3 * 16]float32
			some := min(3, outs-o)
			headTile(some, tile, at(w, o*in), in, n, at(x.V, t*x.LD), x.LD, at(bias, o), &acc[0])
			for q := range tile {
				row := y.V[(t+q)*y.LD+o:][:some]
				for j := range row {
					row[j] = acc[j*tile+q]
				}
				for j := 0; n < in && j < some; j++ {
					row[j] = chain(row[j], w[(o+j)*in+n:(o+j)*in+in], x.row(t+q, in)[n:])
				}
			}
		}
		t += tile
	}
}

// headsSIMD: four tasks at a time; past the end the last one stands in for those that are
// not there.
func headsSIMD(w []float32, stride, in, outs int, bias, x, y Rows, from, tasks int) {
	const tile, most = 4, 3
	n := in &^ 3
	for t := from; t < tasks; t += tile {
		var ws, xs [tile]int
		for q := range tile {
			task := min(q, tasks-1-t)
			ws[q], xs[q] = task*stride, task*x.LD
		}
		for o := 0; o < outs; o += most {
			var b, acc [most * tile]float32
			some := min(most, outs-o)
			for q := range min(tile, tasks-t) {
				for j, v := range bias.V[(t+q)*bias.LD+o:][:some] {
					b[j*tile+q] = v
				}
			}
			wp, xp := at(w, t*stride+o*in), at(x.V, t*x.LD)
			headsTile(some, wp, in, &ws[0], n, xp, &xs[0], &b[0], &acc[0])
			for q := range min(tile, tasks-t) {
				row := y.V[(t+q)*y.LD+o:][:some]
				for j := range row {
					row[j] = acc[j*tile+q]
					if n < in {
						own := w[(t+q)*stride+(o+j)*in:][:in]
						row[j] = chain(row[j], own[n:], x.row(t+q, in)[n:])
					}
				}
			}
		}
	}
}
