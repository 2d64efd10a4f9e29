package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"baldwin/cluster"
	"baldwin/run"
	"baldwin/store"
)

// tuneCmd is `baldwin tune`.
type tuneCmd struct {
	What string `arg:"" name:"preset|spec.yaml" help:"A preset (see baldwin presets) or a spec file."`

	Vary   []string `placeholder:"PATH=A,B,C" required:"" sep:"none" help:"Values of one setting to choose from; all combinations are tried."`
	Budget int      `placeholder:"LIVES" required:"" help:"Lives that the winner is trained with, per seed."`
	Seeds  int      `placeholder:"N" default:"1" help:"Seeds of every trial; its score is their mean."`
	Set    []string `placeholder:"PATH=VALUE" sep:"none" help:"Change one setting of the spec for all trials."`
	Name   string   `placeholder:"NAME" help:"Beginning of the runs' names; made from the arguments unless given."`
	JSON   bool     `name:"json" help:"One JSON object a line on stdout; the last one is the result."`
	engine
	fleet
	consent
}

// Help is the long help.
func (tuneCmd) Help() string {
	return `A search by successive halving, at equal lives. Every combination of --vary is a trial: at first each is trained with a
small part of the budget, then the better half of them with twice that, and so on, until one is left and has the whole
--budget. A trial's score is the mean of the meta-test at that point, over seeds. With n trials the search costs at most
log2(n)/2 + 1 budgets per seed in all; it says how many lives before it begins.

Lives, not generations, are what is equal: a trial with half the population gets twice the generations. A learning-rate
schedule counts the generations of the whole budget, so early rungs see its beginning.

Trials are ordinary runs in the store ("baldwin runs", "show", "test", "resume" know them). The same command goes on where
it was stopped or killed. Seeds differ more than many settings do: take --seeds 3 for what you want to rely on.

    baldwin tune seq-l1-k10-n20 --vary strategy.population=100,200,398 --vary tasks=8,16 --budget 2000000
    baldwin tune my.yaml --vary strategy.learning_rate=0.01,0.02,0.04 --budget 1000000 --seeds 3 --json
    baldwin tune my.yaml --vary tasks=4,8,16 --budget 9000000 --listen 127.0.0.1:4222    # it says how workers join`
}

// rungLine is one trial's score at one rung in --json.
type rungLine struct {
	Event       string   `json:"event"`
	Rung        int      `json:"rung"`
	Trial       int      `json:"trial"`
	Set         []string `json:"set"`
	Lives       int      `json:"lives"` // per seed, so far
	Generations int      `json:"generations"`
	Score       number   `json:"score"`
	Scores      []number `json:"scores"` // by seed
	Runs        []string `json:"runs"`
}

// tuneResult is the last line of --json.
type tuneResult struct {
	Event  string     `json:"event"`
	Best   []string   `json:"best"`
	Score  number     `json:"score"`
	Trials []rungLine `json:"trials"` // best first: by rung reached, then score
}

// Run searches.
func (c *tuneCmd) Run(p *process) error {
	if c.Budget < 1 {
		return badf("--budget: must be at least 1, got %d", c.Budget)
	}
	if c.Seeds < 1 || c.Seeds > maxSeeds {
		return badf("--seeds: must be 1 to %d, got %d", maxSeeds, c.Seeds)
	}
	spec, preset, err := (&trainCmd{What: c.What, Set: c.Set}).spec(p, nil)
	if err != nil {
		return err
	}
	for _, s := range c.Set {
		if err := ownSetting("--set", s, false); err != nil {
			return err
		}
	}
	chosen, err := choices(c.Vary)
	if err != nil {
		return err
	}
	var all seeds
	for i := range c.Seeds {
		all = append(all, spec.Seed+uint64(i))
	}
	base, _, err := p.base(c.What)
	if err != nil {
		return err
	}
	for i := range chosen {
		chosen[i] = append(slices.Clone(c.Set), chosen[i]...)
	}
	h := newHalving(len(chosen))
	trials, err := h.plan(base, chosen, c.Budget, all, p.registry)
	if err != nil {
		return err
	}
	harbour, err := p.harbour(c.fleet, c.engine)
	if err != nil {
		return err
	}
	defer harbour.leave()
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	t := &tuning{tuneCmd: c, p: p, harbour: harbour, store: st, preset: preset, halving: h, name: c.Name}
	if t.name == "" {
		t.name = tuneName(preset, spec, c)
	}
	return t.search(trials)
}

// tuneName is the same for the same search.
func tuneName(preset string, spec run.Spec, c *tuneCmd) string {
	sum := sha256.Sum256(fmt.Append(spec.YAML(), c.Vary, c.Budget))
	return strings.TrimLeft(unfit.ReplaceAllString(strings.ToLower("tune-"+preset), "-"), "._-") + "-" + hex.EncodeToString(sum[:4])
}

// tuning is a search at work.
type tuning struct {
	*tuneCmd
	halving
	p       *process
	harbour *harbour // where workers live the lives; nil: in this process
	store   *store.Store
	preset  string
	name    string
}

func (t *tuning) search(trials []*trial) error {
	if !t.JSON {
		total := 0
		for r, n := 0, len(trials); r <= t.rungs; r, n = r+1, (n+1)/2 {
			share := t.Budget >> (t.rungs - r)
			if r > 0 {
				share /= 2 // the other half was lived before
			}
			total += n * share * t.Seeds
		}
		fmt.Fprintf(t.p.stdout, "tune %s: %d trials of %d seeds, %d rungs, about %d lives in all; runs %s-*\n", t.preset, len(trials), t.Seeds, t.rungs+1, total, t.name)
	}
	if t.harbour != nil {
		line, _, _ := t.harbour.words(t.harbour.listening())
		t.p.log.Info(line)
	}
	reached := make([]rungLine, len(trials))
	left := trials
	for rung := range t.rungs + 1 {
		if rung > 0 {
			left = kept(left)
		}
		for _, tr := range left {
			line, err := t.train(tr, rung)
			if err != nil {
				return err
			}
			reached[tr.number-1] = line
			if err := t.tell(line); err != nil {
				return err
			}
		}
	}
	return t.result(reached)
}

// train trains a trial's seeds up to a rung.
func (t *tuning) train(tr *trial, rung int) (rungLine, error) {
	line := rungLine{Event: "trial", Rung: rung + 1, Trial: tr.number, Set: tr.set}
	tr.scores = nil
	for _, spec := range tr.specs {
		line.Generations = spec.MetaTest.Every << rung
		line.Lives = line.Generations * spec.Strategy.Population * spec.Tasks
		name := fmt.Sprintf("%s-%d-s%d", t.name, tr.number, spec.Seed)
		score, err := t.advance(name, spec, line.Generations)
		if err != nil {
			return line, err
		}
		tr.scores = append(tr.scores, score)
		line.Scores, line.Runs = append(line.Scores, number(score)), append(line.Runs, name)
	}
	tr.lives, line.Score = line.Lives, number(tr.mean())
	return line, nil
}

// advance trains a run up to a generation, unless it is there, and returns its meta-test there.
func (t *tuning) advance(name string, spec run.Spec, to int) (float64, error) {
	if err := t.permit(t.p, spec.Family.Family, t.on()); err != nil {
		return 0, err
	}
	s, err := t.p.newSession(t.engine, limits{}, spec)
	if err != nil {
		return 0, err
	}
	s.store, s.harbour = t.store, t.harbour
	if s.row, err = t.store.Run(t.p.ctx, name); errors.Is(err, store.ErrNoRun) {
		err = s.create(t.preset, name, true)
	} else if err == nil {
		if s.row.SpecHash != spec.Hash() {
			return 0, badf("run %s is of another search; choose another --name", name)
		}
		s.lock, err = t.store.Lock(name)
	}
	if err != nil {
		return 0, err
	}
	defer s.unlock()
	tests, err := t.store.MetaTests(t.p.ctx, s.row.ID, 0)
	if err != nil {
		return 0, err
	}
	if s.row.Generation < to {
		if tests, err = s.pauseAt(to, tests); err != nil {
			return 0, err
		}
	}
	for _, test := range tests {
		if test.Generation == to {
			return test.Mean, nil
		}
	}
	return 0, fmt.Errorf("run %s has no meta-test at generation %d: %w", name, to, store.ErrDamaged)
}

// pauseAt trains the session's run up to a generation, showing nothing.
func (s *session) pauseAt(to int, tests []run.MetaTestRow) ([]run.MetaTestRow, error) {
	ctx := s.p.ctx
	from, err := s.store.Checkpoint(ctx, s.row.ID)
	if err != nil {
		return nil, err
	}
	done := 0
	if from != nil {
		done = from.Generation
	}
	if err := s.store.Discard(ctx, s.row.ID, done); err != nil {
		return nil, err
	}
	for len(tests) > 0 && tests[len(tests)-1].Generation > done {
		tests = tests[:len(tests)-1]
	}
	o := run.Options{
		Registry: s.p.registry, Kernel: s.kernel, Threads: s.threads, Recorder: s.store.Recorder(s.row), From: from, Tests: tests,
		Pause: to, Watch: func(run.Event) {},
	}
	var res *run.Result
	if s.harbour == nil {
		res, err = run.Train(ctx, s.spec, o)
	} else {
		res, err = s.abroad(ctx, o, func(e cluster.Event) { s.shout(nil, e) })
	}
	if err != nil {
		_ = s.store.SetStatus(context.WithoutCancel(ctx), s.row.ID, s.row.Status)
		return nil, err
	}
	if ctx.Err() != nil {
		fmt.Fprintf(s.p.stderr, "stopped in run %s, at generation %d; the same command goes on\n", s.row.Name, res.Generation)
		return nil, &coded{exitInterrupted, errSaid}
	}
	return res.Tests, nil
}

func (t *tuning) tell(l rungLine) error {
	if t.JSON {
		return printJSON(t.p.stdout, l)
	}
	fmt.Fprintf(t.p.stdout, "rung %d/%d  trial %d  %s  %d lives: %s\n", l.Rung, t.rungs+1, l.Trial, strings.Join(l.Set, " "), l.Lives, score(float64(l.Score)))
	return nil
}

// bare is what a shell takes as one word without quotes.
var bare = regexp.MustCompile(`^[\w./:=,+@%-]+$`)

// quoted is a word as a shell takes it.
func quoted(word string) string {
	if bare.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// result prints all trials, the best first.
func (t *tuning) result(lines []rungLine) error {
	sortRungs(lines)
	if t.JSON {
		return printJSON(t.p.stdout, tuneResult{"end", lines[0].Set, lines[0].Score, lines})
	}
	fmt.Fprintln(t.p.stdout)
	rows := table{{">trial", ">lives", ">score", "settings"}}
	for _, l := range lines {
		rows.row(l.Trial, l.Lives, score(float64(l.Score)), strings.Join(l.Set, " "))
	}
	rows.write(t.p.stdout)
	command := "baldwin train " + quoted(t.What)
	for _, s := range lines[0].Set {
		command += " --set " + quoted(s)
	}
	fmt.Fprintf(t.p.stdout, "\nnext:\n  %s\n  baldwin show %s\n", command, lines[0].Runs[0])
	return nil
}
