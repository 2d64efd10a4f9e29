package cluster

import "time"

// Counters is what the coordinator has counted since it started.
type Counters struct {
	Rounds      uint64 `json:"rounds"`      // calls of Evaluate and Score
	Generations uint64 `json:"generations"` // calls of Evaluate
	Lives       uint64 `json:"lives"`
	Chunks      uint64 `json:"chunks"`      // with values
	Resent      uint64 `json:"resent"`      // chunks published again because they were late
	Duplicates  uint64 `json:"duplicates"`  // results of chunks that had values already
	Stale       uint64 `json:"stale"`       // results of rounds that were over
	Mismatches  uint64 `json:"mismatches"`  // duplicates with other bits
	Audits      uint64 `json:"audits"`      // chunks lived again here
	Quarantined uint64 `json:"quarantined"` // workers
	Malformed   uint64 `json:"malformed"`   // messages
	Wants       uint64 `json:"wants"`       // thetas that workers asked for
	Theta       uint64 `json:"theta_bytes"` // payload of broadcasts: theta or the fitness to replay, a time for all workers
	Work        uint64 `json:"work_bytes"`  // payload of chunks
	Results     uint64 `json:"result_bytes"`

	latency histogram // of chunks, in seconds
}

// round adds what a round counted. c.mu is held.
func (c *Counters) round(r *round) {
	c.Rounds++
	c.Lives += uint64(len(r.fitness))
	if r.Blob == state {
		c.Generations++
		c.Lives += uint64(len(r.fitness)) * uint64(r.Tasks-1)
	}
	c.Chunks += r.stats.Chunks
	c.Resent += r.stats.Resent
	c.Duplicates += r.stats.Duplicates
	c.Work += r.stats.Work
	c.Results += r.stats.Results
}

// latencies are the upper bounds of the histogram of chunk times.
var latencies = [...]time.Duration{
	time.Millisecond / 2, time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond,
	50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond, time.Second, 5 * time.Second,
}

// histogram counts times up to each of latencies, and all.
type histogram struct {
	below [len(latencies)]uint64
	n     uint64
	sum   time.Duration
}

func (c *Counters) observe(t time.Duration) {
	h := &c.latency
	h.n++
	h.sum += t
	for i, most := range latencies {
		if t <= most {
			h.below[i]++
		}
	}
}

// Counters returns what has been counted.
func (c *Coordinator) Counters() Counters {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count
}
