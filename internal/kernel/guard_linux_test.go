package kernel

import (
	"runtime/debug"
	"syscall"
	"testing"
	"unsafe"
)

// pages lays every slice against a page that can be neither read nor written: at its
// end, or with front at its beginning.
type pages struct {
	front bool
	maps  [][]byte
}

func (p *pages) floats(n, _ int) []float32 {
	const page = 4096
	size := (4*n + page - 1) / page * page
	m, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	p.maps = append(p.maps, m)
	for _, guard := range [][]byte{m[:page], m[page+size:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			panic(err)
		}
	}
	if n == 0 {
		return []float32{}
	}
	from := page + size - 4*n
	if p.front {
		from = page
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&m[from])), n)
}

func (p *pages) intact(testing.TB, string) {
	for _, m := range p.maps {
		if err := syscall.Munmap(m); err != nil {
			panic(err)
		}
	}
	p.maps = nil
}

// No kernel reads or writes outside its slices, not even what it then ignores.
func TestStaysWithinPages(t *testing.T) {
	isas := simd(t)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	r := random(5)
	for _, front := range []bool{false, true} {
		mem := &pages{front: front}
		for _, tasks := range []int{1, 2, 3, 4, 5, 8, 9, 16, 19} {
			for _, out := range []int{16, 48, 64} {
				layers(t, isas, mem, layerCase{r.Uint64(), ordinary, tasks, out, []int{1, 3, 16, 21}[r.IntN(4)], 0})
			}
		}
		for n := 0; n <= 130; n++ {
			vectors(t, isas, mem, vector(mem, r, n, 0, ordinary), 2, r.Uint64())
		}
	}
}
