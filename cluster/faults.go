package cluster

import (
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"baldwin/evolve"
)

// A worker on which nothing succeeds is ill, and is quarantined after so many faults in a row for each of its cores. A panic is the
// machine's fault or the chunk's. Others, such as a theta that does not come, may be the network's: they count where others get on.
const (
	panicsAllowed = 3
	faultsAllowed = 20
)

// askHere is on how many workers a chunk may panic, or on all where they are fewer, before the coordinator lives it itself. Where that
// panics too, the run ends; else its values stand, and the workers are ill.
const askHere = 3

// mostStack is how much of a stack trace is kept, in bytes.
const mostStack = 8 << 10

// onFault takes up a chunk that a worker could not live, or what else it has to say.
func (c *Coordinator) onFault(msg *nats.Msg) {
	var f Fault
	id, ok := speaker(msg.Subject)
	if err := decodeJSON(msg.Data, &f); !ok || err != nil {
		c.malformed(msg.Subject, err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault(id, f)
}

// fault does so. c.mu is held.
func (c *Coordinator) fault(id ID, f Fault) {
	f.Worker, f.Time, f.Stack = id.String(), time.Now(), strings.Clone(f.Stack[:min(len(f.Stack), mostStack)])
	c.note(f)
	m := c.members[id]
	ill := m != nil && c.ill(m, f)
	if f.Stack != "" { // else nothing is said of the chunk
		c.failed(m, f, ill)
	}
	if ill {
		c.shut(id, fmt.Sprintf("quarantined: %d chunks in a row failed there; the last time: %s", m.failed, f.Text), f.Stack)
	}
}

// ill counts a worker's fault, and says whether it was one too many. c.mu is held.
func (c *Coordinator) ill(m *Member, f Fault) bool {
	m.LastFault = &f
	m.failed++
	if f.Stack != "" {
		return m.failed >= panicsAllowed*m.Cores
	}
	if m.failed < faultsAllowed*m.Cores {
		return false
	}
	for _, other := range c.members {
		if other.first != 0 && other.failed == 0 {
			return true
		}
	}
	return false
}

// failed has a chunk that panicked on a worker lived by another, or here: where it panicked on several, and where all chunks do on that
// one. c.mu is held.
func (c *Coordinator) failed(m *Member, f Fault, ill bool) {
	r := c.round
	if r == nil || r.finished || f.Round != r.Round || int(f.Chunk) >= len(r.pieces) {
		return
	}
	p := &r.pieces[f.Chunk]
	if p.done || p.asked {
		return
	}
	if m != nil {
		if p.faults == nil {
			p.faults = map[ID]bool{}
		}
		p.faults[m.id] = true
	}
	if ill || len(p.faults) >= max(1, min(askHere, len(c.members))) {
		p.asked = true
		r.send(check{piece: int(f.Chunk), fault: &f})
		return
	}
	c.publish(r, int(f.Chunk))
}

// relive lives a piece here, one offspring or one batch of tasks after the other. The error of a panic names it.
func (r *round) relive(w *evolve.Worker, p *piece) (truth []float64, err error) {
	at, step := p.lo, r.step()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%s: panic: %v\n%s", r.name(at, min(at+step, p.hi)), v, debug.Stack())
		}
	}()
	truth = make([]float64, p.hi-p.lo)
	for ; at < p.hi; at += step {
		r.live(w, at, min(at+step, p.hi), truth[at-p.lo:])
	}
	return truth, nil
}

// unlivable ends the round over a piece that cannot be lived here either. c.mu is held.
func (r *round) unlivable(k check, here error) {
	p := &r.pieces[k.piece]
	if f := k.fault; f != nil {
		r.fail(fmt.Errorf("cluster: chunk %d (%s) fails wherever it is lived, here too: on worker %s: %s\n%s", k.piece, r.name(p.lo, p.hi), f.Worker, f.Text, f.Stack))
		return
	}
	r.fail(fmt.Errorf("cluster: a worker lived chunk %d, and it fails here: %w", k.piece, here))
}

// shut keeps a worker out for good. c.mu is held.
func (c *Coordinator) shut(id ID, why, stack string) {
	c.quarantined.add(id, why)
	c.count.Quarantined++
	_ = c.nc.Publish(c.place.to(id), encodeJSON(order{Refused: true, Reason: why})) // if it is lost, its next result is refused
	if m := c.members[id]; m != nil {
		c.part(m, "quarantined", why)
	}
	c.note(Fault{Time: time.Now(), Worker: id.String(), Text: why, Stack: stack, Round: c.rounds})
}
