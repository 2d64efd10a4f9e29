package cluster

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// A Member is a worker as the coordinator knows it.
type Member struct {
	Worker  string    `json:"worker"`
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Cores   int       `json:"cores"`
	Kernel  string    `json:"kernel"`
	Build   Build     `json:"build"`
	Joined  time.Time `json:"joined"`
	Silent  float64   `json:"silent"` // seconds since it was last heard
	Lag     uint64    `json:"lag"`    // rounds that it is behind
	Audited uint64    `json:"audited"`
	Beat
	LastFault *Fault `json:"last_fault,omitempty"`

	id    ID
	heard time.Time
	lot   int // generation of its last audit
	taint taint
	first uint64 // round in which it gave its first result; 0: none

	failed int // faults since its last result
}

// Silence after which a worker is taken for gone. It is welcome when it speaks again.
const silence = 4 * time.Second

// An Event is a change in the set of workers, or in what the coordinator waits for.
type Event struct {
	Kind    string // joined, left, lost, refused, quarantined, waiting, returned
	Worker  string
	Host    string
	Kernel  string
	Workers int // in the set, after the change
	Cores   int // of all of them
	Reason  string
}

// tell passes an event on. c.mu is held, so that events are told in order.
func (c *Coordinator) tell(e Event) {
	e.Workers = len(c.members)
	for _, m := range c.members {
		e.Cores += m.Cores
	}
	if c.o.Watch != nil {
		c.o.Watch(e)
	}
}

// admit answers a worker's hello.
func (c *Coordinator) admit(h hello) welcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	refuse := func(gone bool, why string) welcome {
		c.o.Log.Warn("cluster: a worker is refused", "worker", h.ID.String(), "host", h.Host, "reason", why)
		c.tell(Event{Kind: "refused", Worker: h.ID.String(), Host: h.Host, Kernel: h.Kernel, Reason: why})
		return welcome{Refused: why, Gone: gone}
	}
	if c.ctx.Err() != nil {
		return welcome{Refused: "the run there is ending"}
	}
	switch {
	case Token(h.ID.Name) != h.ID.Name || Token(h.ID.Instance) != h.ID.Instance:
		return refuse(true, "its name is not one word of a subject")
	case h.Build.Contract != c.o.Build.Contract:
		return refuse(true, "its arithmetic contract is "+h.Build.Contract+", the coordinator's is "+c.o.Build.Contract)
	case h.Build.Version != c.o.Build.Version:
		return refuse(true, "its build is "+h.Build.Version+", the coordinator's is "+c.o.Build.Version)
	case h.Cores < 1 || h.Cores > maxCores:
		return refuse(true, "it has no cores")
	case c.quarantined.why[h.ID] != "":
		return refuse(true, c.quarantined.why[h.ID])
	}
	now := time.Now()
	if m := c.members[h.ID]; m != nil {
		m.heard = now
	} else {
		c.members[h.ID] = &Member{
			Worker: h.ID.String(), Host: h.Host, PID: h.PID, Cores: h.Cores, Kernel: h.Kernel, Build: h.Build,
			Joined: now, id: h.ID, heard: now, lot: c.generation,
		}
		c.tell(Event{Kind: "joined", Worker: h.ID.String(), Host: h.Host, Kernel: h.Kernel})
		c.wake()
	}
	return welcome{Name: c.o.Name, Place: c.place, Spec: c.spec}
}

const maxCores = 4096

// beat takes up what a worker says of itself; false if nobody knows it.
func (c *Coordinator) beat(id ID, b Beat) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.members[id]
	if m == nil {
		return b.Leaving
	}
	m.Beat, m.heard = b, time.Now()
	if b.Leaving {
		c.part(m, "left", "")
	}
	return true
}

// part takes a worker out of the set. c.mu is held.
func (c *Coordinator) part(m *Member, kind, why string) {
	delete(c.members, m.id)
	c.suspects.add(m.id.Name, m.taint)
	c.tell(Event{Kind: kind, Worker: m.Worker, Host: m.Host, Kernel: m.Kernel, Reason: why})
	c.wake()
}

// bury takes out who has been silent for long.
func (c *Coordinator) bury(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.members {
		if now.Sub(m.heard) > silence {
			c.part(m, "lost", "not heard for "+silence.String())
		}
	}
}

// cores is how many chunks can be lived at once. c.mu is held.
func (c *Coordinator) cores() (n int) {
	for _, m := range c.members {
		n += m.Cores
	}
	return n
}

// wake makes whoever waits for workers look again. c.mu is held.
func (c *Coordinator) wake() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// Members is the set of workers, by name.
func (c *Coordinator) Members() []Member {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	var out []Member
	for _, m := range c.members {
		n := *m
		n.Silent = math.Round(now.Sub(m.heard).Seconds()*10) / 10
		if c.rounds > m.Round {
			n.Lag = c.rounds - m.Round
		}
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b Member) int { return cmp.Compare(a.Worker, b.Worker) })
	return out
}
