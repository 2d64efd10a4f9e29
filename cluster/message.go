package cluster

import (
	"encoding/json"
	"errors"
	"time"
)

// What travels seldom travels as JSON.

// maxJSON bounds a message that is read.
const maxJSON = 256 << 10

// A Build is what must agree between machines for their bits to agree.
type Build struct {
	Version  string `json:"version"`  // of the program, with its revision
	Contract string `json:"contract"` // of the arithmetic
}

// hello is a worker's first word.
type hello struct {
	ID     ID     `json:"id"`
	Host   string `json:"host"`
	PID    int    `json:"pid"`
	Cores  int    `json:"cores"`
	Kernel string `json:"kernel"`
	Build  Build  `json:"build"`
}

// welcome is the answer to it.
type welcome struct {
	Refused string `json:"refused,omitempty"` // why not; else what follows
	Gone    bool   `json:"gone,omitempty"`    // refused for good: the worker ends
	Name    string `json:"name"`              // of the run
	Place   place  `json:"place"`
	Spec    []byte `json:"spec"` // canonical YAML
}

// A Beat is what a worker says of itself every second.
type Beat struct {
	Lives       uint64  `json:"lives"`       // lived since it joined
	Rate        float64 `json:"rate"`        // lives a second of late
	Chunks      uint64  `json:"chunks"`      // lived and confirmed
	ChunkMS     float64 `json:"chunk_ms"`    // of late
	In          uint64  `json:"in"`          // bytes received since it joined, protocol included
	Out         uint64  `json:"out"`         // bytes sent
	Generations uint64  `json:"generations"` // that it took part in
	Replayed    uint64  `json:"replayed"`    // thetas made by replay
	Shipped     uint64  `json:"shipped"`     // thetas that came by broadcast
	Fetched     uint64  `json:"fetched"`     // thetas fetched whole
	Deviated    uint64  `json:"deviated"`    // replays whose hash was wrong
	Round       uint64  `json:"round"`       // newest that it worked on
	Leaving     bool    `json:"leaving,omitempty"`
}

// A Fault is a chunk that a worker could not live, or what else went wrong there.
type Fault struct {
	Time   time.Time `json:"time"`
	Worker string    `json:"worker"`
	Text   string    `json:"text"`
	Stack  string    `json:"stack,omitempty"` // of the worker's goroutine, where the chunk cannot be lived there: not what a network did
	Round  uint64    `json:"round,omitempty"`
	Chunk  uint32    `json:"chunk,omitempty"`
}

// order is what the coordinator tells one worker.
type order struct {
	Drain   bool   `json:"drain,omitempty"`   // finish the chunk and leave
	Rejoin  bool   `json:"rejoin,omitempty"`  // say hello again: the coordinator does not know you
	Refused bool   `json:"refused,omitempty"` // leave for good
	Reason  string `json:"reason,omitempty"`
}

var errLong = errors.New("cluster: a message is too long")

func decodeJSON(b []byte, v any) error {
	if len(b) > maxJSON {
		return errLong
	}
	return json.Unmarshal(b, v)
}

// encodeJSON is for messages of this package, all of which have a JSON.
func encodeJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("cluster: a message has no JSON")
	}
	return b
}
