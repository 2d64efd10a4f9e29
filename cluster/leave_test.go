package cluster

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/life"
	"baldwin/run"
)

// TestLeaveWithoutCoordinator: a worker that has a result in hand when its coordinator falls silent leaves when it is told to, whether or
// not the server is still there.
func TestLeaveWithoutCoordinator(t *testing.T) {
	for name, fall := range map[string]func(*Server, *Coordinator) (mend func()){
		"the coordinator is gone": func(_ *Server, co *Coordinator) func() {
			co.nc.Close()
			return func() {}
		},
		"the server is gone": func(s *Server, _ *Coordinator) func() {
			s.nats.Shutdown()
			s.nats.WaitForShutdown()
			return func() {}
		},
		"the coordinator does not answer": func(_ *Server, co *Coordinator) func() {
			co.mu.Lock()
			return co.mu.Unlock
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			co, err := Start(context.Background(), Link{Server: s}, optionsOf(t, small(t, nil)))
			if err != nil {
				t.Fatal(err)
			}
			defer co.Close()
			inHand, goOn := make(chan struct{}), make(chan struct{})
			var once sync.Once
			leave := hire(t, s, func(o *WorkerOptions) {
				o.Distort = func(uint64, uint32, []float64) { once.Do(func() { close(inHand) }); <-goOn }
			})
			ctx, cancel := context.WithCancel(context.Background())
			training := make(chan struct{})
			go func() {
				defer close(training)
				_, _ = run.Train(ctx, co.o.Spec, run.Options{Registry: run.Builtin(), Kernel: kernel.Best(), Evaluator: co}) // it is not to end
			}()
			<-inHand
			mend := fall(s, co)
			time.AfterFunc(50*time.Millisecond, func() { close(goOn) }) // when it has been told, so that it hands in after that
			if err := leave(); err != nil {
				t.Error(err)
			}
			mend()
			cancel()
			co.stop(nil)
			<-training
		})
	}
}

// TestEndWithoutWorkers: at Ctrl-C a meta-test that no worker takes, or that one takes and does not give back, is lived by the
// coordinator, with the numbers of one process.
func TestEndWithoutWorkers(t *testing.T) {
	spec := small(t, nil)
	lot := life.Draw(spec.Family.Family, spec.Seed, rng.MetaTest, 0, 0, spec.MetaTest.Tasks)
	l, err := spec.Fit(run.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	theta := make([]float32, l.Layout.Dim)
	l.Layout.Init(theta, 5)
	for _, hangs := range []bool{false, true} {
		ctx, interrupt := context.WithCancel(context.Background())
		s := serve(t)
		co, err := Start(ctx, Link{Server: s}, optionsOf(t, spec))
		if err != nil {
			t.Fatal(err)
		}
		goOn := make(chan struct{})
		if hangs {
			var n atomic.Int64
			hire(t, s, func(o *WorkerOptions) {
				o.Distort = func(uint64, uint32, []float64) {
					if n.Add(1) == 2 { // the first one is taken
						interrupt()
					}
					if n.Load() >= 2 {
						<-goOn
					}
				}
			})
		} else {
			interrupt()
		}
		got := make([]float64, len(lot.Tasks))
		if err := co.Score(context.Background(), theta, lot, got); err != nil {
			t.Fatal(err)
		}
		want := make([]float64, len(lot.Tasks))
		for first := 0; first < len(lot.Tasks); first += life.MaxBatch {
			part := lot.Part(first, min(first+life.MaxBatch, len(lot.Tasks)))
			co.auditors[0].Genome(theta, &part, want[first:][:len(part.Tasks)])
		}
		if !same(got, want) || want[0] == 0 {
			t.Errorf("a worker hangs %v: fitness %v, want %v", hangs, got[:3], want[:3])
		}
		interrupt()
		close(goOn)
		co.Close()
	}
}

// TestServerRestarted: a server outside that is ended and begun anew, with nothing left of what it had, costs time and no number.
func TestServerRestarted(t *testing.T) {
	spec := small(t, func(s *run.Spec) { s.Generations = 200 })
	want := honest(t, spec)
	first := serve(t)
	addr := first.nats.Addr().String()
	link := Link{URLs: []string{"nats://" + addr}}
	co, err := Start(context.Background(), link, optionsOf(t, spec))
	if err != nil {
		t.Fatal(err)
	}
	defer co.Close()
	for range 2 {
		hire(t, first, nil)
	}
	restarts := 0
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	got, err := run.Train(ctx, spec, run.Options{Registry: run.Builtin(), Kernel: kernel.Best(), Evaluator: co, Watch: func(e run.Event) {
		if g := e.Generation; g == nil || g.Generation%60 != 0 {
			return
		}
		if restarts == 0 {
			first.nats.Shutdown()
			first.nats.WaitForShutdown()
		}
		if restarts++; restarts > 1 {
			return
		}
		s, err := Serve(ServerOptions{Listen: addr, Dir: t.TempDir(), Log: logOf(t)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
	}})
	if err != nil {
		t.Fatal(err)
	}
	agree(t, got, want)
	if restarts == 0 {
		t.Error("the server was never restarted")
	}
}

// TestNext: a worker goes from one coordinator to the next without asking the one that has ended.
func TestNext(t *testing.T) {
	s := serve(t)
	events := make(chan WorkerEvent, 1000)
	hire(t, s, func(o *WorkerOptions) { o.Watch = func(e WorkerEvent) { events <- e } })
	spec := small(t, func(s *run.Spec) { s.Generations = 2 })
	for range 10 {
		c := coordinator(t, s, spec, nil)
		if _, err := train(t, c, spec); err != nil {
			t.Fatal(err)
		}
		c.Close()
		for e := range events {
			if e.Kind == "waiting" && e.Reason != "no run is being trained there yet" {
				t.Errorf("it waits: %s", e.Reason)
			}
			if e.Kind == "over" || e.Kind == "lost" {
				break
			}
		}
	}
}
