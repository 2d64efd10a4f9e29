package web

import (
	"encoding/json"
	"fmt"
)

// A worker is one of those who live the lives of a run that is trained on many machines, as the run's process notes it.
type worker struct {
	Worker    string
	Host      string
	Cores     int
	Kernel    string
	Rate      float64 // lives a second
	Lag       uint64  // rounds behind
	Audited   uint64  // chunks lived again and found right
	Leaving   bool
	LastFault *struct{ Text string } `json:"last_fault"`
}

// workers are the workers of a run, as its process last noted them; none of a run that lives its own lives.
func (s *Server) workers(run string) ([]worker, error) {
	note, err := s.Store.Noted(run)
	if err != nil || note == nil {
		return nil, err
	}
	var w []worker
	if err := json.Unmarshal(note, &w); err != nil {
		return nil, fmt.Errorf("web: the note of run %s: %w", run, err)
	}
	return w, nil
}
