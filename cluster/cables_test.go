package cluster

import (
	"context"
	"errors"
	"os"
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

// TestFarAlone: a worker over a bad cable on which the run depends. With 200 ms of latency each way a chunk is not given to it a second time
// while it is on its way back; with 5% of the pieces resetting their connection, asking anew costs no more than the way there.
func TestFarAlone(t *testing.T) {
	for _, c := range []struct {
		name        string
		generations int
		latency     time.Duration
		resets      int64
		long        bool
	}{
		{"latency", 1, 200 * time.Millisecond, 0, false},
		{"resets", 5, 0, 20, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.long && os.Getenv("BALDWIN_LONG") != "1" {
				t.Skip("BALDWIN_LONG=1 resets connections for half a minute")
			}
			spec := small(t, func(s *run.Spec) { s.Generations, s.Strategy.Population, s.MetaTest.Tasks = c.generations, 8, 10 })
			want := honest(t, spec)
			s := serve(t)
			co := coordinator(t, s, spec, func(o *Options) { o.Chunk = time.Microsecond }) // one pair each
			way := lay(t, s)
			hire(t, s, nil, over(way))
			until(t, "the worker", func() bool { return len(co.Members()) == 1 })
			way.latency.Store(int64(c.latency))
			way.resets.Store(c.resets)
			got, err := train(t, co, spec)
			way.latency.Store(0)
			way.resets.Store(0)
			if err != nil {
				t.Fatal(err)
			}
			agree(t, got, want)
			n := co.Counters()
			t.Logf("%d connections were reset; %+v", way.broken.Load(), n)
			if c.latency > 0 && n.Duplicates*2 >= n.Chunks { // some, on a machine that stands still for seconds
				t.Errorf("of %d chunks %d were lived twice", n.Chunks, n.Duplicates)
			}
		})
	}
}

// TestAsk: what was asked over a connection that broke is given up when there is another; what broke before does not count.
func TestAsk(t *testing.T) {
	w := &worker{back: make(chan struct{}, 1)}
	w.back <- struct{}{}
	if err := w.ask(t.Context(), func(ctx context.Context) error { return ctx.Err() }); err != nil {
		t.Errorf("over a sound connection: %v", err)
	}
	err := w.ask(t.Context(), func(ctx context.Context) error {
		w.back <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, errServer) {
		t.Errorf("over a connection that broke: %v", err)
	}
}
