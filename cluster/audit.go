package cluster

import (
	"fmt"
	"sync"
	"time"

	"baldwin/evolve"
)

// auditEvery is how many generations pass at most from one audit of a worker to the next.
const auditEvery = 50

// A LiarError ends Evaluate or Score when a worker was found to have returned wrong fitness in earlier generations that
// nobody has proved. What was computed after generation Clean has to be computed again.
type LiarError struct {
	Worker     string
	Generation int // in which it was found
	Clean      int // the last one before its first values that nobody proved
}

func (e *LiarError) Error() string {
	return fmt.Sprintf("cluster: worker %s returned wrong fitness in generation %d and is quarantined; what was computed after generation %d is not to be trusted",
		e.Worker, e.Generation, e.Clean)
}

// audits says whether a worker's result is to be lived again here: the share that was asked for, drawn so that no worker
// can know, and one of each worker every auditEvery generations. c.mu is held.
func (c *Coordinator) audits(m *Member, r *round) bool {
	if c.o.Audit <= 0 {
		return false
	}
	return c.random.Float64() < c.o.Audit || int(r.Generation)-m.lot >= auditEvery
}

// audit lives what is sent to r.checks until that is closed.
func (c *Coordinator) audit(r *round) (wait func()) {
	n := 1
	if c.o.Audit > 0.2 {
		n = len(c.auditors)
	}
	var wg sync.WaitGroup
	for _, w := range c.auditors[:n] {
		wg.Go(func() {
			for k := range r.checks {
				c.judge(w, r, k)
			}
		})
	}
	return wg.Wait
}

// judge lives one piece and compares.
func (c *Coordinator) judge(w *evolve.Worker, r *round, k check) {
	c.mu.Lock()
	finished := r.finished
	c.mu.Unlock()
	if finished { // nobody waits for it
		return
	}
	lo, hi := r.pieces[k.piece].lo, r.pieces[k.piece].hi
	truth := make([]float64, hi-lo)
	r.live(w, lo, hi, truth)
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.finished {
		return
	}
	r.checking--
	c.count.Audits++
	for _, cl := range k.claims {
		if same(cl.values, truth) {
			if m := c.members[cl.by]; m != nil {
				m.Audited++
			}
			continue
		}
		c.quarantine(r, cl.by)
	}
	p := &r.pieces[k.piece]
	if !p.done {
		p.done = true
		r.left--
	}
	p.proved = true
	copy(r.fitness[lo:hi], truth)
	r.settle()
}

// quarantine shuts a worker out that has lied. What it gave in this round is forgotten. c.mu is held.
func (c *Coordinator) quarantine(r *round, id ID) {
	if c.quarantined[id] != "" {
		return
	}
	why := fmt.Sprintf("quarantined: it returned wrong fitness in generation %d", r.Generation)
	c.quarantined[id] = why
	c.count.Quarantined++
	tainted := c.taints[id]
	if m := c.members[id]; m != nil {
		tainted = m.taint
		_ = c.nc.Publish(c.place.to(id), encodeJSON(order{Refused: true, Reason: why})) // if it is lost, its next result is refused
		c.part(m, "quarantined", why)
	}
	delete(c.taints, id)
	c.note(Fault{Time: time.Now(), Worker: id.String(), Text: why, Round: r.Round})
	if tainted.round != 0 && tainted.round < r.Round {
		r.fail(&LiarError{id.String(), int(r.Generation), max(tainted.generation-1, 0)})
		return
	}
	for i := range r.pieces {
		if p := &r.pieces[i]; p.done && p.by == id && !p.proved {
			p.done = false
			r.left++
			c.publish(r, i)
		}
	}
}
