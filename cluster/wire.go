package cluster

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"time"

	"baldwin/life"
)

// What travels often travels in frames of fixed little-endian layout. A frame is read with every length checked, and one
// that is longer than what it says is refused: what a stranger sends costs nothing but its bytes.

// digest is the SHA-256 of a blob.
type digest [sha256.Size]byte

func (d digest) String() string { return hex.EncodeToString(d[:]) }

// A blob is what lives are made from, and travels whole where a worker cannot make it itself.
type blob byte

const (
	state  blob = 1 // of a strategy, between Tell and Ask
	genome blob = 2 // one vector, for Score
)

// Bounds of what a frame may ask a reader to hold.
const (
	maxValues = 1 << 20 // fitness values of a generation or a meta-test
	maxBlob   = 1 << 30 // bytes of a theta
)

// header says which lives a round lives. Every chunk carries it, so that no chunk waits for an announcement.
type header struct {
	Epoch, Round uint64 // of the coordinator; rounds count its calls of Evaluate and Score from 1
	Blob         blob   // state: offspring of a generation; genome: the tasks of one genome
	Theta        digest // of the blob
	Size         uint32 // bytes of the blob
	Seed         uint64 // of the lot, with what follows
	Purpose      byte
	Generation   uint32
	First, Tasks uint32
}

// step is how many of a round's values are lived at once: an offspring, or a batch of tasks.
func (h *header) step() int {
	if h.Blob == genome {
		return life.MaxBatch
	}
	return 1
}

// name is what values lo .. hi-1 of a round are of.
func (h *header) name(lo, hi int) string {
	what := "offspring"
	if h.Blob == genome {
		what = "tasks of the meta-test"
	}
	if hi == lo+1 {
		return fmt.Sprintf("generation %d, %s %d", h.Generation, what, lo)
	}
	return fmt.Sprintf("generation %d, %s %d to %d", h.Generation, what, lo, hi-1)
}

const headerBytes = 8 + 8 + 1 + sha256.Size + 4 + 8 + 1 + 4 + 4 + 4

func (h *header) append(b []byte) []byte {
	e := binary.LittleEndian
	b = e.AppendUint64(e.AppendUint64(b, h.Epoch), h.Round)
	b = append(append(b, byte(h.Blob)), h.Theta[:]...)
	b = e.AppendUint64(e.AppendUint32(b, h.Size), h.Seed)
	b = e.AppendUint32(append(b, h.Purpose), h.Generation)
	return e.AppendUint32(e.AppendUint32(b, h.First), h.Tasks)
}

// chunk is a piece of a round: individuals lo .. hi-1 of a generation, or tasks lo .. hi-1 of a genome.
type chunk struct {
	header
	ID     uint32
	Lo, Hi uint32
}

func (c *chunk) encode() []byte {
	e := binary.LittleEndian
	b := c.append(make([]byte, 0, headerBytes+12))
	return e.AppendUint32(e.AppendUint32(e.AppendUint32(b, c.ID), c.Lo), c.Hi)
}

// reader takes a frame apart. After the first fault all it gives is zero.
type reader struct {
	b   []byte
	err error
}

var errFrame = errors.New("cluster: a frame is malformed")

func (r *reader) take(n int) []byte {
	if r.err != nil || n < 0 || len(r.b) < n {
		r.err = errFrame
		return make([]byte, min(max(n, 8), sha256.Size)) // only fixed fields are read without asking for err first
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) u8() byte    { return r.take(1)[0] }
func (r *reader) u32() uint32 { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *reader) u64() uint64 { return binary.LittleEndian.Uint64(r.take(8)) }

func (r *reader) digest() (d digest) {
	copy(d[:], r.take(sha256.Size))
	return d
}

// end wants nothing left.
func (r *reader) end() error {
	if len(r.b) > 0 {
		r.err = errFrame
	}
	return r.err
}

// values reads n fitness values, which are the rest of the frame.
func (r *reader) values(n uint32) []float64 {
	if r.err != nil || n > maxValues || len(r.b) != int(n)*8 {
		r.err = errFrame
		return nil
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = math.Float64frombits(r.u64())
	}
	return out
}

// appendValues writes fitness values, each NaN as the one that is compared.
func appendValues(b []byte, values []float64) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, bits(v))
	}
	return b
}

// bits are a value's, with one NaN for all: payloads differ between machines.
func bits(v float64) uint64 {
	if v != v {
		return 0x7ff8000000000000
	}
	return math.Float64bits(v)
}

func (r *reader) header() (h header) {
	h.Epoch, h.Round, h.Blob, h.Theta, h.Size = r.u64(), r.u64(), blob(r.u8()), r.digest(), r.u32()
	h.Seed, h.Purpose, h.Generation, h.First, h.Tasks = r.u64(), r.u8(), r.u32(), r.u32(), r.u32()
	if h.Blob != state && h.Blob != genome || h.Size > maxBlob || h.Tasks < 1 || h.Tasks > maxValues || h.First > maxValues || h.Generation > math.MaxInt32 {
		r.err = errFrame
	}
	return h
}

func decodeChunk(b []byte) (chunk, error) {
	r := reader{b: b}
	c := chunk{header: r.header(), ID: r.u32(), Lo: r.u32(), Hi: r.u32()}
	if c.Lo >= c.Hi || c.Hi > maxValues || c.Blob == genome && c.Hi > c.Tasks {
		r.err = errFrame
	}
	return c, r.end()
}

// result is a chunk lived: its fitness values and how long that took, by the worker's own clock.
type result struct {
	Epoch, Round uint64
	ID           uint32
	Took         time.Duration
	Values       []float64
}

func (r *result) encode() []byte {
	e := binary.LittleEndian
	b := e.AppendUint64(e.AppendUint64(make([]byte, 0, 32+8*len(r.Values)), r.Epoch), r.Round)
	b = e.AppendUint64(e.AppendUint32(b, r.ID), uint64(r.Took))
	return appendValues(e.AppendUint32(b, uint32(len(r.Values))), r.Values)
}

func decodeResult(b []byte) (result, error) {
	r := reader{b: b}
	out := result{Epoch: r.u64(), Round: r.u64(), ID: r.u32(), Took: time.Duration(r.u64())}
	out.Values = r.values(r.u32())
	if out.Took < 0 {
		r.err = errFrame
	}
	return out, r.end()
}

// Frames that the coordinator sends to all workers.
const (
	framePulse = 1 // it lives
	frameTell  = 2 // the fitness of a generation: who holds the state before it makes the one after it
	framePart  = 3 // a part of a blob
	frameEnd   = 4 // the coordinator leaves
)

// broadcast is one of them.
type broadcast struct {
	Frame byte
	Round uint64 // the newest

	// frameTell: Values are the fitness of this generation, made from the state Theta. framePart: bytes Offset .. of the
	// blob Theta, Size bytes in all.
	Blob         blob
	Theta        digest
	Generation   uint32
	Values       []float64
	Size, Offset uint32
	Bytes        []byte
}

func (m *broadcast) encode() []byte {
	e := binary.LittleEndian
	b := e.AppendUint64(append(make([]byte, 0, 64+8*len(m.Values)+len(m.Bytes)), m.Frame), m.Round)
	switch m.Frame {
	case frameTell:
		b = e.AppendUint32(append(b, m.Theta[:]...), m.Generation)
		b = appendValues(e.AppendUint32(b, uint32(len(m.Values))), m.Values)
	case framePart:
		b = append(append(b, byte(m.Blob)), m.Theta[:]...)
		b = append(e.AppendUint32(e.AppendUint32(b, m.Size), m.Offset), m.Bytes...)
	}
	return b
}

func decodeBroadcast(b []byte) (broadcast, error) {
	r := reader{b: b}
	m := broadcast{Frame: r.u8(), Round: r.u64()}
	switch m.Frame {
	case framePulse, frameEnd:
	case frameTell:
		m.Theta, m.Generation = r.digest(), r.u32()
		m.Values = r.values(r.u32())
	case framePart:
		m.Blob, m.Theta, m.Size, m.Offset = blob(r.u8()), r.digest(), r.u32(), r.u32()
		if m.Blob != state && m.Blob != genome || m.Size > maxBlob || uint64(m.Offset)+uint64(len(r.b)) > uint64(m.Size) || len(r.b) == 0 {
			r.err = errFrame
		}
		m.Bytes, r.b = r.b, nil
	default:
		r.err = errFrame
	}
	return m, r.end()
}
