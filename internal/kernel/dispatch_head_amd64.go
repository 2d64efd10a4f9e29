//go:build amd64 && !noasm

package kernel

// headTile: 1 to 3 outputs for 16, 8 or 4 tasks.
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

// headsTile: 1 to 3 outputs for 4 tasks with weights of their own.
func headsTile(outs int, w *float32, ldw int, ws *int, n int, x *float32, xs *int, bias, y *float32) {
	switch outs {
	case 1:
		headsAVX2o1(w, ldw, ws, n, x, xs, bias, y)
	case 2:
		headsAVX2o2(w, ldw, ws, n, x, xs, bias, y)
	case 3:
		headsAVX2o3(w, ldw, ws, n, x, xs, bias, y)
	}
}
