package cli

import (
	"fmt"
	"strconv"
)

// extendCmd is `baldwin extend`.
type extendCmd struct {
	From        string   `arg:"" name:"run" help:"Name of the run to begin from (see baldwin runs)."`
	Generations int      `required:"" placeholder:"N" help:"Generations of the longer run."`
	Set         []string `placeholder:"PATH=VALUE" sep:"none" help:"Change a setting of meta_test, or checkpoint_every."`
	Name        string   `placeholder:"RUN" help:"Name of the longer run; RUN-N unless given."`
	limits
	engine
	fleet
	consent
}

// Help is the long help.
func (extendCmd) Help() string {
	return `The longer run is one of its own, and ends with the bits that it would have if it had been trained from its
beginning: it takes over the genome, the strategy's state and the record of the run that it begins from, which stays as it
is. Nothing that decides a genome can be changed. A run whose rate has begun to fall over its length is refused.

    baldwin extend seq-l1-k10-n20-eprnn-s1 --generations 20000
    baldwin extend seq-l1-k10-n20-eprnn-s1 --generations 20000 --set meta_test.set=held-out --name long`
}

// Run trains the longer run.
func (c *extendCmd) Run(p *process) error {
	st, row, old, err := p.storedRun(c.From)
	if err != nil {
		return err
	}
	defer st.Close()
	spec, err := changed(row.Spec, append(c.Set, "generations="+strconv.Itoa(c.Generations)), p.registry)
	if err != nil {
		return bad(err)
	}
	if err := c.permit(p, spec.Family.Family, c.on()); err != nil {
		return err
	}
	s, err := p.newSession(c.engine, c.limits, spec)
	if err != nil {
		return err
	}
	s.store = st
	from, err := newest(p, st, row)
	if err != nil {
		return err
	}
	rows, err := st.Generations(p.ctx, row.ID, 0)
	if err != nil {
		return err
	}
	tests, err := st.MetaTests(p.ctx, row.ID, 0)
	if err != nil {
		return err
	}
	begun, err := spec.Extend(old, *from, rows, tests)
	if err != nil {
		return badf("run %s cannot be extended: %w", row.Name, err)
	}
	if s.harbour, err = p.harbour(c.fleet, c.engine); err != nil {
		return err
	}
	defer s.harbour.leave()
	name := c.Name
	if name == "" {
		name = fmt.Sprintf("%s-%d", row.Name, spec.Generations)
	}
	if err := s.create(row.Preset, name, c.Name != ""); err != nil {
		return err
	}
	defer s.unlock()
	// A kill before this commit leaves a run that resume trains from its beginning, to the same bits.
	if err := st.Recorder(s.row).Commit(p.ctx, begun); err != nil {
		return err
	}
	_, err = s.train()
	return err
}
