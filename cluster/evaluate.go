package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"baldwin/evolve"
	"baldwin/life"
	"baldwin/strategy"
)

// pair is the unit of a generation's rounds: an antithetic pair makes its noise once.
const pair = 2

// Evaluate lives a generation on the workers.
func (c *Coordinator) Evaluate(ctx context.Context, s strategy.Strategy, lot *life.Lot, fitness []float64) error {
	p := pack(state, s.State())
	r := &round{
		n: (len(fitness) + pair - 1) / pair, scale: pair, fitness: fitness,
		live: func(w *evolve.Worker, lo, hi int, dst []float64) {
			for i := lo; i < hi; i++ {
				dst[i-lo] = w.Individual(s, i, lot)
			}
		},
	}
	follows := c.told.follows(c.via, lot.Generation)
	if err := c.turn(ctx, r, p, lot, !follows); err != nil {
		return err
	}
	c.mu.Lock()
	if r.clean {
		c.chooser.measured(c.via, r.lag())
	}
	c.via = c.chooser.next()
	c.told = told{via: c.via, generation: lot.Generation, theta: s.Theta()}
	c.mu.Unlock()
	// Tell has not been called yet: the workers do it while the coordinator does.
	if c.told.via == Replay {
		c.broadcast(broadcast{Frame: frameTell, Round: r.Round, Theta: p.hash, Generation: uint32(lot.Generation), Values: fitness})
	}
	return nil
}

// Score lives one genome's lives on the workers. When the process is to end, it lives them here: what a run says last is not
// to wait for others.
func (c *Coordinator) Score(ctx context.Context, theta []float32, lot *life.Lot, fitness []float64) error {
	r := &round{
		n: (len(fitness) + life.MaxBatch - 1) / life.MaxBatch, scale: life.MaxBatch, fitness: fitness,
		live: func(w *evolve.Worker, lo, hi int, dst []float64) {
			for first := lo; first < hi; first += life.MaxBatch {
				part := lot.Part(first, min(first+life.MaxBatch, hi))
				w.Genome(theta, &part, dst[first-lo:][:len(part.Tasks)])
			}
		},
	}
	// Workers that replayed the update have this very genome.
	have := c.told.via == Replay && len(theta) > 0 && len(c.told.theta) > 0 && &c.told.theta[0] == &theta[0]
	err := c.turn(ctx, r, pack(genome, vector(theta)), lot, !have)
	if err != nil && ctx.Err() == nil && c.ctx.Err() != nil && !errors.Is(context.Cause(c.ctx), ErrFenced) {
		c.alone(r)
		return nil
	}
	return err
}

// told is what the workers were last told.
type told struct {
	via        Transport
	generation int
	theta      []float32 // the strategy's
}

// follows says that workers which listened have the state that the next generation begins with.
func (t told) follows(via Transport, generation int) bool {
	return via == Replay && t.via == Replay && t.generation+1 == generation
}

// turn lives one round from its announcement to its last value.
func (c *Coordinator) turn(ctx context.Context, r *round, p *parcel, lot *life.Lot, ship bool) error {
	if lot.Birth != nil || lot.Lesion != nil {
		return errors.New("cluster: a lot with births of its own or a lesion cannot be sent")
	}
	if len(p.data) > maxBlob || len(r.fitness) > maxValues {
		return fmt.Errorf("cluster: a theta of %d bytes and %d fitness values is too large to send", len(p.data), len(r.fitness))
	}
	if err := c.await(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	c.rounds++
	c.generation = lot.Generation
	r.header = c.header(p, lot)
	cores := c.cores()
	c.mu.Unlock()
	r.open(split(r.n, cores, c.unit[r.Blob].duration(), c.o.Chunk))
	r.begun = time.Now()
	c.mu.Lock()
	c.blob, c.round = p, r // from here on results of workers change r
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.round = nil
		c.mu.Unlock()
	}()
	if ship {
		c.ship(p, r.Round)
		r.shipped = true
	}
	err := c.work(ctx, r)
	if err == nil {
		c.learn(r)
	}
	return err
}

// The queue gives a chunk to somebody else when it was not heard of for AckWait: ackFactor times the length of a chunk, and longer than
// several trips to a worker far away, which else would get every chunk twice. Who is idle does not wait for it: see late.
const (
	ackFactor = 10
	leastAck  = 2 * time.Second
	mostAck   = time.Minute
)

// learn takes up what a round says of the length of chunks, and sets AckWait by it where it has changed much.
func (c *Coordinator) learn(r *round) {
	for _, t := range r.times {
		c.length.add(float64(t.took))
		c.unit[r.Blob].add(float64(t.took) / float64(t.units))
	}
	want := min(max(ackFactor*c.length.duration(), leastAck), mostAck)
	c.mu.Lock()
	c.count.round(r)
	c.soften(r)
	other := want > 2*c.wait || 2*want < c.wait
	if other {
		c.wait = want
	}
	c.mu.Unlock()
	if other {
		if err := c.layOutAgain(); err != nil {
			c.o.Log.Warn("cluster: setting AckWait", "error", err)
		}
	}
}

// mostLenient bounds how far the rule of late chunks gives way.
const mostLenient = 64

// soften makes chunks count as late later where a fifth of a round or more was published again for nothing: the workers are no more
// dead than their machine is quick. One slow worker does not do that. c.mu is held.
func (c *Coordinator) soften(r *round) {
	needless := int(r.stats.Duplicates + c.count.Stale - c.stale)
	c.stale = c.count.Stale
	if r.resent*5 >= len(r.pieces) && needless*2 >= r.resent && r.resent > 1 {
		c.lenient = min(2*c.lenient, mostLenient)
	} else {
		c.lenient = max(1, c.lenient*0.95)
	}
}

// Ready waits for the first worker.
func (c *Coordinator) Ready(ctx context.Context) error { return c.await(ctx) }

// onTheirWay is how long it takes workers to find this coordinator when the one before it is done. That they are waited for is said
// after it.
const onTheirWay = time.Second

// await waits for the first worker.
func (c *Coordinator) await(ctx context.Context) error {
	timer := time.NewTimer(onTheirWay)
	defer timer.Stop()
	for {
		c.mu.Lock()
		n, changed := len(c.members), c.changed
		c.mu.Unlock()
		if n > 0 {
			return nil
		}
		select {
		case <-changed:
		case <-timer.C:
			c.mu.Lock()
			if len(c.members) == 0 {
				c.tell(Event{Kind: "waiting", Reason: "waiting for the first worker"})
			}
			c.mu.Unlock()
		case <-ctx.Done():
			return ctx.Err()
		case <-c.ctx.Done():
			return context.Cause(c.ctx)
		}
	}
}
