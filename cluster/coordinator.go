package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"baldwin/evolve"
	"baldwin/internal/kernel"
	"baldwin/life"
	"baldwin/run"
)

// DefaultAudit is the share of chunks that the coordinator lives again itself.
const DefaultAudit = 0.02

// Options are what a Coordinator needs to know.
type Options struct {
	Name     string   // of the run
	Spec     run.Spec // resolved
	Registry run.Registry
	Kernel   kernel.ISA
	Build    Build
	Audit    float64       // share of chunks that are lived again here: 0 to 1
	Theta    Transport     // how theta follows; "" is Auto
	Chunk    time.Duration // length of a chunk; 0: adapted
	Log      *slog.Logger
	Watch    func(Event) // told of every change in the set of workers, one after the other; may be nil
}

// A Coordinator is the evolve.Evaluator that has its lives lived by workers on a NATS server.
type Coordinator struct {
	o       Options
	spec    []byte
	ctx     context.Context // of the process: done at the first Ctrl-C
	stop    context.CancelCauseFunc
	nc      *nats.Conn
	js      jetstream.JetStream
	fence   *fence
	place   place
	consume jetstream.Consumer
	thetas  jetstream.KeyValue
	door    *nats.Subscription // where workers say hello
	back    chan struct{}      // the connection was lost and found
	loops   sync.WaitGroup

	auditors []*evolve.Worker
	random   *rand.Rand // picks what is audited; nobody's numbers depend on it
	chooser  *chooser
	via      Transport // of the next theta
	told     told
	unit     map[blob]*mean // time of a pair, of a batch of tasks
	length   mean           // of a chunk
	lenient  float64        // factor on the time after which a chunk is late
	stale    uint64         // of the counter, after the last round
	wait     time.Duration  // AckWait of the consumer

	mu          sync.Mutex
	members     map[ID]*Member
	suspects    suspects
	quarantined quarantine
	changed     chan struct{} // closed at the next change of the set
	round       *round        // at work; nil between rounds
	rounds      uint64
	generation  int
	blob        *parcel // of the round at work or before it
	faults      []Fault
	count       Counters
}

// Start takes the run over on the server and begins to admit workers. ctx is the process's: when it is done, what remains to be
// computed is computed here.
func Start(ctx context.Context, l Link, o Options) (*Coordinator, error) {
	lr, err := o.Spec.Fit(o.Registry)
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	ctx, stop := context.WithCancelCause(ctx)
	c := &Coordinator{
		o: o, spec: o.Spec.YAML(), ctx: ctx, stop: stop, back: make(chan struct{}, 1),
		random:  rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0)),
		chooser: newChooser(o.Theta), via: Ship, lenient: 1, unit: map[blob]*mean{state: {}, genome: {}}, wait: leastAck,
		members: map[ID]*Member{}, suspects: suspects{}, changed: make(chan struct{}),
	}
	for range runtime.GOMAXPROCS(0) {
		c.auditors = append(c.auditors, evolve.NewWorker(lr, o.Spec.Family.Family, o.Kernel, o.Spec.Space(lr.Layout), o.Spec.Tasks))
	}
	inbox := "coordinator"
	if l.Key != nil {
		inbox = l.Key.Name
	}
	if c.nc, err = l.connect("baldwin train "+o.Name, inbox, o.Log, c.back, false); err != nil {
		stop(nil)
		return nil, err
	}
	if err := c.takeOver(); err != nil {
		stop(nil)
		c.nc.Close()
		return nil, err
	}
	c.nc.SetClosedHandler(func(*nats.Conn) { // after Close it says nothing new
		stop(fmt.Errorf("cluster: the server lets this coordinator in no more: %w", c.nc.LastError()))
	})
	c.loops.Go(c.pulse)
	c.loops.Go(c.watchFence)
	return c, nil
}

// takeOver raises the epoch, lays the place out and listens.
func (c *Coordinator) takeOver() (err error) {
	if c.js, err = jetstream.New(c.nc); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	kv, err := fences(c.ctx, c.js)
	if err != nil {
		return err
	}
	id := runID(c.o.Name, c.o.Spec.Hash())
	if c.fence, err = claim(c.ctx, kv, id); err != nil {
		return err
	}
	c.place = place{id, c.fence.epoch}
	if err := sweep(c.ctx, c.js, id, c.place); err != nil {
		return err
	}
	if c.consume, c.thetas, err = layOut(c.ctx, c.js, c.place, c.wait); err != nil {
		return err
	}
	for subject, f := range map[string]nats.MsgHandler{
		subjectHello + ".*": c.onHello, subjectStatus: c.onStatus, subjectDrain: c.onDrain, subjectLogs: c.onLogs,
		c.place.fromAny("result"): c.onResult, c.place.fromAny("want"): c.onWant,
		c.place.fromAny("beat"): c.onBeat, c.place.fromAny("fault"): c.onFault,
	} {
		sub, err := c.nc.Subscribe(subject, f)
		if err != nil {
			return fmt.Errorf("cluster: subscribing to %s: %w", subject, err)
		}
		if subject == subjectHello+".*" {
			c.door = sub
		}
	}
	if err := c.nc.Flush(); err != nil {
		return fmt.Errorf("cluster: subscribing: %w", err)
	}
	return nil
}

// beatEvery is how often coordinator and workers say that they live.
const beatEvery = 500 * time.Millisecond

// pulse tells the workers that the coordinator lives, and notices who is gone.
func (c *Coordinator) pulse() {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-tick.C:
		}
		c.mu.Lock()
		m := broadcast{Frame: framePulse, Round: c.rounds}
		c.mu.Unlock()
		_ = c.nc.Publish(c.place.all(), m.encode()) // what is lost is said again
		c.bury(time.Now())
	}
}

// watchFence proves again and again that the run is still this coordinator's. A server that is slow at that delays no pulse.
func (c *Coordinator) watchFence() {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-tick.C:
		}
		switch err := c.fence.hold(c.ctx); {
		case errors.Is(err, ErrFenced):
			c.o.Log.Error(err.Error())
			c.stop(ErrFenced)
			return
		case err != nil && c.ctx.Err() == nil:
			// The server may have forgotten everything: lay the place out again.
			c.o.Log.Warn("cluster: the server does not answer as it should", "error", err)
			_ = c.layOutAgain() // tried again at the next tick
		}
	}
}

// Close tells the workers to look for another coordinator, takes away what the run has on the server, and disconnects.
func (c *Coordinator) Close() {
	fenced := errors.Is(context.Cause(c.ctx), ErrFenced)
	c.stop(nil)
	c.loops.Wait()
	_ = c.door.Drain() // who leaves here now finds the next coordinator, or nobody, and waits for no answer from here
	if !fenced {
		_ = c.nc.Publish(c.place.all(), (&broadcast{Frame: frameEnd}).encode()) // who misses it hears no more pulse
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = c.js.DeleteKeyValue(ctx, c.place.thetas()) // the next coordinator sweeps what remains
		_ = c.js.DeleteStream(ctx, c.place.stream())
	}
	c.nc.Close()
}

// Workers is how many chunks can be lived at once.
func (c *Coordinator) Workers() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(1, c.cores())
}

// Parallel runs f(0) .. f(n-1) on the cores of this machine: the update is the coordinator's own work.
func (c *Coordinator) Parallel(n int, f func(i int)) { parallel(runtime.GOMAXPROCS(0), n, f) }

func parallel(cores, n int, f func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(cores, n) {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				f(i - 1)
			}
		})
	}
	wg.Wait()
}

// header fills in what a round over a lot begins with.
func (c *Coordinator) header(p *parcel, lot *life.Lot) header {
	return header{
		Epoch: c.place.Epoch, Round: c.rounds, Blob: p.kind, Theta: p.hash, Size: uint32(len(p.data)),
		Seed: lot.Seed, Purpose: byte(lot.Purpose), Generation: uint32(lot.Generation), First: uint32(lot.First), Tasks: uint32(len(lot.Tasks)),
	}
}
