package cli

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// A stopper turns the first interruption into the end of a context, so that a run can commit, and the second into the
// end of the process.
type stopper struct {
	cancel context.CancelFunc
	exit   func(int)

	mu      sync.Mutex
	stopped bool
	before  []func() // what puts the terminal right before the process ends
}

// catchSignals returns a context that ends at the first SIGINT or SIGTERM, or SIGHUP where it is not ignored (nohup).
func catchSignals(exit func(int)) (context.Context, *stopper) {
	ctx, cancel := context.WithCancel(context.Background())
	s := &stopper{cancel: cancel, exit: exit}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		for range signals {
			s.interrupt()
		}
	}()
	return ctx, s
}

// interrupt is one Ctrl-C, from a signal or from a terminal that hands it on as a key.
func (s *stopper) interrupt() {
	s.mu.Lock()
	second := s.stopped
	s.stopped = true
	before := s.before
	s.mu.Unlock()
	if !second {
		s.cancel()
		return
	}
	for _, f := range before {
		f()
	}
	s.exit(exitInterrupted)
}

// onExit has f called before a second Ctrl-C ends the process.
func (s *stopper) onExit(f func()) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = append(s.before, f)
}
