package cli

import (
	"errors"
	"fmt"

	"baldwin/run"
	"baldwin/store"
)

// resumeCmd is `baldwin resume`.
type resumeCmd struct {
	Name string `arg:"" name:"run" help:"Name of the run (see baldwin runs)."`
	Init string `placeholder:"GENOME" help:"Only for a run that began with train --init and was killed before it kept anything: that genome."`
	limits
	engine
	fleet
	consent
}

// Help is the long help.
func (resumeCmd) Help() string {
	return `It works however the run ended: Ctrl-C, a kill, a power cut, before its first checkpoint too. The result has the same
bits as if nothing had happened, whatever the threads and the kernel. What was computed after the newest checkpoint is
computed again. A finished run prints its result again; --until with a higher score than it reached trains it on.

    baldwin resume seq-l1-k10-n20-eprnn-s1
    baldwin resume seq-l1-k10-n20-eprnn-s1 --for 10m --json`
}

// Run goes on.
func (c *resumeCmd) Run(p *process) error {
	st, row, spec, err := p.storedRun(c.Name)
	if err != nil {
		return err
	}
	defer st.Close()
	if err := c.permit(p, spec.Family.Family, c.on()); err != nil {
		return err
	}
	s, err := p.newSession(c.engine, c.limits, spec)
	if err != nil {
		return err
	}
	s.store = st
	if err := s.hold(row.Name); err != nil {
		return err
	}
	defer s.unlock()
	if s.row.Status == run.Finished && !s.higher() {
		return s.again()
	}
	if c.Init != "" {
		var hash string
		if s.init, hash, err = readGenome(c.Init, s.learner); err != nil {
			return err
		}
		if hash != spec.Start {
			return badf("--init: the run began with the genome %.12s, this one is %.12s", spec.Start, hash)
		}
	} else if spec.Start != "" && s.row.ThetaHash == "" {
		return badf("run %s was killed before it kept the genome %.12s that it begins with: give it again with --init", s.row.Name, spec.Start)
	}
	if s.harbour, err = p.harbour(c.fleet, c.engine); err != nil {
		return err
	}
	defer s.harbour.leave()
	_, err = s.train()
	return err
}

// hold takes the lock of a run that exists, and makes it the session's.
func (s *session) hold(name string) (err error) {
	if s.lock, err = s.store.Lock(name); err != nil {
		return err
	}
	// The other process may have finished it, or removed it, before it let the lock go.
	if s.row, err = s.store.Run(s.p.ctx, name); err != nil {
		s.unlock()
	}
	return err
}

// higher reports whether a run that --until finished is to go on to a higher score.
func (s *session) higher() bool {
	return s.row.Generation < s.row.Generations && s.limits.Until != nil && s.row.Last != nil && *s.row.Last < *s.limits.Until
}

// again prints the result of a finished run.
func (s *session) again() error {
	tests, err := s.store.MetaTests(s.p.ctx, s.row.ID, 0)
	if err != nil {
		return err
	}
	if len(tests) == 0 {
		return fmt.Errorf("run %s is finished but has no meta-test: %w", s.row.Name, store.ErrDamaged)
	}
	o := newOutcome(s.row.Name, run.Finished, s.row.Generation, s.row.ThetaHash, tests[len(tests)-1], tests)
	if s.limits.JSON {
		return printJSON(s.p.stdout, o)
	}
	s.summary(s.p.stdout, o)
	return nil
}

// storedRun opens the store, which the caller closes, and finds a run in it, with its spec.
func (p *process) storedRun(name string) (*store.Store, *store.Run, run.Spec, error) {
	st, err := p.openStore()
	if err != nil {
		return nil, nil, run.Spec{}, err
	}
	row, err := st.Run(p.ctx, name)
	var spec run.Spec
	if err == nil {
		spec, err = p.storedSpec(row)
	}
	if err != nil {
		st.Close()
	}
	return st, row, spec, err
}

// storedSpec is the spec of a stored run. A spec that this build does not take, or takes for another, is refused.
func (p *process) storedSpec(row *store.Run) (run.Spec, error) {
	spec, err := run.ParseSpec("the spec of run "+row.Name, row.Spec, p.registry)
	if err != nil {
		return spec, &coded{exitRefused, fmt.Errorf("%w\nthis build cannot go on with run %s; go on with the build that made it (%s)", err, row.Name, row.Version)}
	}
	if spec.Hash() != row.SpecHash {
		return spec, fmt.Errorf("run %s: %w: its hash is %.12s, this build reads it as %.12s; go on with the build that made it (%s)",
			row.Name, run.ErrSpec, row.SpecHash, spec.Hash(), row.Version)
	}
	return spec, nil
}

// newest is a run's newest checkpoint; a run that has none yet is an error.
func newest(p *process, st *store.Store, row *store.Run) (*run.Checkpoint, error) {
	c, err := st.Checkpoint(p.ctx, row.ID)
	if err == nil && c == nil {
		err = bad(errors.New("run " + row.Name + " has no genome yet: it was ended before its first checkpoint; go on with: baldwin resume " + row.Name))
	}
	return c, err
}
