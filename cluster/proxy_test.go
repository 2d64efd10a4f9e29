package cluster

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"baldwin/internal/kernel"
	"baldwin/run"
)

// A cable is a TCP proxy that does to a worker's connections what networks do.
type cable struct {
	l       net.Listener
	to      string
	latency atomic.Int64 // added to every piece, each way
	resets  atomic.Int64 // one piece in so many resets its connection; 0: none
	cut     atomic.Bool  // nothing passes, and nobody is told
	mu      sync.Mutex
	open    []net.Conn
	all     sync.WaitGroup
}

func lay(t *testing.T, s *Server) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{l: l, to: strings.TrimPrefix(s.URL(), "nats://")}
	c.all.Go(func() {
		for {
			a, err := l.Accept()
			if err != nil {
				return
			}
			b, err := net.Dial("tcp", c.to)
			if err != nil {
				a.Close()
				continue
			}
			c.mu.Lock()
			c.open = append(c.open, a, b)
			c.mu.Unlock()
			c.all.Go(func() { c.pass(a, b, 1) })
			c.all.Go(func() { c.pass(b, a, 2) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		c.reset()
		c.all.Wait()
	})
	return c
}

// pass moves bytes one way. Each piece waits for its latency while later ones are read.
func (c *cable) pass(to, from net.Conn, seed uint64) {
	type piece struct {
		b   []byte
		due time.Time
	}
	queue := make(chan piece, 1<<12)
	c.all.Go(func() {
		for p := range queue {
			time.Sleep(time.Until(p.due))
			if !c.cut.Load() {
				_, _ = to.Write(p.b)
			}
		}
		to.Close()
	})
	defer close(queue)
	random := rand.New(rand.NewPCG(seed, 7))
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		if n > 0 {
			queue <- piece{append([]byte(nil), b[:n]...), time.Now().Add(time.Duration(c.latency.Load()))}
		}
		if r := c.resets.Load(); r > 0 && random.Int64N(r) == 0 {
			if tcp, ok := from.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			from.Close()
			return
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				from.Close()
			}
			return
		}
	}
}

// over is the way of a worker whose connection goes through a cable.
func over(c *cable) func(*Link) {
	return func(l *Link) { l.URLs = []string{"nats://" + c.l.Addr().String()} }
}

// reset ends all connections.
func (c *cable) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.open {
		n.Close()
	}
	c.open = nil
}

// TestCables: 200 ms of latency with resets, a cable that is cut and mended, and a worker that is ten times slower: the run goes on with
// who is there, and its numbers are those of one process.
func TestCables(t *testing.T) {
	spec := small(t, func(s *run.Spec) { s.Generations = 100 })
	want := honest(t, spec)
	for name, fault := range map[string]func(c *cable, generation int){
		"latency and resets": func(c *cable, generation int) {
			c.latency.Store(int64(200 * time.Millisecond))
			c.resets.Store(20)
		},
		"cut and mended": func(c *cable, generation int) {
			if generation == 60 {
				c.cut.Store(false)
			}
		},
		"slow": func(*cable, int) {},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			co := coordinator(t, s, spec, func(o *Options) { o.Chunk = time.Microsecond }) // one pair each
			c := lay(t, s)
			chunks := 0
			inHand := func(uint64, uint32, []float64) {
				chunks++
				switch {
				case name == "slow":
					time.Sleep(300 * time.Millisecond) // some thousand times slower than the other
				case name == "cut and mended" && chunks == 3:
					c.cut.Store(true) // with a chunk in hand
				}
			}
			hire(t, s, func(o *WorkerOptions) { o.Name, o.Distort = "far", inHand }, over(c))
			until(t, "the worker", func() bool { return len(co.Members()) == 1 })
			hire(t, s, nil)
			begun := time.Now()
			got, err := run.Train(t.Context(), spec, run.Options{Registry: run.Builtin(), Kernel: kernel.Best(), Evaluator: co, Watch: func(e run.Event) {
				if e.Generation != nil {
					fault(c, e.Generation.Generation)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			agree(t, got, want)
			n := co.Counters()
			t.Logf("%.1f s; %+v", time.Since(begun).Seconds(), n)
			if name == "cut and mended" && n.Resent == 0 {
				t.Error("a chunk was lost, and none was published again")
			}
			c.cut.Store(false)
		})
	}
}
