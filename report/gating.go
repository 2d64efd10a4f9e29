package report

import (
	"context"

	"baldwin/figure"
	"baldwin/probe"
)

// gating asks what the modulator does.
func (v *Lives) gating(ctx context.Context) (*Exhibit, error) {
	as, err := ask(ctx, v, "modulator", func(s *probe.Subject) bool { return s.Learner.Modulator == "on" },
		func(ctx context.Context, s *probe.Subject) (*probe.Modulation, error) {
			return probe.Modulator(ctx, s, 0, livesSeed)
		})
	return modulators(as), err
}

func modulators(as []answer[*probe.Modulation]) *Exhibit {
	f := &Exhibit{
		Figure: &figure.Figure{
			Name: "modulator", Title: "What the modulator does", Columns: 3,
			Caption: "Activity of EPRNN's modulator, mean over neurons and 400 lives (of robots fewer and fewer, for one that has found its goal is done) with its 95% interval, beside what it could follow: of sequences the " +
				"error of the last output as a prediction of what is seen now (root mean square; nobody scored it), of robots the change of the signal. " +
				"The correlation is of both over lives within steps, with a bootstrap over lives; the strongest is that of the one neuron of 64 that has most of it at the " +
				"last step that learns, where chance alone gives about 0.13 over 400 lives; R2 is how much of it can be read there from all neurons.",
			Legend: []figure.Entry{{Key: "eprnn", Label: "activity of the modulator"}, {Key: "truth", Label: "error of prediction, or change of the signal"}},
		},
		Data: data(as, modulatorTable),
	}
	g := Grid{Rows: [][]string{{"where", "learner", "activity, first to last step", "sd over neurons", "sd over lives", "correlation", "strongest", "R2"}}}
	for _, a := range as {
		m := a.Answer
		if len(m.Steps) == 0 {
			continue
		}
		first, last := m.Steps[0], m.Steps[len(m.Steps)-1]
		g.Rows = append(g.Rows, []string{
			a.Preset, figure.LearnerLabel(a.Row()), num(first.Activity.Value, 2) + " to " + num(last.Activity.Value, 2), num(last.Between, 2),
			num(last.Within, 2), estimate(m.Correlation, 2), num(last.Strongest, 2), estimate(m.R2, 2),
		})
		if a.Row() == "eprnn" {
			f.Panels = append(f.Panels, gates(a))
		}
	}
	if len(g.Rows) > 1 {
		f.Grids = []Grid{g}
	}
	return f
}

func gates(a answer[*probe.Modulation]) figure.Panel {
	p := figure.Panel{
		Title: a.Preset, Note: whose(a.Genome, "correlation "+estimate(a.Answer.Correlation, 2)+", R2 "+num(a.Answer.R2.Value, 2)),
		X: figure.Axis{Label: "step"}, Y: figure.Axis{Label: "activity, error"},
	}
	activity, surprise := figure.Line{Key: "eprnn", Label: "-"}, figure.Line{Key: "truth", Label: "-"}
	band := figure.Band{Key: "eprnn"}
	for _, s := range a.Answer.Steps {
		x := float64(s.Step)
		activity.X, activity.Y = append(activity.X, x), append(activity.Y, s.Activity.Value)
		surprise.X, surprise.Y = append(surprise.X, x), append(surprise.Y, s.Surprise)
		band.X, band.Low, band.High = append(band.X, x), append(band.Low, s.Activity.Low), append(band.High, s.Activity.High)
	}
	p.Lines, p.Bands = []figure.Line{surprise, activity}, []figure.Band{band}
	return p
}

// modulatorTable is probe's; what holds of all steps together stands in each row.
func modulatorTable(m *probe.Modulation) *probe.Table {
	t := probe.ModulatorTable(m)
	t.Columns = append(t.Columns, "correlation", "correlation_low", "correlation_high", "r2", "r2_low", "r2_high")
	for i := range t.Rows {
		t.Rows[i] = append(t.Rows[i], m.Correlation.Value, m.Correlation.Low, m.Correlation.High, m.R2.Value, m.R2.Low, m.R2.High)
	}
	return t
}
