package report

import (
	"context"
	"fmt"
	"slices"

	"baldwin/figure"
	"baldwin/probe"
	"baldwin/stats"
)

// knowsLives is how many lives the weights are read in.
const knowsLives = 400

// knowing asks what W and h know of the task, after each step.
func (v *Lives) knowing(ctx context.Context) (*Exhibit, []Claim, error) {
	readable := func(s *probe.Subject) bool { return s.Learner.Plastic || s.Learner.Recurrent }
	as, err := ask(ctx, v, "knows", readable, func(ctx context.Context, s *probe.Subject) ([]probe.Knowledge, error) {
		return probe.Knows(ctx, s, probe.KnowsSettings{Lives: knowsLives, Seed: livesSeed, Steps: probe.About(8, s.Family.Shape().Steps)})
	})
	if err != nil {
		return nil, nil, err
	}
	claims, err := v.knows(as)
	return knowledge(as), claims, err
}

// sources are what is read, and how each is drawn.
var sources = []struct{ from, label, key string }{
	{probe.FromW, "from W", "text"}, {probe.FromH, "from h", "#7a5cc4"}, {probe.FromSeen, "from all that was seen", "soft"},
}

// knowledge draws how fast a life comes to know its task: EPRNN from each source, and all learners beside it.
func knowledge(as []answer[[]probe.Knowledge]) *Exhibit {
	f := &Exhibit{
		Figure: &figure.Figure{
			Name: "knows", Title: "What the weights know, and when", Columns: 3,
			Caption: fmt.Sprintf("How well each hidden parameter of the task can be read from W and h after each step: R2 of cross-validated ridge "+
				"regression over %d lives, each predicted by others alone. 1 is all, 0 nothing. First EPRNN, with the 95%% interval of a bootstrap over "+
				"lives; grey is what a linear reader has of the observations themselves. Then each learner: from its W, or from h where it has no plastic "+
				"W. The tables have the end of life."+ofTheBest, knowsLives),
		},
		Data: data(as, probe.KnowsTable),
	}
	columns := byColumn(as)
	for _, presets := range [][]string{sinusoids, robots} {
		preset, e := presets[0], find(as, "eprnn", presets)
		if e != nil {
			preset = e.Preset
		}
		at := slices.IndexFunc(columns, func(c []answer[[]probe.Knowledge]) bool { return c[0].Preset == preset })
		if e == nil {
			f.Panels = append(f.Panels, figure.Panel{
				Title: "EPRNN, " + preset, Empty: "not run, or it has not learned here", X: figure.Axis{Label: "step"}, Y: figure.Axis{Label: "R2"},
			})
		} else {
			f.Panels = append(f.Panels, knownTo(e)...)
		}
		if at >= 0 {
			f.Panels = append(f.Panels, knownToEach(columns[at])...)
		}
	}
	for _, column := range columns {
		f.Grids = append(f.Grids, knowGrid(column))
	}
	return f
}

// knownTo has a panel for each parameter, and in it a curve for each source.
func knownTo(a *answer[[]probe.Knowledge]) (panels []figure.Panel) {
	for _, name := range parameters(a.Answer) {
		p := knowPanel(figure.LearnerLabel(a.Row()), name, a.Preset)
		p.Note = whose(a.Genome, "")[:2]
		for _, s := range sources {
			if l, b := rising(a.Answer, s.from, name, s.key); len(l.X) > 0 {
				l.Label = s.label
				p.Lines, p.Bands = append(p.Lines, l), append(p.Bands, b)
			}
		}
		panels = append(panels, p)
	}
	return panels
}

// knownToEach has a panel for each parameter, and in it a curve for each learner.
func knownToEach(column []answer[[]probe.Knowledge]) (panels []figure.Panel) {
	for _, name := range parameters(column[0].Answer) {
		p := knowPanel("each learner", name, column[0].Preset)
		for _, a := range column {
			l, _ := rising(a.Answer, probe.FromW, name, a.Row())
			if len(l.X) == 0 {
				l, _ = rising(a.Answer, probe.FromH, name, a.Row())
			}
			p.Lines = append(p.Lines, l)
		}
		panels = append(panels, p)
	}
	return panels
}

func knowPanel(who, name, preset string) figure.Panel {
	return figure.Panel{Title: name + ", " + who + ", " + preset, X: figure.Axis{Label: "step"}, Y: figure.Axis{Label: "R2", Min: -0.1, Max: 1}}
}

// parameters are the names of what was asked for, in their order.
func parameters(ks []probe.Knowledge) (names []string) {
	for _, k := range ks {
		if !slices.Contains(names, k.Parameter) {
			names = append(names, k.Parameter)
		}
	}
	return names
}

// rising is R2 of a parameter from one source over the steps.
func rising(ks []probe.Knowledge, from, parameter, key string) (figure.Line, figure.Band) {
	l, b := figure.Line{Key: key}, figure.Band{Key: key}
	for _, k := range ks {
		if k.From == from && k.Parameter == parameter {
			l.X, l.Y = append(l.X, float64(k.Step)), append(l.Y, k.R2.Value)
			b.X, b.Low, b.High = append(b.X, float64(k.Step)), append(b.Low, k.R2.Low), append(b.High, k.R2.High)
		}
	}
	return l, b
}

// knowGrid is what is known at the end of life, with intervals.
func knowGrid(column []answer[[]probe.Knowledge]) Grid {
	g := Grid{Title: column[0].Preset + ": R2 at the end of life", Rows: [][]string{{"learner"}}}
	names := parameters(column[0].Answer)
	for _, from := range []string{probe.FromW, probe.FromH} {
		for _, name := range names {
			g.Rows[0] = append(g.Rows[0], name+" from "+from)
		}
	}
	for _, a := range column {
		row := []string{figure.LearnerLabel(a.Row())}
		for _, from := range []string{probe.FromW, probe.FromH} {
			for _, name := range names {
				row = append(row, estimate(last(a.Answer, from, name), 2))
			}
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// find is the answer of a learner in the first of the presets that has one; nil: none has.
func find[T any](as []answer[T], row string, presets []string) *answer[T] {
	for _, p := range presets {
		for i := range as {
			if as[i].Row() == row && as[i].Preset == p {
				return &as[i]
			}
		}
	}
	return nil
}

// last is R2 at the end of a life, by parameter, read from one source; NaN where it was not asked.
func last(ks []probe.Knowledge, from, parameter string) probe.Estimate {
	e, step := unknown(), 0
	for _, k := range ks {
		if k.From == from && k.Parameter == parameter && k.Step >= step {
			e, step = k.R2, k.Step
		}
	}
	return e
}

// apart is how far a is above b. Its interval is as wide as both of theirs together, so that it is above 0 where they do not
// overlap: wider than 95%, since nothing is known of how the two go together.
func apart(a, b probe.Estimate) probe.Estimate {
	return probe.Estimate{Value: a.Value - b.Value, Interval: stats.Interval{Low: a.Low - b.High, High: a.High - b.Low}}
}

// higher is the estimate of the larger value.
func higher(a, b probe.Estimate) probe.Estimate {
	if b.Value > a.Value {
		return b
	}
	return a
}

// knows are the claims about what W_T and h_T hold.
func (v *Lives) knows(as []answer[[]probe.Knowledge]) ([]Claim, error) {
	ends := Claim{Claim: "W ends where the hidden parameters of a sequence say", Measure: "R2 of the parameter, read from the last W, above 0"}
	goal := Claim{Claim: "for the robot W says A0 and k, but not the goal", Measure: "R2 of A0 or k less that of the goal's better coordinate, read from the last W, above 0"}
	less := Claim{Claim: "h separates tasks less than W", Measure: "R2 from the last W less that from the last h, above 0"}
	for _, q := range []struct {
		presets, parameters []string
	}{{sinusoids, []string{"A", "n", "phi"}}, {robots, []string{"A0", "k"}}} {
		var ks []probe.Knowledge
		where, why := q.presets[0], notRun
		if e := find(as, "eprnn", q.presets); e != nil {
			where, ks = e.Preset, e.Answer
		} else if _, g, err := v.subject("eprnn", q.presets...); err != nil {
			return nil, err
		} else if g != nil {
			where, why = g.Preset, unlearned
		}
		from := func(from, p string) probe.Estimate { return last(ks, from, p) }
		for _, p := range q.parameters {
			w := from(probe.FromW, p)
			if len(q.parameters) == 3 {
				ends.picture(where+", "+p, "1", w, ofOne(why, w))
			} else {
				over := apart(w, higher(from(probe.FromW, "goal_x"), from(probe.FromW, "goal_y")))
				goal.picture(where+", "+p, "1", over, ofOne(why, w, over))
			}
			over := apart(w, from(probe.FromH, p))
			less.picture(where+", "+p, "1", over, ofOne(why, w, over))
		}
	}
	return []Claim{ends, goal, less}, nil
}
