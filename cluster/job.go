package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"baldwin/evolve"
	"baldwin/run"
)

// job is a worker's time with one coordinator. Its ctx is done when that time is over; the cause says why.
type job struct {
	*worker
	ctx    context.Context
	end    context.CancelCauseFunc // the first reason is the one that counts
	place  place
	spec   run.Spec
	keeper *keeper
	hands  []*evolve.Worker
	thetas jetstream.KeyValue
	fetch  sync.Mutex

	mu    sync.Mutex
	heard time.Time // of the coordinator
	base  nats.Statistics
	chunk mean
	since time.Time

	livedTotal, chunks, fetched, generations, round atomic.Uint64
	lastGeneration                                  atomic.Uint32
}

var (
	errDrained = errors.New("drained by the operator")
	errOver    = errors.New("the run has ended there")
	errSilent  = errors.New("the coordinator is not heard any more")
	errServer  = errors.New("the server was lost and found again")
	errQueue   = errors.New("the work queue is gone")
	errUnknown = errors.New("the coordinator does not know this worker")
	errLeft    = errors.New("told to leave")
)

// leaveWithin is how long a worker that is to leave may take to finish the chunks at hand. Whoever gets them then starts anew.
const leaveWithin = 30 * time.Second

// serve lives chunks until ctx is done or the job ends, and says why it ended. After ctx the chunks at hand are finished.
func (j *job) serve(ctx context.Context) error {
	defer j.end(errLeft)
	all, err := j.nc.Subscribe(j.place.all(), j.onBroadcast)
	if err != nil {
		return err
	}
	defer func() { _ = all.Unsubscribe() }() // it ends with the connection
	_ = all.SetPendingLimits(1<<16, 1<<28)   // of a valid subscription it cannot fail
	orders, err := j.nc.Subscribe(j.place.to(j.id), j.onOrder)
	if err != nil {
		return err
	}
	defer func() { _ = orders.Unsubscribe() }()
	var cons jetstream.Consumer
	err = j.ask(ctx, func(ctx context.Context) (err error) {
		if cons, err = j.js.Consumer(ctx, j.place.stream(), consumer); err == nil {
			j.thetas, err = j.js.KeyValue(ctx, j.place.thetas())
		}
		return err
	})
	switch {
	case errors.Is(err, errServer):
		return err
	case err != nil:
		return errQueue
	}
	j.base, j.since = j.nc.Stats(), time.Now()
	more, cancel := context.WithCancel(j.ctx) // done: no more chunks are taken
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	var pulling sync.WaitGroup
	for _, h := range j.hands {
		pulling.Go(func() { j.pull(more, cons, h) })
	}
	idle := make(chan struct{})
	go func() {
		pulling.Wait()
		close(idle)
	}()
	j.watch(ctx, idle)
	j.beat(true)
	_ = j.nc.FlushTimeout(time.Second) // a farewell that is lost is noticed by silence
	j.end(errLeft)
	return context.Cause(j.ctx)
}

// watch says that the worker lives until it is idle for good. It ends the job when the coordinator does not live, and when the worker is
// to leave and does not come to an end.
func (j *job) watch(ctx context.Context, idle <-chan struct{}) {
	tick := time.NewTicker(2 * beatEvery)
	defer tick.Stop()
	leave, patience := ctx.Done(), (<-chan time.Time)(nil)
	j.beat(false)
	for {
		select {
		case <-idle:
			return
		case <-leave:
			leave, patience = nil, time.After(leaveWithin)
		case <-patience:
			j.end(errLeft)
		case <-j.back:
			j.end(errServer)
		case <-tick.C:
			j.beat(false)
			j.mu.Lock()
			silent := time.Since(j.heard) > silence
			j.mu.Unlock()
			if silent {
				j.end(errSilent)
			}
		}
	}
}

// beat tells the coordinator how the worker does.
func (j *job) beat(leaving bool) {
	now := j.nc.Stats()
	j.mu.Lock()
	b := Beat{
		Lives: j.livedTotal.Load(), Chunks: j.chunks.Load(), ChunkMS: j.chunk.v * 1000,
		In: now.InBytes - j.base.InBytes, Out: now.OutBytes - j.base.OutBytes,
		Generations: j.generations.Load(), Replayed: j.keeper.replayed.Load(), Shipped: j.keeper.shipped.Load(),
		Fetched: j.fetched.Load(), Deviated: j.keeper.deviated.Load(), Round: j.round.Load(), Leaving: leaving,
	}
	if s := time.Since(j.since).Seconds(); s > 0 {
		b.Rate = float64(b.Lives) / s
	}
	j.mu.Unlock()
	j.worker.remember(b)
	_ = j.nc.Publish(j.place.from(j.id, "beat"), encodeJSON(b)) // another one comes soon
}

func (j *job) onBroadcast(m *nats.Msg) {
	b, err := decodeBroadcast(m.Data)
	if err != nil {
		j.Log.Warn("cluster: a malformed broadcast is dropped", "error", err)
		return
	}
	j.mu.Lock()
	j.heard = time.Now()
	j.mu.Unlock()
	if b.Frame == frameEnd {
		j.end(errOver)
	}
	j.keeper.hear(b)
}

func (j *job) onOrder(m *nats.Msg) {
	var o order
	if err := decodeJSON(m.Data, &o); err != nil {
		j.Log.Warn("cluster: a malformed order is dropped", "error", err)
		return
	}
	switch {
	case o.Drain:
		j.end(errDrained)
	case o.Refused:
		j.end(fmt.Errorf("%w: %s", ErrRefused, o.Reason))
	case o.Rejoin:
		j.end(errUnknown)
	}
}
