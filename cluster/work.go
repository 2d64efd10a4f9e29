package cluster

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"

	"baldwin/evolve"
)

// A piece is late when nothing has been heard for lateFactor times the length of a chunk, and for leastLate at least, while
// the queue is empty: then somebody holds it who may be gone, and it is published again for whoever is idle.
const (
	lateFactor = 3
	leastLate  = 50 * time.Millisecond
	firstLate  = time.Second // while the length of a chunk is unknown
	mostLate   = 5 * time.Second
)

// work publishes a round's pieces and waits until all have their values.
func (c *Coordinator) work(ctx context.Context, r *round) error {
	wait := c.audit(r)
	defer func() {
		c.mu.Lock()
		r.fail(context.Canceled) // if it has not ended otherwise
		close(r.checks)
		c.mu.Unlock()
		wait() // the strategy changes when this returns
	}()
	c.mu.Lock()
	for i := range r.pieces {
		c.publish(r, i)
	}
	changed := c.changed
	c.mu.Unlock()
	late := firstLate
	if c.length.n > 0 {
		late = min(time.Duration(c.lenient*float64(max(lateFactor*c.length.duration(), leastLate))), mostLate)
	}
	timer := time.NewTimer(late)
	defer timer.Stop()
	for {
		select {
		case <-r.done:
			c.mu.Lock() // a worker may still say that it wants theta
			r.clean = r.err == nil && r.wants == 0 && r.resent == 0 && r.shipped == (c.via == Ship)
			c.mu.Unlock()
			return r.err
		case <-ctx.Done():
			return ctx.Err()
		case <-c.ctx.Done():
			return context.Cause(c.ctx)
		case <-changed:
			c.mu.Lock()
			changed = c.changed
			if len(c.members) == 0 {
				c.tell(Event{Kind: "waiting", Reason: "waiting for a worker"})
			}
			c.mu.Unlock()
		case <-c.back:
			c.o.Log.Warn("cluster: the server was lost and found again")
			if err := c.layOutAgain(); err != nil {
				c.o.Log.Warn("cluster: laying out the work queue again", "error", err)
			}
			c.again(r)
		case <-timer.C:
			if silent := c.silent(r); silent < late {
				timer.Reset(late - silent)
				continue
			}
			if c.drained(ctx) {
				c.again(r)
				late = min(2*late, mostLate)
			}
			timer.Reset(late)
		}
	}
}

func (c *Coordinator) silent(r *round) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(r.heard)
}

// drained says that the queue is empty, or lost with its server, in which case it is laid out again.
func (c *Coordinator) drained(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	info, err := c.consume.Info(ctx)
	if err == nil {
		return info.NumPending == 0
	}
	if c.ctx.Err() == nil {
		c.o.Log.Warn("cluster: the work queue does not answer", "error", err)
	}
	return c.layOutAgain() == nil
}

// layOutAgain makes what a restarted server has forgotten.
func (c *Coordinator) layOutAgain() error {
	if _, err := fences(c.ctx, c.js); err != nil {
		return err
	}
	if err := c.fence.hold(c.ctx); err != nil {
		if errors.Is(err, ErrFenced) {
			c.stop(ErrFenced)
		}
		return err
	}
	c.mu.Lock()
	wait := c.wait
	c.mu.Unlock()
	_, _, err := layOut(c.ctx, c.js, c.place, wait)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blob != nil {
		c.blob.stored = false
	}
	return err
}

// again publishes all pieces that have no values.
func (c *Coordinator) again(r *round) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range r.pieces {
		if !r.pieces[i].done {
			r.resent++
			r.stats.Resent++
			c.publish(r, i)
		}
	}
}

// publish puts a piece into the queue. No acknowledgement is waited for: what is lost is late, and published again. c.mu is held.
func (c *Coordinator) publish(r *round, i int) {
	p := &r.pieces[i]
	k := chunk{header: r.header, ID: uint32(i), Lo: uint32(p.lo), Hi: uint32(p.hi)}
	b := k.encode()
	r.stats.Work += uint64(len(b))
	if err := c.nc.Publish(c.place.work(), b); err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
		c.o.Log.Warn("cluster: publishing a chunk", "error", err)
	}
}

// onResult answers a worker's result: only then does it acknowledge the chunk.
func (c *Coordinator) onResult(m *nats.Msg) {
	id, ok := speaker(m.Subject)
	res, err := decodeResult(m.Data)
	if !ok || err != nil {
		c.malformed(m.Subject, err)
		_ = m.Respond([]byte{answerRefused}) // it may well be nobody
		return
	}
	answer, why := c.accept(id, res, len(m.Data))
	_ = m.Respond(append([]byte{answer}, why...)) // if it is lost, the worker sends the result again
}

func (c *Coordinator) malformed(subject string, err error) {
	c.mu.Lock()
	c.count.Malformed++
	c.mu.Unlock()
	c.o.Log.Warn("cluster: a malformed message is dropped", "subject", subject, "error", err)
}

// alone lives here what a round still lacks, also one that was never opened.
func (c *Coordinator) alone(r *round) {
	if r.pieces == nil {
		r.open(split(r.n, len(c.auditors), 0, 0))
	}
	free := make(chan *evolve.Worker, len(c.auditors))
	for _, w := range c.auditors {
		free <- w
	}
	parallel(len(c.auditors), len(r.pieces), func(i int) {
		if p := &r.pieces[i]; !p.done {
			w := <-free
			r.live(w, p.lo, p.hi, r.fitness[p.lo:p.hi])
			free <- w
		}
	})
}
