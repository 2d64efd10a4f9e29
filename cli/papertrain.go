package cli

import (
	"context"
	"fmt"
	"time"

	"baldwin/internal/kernel"
	"baldwin/paper"
	"baldwin/run"
	"baldwin/store"
)

// train trains what is missing, on so many threads or, if harbour is not nil, by workers.
func (c *paperCmd) train(p *process, st *store.Store, plan *paper.Plan, k kernel.ISA, threads int, harbour *harbour) error {
	standings, err := c.look(p, st, plan)
	if err != nil {
		return err
	}
	w := &planWriter{out: p.stdout, errs: p.stderr, json: c.JSON, harbour: harbour, workers: threads, started: time.Now()}
	r := &paper.Runner{Store: st, Registry: p.registry, Kernel: k, Workers: threads, Version: buildVersion(), Watch: w.event}
	if harbour == nil {
		w.clock, err = paper.NewClock(p.ctx, p.registry, k, standings)
	} else {
		w.workers, r.Workers = 1, 1 // a worker is at work for one run at a time
		r.Abroad = func(ctx context.Context, row *store.Run, lock *store.Lock, spec run.Spec, o run.Options) (*run.Result, error) {
			s := &session{p: p, store: st, lock: lock, row: row, spec: spec, kernel: k, harbour: harbour}
			return s.abroad(ctx, o, w.crowd)
		}
		w.clock, err = paper.NewFleetClock(p.registry, k, standings)
	}
	if err != nil {
		return err
	}
	ctx := p.ctx
	if c.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.For)
		defer cancel()
	}
	w.begin(plan, standings)
	err = r.Train(ctx, standings)
	w.end()
	if p.ctx.Err() != nil && err == nil {
		fmt.Fprintf(p.stderr, "stopped; go on with the same command, or write the report of what is there: %s --report-only\n", c.command())
		return &coded{exitInterrupted, errSaid}
	}
	return err
}
