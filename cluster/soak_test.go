//go:build unix

package cluster

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"baldwin/internal/kernel"
	"baldwin/run"
)

var soak = flag.Duration("soak", 10*time.Minute, "how long TestSoak soaks, with BALDWIN_LONG=1")

// footprint is what a process holds at rest.
type footprint struct {
	heap, stream             uint64 // bytes
	goroutines, files, bound int    // bound: streams on the server
}

func (f footprint) String() string {
	return fmt.Sprintf("%.1f MB of heap, %d goroutines, %d open files, %d streams with %d bytes", float64(f.heap)/1e6, f.goroutines, f.files, f.bound, f.stream)
}

func measure(t *testing.T, co *Coordinator) (f footprint) {
	t.Helper()
	var m runtime.MemStats
	f.heap = math.MaxUint64
	for range 10 { // a round at work holds up to a megabyte of messages and thetas: the least is what stays
		runtime.GC()
		runtime.GC() // what the first one finalizes
		runtime.ReadMemStats(&m)
		f.heap = min(f.heap, m.HeapAlloc)
		time.Sleep(100 * time.Millisecond)
	}
	f.goroutines = runtime.NumGoroutine()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("this system does not tell a process's open files")
	}
	f.files = len(open)
	ctx, cancel := brief(t.Context())
	defer cancel()
	for s := range co.js.ListStreams(ctx).Info() {
		f.bound++
		f.stream += s.State.Bytes
	}
	return f
}

// TestSoak: ten minutes of workers that come, leave, and are cut off, while the run goes on. What the process holds at rest stays what it
// was after the first tenth of the time.
func TestSoak(t *testing.T) {
	if os.Getenv("BALDWIN_LONG") != "1" {
		t.Skip("BALDWIN_LONG=1 soaks")
	}
	spec := small(t, func(s *run.Spec) { s.Generations = 1 << 30 })
	s := serve(t)
	co := coordinator(t, s, spec, func(o *Options) { o.Log = quiet() })
	c := lay(t, s)
	const many = 4
	var crew [many]func() error
	defer func() { // after the training, whose last meta-test they live
		for _, leave := range crew {
			_ = leave()
		}
	}()
	ctx, stop := context.WithCancel(context.Background())
	var training sync.WaitGroup
	training.Go(func() {
		if _, err := run.Train(ctx, spec, run.Options{Registry: run.Builtin(), Kernel: kernel.Best(), Evaluator: co}); err != nil {
			t.Error(err)
		}
	})
	defer training.Wait()
	defer stop()
	come := func(i int) {
		way := []func(*Link){over(c)}[:i%2]
		crew[i] = start(t, s, func(o *WorkerOptions) { o.Log = quiet() }, way...)
	}
	for i := range crew {
		come(i)
	}
	rest := func() footprint { // the crew is whole, and what left is gone
		until(t, "the crew", func() bool { return len(co.Members()) == many })
		time.Sleep(2 * silence)
		until(t, "the crew", func() bool { return len(co.Members()) == many })
		return measure(t, co)
	}
	random := rand.New(rand.NewPCG(5, 6))
	changes := 0
	churn := func(d time.Duration) {
		for end := time.Now().Add(d); time.Now().Before(end); changes++ {
			time.Sleep(time.Duration(random.Int64N(int64(400 * time.Millisecond))))
			i := random.IntN(many)
			if random.IntN(2) == 0 {
				c.reset()
				continue
			}
			if err := crew[i](); err != nil {
				t.Error(err)
			}
			come(i)
		}
	}
	churn(*soak / 10)
	before := rest()
	rounds := co.Counters().Rounds
	churn(*soak * 9 / 10)
	after := rest()
	n := co.Counters()
	t.Logf("%d changes, %d rounds; %d chunks resent, %d duplicates, %d thetas asked for", changes, n.Rounds, n.Resent, n.Duplicates, n.Wants)
	t.Logf("before: %v", before)
	t.Logf("after:  %v", after)
	if n.Rounds == rounds || n.Mismatches > 0 || n.Quarantined > 0 {
		t.Errorf("%+v", n)
	}
	// Slack for what is on its way: a reconnection at work has some goroutines and two files. The heap is its own size and some of the
	// buffers that the server pools.
	if after.goroutines > before.goroutines+20 || after.files > before.files+8 || after.bound != before.bound ||
		after.heap > before.heap+1<<20 || after.stream > before.stream+1<<20 {
		t.Error("something grows")
	}
}
