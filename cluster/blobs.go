package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"baldwin/internal/kernel"
)

// A parcel is a blob with its hash.
type parcel struct {
	kind   blob
	hash   digest
	data   []byte
	stored bool // it is in the store of thetas
}

func pack(kind blob, data []byte) *parcel {
	return &parcel{kind: kind, hash: sha256.Sum256(data), data: data}
}

// vector is a genome as a blob: float32, little-endian, in the layout's vector form.
func vector(theta []float32) []byte {
	out := make([]byte, 0, 4*len(theta))
	for _, v := range theta {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(kernel.CanonicalNaN(v)))
	}
	return out
}

// unvector reads one back; false if it is of another length.
func unvector(dst []float32, data []byte) bool {
	if len(data) != 4*len(dst) {
		return false
	}
	for i := range dst {
		dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return true
}

// partBytes is how much of a blob goes into one message.
const partBytes = 256 << 10

// broadcast sends a frame to all workers. Whoever misses it asks for what it lacks, so a server that is away ends no round.
func (c *Coordinator) broadcast(m broadcast) {
	b := m.encode()
	if err := c.nc.Publish(c.place.all(), b); err != nil {
		c.o.Log.Warn("cluster: broadcasting", "error", err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count.Theta += uint64(len(b))
}

// ship broadcasts a blob in parts.
func (c *Coordinator) ship(p *parcel, round uint64) {
	for off := 0; off < len(p.data); off += partBytes {
		c.broadcast(broadcast{
			Frame: framePart, Round: round, Blob: p.kind, Theta: p.hash, Size: uint32(len(p.data)), Offset: uint32(off),
			Bytes: p.data[off:min(off+partBytes, len(p.data))],
		})
	}
}

// Answers to a worker's result or wish: one byte, then text.
const (
	answerOK      = 'k' // confirmed; of a wish: fetch it from the store
	answerStale   = 's' // of a round that is over
	answerSent    = 'b' // of a wish: it is being broadcast
	answerUnknown = 'u' // say hello first
	answerRefused = 'r' // the text says why
)

// onWant answers a worker that lacks a theta: late joiners, and those whose replay went wrong.
func (c *Coordinator) onWant(m *nats.Msg) {
	answer := byte(answerStale)
	if p := c.wanted(m.Data); p != nil {
		answer = answerOK
		if err := c.put(p); err != nil {
			// A full store, say. What cannot be fetched can be broadcast.
			c.o.Log.Warn("cluster: the store of thetas is full or ill; it is broadcast instead", "error", err)
			answer = answerSent
			c.ship(p, 0)
		}
	}
	_ = m.Respond([]byte{answer}) // the worker asks again
}

func (c *Coordinator) wanted(hash []byte) *parcel {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blob == nil || !bytes.Equal(c.blob.hash[:], hash) {
		return nil
	}
	c.count.Wants++
	if c.round != nil {
		c.round.wants++
	}
	return c.blob
}

// put puts a blob's parts into the store, in the place of all others. Only onWant calls it.
func (c *Coordinator) put(p *parcel) error {
	c.mu.Lock()
	stored := p.stored
	c.mu.Unlock()
	if stored {
		return nil
	}
	ctx, cancel := brief(context.Background())
	defer cancel()
	s, err := c.js.Stream(ctx, "KV_"+c.place.thetas())
	if err == nil {
		err = s.Purge(ctx)
	}
	for off := 0; off < len(p.data) && err == nil; off += partBytes {
		_, err = c.thetas.Put(ctx, partKey(p.hash, off), p.data[off:min(off+partBytes, len(p.data))])
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p.stored = true
	return nil
}

func partKey(hash digest, off int) string { return fmt.Sprintf("%v.%d", hash, off) }

// get reads a blob's parts from the store.
func get(ctx context.Context, kv jetstream.KeyValue, h *header) ([]byte, error) {
	var data []byte
	for len(data) < int(h.Size) {
		e, err := kv.Get(ctx, partKey(h.Theta, len(data)))
		if err != nil {
			return nil, err
		}
		if len(e.Value()) == 0 {
			return nil, errBlob
		}
		data = append(data, e.Value()...)
	}
	return data, nil
}
