package cluster

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"baldwin/evolve"
	"baldwin/internal/rng"
	"baldwin/life"
)

// A pull that the server has forgotten, as when it was restarted or the queue was changed, is asked again after two heartbeats.
const (
	pullExpiry    = 5 * time.Second
	pullHeartbeat = 500 * time.Millisecond
)

// pull takes one chunk after the other from the queue and lives it, on one core, until ctx is done.
func (j *job) pull(ctx context.Context, cons jetstream.Consumer, w *evolve.Worker) {
	it, err := cons.Messages(jetstream.PullMaxMessages(1), jetstream.PullExpiry(pullExpiry), jetstream.PullHeartbeat(pullHeartbeat))
	if err != nil {
		j.end(errQueue)
		return
	}
	defer it.Stop()
	var lots lotCache
	for {
		m, err := it.Next(jetstream.NextContext(ctx))
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = m.Nak() // somebody else gets it at once, or when AckWait is over
			}
			return
		case errors.Is(err, jetstream.ErrNoHeartbeat):
			continue // the connection mends itself; who is not heard for long is given up by watch
		case err != nil:
			j.end(errQueue)
			return
		}
		k, err := decodeChunk(m.Data())
		settled := true
		switch {
		case err != nil:
			j.Log.Warn("cluster: a malformed chunk is dropped", "error", err)
		case k.Epoch != j.place.Epoch || k.Round < j.keeper.newest.Load():
			// It was published twice, and its round is over.
		default:
			settled = j.do(m, k, w, &lots)
		}
		if settled {
			_ = m.Ack() // a chunk whose acknowledgement is lost comes again, and is stale
		} else {
			_ = m.NakWithDelay(reconnectWait) // in vain where the connection is gone: then AckWait has it given to another
		}
	}
}

// lotCache is the tasks of the round at hand.
type lotCache struct {
	round, epoch uint64
	lot          *life.Lot
}

func (c *lotCache) of(j *job, k *chunk) *life.Lot {
	if c.lot == nil || c.round != k.Round || c.epoch != k.Epoch {
		c.lot = life.Draw(j.spec.Family.Family, k.Seed, rng.Purpose(k.Purpose), int(k.Generation), int(k.First), int(k.Tasks))
		c.round, c.epoch = k.Round, k.Epoch
	}
	return c.lot
}

// errStale is a chunk that nobody needs any more.
var errStale = errors.New("stale")

// do lives a chunk and hands the result in. It says whether the chunk is settled: its result is confirmed, nobody wants it, or the
// coordinator was told that it cannot be lived. Else somebody has to live it again.
func (j *job) do(m jetstream.Msg, k chunk, w *evolve.Worker, lots *lotCache) (settled bool) {
	stop := j.keepAlive(m)
	defer stop()
	g, err := j.theta(&k)
	if err != nil {
		if !errors.Is(err, errStale) {
			j.fault(&k, err.Error(), "")
		}
		return errors.Is(err, errStale)
	}
	begun := time.Now()
	values, err := j.live(&k, g, w, lots)
	g.release()
	if err != nil {
		return true
	}
	took := time.Since(begun)
	if j.Distort != nil {
		j.Distort(k.Round, k.ID, values)
	}
	if !j.handIn(&k, result{Epoch: k.Epoch, Round: k.Round, ID: k.ID, Took: took, Values: values}) {
		return false
	}
	j.livedTotal.Add(uint64(k.lives()))
	j.chunks.Add(1)
	j.round.Store(max(j.round.Load(), k.Round))
	if k.Blob == state && j.lastGeneration.Swap(k.Generation) != k.Generation {
		j.generations.Add(1)
	}
	j.mu.Lock()
	j.chunk.add(took.Seconds())
	j.mu.Unlock()
	j.worker.mu.Lock()
	j.worker.latency.observe(took)
	j.worker.mu.Unlock()
	return true
}

// lives is how many the chunk is.
func (k *chunk) lives() int {
	if k.Blob == state {
		return int(k.Hi-k.Lo) * int(k.Tasks)
	}
	return int(k.Hi - k.Lo)
}

// aliveEvery is how often the queue is told that a chunk is being lived: well within leastAck.
const aliveEvery = 150 * time.Millisecond

// keepAlive tells the queue that somebody still works at a long chunk.
func (j *job) keepAlive(m jetstream.Msg) (stop func()) {
	done := make(chan struct{})
	t := time.AfterFunc(aliveEvery, func() {
		tick := time.NewTicker(aliveEvery)
		defer tick.Stop()
		for {
			_ = m.InProgress() // at worst the chunk comes twice
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	return func() { t.Stop(); close(done) }
}

// live lives a chunk. A panic in a family or learner is the chunk's fault, and the coordinator is told with the stack.
func (j *job) live(k *chunk, g grip, w *evolve.Worker, lots *lotCache) (values []float64, err error) {
	lo, hi := int(k.Lo), int(k.Hi)
	from, to := lo, hi // what is being lived
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: panic: %v", k.name(from, to), p)
			j.fault(k, err.Error(), string(debug.Stack()))
		}
	}()
	values = make([]float64, k.Hi-k.Lo)
	lot := lots.of(j, k)
	if k.Blob == genome {
		for first := lo; first < hi; first += life.MaxBatch {
			from, to = first, min(first+life.MaxBatch, hi)
			part := lot.Part(from, to)
			w.Genome(g.theta, &part, values[first-lo:][:len(part.Tasks)])
		}
		return values, nil
	}
	if hi > g.s.Population() {
		return nil, errFrame
	}
	for i := lo; i < hi; i++ {
		if k.Round < j.keeper.newest.Load() || j.ctx.Err() != nil {
			return nil, errStale
		}
		from, to = i, i+1
		values[i-lo] = w.Individual(g.s, i, lot)
	}
	return values, nil
}

// handIn sends a result until the coordinator answers, and says whether it did, or the job is over.
func (j *job) handIn(k *chunk, res result) (answered bool) {
	b := res.encode()
	for {
		ctx, cancel := context.WithTimeout(j.ctx, handInAgain)
		m, err := j.nc.RequestWithContext(ctx, j.place.from(j.id, "result"), b)
		cancel()
		switch {
		case err == nil && len(m.Data) > 0 && m.Data[0] == answerUnknown:
			j.end(errUnknown)
			return false
		case err == nil && len(m.Data) > 0 && m.Data[0] == answerRefused:
			j.end(fmt.Errorf("%w: %s", ErrRefused, m.Data[1:]))
			return true
		case err == nil:
			return true
		case errors.Is(err, nats.ErrConnectionClosed):
			return false
		}
		pause(j.ctx, reconnectWait)
		switch {
		case j.ctx.Err() != nil:
			return false
		case k.Round < j.keeper.newest.Load():
			return true
		}
	}
}

// handInAgain is how long a result is waited for to be confirmed before it is sent again.
const handInAgain = time.Second

// fault tells the coordinator that a chunk could not be lived.
func (j *job) fault(k *chunk, text, stack string) {
	f := Fault{Text: text, Stack: stack, Round: k.Round, Chunk: k.ID}
	_ = j.nc.Publish(j.place.from(j.id, "fault"), encodeJSON(f)) // if it is lost, the chunk is late, and fails again
}
