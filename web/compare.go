package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"baldwin/run"
	"baldwin/stats"
)

// maxCompared bounds the runs on one page of comparison.
const maxCompared = 24

// A contestant is a run in a comparison.
type contestant struct {
	line
	Color int
	Group string
	Last  *run.MetaTestRow
	Top   float64
}

// A group is the runs that differ in nothing but their seed.
type group struct {
	Name     string
	Scores   []float64 // the paper's score of each run that has one
	N        int
	Mean, SD float64
	IQM      float64
}

// A contest is two groups against each other. P is of the two-sided rank test, adjusted by Holm over all contests.
type contest struct {
	A, B   string
	Better float64 // chance that a run of A scores above one of B
	P      float64
}

func (s *Server) comparePage(w http.ResponseWriter, r *http.Request) {
	names := r.URL.Query()["run"]
	if len(names) > maxCompared {
		s.fail(w, r, badf("at most %d runs are compared, got %d", maxCompared, len(names)))
		return
	}
	slices.Sort(names)
	var all []contestant
	for _, name := range slices.Compact(names) {
		c, err := s.contestant(r.Context(), name)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		c.Color = len(all)
		all = append(all, c)
	}
	groups := groupsOf(all)
	s.show(w, r, "compare.html", page{Title: "Compare", Script: "compare.js", Charts: true, Here: "runs", Data: struct {
		Runs     []contestant
		Groups   []group
		Contests []contest
	}{all, groups, contestsOf(groups)}})
}

func (s *Server) contestant(ctx context.Context, name string) (contestant, error) {
	row, err := s.Store.Run(ctx, name)
	if err != nil {
		return contestant{}, err
	}
	l, err := s.line(ctx, row)
	if err != nil {
		return contestant{}, err
	}
	c := contestant{line: l, Group: s.groupName(row.Spec, row.Preset, row.Learner)}
	tests, err := s.Store.MetaTests(ctx, row.ID, 0)
	if n := len(tests); n > 0 {
		c.Last = &tests[n-1]
	}
	c.Top = top(tests)
	return c, err
}

// groupName names what a run is but for its seed: preset and learner, and a mark of the spec where that is not the preset's.
func (s *Server) groupName(text []byte, preset, learner string) string {
	name := preset + " " + learner
	spec, err := run.ParseSpec("spec", text, s.Registry)
	if err != nil {
		return name
	}
	spec.Seed, spec.Start = 0, ""
	if spec, err = spec.Resolve(s.Registry); err != nil {
		return name
	}
	if p, err := s.Registry.Preset(preset); err == nil {
		plain := p.Spec
		plain.Learner.Name = spec.Learner.Name
		if plain, err = plain.Resolve(s.Registry); err == nil && plain.Hash() == spec.Hash() {
			return name
		}
	}
	return fmt.Sprintf("%s (spec %.6s)", name, spec.Hash())
}

// groupsOf gathers the runs of each group, in the order of their first runs.
func groupsOf(all []contestant) []group {
	var groups []group
	for _, c := range all {
		i := slices.IndexFunc(groups, func(g group) bool { return g.Name == c.Group })
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{Name: c.Group})
		}
		groups[i].N++
		if !math.IsNaN(c.Top) {
			groups[i].Scores = append(groups[i].Scores, c.Top)
		}
	}
	for i := range groups {
		g := &groups[i]
		g.Mean, g.SD, g.IQM = stats.Mean(g.Scores), stats.SD(g.Scores), stats.IQM(g.Scores)
	}
	return groups
}

// contestsOf sets every group that has scores against every other.
func contestsOf(groups []group) []contest {
	var out []contest
	var ps []float64
	for i := range groups {
		for j := i + 1; j < len(groups); j++ {
			a, b := groups[i], groups[j]
			if len(a.Scores) == 0 || len(b.Scores) == 0 {
				continue
			}
			out = append(out, contest{A: a.Name, B: b.Name, Better: stats.ProbabilityOfImprovement(a.Scores, b.Scores)})
			ps = append(ps, stats.MannWhitney(a.Scores, b.Scores).P)
		}
	}
	for i, p := range stats.Holm(ps) {
		out[i].P = p
	}
	return out
}

// Query is the address of the comparison without a run.
func (c contestant) Query(others []contestant) string {
	var parts []string
	for _, o := range others {
		if o.Name != c.Name {
			parts = append(parts, "run="+o.Name) // a run's name needs no escaping
		}
	}
	return "/compare?" + strings.Join(parts, "&")
}
