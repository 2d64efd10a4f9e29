package cluster

import (
	"slices"

	"github.com/nats-io/nats.go"
)

// keptFaults is how many of the workers' faults the coordinator remembers.
const keptFaults = 200

// note remembers a fault and logs it. c.mu is held.
func (c *Coordinator) note(f Fault) {
	c.faults = append(c.faults, f)
	if n := len(c.faults) - keptFaults; n > 0 {
		c.faults = slices.Delete(c.faults, 0, n)
	}
	c.o.Log.Warn("cluster: a worker reports a fault", "worker", f.Worker, "fault", f.Text, "round", f.Round, "chunk", f.Chunk)
}

// Status is what a coordinator says of itself and its workers.
type Status struct {
	Run         string   `json:"run"`
	Epoch       uint64   `json:"epoch"`
	Round       uint64   `json:"round"`
	Generation  int      `json:"generation"`
	Generations int      `json:"generations"`
	Kernel      string   `json:"kernel"`
	Build       Build    `json:"build"`
	Theta       string   `json:"theta"` // how it follows now
	ReplayMS    float64  `json:"replay_ms"`
	ShipMS      float64  `json:"ship_ms"`
	Workers     []Member `json:"workers"`
	LeftOut     int      `json:"left_out,omitempty"` // workers that did not go into one message
	Quarantined []Shut   `json:"quarantined,omitempty"`
	Counters    Counters `json:"counters"`
}

// Status returns it.
func (c *Coordinator) Status() Status {
	workers := c.Members()
	c.mu.Lock()
	defer c.mu.Unlock()
	ms := func(t Transport) float64 { return c.chooser.cost[t].duration().Seconds() * 1000 }
	return Status{
		Run: c.o.Name, Epoch: c.place.Epoch, Round: c.rounds, Generation: c.generation, Generations: c.o.Spec.Generations,
		Kernel: c.o.Kernel.String(), Build: c.o.Build, Theta: string(c.via), ReplayMS: ms(Replay), ShipMS: ms(Ship),
		Workers: workers, Quarantined: c.quarantined.list(), Counters: c.count,
	}
}

// onStatus answers without stack traces, which are for onLogs.
func (c *Coordinator) onStatus(m *nats.Msg) {
	s := c.Status()
	for i := range s.Workers {
		if f := s.Workers[i].LastFault; f != nil {
			s.Workers[i].LastFault = &Fault{Time: f.Time, Worker: f.Worker, Text: f.Text, Round: f.Round, Chunk: f.Chunk}
		}
	}
	all := s.Workers
	_ = m.Respond(fit(all, int(c.nc.MaxPayload()), func(part []Member) []byte { // whoever asked asks again
		s.Workers, s.LeftOut = part, len(all)-len(part)
		return encodeJSON(s)
	}))
}

func (c *Coordinator) onLogs(m *nats.Msg) {
	c.mu.Lock()
	faults := slices.Clone(c.faults)
	c.mu.Unlock()
	_ = m.Respond(fit(faults, int(c.nc.MaxPayload()), func(part []Fault) []byte { return encodeJSON(part) })) // whoever asked asks again
}

// fit encodes as many of a list, from its end, as go into so many bytes, to a factor of two.
func fit[T any](list []T, most int, encode func([]T) []byte) []byte {
	for {
		b := encode(list)
		if len(b) <= most || len(list) == 0 {
			return b
		}
		list = list[(len(list)+1)/2:]
	}
}

// DrainRequest asks for workers to finish their chunk and leave.
type DrainRequest struct {
	Worker string `json:"worker"` // "": all
}

// onDrain tells workers to leave, and answers with those it told.
func (c *Coordinator) onDrain(m *nats.Msg) {
	var q DrainRequest
	if err := decodeJSON(m.Data, &q); err != nil {
		c.malformed(m.Subject, err)
		return
	}
	told := []string{}
	for _, w := range c.Members() {
		if q.Worker == "" || q.Worker == w.Worker || q.Worker == w.Host {
			_ = c.nc.Publish(c.place.to(w.id), encodeJSON(order{Drain: true, Reason: "drained by the operator"})) // asked for again if it stays
			told = append(told, w.Worker)
		}
	}
	_ = m.Respond(encodeJSON(told))
}

func (c *Coordinator) onHello(m *nats.Msg) {
	var h hello
	if err := decodeJSON(m.Data, &h); err != nil || m.Subject != subjectHello+"."+h.ID.Name {
		c.malformed(m.Subject, err)
		return
	}
	_ = m.Respond(encodeJSON(c.admit(h))) // the worker asks again
}

func (c *Coordinator) onBeat(m *nats.Msg) {
	var b Beat
	id, ok := speaker(m.Subject)
	if err := decodeJSON(m.Data, &b); !ok || err != nil {
		c.malformed(m.Subject, err)
		return
	}
	if !c.beat(id, b) {
		_ = c.nc.Publish(c.place.to(id), encodeJSON(order{Rejoin: true})) // its next beat comes soon
	}
}
