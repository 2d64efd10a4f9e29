package cli

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"baldwin/run"
)

// maxTrials bounds what a slip of the finger can ask for.
const maxTrials = 1024

// A trial is one choice of settings, as --set takes them, with a spec for each seed.
type trial struct {
	number int // 1 is the first
	set    []string
	specs  []run.Spec
	lives  int       // lives that each seed has had
	scores []float64 // of each seed, at its newest rung
}

// mean over seeds; NaN makes NaN.
func (t *trial) mean() float64 {
	var sum float64
	for _, v := range t.scores {
		sum += v
	}
	return sum / float64(len(t.scores))
}

// ownSetting refuses a setting that a search sets itself, so that none is given and then passed over. One seed for all trials,
// the first of theirs, may be given, but not vary.
func ownSetting(flag, given string, vary bool) error {
	path, _, _ := strings.Cut(given, "=")
	switch {
	case path == "generations" || path == "meta_test.every":
		return badf("%s %s: a search sets %s itself, by --budget", flag, given, path)
	case path == "seed" && vary:
		return badf("%s %s: a search sets the seeds itself, by --seeds; --set seed=N is the first", flag, given)
	}
	return nil
}

// choices are all combinations of --vary, each as a list of path=value; the last path changes fastest.
func choices(vary []string) ([][]string, error) {
	out := [][]string{nil}
	seen := map[string]bool{}
	for _, v := range vary {
		path, list, ok := strings.Cut(v, "=")
		if !ok || !settingPath.MatchString(path) {
			return nil, badf("--vary %s: want PATH=VALUE,VALUE..., such as strategy.population=100,200", v)
		}
		if err := ownSetting("--vary", v, true); err != nil {
			return nil, err
		}
		if seen[path] {
			return nil, badf("--vary %s: %s stands twice", v, path)
		}
		seen[path] = true
		var next [][]string
		for _, head := range out {
			for _, value := range splitValues(list) {
				if value == "" {
					return nil, badf("--vary %s: a value is empty", v)
				}
				next = append(next, append(slices.Clone(head), path+"="+value))
			}
		}
		if out = next; len(out) > maxTrials {
			return nil, badf("--vary: at most %d combinations", maxTrials)
		}
	}
	return out, nil
}

// splitValues splits at the commas that stand in no brackets.
func splitValues(list string) (out []string) {
	depth, begun := 0, 0
	for i, r := range list {
		switch r {
		case '[':
			depth++
		case ']':
			depth--
		case ',':
			if depth == 0 {
				out, begun = append(out, strings.TrimSpace(list[begun:i])), i+1
			}
		}
	}
	return append(out, strings.TrimSpace(list[begun:]))
}

// halving is the plan of a search: rung r trains what is left to unit*2^r of a trial's own generations, and keeps the
// better half of it, rounded up, for the next. The last rung has one trial and its whole budget.
type halving struct{ rungs int } // after the first

func newHalving(trials int) halving { return halving{bits.Len(uint(trials - 1))} }

// unit is a trial's generations of the first rung, and from one meta-test to the next.
func (h halving) unit(budget, population, tasks int) (int, error) {
	each := population * tasks << h.rungs
	if budget < each {
		return 0, badf("--budget %d: one generation of %d x %d lives at the first of %d rungs, doubled from rung to rung, needs %d",
			budget, population, tasks, h.rungs+1, each)
	}
	return budget / each, nil
}

// kept is the better half. A NaN is worst; equals keep their order.
func kept(trials []*trial) []*trial {
	sorted := slices.Clone(trials)
	slices.SortStableFunc(sorted, func(a, b *trial) int { return cmp.Compare(b.mean(), a.mean()) })
	return sorted[:(len(sorted)+1)/2]
}

// plan makes the trials' specs: every seed of every choice, with the generations that the budget pays and a meta-test at
// every rung.
func (h halving) plan(base []byte, chosen [][]string, budget int, all seeds, r run.Registry) ([]*trial, error) {
	var out []*trial
	for i, set := range chosen {
		t := &trial{number: i + 1, set: set}
		for _, seed := range all {
			spec, err := changed(base, append(slices.Clone(set), fmt.Sprintf("seed=%d", seed)), r)
			if err != nil {
				return nil, badf("--vary %s: %w", strings.Join(set, " "), err)
			}
			unit, err := h.unit(budget, spec.Strategy.Population, spec.Tasks)
			if err != nil {
				return nil, err
			}
			spec.Generations, spec.MetaTest.Every = unit<<h.rungs, unit
			spec.CheckpointEvery = min(spec.CheckpointEvery, unit)
			if spec, err = spec.Resolve(r); err != nil {
				return nil, bad(err)
			}
			t.specs = append(t.specs, spec)
		}
		out = append(out, t)
	}
	if len(out) < 2 {
		return nil, bad(errors.New("--vary: give at least two values to choose from"))
	}
	return out, nil
}

// sortRungs puts the trials that went furthest first, and among them the best.
func sortRungs(lines []rungLine) {
	slices.SortStableFunc(lines, func(a, b rungLine) int {
		return cmp.Or(cmp.Compare(b.Rung, a.Rung), cmp.Compare(b.Score, a.Score))
	})
}
