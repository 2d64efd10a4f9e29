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
)

// A cable is a TCP proxy that does to a worker's connections what networks do.
type cable struct {
	l       net.Listener
	to      string
	latency atomic.Int64 // added to every piece, each way
	resets  atomic.Int64 // one piece in so many resets its connection; 0: none
	cut     atomic.Bool  // nothing passes, and nobody is told
	broken  atomic.Int64 // connections that were reset
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
		for seed := uint64(0); ; {
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
			seed++ // each has its own, else all would break at the same piece
			c.all.Go(func() { c.pass(a, b, 2*seed) })
			c.all.Go(func() { c.pass(b, a, 2*seed+1) })
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
			c.broken.Add(1)
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
