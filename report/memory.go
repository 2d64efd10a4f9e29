package report

import (
	"context"
	"fmt"

	"baldwin/figure"
	"baldwin/probe"
	"baldwin/task"
)

func predicts(s *probe.Subject) bool {
	_, ok := s.Family.(*task.Sequence)
	return ok
}

// memory asks how long memory lasts.
func (v *Lives) memory(ctx context.Context) (*Exhibit, error) {
	as, err := ask(ctx, v, "memory", predicts, func(ctx context.Context, s *probe.Subject) ([]probe.Horizon, error) { return probe.Memory(ctx, s, 0) })
	return horizons(as), err
}

// memoryTop is where the figure of memory ends at the latest: a learner that goes on learning from its own outputs can come to
// any error.
const memoryTop = 5

// horizons draws the share of the error by how far ahead is predicted.
func horizons(as []answer[[]probe.Horizon]) *Exhibit {
	f := &Exhibit{
		Figure: &figure.Figure{
			Name: "memory", Title: "How long memory lasts", Columns: 2,
			Caption: "The error of a sequence that is predicted ten times as far ahead as the learner was evolved for, as a share of the error of always " +
				"predicting 0: at 1 nothing of the task is left. The best genome of each learner, 1600 held-out tasks; shaded are the steps that " +
				"evolution saw and scored. What goes beyond " + num(memoryTop, 0) + " leaves the figure; the tables have it." + ofTheBest,
		},
		Data: data(as, probe.MemoryTable),
	}
	for _, column := range byColumn(as) {
		s := column[0].Genome.Spec.Family.Family.(*task.Sequence)
		p := figure.Panel{
			Title: column[0].Preset, X: figure.Axis{Label: "predicted step"}, Y: figure.Axis{Label: "share of the error", Max: 1.2},
			Spans: []figure.Span{{From: float64(s.Shots), To: float64(s.Length), Label: "N"}},
		}
		g := Grid{Title: column[0].Preset + ": share of the error of predicting 0", Rows: [][]string{{"learner"}}}
		for i, a := range column {
			line := figure.Line{Key: a.Row()}
			row := []string{figure.LearnerLabel(a.Row())}
			for _, h := range a.Answer {
				line.X, line.Y = append(line.X, float64(h.First), float64(h.Last)), append(line.Y, h.Share, h.Share)
				row = append(row, num(h.Share, 2))
				p.Y.Max = min(max(p.Y.Max, 1.05*h.Share), memoryTop)
				if i == 0 {
					g.Rows[0] = append(g.Rows[0], fmt.Sprintf("y(%d) to y(%d)", h.First, h.Last))
				}
			}
			p.Lines, g.Rows = append(p.Lines, line), append(g.Rows, row)
		}
		f.Panels, f.Grids = append(f.Panels, p), append(f.Grids, g)
	}
	return f
}
