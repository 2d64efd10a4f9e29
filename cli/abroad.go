package cli

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"baldwin/cluster"
	"baldwin/run"
)

// abroad trains the session's run with its lives lived by workers. When a worker is found to have lied in earlier generations, the run
// goes back to the last checkpoint from before its first unproved value. What the workers do is told to told, never at the same time
// as an event of the run, and not after it.
func (s *session) abroad(ctx context.Context, o run.Options, told func(cluster.Event)) (*run.Result, error) {
	// Events of the run come from this goroutine, those of the workers from others.
	var mu sync.Mutex
	over := false // what workers do after the run has ended is no event of it: its last line stays the last
	show := o.Watch
	kept := &trail{}
	if o.From != nil {
		kept.add(*o.From)
	}
	if o.For > 0 { // it also ends a wait for workers
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.For)
		defer cancel()
		o.For = 0
	}
	o.Watch = func(e run.Event) {
		if e.Commit != nil {
			kept.add(*e.Commit)
		}
		mu.Lock()
		defer mu.Unlock()
		show(e)
	}
	shout := func(e cluster.Event) {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			told(e)
		}
	}
	crew, err := s.muster(ctx, shout)
	if err != nil {
		return nil, err
	}
	defer func() {
		mu.Lock()
		over = true
		mu.Unlock()
		crew.dismiss()
	}()
	o.Evaluator = crew
	for {
		res, err := run.Train(ctx, s.spec, o)
		var liar *cluster.LiarError
		if !errors.As(err, &liar) {
			return res, err
		}
		clean := kept.upTo(liar.Clean)
		if err := s.comeBack(ctx, clean, &o); err != nil {
			return nil, fmt.Errorf("%w; going back to a clean checkpoint: %w", liar, err)
		}
		shout(cluster.Event{Kind: "returned", Worker: liar.Worker, Reason: fmt.Sprintf("%v; the run goes on from generation %d", liar, clean.Generation)})
	}
}

// comeBack makes a checkpoint the run's newest, in the store and for what is trained next.
func (s *session) comeBack(ctx context.Context, c run.Checkpoint, o *run.Options) error {
	if err := s.store.Discard(ctx, s.row.ID, c.Generation); err != nil {
		return err
	}
	if err := s.store.Recorder(s.row).Commit(ctx, run.Commit{Checkpoint: c, Status: run.Running}); err != nil {
		return err
	}
	tests, err := s.store.MetaTests(ctx, s.row.ID, 0)
	if err != nil {
		return err
	}
	o.From, o.Tests = &c, tests
	return nil
}

// A trail is checkpoints of this process's time, so that it can go back further than the store's spare. When they are many, every
// second one is dropped.
type trail struct {
	all   []run.Checkpoint
	every int // of the commits, one in so many is kept
	seen  int
}

// mostKept checkpoints of the default genome are 15 MB.
const mostKept = 100

func (t *trail) add(c run.Checkpoint) {
	if n := len(t.all); n > 0 && t.all[n-1].Generation >= c.Generation {
		return // it was there before the run went back, or a commit changed the status alone
	}
	t.every = max(t.every, 1)
	if t.seen++; (t.seen-1)%t.every != 0 {
		return
	}
	t.all = append(t.all, c)
	if len(t.all) > mostKept {
		for i := range (len(t.all) + 1) / 2 {
			t.all[i] = t.all[2*i]
		}
		t.all = t.all[:(len(t.all)+1)/2]
		t.every *= 2
	}
}

// upTo is the newest checkpoint of a generation and all before it; those after it are forgotten.
func (t *trail) upTo(generation int) run.Checkpoint {
	n := len(t.all)
	for n > 1 && t.all[n-1].Generation > generation {
		n--
	}
	t.all = t.all[:n]
	return t.all[n-1]
}
