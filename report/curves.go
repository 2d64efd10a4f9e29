package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"baldwin/figure"
	"baldwin/paper"
	"baldwin/run"
	"baldwin/stats"
	"baldwin/task"
)

// curves is the paper's figure 4: meta-tests over generations, a panel for each column, all learners. The line is the mean
// over runs, the band from the worst of them to the best; triangles are the paper's numbers.
func curves(reg run.Registry, p *paper.Plan, standings []paper.Standing) *figure.Figure {
	f := &figure.Figure{
		Name: "figure4", Title: "Meta-tests over generations", Columns: 3,
		Caption: fmt.Sprintf("Mean fitness on tasks that no offspring met, every %d generations, for each learner: the mean over its "+
			"finished runs, and a band from the worst run to the best, which the more runs make the wider; where no run has finished, the one that "+
			"got furthest. A triangle at the right edge is the paper's number after %d generations. Higher is better.", testEvery(p), paper.PaperGenerations),
	}
	var drawnRuns []map[string]int
	for _, pre := range reg.Presets {
		cells := slices.DeleteFunc(slices.Clone(p.Cells), func(c paper.Cell) bool { return c.Preset != pre.Name })
		if len(cells) == 0 {
			continue
		}
		panel := figure.Panel{
			Title: columnTitle(pre), Empty: "not run",
			X: figure.Axis{Label: "generation", Min: 0, Max: float64(p.Budget.Generations(cells[0]))}, Y: figure.Axis{Label: "meta-test score"},
		}
		floor := panelFloor(pre.Spec.Family.Family)
		if floor != 0 {
			panel.Y.Min, panel.Y.Max = floor, 0
		}
		counts := map[string]int{}
		for _, c := range sorted(cells) {
			line, band, runs := cellCurve(c, drawn(c, standings))
			if runs == 0 {
				continue
			}
			counts[c.Row()] = runs
			panel.Empty = ""
			panel.Lines = append(panel.Lines, line)
			if runs > 1 {
				panel.Bands = append(panel.Bands, band)
			}
			panel.Marks = append(panel.Marks, figure.Mark{Ink: figure.Ink(c.Row()), Y: c.Mean, Edge: true, Label: c.Row() + ", paper"})
		}
		f.Panels, drawnRuns = append(f.Panels, panel), append(drawnRuns, counts)
	}
	noteRuns(f, drawnRuns)
	return f
}

// noteRuns says below each panel's title of how many runs its curves are: a number for each learner of the legend.
func noteRuns(f *figure.Figure, runs []map[string]int) {
	legend := f.Entries()
	if len(legend) == 0 {
		return
	}
	for i := range f.Panels {
		if len(f.Panels[i].Lines) == 0 {
			continue
		}
		var counts []string
		for _, e := range legend {
			counts = append(counts, strconv.Itoa(runs[i][e.Key]))
		}
		f.Panels[i].Note = []string{"runs, in the legend's order: " + strings.Join(counts, ", ")}
	}
}

func testEvery(p *paper.Plan) int {
	if len(p.Jobs) == 0 {
		return run.DefaultTestEvery
	}
	return p.Jobs[0].Spec.MetaTest.Every
}

// columnTitle is how a column of the tables is headed.
func columnTitle(pre run.Preset) string {
	switch f := pre.Spec.Family.Family.(type) {
	case *task.Sequence:
		return fmt.Sprintf("(%d,%d,%d)", f.Dims, f.Shots, f.Length)
	case *task.Robot:
		return fmt.Sprintf("%s noise (%g)", strings.TrimPrefix(pre.Name, "robot-"), f.Noise)
	}
	return pre.Name
}

// panelFloor is where a panel's scores end below: what a learner that has learned nothing scores, and a little more.
func panelFloor(f task.Family) float64 {
	if floor := floorOf(f); !math.IsNaN(floor) {
		return 1.1 * floor
	}
	return 0
}

// sorted puts cells into the order of the learners.
func sorted(cells []paper.Cell) []paper.Cell {
	slices.SortStableFunc(cells, func(a, b paper.Cell) int {
		return slices.Index(figure.Learners, a.Row()) - slices.Index(figure.Learners, b.Row())
	})
	return cells
}

// drawn are the runs of a cell that its curve is of: the finished ones, or where there are none the furthest. Were others
// mixed in, the mean would jump where they end.
func drawn(c paper.Cell, standings []paper.Standing) []*paper.Standing {
	var finished, begun []*paper.Standing
	for i := range standings {
		switch s := &standings[i]; {
		case s.ID() != c.ID() || len(s.Tests) == 0:
		case s.Finished():
			finished = append(finished, s)
		case len(begun) == 0 || s.Generation() > begun[0].Generation():
			begun = []*paper.Standing{s}
		}
	}
	if finished != nil {
		return finished
	}
	return begun
}

// cellCurve is the mean over a cell's runs at each generation that they were tested at.
func cellCurve(c paper.Cell, standings []*paper.Standing) (figure.Line, figure.Band, int) {
	at := map[int][]float64{}
	for _, s := range standings {
		for _, t := range s.Tests {
			at[t.Generation] = append(at[t.Generation], t.Mean)
		}
	}
	line, band := figure.Line{Key: c.Row()}, figure.Band{Key: c.Row()}
	var generations []int
	for g := range at {
		generations = append(generations, g)
	}
	slices.Sort(generations)
	for _, g := range generations {
		v := at[g]
		if slices.ContainsFunc(v, math.IsNaN) {
			continue
		}
		line.X, line.Y = append(line.X, float64(g)), append(line.Y, stats.Mean(v))
		band.X, band.Low, band.High = append(band.X, float64(g)), append(band.Low, slices.Min(v)), append(band.High, slices.Max(v))
	}
	return line, band, len(standings)
}
