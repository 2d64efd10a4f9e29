package cluster

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// A discrete-event simulation of one generation on many workers: what one machine cannot show. The chunks are those of split; the
// coordinator is a queue that handles one message after the other, and so is its cable. What goes in was measured (docs/cluster.md).

// world is a cluster and a problem.
type world struct {
	workers int           // of one core each
	pairs   int           // of a generation
	unit    time.Duration // to live one pair
	chunk   time.Duration // the coordinator's and the server's time for a chunk, published, taken, answered
	fixed   time.Duration // the coordinator's time for a generation: the update and the rest that no worker does
	replay  time.Duration // a worker's time to replay it; 0: theta is shipped
	theta   int           // bytes that go to each worker
	cable   float64       // bytes a second out of the coordinator's machine
	lag     time.Duration // one way
	ends    int           // workers that the coordinator's machine sends theta to; 0: all. Leaf nodes send it on
}

// event is a worker that asks for a chunk, or a result that comes to the coordinator.
type event struct {
	at     time.Duration
	worker int
	result bool
}

type agenda []event

func (a agenda) Len() int           { return len(a) }
func (a agenda) Less(i, j int) bool { return a[i].at < a[j].at }
func (a agenda) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)        { *a = append(*a, x.(event)) }
func (a *agenda) Pop() any {
	old := *a
	e := old[len(old)-1]
	*a = old[:len(old)-1]
	return e
}

// turn is how long a generation takes, and the share of it in which the coordinator was busy.
func (w world) turn() (took time.Duration, busy float64) {
	random := rand.New(rand.NewPCG(1, 2))
	chunks := split(w.pairs, w.workers, w.unit, 0)
	var todo agenda
	per := time.Duration(float64(w.theta) / w.cable * float64(time.Second)) // a theta on the cable
	for i := range w.workers {
		sent := per * time.Duration(i+1)
		if w.ends > 0 { // down a tree of leaf nodes, each with as many ends
			sent = 0
			for n := 1; n < w.workers; n *= w.ends {
				sent += per*time.Duration(w.ends) + w.lag
			}
		}
		todo = append(todo, event{at: w.fixed + sent + w.lag + w.replay, worker: i})
	}
	heap.Init(&todo)
	free, used := w.fixed, w.fixed // when the coordinator is free again
	next, left := 0, len(chunks)
	for left > 0 {
		e := heap.Pop(&todo).(event)
		if e.result {
			free = max(free, e.at) + w.chunk
			used += w.chunk
			left--
			took = max(took, free)
			e = event{at: free + w.lag, worker: e.worker}
			if next == len(chunks) {
				continue
			}
			e.at += 2 * w.lag // its pull and what comes of it
		}
		if next == len(chunks) {
			continue
		}
		s := chunks[next]
		next++
		lived := time.Duration(float64(w.unit) * float64(s.hi-s.lo) * (0.9 + 0.2*random.Float64()))
		heap.Push(&todo, event{at: e.at + lived + w.lag, worker: e.worker, result: true})
	}
	return took, float64(used) / float64(took)
}

// ideal is the time of a generation whose lives are shared out without loss.
func (w world) ideal() time.Duration {
	return time.Duration(int64(w.unit) * int64(w.pairs) / int64(min(w.workers, w.pairs)))
}

// TestScale prints the simulation's table, and holds it to what must be: no generation is shorter than its lives, one without costs is as
// long as they are, costs lengthen it, and a coordinator is never more than busy.
func TestScale(t *testing.T) {
	const (
		pair   = 3730 * time.Microsecond // (3,25,50) with 64 tasks: 7,455 ms of cores for 2,000 pairs
		update = 25 * time.Microsecond   // of each pair, on one core: 37,000 numbers of 0.66 ns
		cost   = 52 * time.Microsecond   // 59% (TestCostOfChunk) of 88 us (TestOverhead) are the coordinator's and the server's
		cable  = 10e9 / 8
		cores  = 16 // of the coordinator's machine, which share the update and the chunks' handling among them
	)
	free := world{workers: 400, pairs: 4000, unit: pair, cable: 1e18}
	if took, _ := free.turn(); took < free.ideal()*9/10 || took > free.ideal()*13/10 {
		t.Errorf("without costs a generation takes %v, its lives %v", took, free.ideal())
	}
	dear := free
	dear.chunk, dear.lag, dear.fixed = cost, time.Millisecond, 10*time.Millisecond
	a, _ := free.turn()
	b, busy := dear.turn()
	if b <= a || busy > 1 {
		t.Errorf("costs take nothing: %v, without them %v, busy %.2f", b, a, busy)
	}
	var table strings.Builder
	fmt.Fprintf(&table, "| workers | pairs | ideal | replay | busy | ship | busy | ship by leaf nodes | busy |\n")
	for _, c := range []struct {
		per  int // pairs a worker; 0: 2,000 pairs whatever the workers' number
		long int // times the length of a life
	}{{0, 1}, {5, 1}, {5, 20}} {
		for _, n := range []int{400, 1000, 2500, 5000, 10000} {
			pairs := 2000
			if c.per > 0 {
				pairs = c.per * n
			}
			w := world{workers: n, pairs: pairs, unit: time.Duration(c.long) * pair, chunk: cost / cores, fixed: update * time.Duration(pairs) / cores, cable: cable, lag: 100 * time.Microsecond}
			row := fmt.Sprintf("| %d | %d | %s |", n, pairs, tenths(w.ideal()))
			for _, way := range []func(*world){
				func(w *world) { w.theta, w.replay = 16*pairs, update*time.Duration(pairs) },
				func(w *world) { w.theta = 150_000 },
				func(w *world) { w.theta, w.ends = 150_000, 32 },
			} {
				v := w
				way(&v)
				took, busy := v.turn()
				if took < v.ideal()*9/10 || busy > 1.000001 {
					t.Errorf("%+v takes %v, busy %.2f", v, took, busy)
				}
				row += fmt.Sprintf(" %s, %.0f%% | %.0f%% |", tenths(took), 100*float64(v.ideal())/float64(took), 100*busy)
			}
			fmt.Fprintln(&table, row)
		}
	}
	t.Logf("time of a generation and its efficiency; share of it in which the coordinator is busy\n%s", table.String())
}

func tenths(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }
