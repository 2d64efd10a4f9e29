package report

import (
	"context"
	"fmt"
	"math"

	"baldwin/figure"
	"baldwin/paper"
	"baldwin/probe"
)

// knowsLives is how many lives the weights are read in.
const knowsLives = 400

// knowledge asks what EPRNN's W and h know in the first of the presets that was run, once; nil where none was.
func (v *Lives) knowledge(ctx context.Context, presets ...string) ([]probe.Knowledge, *paper.Genome, error) {
	s, g, err := v.subject("eprnn", presets...)
	if err != nil || s == nil {
		return nil, nil, err
	}
	if known, ok := v.known[g.Preset]; ok {
		return known, g, nil
	}
	steps := probe.About(8, s.Family.Shape().Steps)
	k, err := probe.Knows(ctx, s, probe.KnowsSettings{Lives: knowsLives, Seed: livesSeed, Steps: steps})
	if v.known == nil {
		v.known = map[string][]probe.Knowledge{}
	}
	v.known[g.Preset] = k
	return k, g, err
}

// sources are what is read, and how each is drawn.
var sources = []struct{ from, label, key string }{
	{probe.FromW, "from W", "text"}, {probe.FromH, "from h", "#7a5cc4"}, {probe.FromSeen, "from all that was seen", "soft"},
}

// knowing draws how fast a life comes to know its task.
func (v *Lives) knowing(ctx context.Context) (*figure.Figure, error) {
	f := &figure.Figure{
		Name: "knows", Title: "What the weights know, and when", Columns: 3,
		Caption: fmt.Sprintf("How well each hidden parameter of the task can be read from EPRNN's W and h after each step: R2 of cross-validated ridge "+
			"regression over %d lives, each predicted by others alone. 1 is all, 0 nothing. Grey is what a linear reader has of the observations themselves.", knowsLives),
	}
	for _, presets := range [][]string{longest, robots} {
		ks, g, err := v.knowledge(ctx, presets...)
		if err != nil {
			return nil, err
		}
		if g == nil {
			f.Panels = append(f.Panels, figure.Panel{Title: presets[0], Empty: "not run", X: figure.Axis{Label: "step"}, Y: figure.Axis{Label: "R2"}})
			continue
		}
		var names []string
		lines := map[string]*figure.Line{}
		for _, k := range ks {
			id := k.Parameter + "/" + k.From
			if lines[id] == nil {
				lines[id] = &figure.Line{}
				if k.From == ks[0].From {
					names = append(names, k.Parameter)
				}
			}
			lines[id].X, lines[id].Y = append(lines[id].X, float64(k.Step)), append(lines[id].Y, k.R2.Value)
		}
		for _, name := range names {
			p := figure.Panel{
				Title: name + ", " + g.Preset, Note: whose(g, "")[:2],
				X: figure.Axis{Label: "step"}, Y: figure.Axis{Label: "R2", Min: -0.1, Max: 1},
			}
			for _, s := range sources {
				if l := lines[name+"/"+s.from]; l != nil {
					p.Lines = append(p.Lines, figure.Line{Key: s.key, Label: s.label, X: l.X, Y: l.Y})
				}
			}
			f.Panels = append(f.Panels, p)
		}
	}
	return f, nil
}

// last is R2 at the end of a life, by parameter, read from one source; NaN where it was not asked.
func last(ks []probe.Knowledge, from, parameter string) float64 {
	v, step := math.NaN(), 0
	for _, k := range ks {
		if k.From == from && k.Parameter == parameter && k.Step >= step {
			v, step = k.R2.Value, k.Step
		}
	}
	return v
}

// knows are the claims about what W_T and h_T hold.
func (v *Lives) knows(ctx context.Context) ([]Claim, error) {
	ends := Claim{Claim: "W ends where the hidden parameters of a sequence say", Measure: "R2 of the parameter, read from the last W, above 0"}
	goal := Claim{Claim: "for the robot W says A0 and k, but not the goal", Measure: "R2 of A0 or k less that of the goal's better coordinate, read from the last W, above 0"}
	less := Claim{Claim: "h separates tasks less than W", Measure: "R2 from the last W less that from the last h, above 0"}
	add := func(c *Claim, where string, d float64) {
		l := ClaimLine{Where: where, Paper: "picture", Ours: signed(d), Verdict: verdict(d)}
		if l.Verdict != notRun {
			l.Runs = "1"
		}
		c.Lines = append(c.Lines, l)
	}
	for _, q := range []struct {
		presets, parameters []string
	}{{longest, []string{"A", "n", "phi"}}, {robots, []string{"A0", "k"}}} {
		ks, g, err := v.knowledge(ctx, q.presets...)
		if err != nil {
			return nil, err
		}
		where := q.presets[0]
		if g != nil {
			where = g.Preset
		}
		if g != nil && !learned(g) {
			where, ks = where+" (run, but it has not learned yet)", nil
		}
		for _, p := range q.parameters {
			w := last(ks, probe.FromW, p)
			if len(q.parameters) == 3 {
				add(&ends, where+", "+p, w)
			} else {
				add(&goal, where+", "+p, w-max(last(ks, probe.FromW, "goal_x"), last(ks, probe.FromW, "goal_y")))
			}
			add(&less, where+", "+p, w-last(ks, probe.FromH, p))
		}
	}
	return []Claim{ends, goal, less}, nil
}
