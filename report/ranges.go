package report

import (
	"context"
	"fmt"

	"baldwin/figure"
	"baldwin/probe"
)

// ranges asks how learners do beyond the ranges of evolution.
func (v *Lives) ranges(ctx context.Context) (*Exhibit, error) {
	as, err := ask(ctx, v, "ranges", anyone, func(ctx context.Context, s *probe.Subject) ([]probe.Abroad, error) {
		return probe.Ranges(ctx, s, 0, livesSeed)
	})
	return abroad(as), err
}

// abroad has a row for each range and a column for each learner.
func abroad(as []answer[[]probe.Abroad]) *Exhibit {
	f := &Exhibit{
		Figure: &figure.Figure{
			Name: "ranges", Title: "Outside the ranges of evolution",
			Caption: "Lives whose amplitude A, period n, noise, A0 or k comes from another range than evolution drew it from, everything else as it was; " +
				"home is the range of evolution. Of sequences the share of the error of always predicting 0 (0 is perfect, at 1 nothing is left), of robots " +
				"the fitness ± half of its 95% interval. 1600 tasks a number, the best genome of each learner." + ofTheBest,
		},
		Data: data(as, probe.RangesTable),
	}
	for _, column := range byColumn(as) {
		g := Grid{Title: column[0].Preset, Rows: [][]string{heads("range", column)}}
		for i, r := range column[0].Answer {
			row := []string{fmt.Sprintf("%s in %g to %g", r.Parameter, r.From, r.To)}
			if r.From == r.To {
				row[0] = fmt.Sprintf("%s = %g", r.Parameter, r.From)
			}
			if r.Home {
				row[0] += " (home)"
			}
			for _, a := range column {
				if x := a.Answer[i]; x.Share == x.Share { // of sequences
					row = append(row, num(x.Share, 2))
				} else {
					row = append(row, interval(x.Fitness, 1))
				}
			}
			g.Rows = append(g.Rows, row)
		}
		f.Grids = append(f.Grids, g)
	}
	return f
}
