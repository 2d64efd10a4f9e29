//go:build unix

package cluster

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/task"
)

// TestOverhead measures what docs/cluster.md reports: the median time of a generation in one process and on workers, the
// bytes that each worker gets and sends, and 400 workers on one machine. It fails only where numbers differ.
func TestOverhead(t *testing.T) {
	if os.Getenv("BALDWIN_LONG") != "1" {
		t.Skip("BALDWIN_LONG=1 measures")
	}
	const threads = 2
	large := run.Spec{
		Family:   run.FamilySpec{Name: "sequence", Family: &task.Sequence{Dims: 3, Shots: 25, Length: 50, Protocol: task.ClosedLoop}},
		Strategy: run.StrategySpec{Population: 4000}, Tasks: 64, Generations: 3, MetaTest: run.MetaTestSpec{Tasks: 16},
	}
	small := run.Spec{Generations: 100, MetaTest: run.MetaTestSpec{Tasks: 16}}
	ms := time.Millisecond
	for _, c := range []struct {
		name   string
		spec   run.Spec
		chunks []time.Duration
	}{{"(1,10,20), population 398, 16 tasks", small, []time.Duration{0, ms, 5 * ms, 50 * ms}}, {"(3,25,50), population 4000, 64 tasks", large, []time.Duration{5 * ms, 50 * ms}}} {
		spec, err := c.spec.Resolve(run.Builtin())
		if err != nil {
			t.Fatal(err)
		}
		alone, busy, want := timed(t, spec, run.Options{Threads: threads})
		fmt.Printf("%s\n  in one process, %d threads: %.1f ms a generation, %.1f ms of cores\n", c.name, threads, alone, busy)
		for _, via := range []Transport{Replay, Ship} {
			for _, chunk := range c.chunks {
				s := serve(t)
				co := coordinator(t, s, spec, func(o *Options) { o.Theta, o.Chunk = via, chunk })
				leave := hire(t, s, func(o *WorkerOptions) { o.Cores = threads })
				ms, cpu, got := timed(t, spec, run.Options{Evaluator: co})
				if got != want {
					t.Errorf("theta is %s, in one process %s", got, want)
				}
				time.Sleep(3 * beatEvery)
				n, m := co.Counters(), co.Members()[0]
				fmt.Printf("  %-6s chunks of %-4v: %.1f ms, %.1f ms of cores, efficiency %.0f%%; %d chunks a round; bytes a generation: broadcast %d, worker in %d, out %d\n",
					via, chunk, ms, cpu, 100*busy/cpu, n.Chunks/n.Rounds, n.Theta/n.Rounds, m.In/max(m.Generations, 1), m.Out/max(m.Generations, 1))
				if err := leave(); err != nil {
					t.Error(err)
				}
				co.Close()
			}
		}
	}
}

// TestManyWorkers has 400 workers, each with a connection of its own, live 100 generations on one machine.
func TestManyWorkers(t *testing.T) {
	if os.Getenv("BALDWIN_LONG") != "1" {
		t.Skip("BALDWIN_LONG=1 measures")
	}
	const many = 400
	spec, err := run.Spec{Generations: 100, MetaTest: run.MetaTestSpec{Tasks: 16}}.Resolve(run.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	_, _, want := timed(t, spec, run.Options{Threads: 2})
	s := serve(t)
	// Replay would be 400 times the update's work on this one machine: it is for workers that have cores of their own.
	co := coordinator(t, s, spec, func(o *Options) { o.Theta = Ship })
	for range many {
		hire(t, s, nil)
	}
	until(t, "all workers", func() bool { return len(co.Members()) == many })
	ms, _, got := timed(t, spec, run.Options{Evaluator: co})
	if got != want {
		t.Errorf("theta is %s, in one process %s", got, want)
	}
	fmt.Printf("%d workers, %s: %.1f ms a generation; %+v\n", len(co.Members()), Ship, ms, co.Counters())
}

// TestRecovery measures how much longer the generation takes in which a worker with a chunk in hand falls silent, and how long it is from a
// new coordinator's start to its first generation, when the old one fell silent and the workers have to find that out.
func TestRecovery(t *testing.T) {
	if os.Getenv("BALDWIN_LONG") != "1" {
		t.Skip("BALDWIN_LONG=1 measures")
	}
	spec, err := run.Spec{Generations: 40, MetaTest: run.MetaTestSpec{Tasks: 16}}.Resolve(run.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t)
	co := coordinator(t, s, spec, nil)
	hire(t, s, nil)
	c := lay(t, s)
	lives, at := 0, 0
	hire(t, s, func(o *WorkerOptions) {
		o.Distort = func(uint64, uint32, []float64) {
			if lives++; lives == 200 {
				c.cut.Store(true)
			}
		}
	}, over(c))
	until(t, "both workers", func() bool { return len(co.Members()) == 2 })
	var all []float64
	if _, err := run.Train(t.Context(), spec, run.Options{Registry: run.Builtin(), Kernel: kernel.Best(), Evaluator: co, Watch: func(e run.Event) {
		if e.Generation != nil {
			all = append(all, e.Generation.Seconds)
			if c.cut.Load() && at == 0 {
				at = len(all)
			}
		}
	}}); err != nil {
		t.Fatal(err)
	}
	if at == 0 {
		t.Fatal("the worker was never cut off")
	}
	lost := slices.Max(all[max(0, at-2):min(at+1, len(all))])
	slices.Sort(all)
	t.Logf("a worker with a chunk in hand falls silent: its generation takes %.0f ms, the median one %.0f ms", 1000*lost, 1000*all[len(all)/2])
	c.cut.Store(false)

	co.nc.Close()
	begun := time.Now()
	second := coordinator(t, s, spec, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, err := run.Train(ctx, spec, run.Options{Registry: run.Builtin(), Kernel: kernel.Best(), Evaluator: second, Watch: func(e run.Event) {
		if e.Generation != nil && e.Generation.Generation == 1 {
			t.Logf("a coordinator that takes over has its first generation after %.1f s", time.Since(begun).Seconds())
			cancel()
		}
	}}); err != nil {
		t.Fatal(err)
	}
}

// timed is the median time of a generation in milliseconds, the first ones left out, the mean time of all of this process's cores
// a generation, which other processes do not disturb as much, and the hash that the run ends with.
func timed(t *testing.T, spec run.Spec, o run.Options) (ms, cpu float64, hash string) {
	t.Helper()
	var all []float64
	o.Registry, o.Kernel = run.Builtin(), kernel.Best()
	o.Watch = func(e run.Event) {
		if e.Generation != nil {
			all = append(all, 1000*e.Generation.Seconds)
		}
	}
	begun := cores(t)
	r, err := run.Train(t.Context(), spec, o)
	if err != nil {
		t.Fatal(err)
	}
	all = all[min(5, len(all)/3):]
	slices.Sort(all)
	return all[len(all)/2], (cores(t) - begun) / float64(spec.Generations), r.ThetaHash
}
