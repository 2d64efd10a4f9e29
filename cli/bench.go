package cli

import (
	"time"

	"baldwin/internal/bench"
)

// benchCmd is `baldwin bench`.
type benchCmd struct {
	Preset  string        `arg:"" optional:"" default:"seq-l1-k10-n20" help:"What a generation is of (see baldwin presets)."`
	Learner string        `placeholder:"NAME" help:"Learner instead of the preset's."`
	For     time.Duration `placeholder:"10s" help:"How long to measure, about."`
	All     bool          `help:"Also a row for every learner on every preset."`
	JSON    bool          `name:"json" help:"One JSON object."`
	engine
}

// Help is the long help.
func (benchCmd) Help() string {
	return `How fast this machine is, and how much of its peak of fused multiply-adds baldwin uses: each kernel, the lives of one
offspring, a whole generation. Only the multiply-adds that fitness needs count. Everything is measured in turn, round
after round, and the best of each is kept; an idle machine gives the truest numbers.

    baldwin bench
    baldwin bench seq-l3-k25-n50 --learner eprnn-nom --threads 1
    baldwin bench --all --json`
}

// Run measures.
func (c *benchCmd) Run(p *process) error {
	k, err := c.isa()
	if err != nil {
		return err
	}
	threads, err := c.workers()
	if err != nil {
		return err
	}
	if c.For < 0 {
		return badf("--for: must be above 0, got %s", c.For)
	}
	preset, err := p.registry.Preset(c.Preset)
	if err != nil {
		return bad(err)
	}
	if c.Learner != "" {
		preset.Spec.Learner.Name = c.Learner
	}
	spec, err := preset.Spec.Resolve(p.registry)
	if err != nil {
		return bad(err)
	}
	r, err := bench.Run(p.ctx, bench.Options{
		Registry: p.registry, Spec: spec, Kernel: k, Threads: threads, For: c.For, All: c.All,
		Progress: func(what string) { p.log.Info("measuring " + what) },
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(p.stdout, r)
	}
	return r.WriteText(p.stdout)
}
