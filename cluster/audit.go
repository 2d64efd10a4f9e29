package cluster

import (
	"fmt"
	"sync"

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
	p := &r.pieces[k.piece] // its bounds are never written
	truth, err := r.relive(w, p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.finished {
		return
	}
	r.checking--
	if err != nil {
		r.unlivable(k, err)
		return
	}
	c.count.Audits++
	for _, cl := range k.claims {
		if same(cl.values, truth) {
			if m := c.members[cl.by]; m != nil {
				m.Audited++
			}
			continue
		}
		c.lied(r, cl.by)
	}
	if !p.done {
		p.done = true
		r.left--
	}
	p.proved = true
	copy(r.fitness[p.lo:p.hi], truth)
	r.settle()
}

// lied shuts a worker out that has lied. What it gave before, and what was given under its name, is not to be trusted where nobody
// proved it. c.mu is held.
func (c *Coordinator) lied(r *round, id ID) {
	if c.quarantined.why[id] != "" {
		return
	}
	c.shut(id, fmt.Sprintf("quarantined: it returned wrong fitness in generation %d", r.Generation), "")
	tainted := c.suspects.of(id.Name) // its own is in it by now
	delete(c.suspects, id.Name)
	if tainted.round != 0 && tainted.round < r.Round {
		r.fail(&LiarError{id.String(), int(r.Generation), max(tainted.generation-1, 0)})
		return
	}
	for i := range r.pieces {
		if p := &r.pieces[i]; p.done && p.by.Name == id.Name && !p.proved {
			p.done = false
			r.left++
			c.publish(r, i)
		}
	}
}
