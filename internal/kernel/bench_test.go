package kernel

import (
	"testing"
	"time"
)

// measure reports a kernel's share of the FMA peak ("peak%") and its time. Bursts are of
// microseconds, interleaved with bursts of Peak in the same loop, and minima are taken:
// longer ones are preempted and lie. fmas counts FMAs of 16 lanes in one call.
func measure(b *testing.B, f func(k ISA), fmas float64, values int) {
	for _, k := range Available() {
		b.Run(k.String(), func(b *testing.B) {
			best, peak := time.Hour, time.Hour
			const rounds = 500
			issued := Peak(k, rounds)
			f(k)
			t := time.Now()
			f(k)
			calls := int(5*time.Microsecond/max(time.Since(t), 1)) + 1 // reading the clock costs too
			for b.Loop() {
				for range 4 {
					t := time.Now()
					for range calls {
						f(k)
					}
					best = min(best, time.Since(t))
				}
				t := time.Now()
				Peak(k, rounds)
				peak = min(peak, time.Since(t))
			}
			b.ReportMetric(0, "ns/op") // the mean of bursts with preemption in them
			call := float64(best) / float64(calls)
			b.ReportMetric(call, "ns/call")
			if values > 0 {
				b.ReportMetric(call/float64(values), "ns/value")
			}
			if fmas > 0 && issued > 0 {
				b.ReportMetric(100*fmas*(float64(peak)/float64(issued))/call, "peak%")
			}
		})
	}
}

// A layer of 64 neurons for 16 tasks, as in a life of the smallest preset.
const (
	benchOut   = 64
	benchTasks = 16
	benchSize  = benchOut * benchOut
	benchPad   = benchSize + 256
	benchFMAs  = benchTasks * benchSize / 16
)

func fill(n int) []float32 {
	v := Aligned(n)
	Best().Noise(v, [2]uint32{1, 2}, [4]uint32{3, 4, 5, 6})
	for i := range v {
		v[i] *= 0.1
	}
	return v
}

func fillRows() Rows { return Rows{fill(benchTasks * benchOut), benchOut} }

func BenchmarkStatic(b *testing.B) {
	w := Matrix{fill(benchSize), benchOut, benchOut, benchOut}
	x, init, y := fillRows(), Rows{fill(benchOut), 0}, fillRows()
	measure(b, func(k ISA) { k.Static(w, x, init, y, benchTasks) }, benchFMAs, 0)
}

func BenchmarkStaticOneInput(b *testing.B) {
	w := Matrix{fill(benchSize), benchOut, 1, benchOut}
	x, init, y := Rows{fill(benchTasks), 1}, Rows{fill(benchOut), 0}, fillRows()
	measure(b, func(k ISA) { k.Static(w, x, init, y, benchTasks) }, 0, 0)
}

func BenchmarkFrozen(b *testing.B) {
	w := Matrix{fill(benchTasks * benchPad), benchOut, benchOut, benchOut}
	x, y := fillRows(), fillRows()
	measure(b, func(k ISA) { k.Frozen(w, benchPad, x, y, y, benchTasks) }, benchFMAs, 0)
}

func benchUpdate() *Update {
	w, rule := fill(benchTasks*benchPad), fill(4*benchPad)
	for i := range rule {
		rule[i] *= 1e-6
	}
	return &Update{Src: w, SrcStride: benchPad, W: w, Stride: benchPad, LD: benchOut, In: benchOut, Out: benchOut,
		Rule: rule, Plane: benchPad, M: fillRows(), Post: fillRows(), Pre: fillRows()}
}

func BenchmarkPlastic(b *testing.B) {
	u, x, y := benchUpdate(), fillRows(), fillRows()
	measure(b, func(k ISA) { k.Plastic(u, x, y, benchTasks) }, 5*benchFMAs, 0)
}

// A generation of robots has four tasks: the rule weighs as much as the weights.
func BenchmarkPlasticFourTasks(b *testing.B) {
	u, x, y := benchUpdate(), fillRows(), fillRows()
	measure(b, func(k ISA) { k.Plastic(u, x, y, 4) }, 5*benchFMAs*4/benchTasks, 0)
}

// Oja's two products a weight are issued like FMAs but not counted: 60% is all there is.
func BenchmarkOja(b *testing.B) {
	u, x, y := benchUpdate(), fillRows(), fillRows()
	measure(b, func(k ISA) { k.Oja(u, x, y, benchTasks) }, 3*benchFMAs, 0)
}

func BenchmarkTranspose(b *testing.B) {
	y, x := fill(benchSize), fill(benchSize)
	measure(b, func(k ISA) { k.Transpose(y, x, benchOut, benchOut) }, 0, benchSize)
}

func BenchmarkMulAdd(b *testing.B) {
	y, x, z := fill(1024), fill(1024), fill(1024)
	measure(b, func(k ISA) { k.MulAdd(y, x, z) }, 0, 1024)
}

func BenchmarkHead(b *testing.B) {
	w, bias, x := fill(3*benchOut), fill(3), fillRows()
	for _, outs := range []int{1, 2, 3} {
		b.Run([]string{"", "1", "2", "3"}[outs], func(b *testing.B) {
			y := Rows{fill(benchTasks * outs), outs}
			measure(b, func(k ISA) { k.Head(w, benchOut, outs, bias, x, y, benchTasks) }, 0, 0)
		})
	}
}

func BenchmarkTanh(b *testing.B) {
	y, x := fill(1024), fill(1024)
	measure(b, func(k ISA) { k.Tanh(y, x) }, 0, 1024)
}

func BenchmarkSigmoid(b *testing.B) {
	y, x := fill(1024), fill(1024)
	measure(b, func(k ISA) { k.Sigmoid(y, x) }, 0, 1024)
}

func BenchmarkRelu(b *testing.B) {
	y, x := fill(1024), fill(1024)
	measure(b, func(k ISA) { k.Relu(y, x) }, 0, 1024)
}

// benchGenome is the size of a genome of (1,10,20).
const benchGenome = 37313

func BenchmarkNoise(b *testing.B) {
	y := fill(benchGenome)
	measure(b, func(k ISA) { k.Noise(y, [2]uint32{1, 2}, [4]uint32{3, 4, 5, 6}) }, 0, benchGenome)
}

func BenchmarkAddNoise(b *testing.B) {
	y := fill(benchGenome)
	measure(b, func(k ISA) { k.AddNoise(y, 1e-3, [2]uint32{1, 2}, [4]uint32{3, 4, 5, 6}) }, 0, benchGenome)
}

func BenchmarkPerturb(b *testing.B) {
	plus, minus, theta, noise := fill(benchGenome), fill(benchGenome), fill(benchGenome), fill(benchGenome)
	measure(b, func(k ISA) { k.Perturb(plus, minus, theta, noise, 0.01) }, 0, benchGenome)
}

func BenchmarkAxpy(b *testing.B) {
	y, x := fill(benchGenome), fill(benchGenome)
	measure(b, func(k ISA) { k.Axpy(y, 1e-3, x) }, 0, benchGenome)
}

func BenchmarkSumSquares(b *testing.B) {
	x := fill(benchGenome)
	measure(b, func(k ISA) { sink = k.SumSquares(x) }, 0, benchGenome)
}

var sink float32
