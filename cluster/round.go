package cluster

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"baldwin/evolve"
)

// A round is one call of Evaluate or Score: its values, cut into pieces, each of which some worker lives. Which one does, and
// how often, shows in no value.
type round struct {
	header
	n, scale int // units, and values in each
	fitness  []float64
	live     func(w *evolve.Worker, lo, hi int, dst []float64) // lives values lo .. hi-1 here

	pieces   []piece
	left     int // pieces without values
	checking int // pieces being audited
	checks   chan check
	finished bool          // done is closed
	done     chan struct{} // closed when left and checking are 0, or at a failure
	err      error

	begun, heard   time.Time
	shipped, clean bool
	resent, wants  int
	first          map[ID]time.Duration // from begun to a worker's first result, less the time of that chunk
	times          []timing
	stats          Counters
}

// piece is a chunk as the coordinator keeps it.
type piece struct {
	span
	lo, hi int // values
	done   bool
	by     ID
	proved bool        // lived here too, with the same bits
	faults map[ID]bool // workers on which it panicked
	asked  bool        // the coordinator is to live it, because it panicked on workers
}

type timing struct {
	took  time.Duration
	units int
}

// check is a piece that is to be lived here: to be compared with what workers claim, or because it panicked on a worker.
type check struct {
	piece  int
	claims []claimed
	fault  *Fault
}

type claimed struct {
	by     ID
	values []float64
}

// open cuts the round into its pieces.
func (r *round) open(spans []span) {
	for _, s := range spans {
		r.pieces = append(r.pieces, piece{span: s, lo: s.lo * r.scale, hi: min(s.hi*r.scale, len(r.fitness))})
	}
	r.left = len(r.pieces)
	r.checks = make(chan check, 4*len(r.pieces)+64)
	r.done = make(chan struct{})
	r.first = map[ID]time.Duration{}
	r.heard = time.Now()
}

// fail ends the round with an error, or with nil. What comes after that is stale: nobody would judge it any more. c.mu is held.
func (r *round) fail(err error) {
	if !r.finished {
		r.finished, r.err = true, err
		close(r.done)
	}
}

// settle ends the round if all is in. c.mu is held.
func (r *round) settle() {
	if r.left == 0 && r.checking == 0 {
		r.fail(nil)
	}
}

// lag is the median over workers of what theta's way cost.
func (r *round) lag() time.Duration {
	var all []time.Duration
	for _, d := range r.first {
		all = append(all, d)
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// accept takes up a worker's result and returns the answer.
func (c *Coordinator) accept(id ID, res result, bytes int) (answer byte, why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.members[id]
	if q := c.quarantined.why[id]; q != "" {
		return answerRefused, q
	}
	if m == nil {
		return answerUnknown, ""
	}
	now := time.Now()
	m.heard, m.failed = now, 0
	r := c.round
	if r == nil || r.finished || res.Epoch != r.Epoch || res.Round != r.Round {
		c.count.Stale++
		return answerStale, ""
	}
	if int(res.ID) >= len(r.pieces) {
		return answerRefused, "there is no such chunk"
	}
	p := &r.pieces[res.ID]
	if len(res.Values) != p.hi-p.lo {
		return answerRefused, fmt.Sprintf("chunk %d has %d values, not %d", res.ID, p.hi-p.lo, len(res.Values))
	}
	r.heard = now
	r.stats.Results += uint64(bytes)
	if p.done {
		r.stats.Duplicates++
		if same(r.fitness[p.lo:p.hi], res.Values) {
			return answerOK, ""
		}
		// They disagree. The chunk is lived here, and who is wrong has lied.
		c.count.Mismatches++
		r.send(check{piece: int(res.ID), claims: []claimed{{p.by, slices.Clone(r.fitness[p.lo:p.hi])}, {id, res.Values}}})
		return answerOK, ""
	}
	p.done, p.by = true, id
	copy(r.fitness[p.lo:p.hi], res.Values)
	r.left--
	r.stats.Chunks++
	r.times = append(r.times, timing{res.Took, p.span.hi - p.span.lo})
	c.count.observe(res.Took)
	if _, ok := r.first[id]; !ok && m.first < r.Round-1 {
		r.first[id] = max(0, now.Sub(r.begun)-res.Took)
	}
	if m.first == 0 {
		m.first = r.Round
	}
	switch {
	case c.audits(m, r):
		m.lot = int(r.Generation)
		r.send(check{piece: int(res.ID), claims: []claimed{{id, res.Values}}})
	default:
		m.taint = m.taint.or(taint{r.Round, int(r.Generation)})
	}
	r.settle()
	return answerOK, ""
}

// send hands a piece to the auditors. c.mu is held.
func (r *round) send(k check) {
	if r.finished {
		return
	}
	select {
	case r.checks <- k:
		r.checking++
	default: // more checks than four for every piece: the workers disagree about all
		r.fail(errors.New("cluster: workers disagree about too many chunks"))
	}
}

// same compares values bit for bit, with one NaN for all.
func same(a, b []float64) bool {
	for i := range a {
		if bits(a[i]) != bits(b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}
