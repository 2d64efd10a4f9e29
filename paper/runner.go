package paper

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/store"
)

// A Runner trains the jobs of a plan, several at once and each on one thread: runs share nothing, so that no worker waits
// for another at the end of a generation. Every run's bits are those of `baldwin train`.
type Runner struct {
	Store    *store.Store
	Registry run.Registry
	Kernel   kernel.ISA
	Workers  int         // runs at once
	Version  string      // of this build, for the rows of runs that it creates
	Watch    func(Event) // told of everything, one event at a time; may be nil

	// Abroad trains a run elsewhere than in this process, with the result and the events of run.Train. The run is taken up
	// and locked, and what o says is what run.Train would get. nil: run.Train, on one thread.
	Abroad func(ctx context.Context, row *store.Run, lock *store.Lock, s run.Spec, o run.Options) (*run.Result, error)
}

// An Event is one thing that happened to a job. Exactly one of From, Run, Result and Err is set.
type Event struct {
	Job    Job
	From   *int        // it was taken up at this generation
	Run    *run.Event  // what its run did
	Result *run.Result // it ended, finished or stopped
	Err    error       // it could not be trained
}

// Train trains the standings' unfinished jobs in order. When ctx is done every run commits its last whole generation, and
// Train returns nil: the plan can be taken up again. A job that another process holds, or whose checkpoint cannot be gone
// on from, is passed over; any other failure stops the plan. All failures are returned.
func (r *Runner) Train(ctx context.Context, standings []Standing) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	jobs := make(chan Job)
	var (
		mu     sync.Mutex
		errs   []error
		worker sync.WaitGroup
	)
	tell := func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.Err != nil {
			errs = append(errs, e.Err)
		}
		if r.Watch != nil {
			r.Watch(e)
		}
	}
	for range r.Workers {
		worker.Go(func() {
			for j := range jobs {
				res, err := r.train(ctx, j, tell)
				switch {
				case err == nil:
					tell(Event{Job: j, Result: res})
				case ctx.Err() != nil && errors.Is(err, ctx.Err()): // it was not begun
				default:
					tell(Event{Job: j, Err: fmt.Errorf("paper: run %s: %w", j.Name, err)})
					if !passable(err) {
						stop()
					}
				}
			}
		})
	}
feed:
	for i := range standings {
		if standings[i].Finished() {
			continue
		}
		select {
		case jobs <- standings[i].Job:
		case <-ctx.Done():
			break feed
		}
	}
	close(jobs)
	worker.Wait()
	return errors.Join(errs...)
}

// passable reports whether the other jobs of a plan can go on after err.
func passable(err error) bool {
	return errors.Is(err, store.ErrBusy) || errors.Is(err, store.ErrDamaged) || errors.Is(err, run.ErrContract)
}

// train creates the job's run, or takes it up, and trains it to its end.
func (r *Runner) train(ctx context.Context, j Job, tell func(Event)) (*run.Result, error) {
	// The lock first: what the row says under it stays true.
	lock, err := r.Store.Lock(j.Name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = lock.Unlock() }() // the system takes it back when the process ends
	row, err := r.Store.Run(ctx, j.Name)
	if errors.Is(err, store.ErrNoRun) {
		row, err = r.Store.Create(ctx, store.NewRun(j.Name, j.Preset, j.Spec, r.Version, r.Kernel.String()))
	}
	if err != nil {
		return nil, err
	}
	from, tests, err := r.Store.TakeUp(ctx, row.ID)
	if err != nil {
		return nil, err
	}
	done := 0
	if from != nil {
		done = from.Generation
	}
	tell(Event{Job: j, From: &done})
	o := run.Options{
		Registry: r.Registry, Kernel: r.Kernel, Threads: 1, Recorder: r.Store.Recorder(row), From: from, Tests: tests,
		Watch: func(e run.Event) { tell(Event{Job: j, Run: &e}) },
	}
	var res *run.Result
	if r.Abroad == nil {
		res, err = run.Train(ctx, j.Spec, o)
	} else {
		res, err = r.Abroad(ctx, row, lock, j.Spec, o)
	}
	if err != nil {
		// What was refused, or could not be written, is as it was.
		_ = r.Store.SetStatus(context.WithoutCancel(ctx), row.ID, row.Status)
		return nil, err
	}
	return res, nil
}
