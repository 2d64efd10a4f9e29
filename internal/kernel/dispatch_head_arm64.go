//go:build arm64 && !noasm

package kernel

// headTile: 1 to 3 outputs for 16, 8 or 4 tasks.
func headTile(outs, tasks int, w *float32, ldw, n int, x *float32, ldx int, bias, y *float32) {
	switch outs<<8 | tasks {
	case 1<<8 | 16:
		headNEONo1t16(w, ldw, n, x, ldx, bias, y)
	case 1<<8 | 8:
		headNEONo1t8(w, ldw, n, x, ldx, bias, y)
	case 1<<8 | 4:
		headNEONo1t4(w, ldw, n, x, ldx, bias, y)
	case 2<<8 | 16:
		headNEONo2t16(w, ldw, n, x, ldx, bias, y)
	case 2<<8 | 8:
		headNEONo2t8(w, ldw, n, x, ldx, bias, y)
	case 2<<8 | 4:
		headNEONo2t4(w, ldw, n, x, ldx, bias, y)
	case 3<<8 | 16:
		headNEONo3t16(w, ldw, n, x, ldx, bias, y)
	case 3<<8 | 8:
		headNEONo3t8(w, ldw, n, x, ldx, bias, y)
	case 3<<8 | 4:
		headNEONo3t4(w, ldw, n, x, ldx, bias, y)
	}
}

// headsTile: 1 to 3 outputs for 4 tasks with weights of their own.
func headsTile(outs int, w *float32, ldw int, ws *int, n int, x *float32, xs *int, bias, y *float32) {
	switch outs {
	case 1:
		headsNEONo1(w, ldw, ws, n, x, xs, bias, y)
	case 2:
		headsNEONo2(w, ldw, ws, n, x, xs, bias, y)
	case 3:
		headsNEONo3(w, ldw, ws, n, x, xs, bias, y)
	}
}
