package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"baldwin/run"
	"baldwin/store"
)

// trainCmd is `baldwin train`.
type trainCmd struct {
	What string `arg:"" name:"preset|spec.yaml" help:"A preset (see baldwin presets) or a spec file."`

	Learner         string   `placeholder:"NAME" help:"Learner instead of the spec's (see baldwin learners)."`
	Seed            *uint64  `placeholder:"N" help:"Seed of all randomness; 1 unless the spec says otherwise."`
	Seeds           seeds    `placeholder:"1-5" help:"One run for each of these seeds: 1-5 or 1,3,5."`
	Fast            bool     `help:"The preset's settings that reach a score in fewer lives (see baldwin presets -v)."`
	Rollouts        *int     `placeholder:"N" help:"Exploring episodes before the scored one: es-maml on a robot takes 1."`
	Generations     *int     `placeholder:"N" help:"Generations of the outer loop."`
	CheckpointEvery *int     `placeholder:"N" help:"Generations from one checkpoint to the next."`
	Set             []string `placeholder:"PATH=VALUE" sep:"none" help:"Change one setting of the spec, such as strategy.population=100."`
	Name            string   `placeholder:"RUN" help:"Name of the run; PRESET-LEARNER-sSEED unless given."`
	Init            string   `placeholder:"GENOME" help:"Begin with the genome in this safetensors file."`
	limits
	engine
	fleet
	consent
}

// Help is the long help.
func (trainCmd) Help() string {
	return `A run is one spec with one seed. It is kept in the store from its first moment on, with a checkpoint every 100
generations, so that whatever ends it loses little: "baldwin resume" goes on with the same bits.
Progress is a live screen on a terminal, plain lines in a pipe, and JSON for machines with --json. Ctrl-C commits a
checkpoint and stops with exit code 130; a second Ctrl-C ends at once.

With --seeds the same command goes on where it was ended: its finished runs are passed over, one that was begun is
resumed, the others are begun.

    baldwin train seq-l1-k10-n20
    baldwin train seq-l1-k10-n20 --fast
    baldwin train seq-l3-k25-n50 --learner eprnn-nom --seeds 1-3
    baldwin train my.yaml --for 30m --json
    baldwin train seq-l3-k25-n50 --listen 127.0.0.1:4222      # it says how workers join
    baldwin train seq-l1-k10-n20 --until -0.1 --set strategy.population=100`
}

// Run trains.
func (c *trainCmd) Run(p *process) error {
	all := c.Seeds
	if len(all) > 0 && c.Seed != nil {
		return badf("--seed and --seeds cannot both be given")
	}
	first := c.Seed
	if len(all) > 0 {
		first = &all[0]
	}
	spec, preset, err := c.spec(p, first)
	if err != nil {
		return err
	}
	if err := c.permit(p, spec.Family.Family, c.on()); err != nil {
		return err
	}
	if len(all) == 0 {
		all = seeds{spec.Seed}
	}
	s, err := p.newSession(c.engine, c.limits, spec)
	if err != nil {
		return err
	}
	if c.Init != "" {
		if s.init, s.spec.Start, err = readGenome(c.Init, s.learner); err != nil {
			return err
		}
	}
	if s.harbour, err = p.harbour(c.fleet, c.engine); err != nil {
		return err
	}
	defer s.harbour.leave()
	if s.store, err = p.openStore(); err != nil {
		return err
	}
	defer s.store.Close()
	for i, seed := range all {
		s.spec.Seed = seed
		if err := c.one(s, preset, c.name(preset, s.spec, len(all) > 1)); err != nil {
			if rest := all[i+1:]; len(rest) > 0 && errors.Is(err, errSaid) {
				fmt.Fprintf(p.stderr, "or with the same command, which then goes on to seeds %s\n", join(rest))
			}
			return err
		}
	}
	return nil
}

// one trains one run. With --seeds it is gone on with where an earlier time of the command began it.
func (c *trainCmd) one(s *session, preset, name string) error {
	given := c.Name != ""
	var begun string
	var err error
	if len(c.Seeds) > 0 {
		if begun, err = s.begun(name, given); err != nil {
			return err
		}
	}
	if begun != "" {
		err = s.hold(begun)
	} else {
		err = s.create(preset, name, given)
	}
	if err != nil {
		return err
	}
	defer s.unlock()
	if begun != "" && s.row.Status == run.Finished && !s.higher() {
		return s.passOver()
	}
	_, err = s.train()
	return err
}

// spec is the spec that the arguments ask for, resolved, and the name of its preset or file.
func (c *trainCmd) spec(p *process, seed *uint64) (run.Spec, string, error) {
	var set []string
	if c.Fast {
		fast, err := p.fast(c.What)
		if err != nil {
			return run.Spec{}, "", err
		}
		set = fast
	}
	set = append(slices.Clone(set), c.Set...) // what the user says comes last and wins
	change := func(path, value string) { set = append(set, path+"="+value) }
	if c.Learner != "" {
		change("learner.name", strconv.Quote(c.Learner))
	}
	if c.Rollouts != nil {
		change("family.rollouts", strconv.Itoa(*c.Rollouts))
	}
	if seed != nil {
		if *seed == 0 {
			return run.Spec{}, "", badf("seed: must be above 0")
		}
		change("seed", strconv.FormatUint(*seed, 10))
	}
	for _, n := range []struct {
		path string
		v    *int
	}{{"generations", c.Generations}, {"checkpoint_every", c.CheckpointEvery}} {
		if n.v == nil {
			continue
		}
		if *n.v == 0 { // in a spec 0 stands for the default
			return run.Spec{}, "", badf("%s: must be at least 1, got 0", n.path)
		}
		change(n.path, strconv.Itoa(*n.v))
	}
	base, name, err := p.base(c.What)
	if err != nil {
		return run.Spec{}, "", err
	}
	var spec run.Spec
	if isFile(c.What) {
		spec, err = run.ParseSpec(c.What, base, p.registry) // first as it stands, so that errors have their line
	}
	if err == nil && (len(set) > 0 || !isFile(c.What)) {
		spec, err = changed(base, set, p.registry)
	}
	return spec, name, bad(err)
}

// fast are a preset's fast settings; it is bad input to ask for them where there are none.
func (p *process) fast(what string) ([]string, error) {
	if isFile(what) {
		return nil, badf("--fast: is for presets, and %s is a spec file", what)
	}
	preset, err := p.registry.Preset(what)
	if err != nil {
		return nil, badf("%w", err)
	}
	if len(preset.Fast) > 0 {
		return preset.Fast, nil
	}
	var have []string
	for _, other := range p.registry.Presets {
		if len(other.Fast) > 0 {
			have = append(have, other.Name)
		}
	}
	return nil, badf("--fast: nothing was measured for %s, only for %s; find settings of your own with baldwin tune", what, strings.Join(have, ", "))
}

// base is the YAML of a preset or of a spec file, and the preset's or the file's name.
func (p *process) base(what string) ([]byte, string, error) {
	if what == "" {
		return nil, "", badf("a preset or a spec file is missing")
	}
	if isFile(what) {
		data, err := readFile(what, run.MaxSpec)
		name := filepath.Base(what)
		return data, strings.TrimSuffix(name, filepath.Ext(name)), err
	}
	preset, err := p.registry.Preset(what)
	if err != nil {
		return nil, "", badf("%w; or give a spec file that ends in .yaml", err)
	}
	return preset.Spec.YAML(), preset.Name, nil
}

// isFile tells a spec file from the name of a preset.
func isFile(what string) bool {
	ext := strings.ToLower(filepath.Ext(what))
	return ext == ".yaml" || ext == ".yml" || strings.ContainsAny(what, `/\`)
}

var unfit = regexp.MustCompile(`[^a-z0-9._-]+`)

// name is the run's name: the one given, or one made of what is run.
func (c *trainCmd) name(preset string, s run.Spec, several bool) string {
	switch {
	case c.Name == "":
		if c.Fast {
			preset += "-fast"
		}
		name := fmt.Sprintf("%s-%s-s%d", preset, s.Learner.Name, s.Seed)
		return strings.TrimLeft(unfit.ReplaceAllString(strings.ToLower(name), "-"), "._-")
	case several:
		return fmt.Sprintf("%s-s%d", c.Name, s.Seed)
	}
	return c.Name
}

// create adds the session's run to the store and takes its lock. A name that was not given moves on to a free one.
func (s *session) create(preset, name string, given bool) (err error) {
	base := name
	for {
		if !given {
			if name, err = s.store.FreeName(s.p.ctx, base); err != nil {
				return err
			}
		}
		// The lock first, so that nobody can take up the run before it is ours.
		if s.lock, err = s.store.Lock(name); err != nil {
			return err
		}
		s.row, err = s.store.Create(s.p.ctx, store.NewRun(name, preset, s.spec, buildVersion(), s.kernel.String()))
		if err == nil {
			return nil
		}
		s.unlock()
		if given || !errors.Is(err, store.ErrExists) {
			return err
		}
	}
}

// readFile reads a whole file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, bad(err)
	}
	switch {
	case info.IsDir():
		return nil, badf("%s: is a folder, not a file", path)
	case info.Size() > limit:
		return nil, badf("%s: has %d bytes, at most %d are read", path, info.Size(), limit)
	}
	data, err := os.ReadFile(path)
	return data, bad(err)
}
