package cluster

import "time"

// span is units lo .. hi-1 of a round: antithetic pairs of a generation, or batches of tasks of a genome.
type span struct{ lo, hi int }

// Chunks are as long as they can be with every core busy to the end of the round, but not so short that the engine's
// 30-50 microseconds a message count: 4 chunks a core, the last quarter of the units in chunks of half that size, none
// under leastChunk.
const (
	chunksPerCore = 4
	leastChunk    = 2 * time.Millisecond
)

// split cuts a round of n units for so many cores, where one unit takes about the given time (0: unknown). With target above
// 0, chunks take that long instead.
func split(n, cores int, unit, target time.Duration) []span {
	cores = max(cores, 1)
	least := 1
	if unit > 0 {
		least = max(1, int((leastChunk+unit-1)/unit))
	}
	size := max(least, (n+chunksPerCore*cores-1)/(chunksPerCore*cores))
	fine := max(least, size/2)
	if target > 0 && unit > 0 {
		size = max(1, int((target+unit/2)/unit))
		fine = size
	}
	var out []span
	for lo := 0; lo < n; {
		k := size
		if lo >= n*3/4 {
			k = fine
		}
		hi := min(lo+k, n)
		out = append(out, span{lo, hi})
		lo = hi
	}
	return out
}

// mean is an exponential average of the last ten or so.
type mean struct {
	v float64
	n int
}

func (m *mean) add(x float64) {
	m.n++
	m.v += (x - m.v) / float64(min(m.n, 10))
}

func (m *mean) duration() time.Duration { return time.Duration(m.v) }

// A Transport is how theta follows.
type Transport string

const (
	Auto   Transport = "auto"   // whichever was measured to cost less
	Replay Transport = "replay" // fitness travels, and every worker applies the update itself
	Ship   Transport = "ship"   // theta travels
)

// again is how often, in generations, the transport that costs more is measured again.
const again = 100

// chooser chooses a transport by measured cost: the time from the beginning of a generation to a worker's first result,
// less the time it took to live that chunk, in the median over the workers.
type chooser struct {
	forced Transport
	cost   map[Transport]*mean
	turn   int
}

func newChooser(t Transport) *chooser {
	return &chooser{forced: t, cost: map[Transport]*mean{Replay: {}, Ship: {}}}
}

// next is the transport of the next generation.
func (c *chooser) next() Transport {
	if c.forced == Replay || c.forced == Ship {
		return c.forced
	}
	c.turn++
	r, s := c.cost[Replay], c.cost[Ship]
	const enough = 3
	switch {
	case r.n < enough:
		return Replay
	case s.n < enough:
		return Ship
	}
	better, other := Replay, Ship
	if s.v < r.v {
		better, other = Ship, Replay
	}
	if c.turn%again == 0 {
		return other
	}
	return better
}

// measured takes up what a generation cost.
func (c *chooser) measured(t Transport, cost time.Duration) { c.cost[t].add(float64(cost)) }
