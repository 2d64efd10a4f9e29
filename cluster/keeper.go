package cluster

import (
	"crypto/sha256"
	"errors"
	"sync"
	"sync/atomic"

	"baldwin/strategy"
)

// A keeper holds the theta that a worker lives chunks from, and makes the next one when it is told a generation's fitness. Its hash is
// proved by every chunk.
type keeper struct {
	mu       sync.RWMutex // held for reading while lives are lived from s
	s        strategy.Strategy
	hash     digest // of s.State(); none: zero
	asked    uint32 // generation that s was asked for
	next     uint32 // generation that replay says it is the state of
	genome   []float32
	genomeIs digest
	changed  chan struct{}

	cores       int
	stateBytes  int
	genomeBytes int
	parts       assembly
	newest      atomic.Uint64 // round that the coordinator spoke of last: work for older ones is dropped

	replayed, shipped, deviated atomic.Uint64
}

// assembly is a blob of which parts have come.
type assembly struct {
	hash digest
	data []byte
	have int
}

func newKeeper(s strategy.Strategy, cores, stateBytes, dim int) *keeper {
	return &keeper{
		s: s, cores: cores, stateBytes: stateBytes, genomeBytes: 4 * dim, genome: make([]float32, dim), changed: make(chan struct{}),
	}
}

// hear takes up a broadcast. It is called from one goroutine.
func (k *keeper) hear(m broadcast) {
	if m.Round > k.newest.Load() {
		k.newest.Store(m.Round)
	}
	switch m.Frame {
	case frameTell:
		k.tell(m)
	case framePart:
		k.part(m)
	}
}

// tell applies the update, if the state is the one that the fitness belongs to.
func (k *keeper) tell(m broadcast) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.hash != m.Theta || len(m.Values) != k.s.Population() {
		return
	}
	if k.asked != m.Generation {
		k.s.Ask(int(m.Generation))
	}
	k.s.Tell(m.Values, func(n int, f func(i int)) { parallel(k.cores, n, f) })
	k.hash, k.asked, k.next = sha256.Sum256(k.s.State()), 0, m.Generation+1
	k.replayed.Add(1)
	k.news()
}

// news wakes who waits for a theta. k.mu is held.
func (k *keeper) news() {
	close(k.changed)
	k.changed = make(chan struct{})
}

// part puts a part in its place, and takes the blob up when it is whole.
func (k *keeper) part(m broadcast) {
	a := &k.parts
	if a.hash != m.Theta {
		if k.has(m.Blob, m.Theta) || int(m.Size) != k.size(m.Blob) {
			return
		}
		*a = assembly{hash: m.Theta, data: make([]byte, m.Size)}
	}
	if m.Offset == 0 {
		a.have = 0
	}
	if int(m.Offset) != a.have || int(m.Size) != len(a.data) {
		return // a part was lost: the worker will ask for the whole
	}
	copy(a.data[a.have:], m.Bytes)
	a.have += len(m.Bytes)
	if a.have == len(a.data) {
		data := a.data
		*a = assembly{}
		if k.install(m.Blob, m.Theta, data) == nil {
			k.shipped.Add(1)
		}
	}
}

func (k *keeper) size(b blob) int {
	if b == state {
		return k.stateBytes
	}
	return k.genomeBytes
}

var errBlob = errors.New("cluster: a theta is not what its hash says")

// install takes a blob up that came whole.
func (k *keeper) install(b blob, hash digest, data []byte) error {
	if sha256.Sum256(data) != hash || len(data) != k.size(b) {
		return errBlob
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if b == genome {
		theta := make([]float32, len(k.genome)) // who lives from the old one keeps it
		unvector(theta, data)
		k.genome, k.genomeIs = theta, hash
		k.news()
		return nil
	}
	if err := k.s.Restore(data); err != nil {
		return err
	}
	k.hash, k.asked, k.next = hash, 0, 0
	k.news()
	return nil
}

func (k *keeper) has(b blob, hash digest) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return b == state && k.hash == hash || b == genome && k.genomeIs == hash
}

// A grip is a hold on a theta. Until release, the strategy does not change.
type grip struct {
	s       strategy.Strategy // for state
	theta   []float32         // for genome
	release func()
}

// hold gives a hold on the theta of a chunk. Where the keeper does not have it, it returns a channel that is closed when there is news,
// and whether the keeper has another theta in its place: then nothing is on its way, and the worker has to fetch it.
func (k *keeper) hold(h *header) (g grip, news <-chan struct{}, deviant bool) {
	k.mu.RLock()
	ready := k.hash == h.Theta && k.asked == h.Generation && h.Blob == state
	if ready {
		return grip{s: k.s, release: k.mu.RUnlock}, nil, false
	}
	k.mu.RUnlock()

	k.mu.Lock()
	defer k.mu.Unlock()
	if h.Blob == genome {
		if k.genomeIs != h.Theta {
			// After replay it is the strategy's theta.
			data := vector(k.s.Theta())
			if sha256.Sum256(data) != h.Theta {
				return grip{}, k.changed, false
			}
			k.genome = make([]float32, len(k.genome))
			unvector(k.genome, data)
			k.genomeIs = h.Theta
		}
		return grip{theta: k.genome, release: func() {}}, nil, false
	}
	if k.hash == h.Theta {
		k.s.Ask(int(h.Generation))
		k.asked = h.Generation
		return grip{}, closed(), false // once more, for reading
	}
	deviant = k.next == h.Generation
	if deviant {
		k.next = 0
		k.deviated.Add(1)
	}
	return grip{}, k.changed, deviant
}

func closed() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}
