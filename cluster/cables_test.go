package cluster

import (
	"sync/atomic"
	"testing"
	"time"

	"baldwin/internal/kernel"
	"baldwin/run"
)

// TestCables: 200 ms of latency each way with 5% of the pieces resetting their connection, a cable that is cut and mended, and a worker that
// is ten times slower than a process alone: the run goes on with who is there, and its numbers are those of one process.
func TestCables(t *testing.T) {
	var unit time.Duration  // of a pair, in one process
	var chunks atomic.Int64 // of the far worker
	for _, c := range []struct {
		name        string
		generations int
		inHand      func(c *cable, values int) // a chunk that the far worker has lived
		generation  func(c *cable, n int)
		check       func(c *cable, n Counters) string
	}{
		{
			"latency and resets", 100,
			func(*cable, int) {},
			func(c *cable, _ int) {
				c.latency.Store(int64(200 * time.Millisecond))
				c.resets.Store(20)
			},
			func(*cable, Counters) string { return "" },
		},
		{
			"cut and mended", 100,
			func(c *cable, _ int) {
				if chunks.Load() == 3 {
					c.cut.Store(true) // with a chunk in hand
				}
			},
			func(c *cable, n int) {
				if n == 60 {
					c.cut.Store(false)
				}
			},
			func(_ *cable, n Counters) string {
				if n.Resent == 0 {
					return "a chunk was lost, and none was published again"
				}
				return ""
			},
		},
		{
			"ten times slower", 100,
			func(_ *cable, values int) { time.Sleep(9 * unit * time.Duration((values+1)/pair)) },
			func(*cable, int) {},
			func(*cable, Counters) string { return "" },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec := small(t, func(s *run.Spec) { s.Generations = c.generations })
			begun := time.Now()
			want := honest(t, spec)
			unit = time.Since(begun) / time.Duration(c.generations*spec.Strategy.Population/pair)
			s := serve(t)
			co := coordinator(t, s, spec, func(o *Options) { o.Chunk = time.Microsecond }) // one pair each
			way := lay(t, s)
			chunks.Store(0)
			hire(t, s, func(o *WorkerOptions) {
				o.Name, o.Distort = "far", func(_ uint64, _ uint32, v []float64) {
					chunks.Add(1)
					c.inHand(way, len(v))
				}
			}, over(way))
			until(t, "the worker", func() bool { return len(co.Members()) == 1 })
			hire(t, s, nil)
			got, err := run.Train(t.Context(), spec, run.Options{Registry: run.Builtin(), Kernel: kernel.Best(), Evaluator: co, Watch: func(e run.Event) {
				if e.Generation != nil {
					c.generation(way, e.Generation.Generation)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			agree(t, got, want)
			n := co.Counters()
			t.Logf("the far worker lived %d of %d chunks, %d connections were reset; %+v", chunks.Load(), n.Chunks, way.broken.Load(), n)
			if wrong := c.check(way, n); wrong != "" {
				t.Error(wrong)
			}
			way.cut.Store(false)
		})
	}
}
