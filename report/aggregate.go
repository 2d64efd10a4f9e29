package report

import (
	"strconv"
	"strings"

	"baldwin/figure"
	"baldwin/paper"
	"baldwin/probe"
	"baldwin/stats"
)

// aggregates compare learners over columns.
func aggregates(columns []scored) *Exhibit {
	f := &Exhibit{
		Figure: &figure.Figure{
			Name: "aggregates", Title: "Aggregates over columns",
			Caption: "Each learner over those columns in which it and EPRNN have finished runs, and EPRNN over the same: held-out scores as shares of the way " +
				"from nothing learned (0) to perfect (1), every column of the same weight, however many runs it has. IQM is the mean over columns of the " +
				"interquartile mean of a column's runs, with the 95% interval of a bootstrap stratified by column where each column has two runs or more; " +
				"P is the mean over columns of the probability that a run of EPRNN scores above one of the learner, with an interval where each column has " +
				strconv.Itoa(rankRuns) + " runs a side or more. Lines of other columns cannot be compared.",
		},
		Data: [][]string{{
			"table", "learner", "columns", "runs", "iqm", "low", "high", "mean", "eprnn_runs", "eprnn_iqm", "eprnn_low", "eprnn_high",
			"eprnn_better", "eprnn_better_low", "eprnn_better_high",
		}},
	}
	for _, t := range paper.Tables {
		g := Grid{
			Title: t.Title,
			Rows:  [][]string{{"learner", "columns", "runs", "IQM", "mean", "EPRNN there", "its runs", "P(EPRNN better)"}},
		}
		for _, row := range figure.Learners {
			if a := newAggregate(t.Name, row, columns); a != nil {
				g.Rows, f.Data = append(g.Rows, a.text()), append(f.Data, a.data())
			}
		}
		if len(g.Rows) > 1 {
			f.Grids = append(f.Grids, g)
		}
	}
	return f
}

// An aggregate is one learner over the columns of a table that it shares with EPRNN.
type aggregate struct {
	table, row, columns string
	runs, eprnnRuns     int
	iqm, eprnn, better  probe.Estimate
	mean                float64
}

// newAggregate is nil where there is no such column.
func newAggregate(table, row string, columns []scored) *aggregate {
	var ours, theirs, both [][]float64 // by column; both are EPRNN's, then the learner's
	var names []string
	for i := range columns {
		c := &columns[i]
		if c.table == table && len(c.runs[row]) > 0 && len(c.runs["eprnn"]) > 0 {
			a, e := c.scale(c.runs[row]), c.scale(c.runs["eprnn"])
			ours, theirs, both = append(ours, a), append(theirs, e), append(both, e, a)
			names = append(names, c.title)
		}
	}
	if ours == nil {
		return nil
	}
	a := &aggregate{
		table: table, row: row, columns: strings.Join(names, " "), runs: size(ours), eprnnRuns: size(theirs),
		iqm: resampled(ours, 2, overColumns(stats.IQM)), eprnn: resampled(theirs, 2, overColumns(stats.IQM)), better: resampled(both, rankRuns, better),
		mean: overColumns(stats.Mean)(ours),
	}
	if row == "eprnn" { // against itself there is nothing to say
		a.eprnn, a.better = unknown(), unknown()
	}
	return a
}

// overColumns is a statistic of columns: the mean of that of each.
func overColumns(of func([]float64) float64) func([][]float64) float64 {
	return func(columns [][]float64) (sum float64) {
		for _, c := range columns {
			sum += of(c) / float64(len(columns))
		}
		return sum
	}
}

// size is how many runs columns have together.
func size(columns [][]float64) (n int) {
	for _, c := range columns {
		n += len(c)
	}
	return n
}

func (a *aggregate) text() []string {
	return []string{
		figure.LearnerLabel(a.row), a.columns, strconv.Itoa(a.runs), estimate(a.iqm, 3), num(a.mean, 3), estimate(a.eprnn, 3),
		strconv.Itoa(a.eprnnRuns), estimate(a.better, 2),
	}
}

func (a *aggregate) data() []string {
	row := []string{a.table, a.row, a.columns, strconv.Itoa(a.runs)}
	for _, v := range []float64{a.iqm.Value, a.iqm.Low, a.iqm.High, a.mean} {
		row = append(row, float(v))
	}
	row = append(row, strconv.Itoa(a.eprnnRuns))
	for _, v := range []float64{a.eprnn.Value, a.eprnn.Low, a.eprnn.High, a.better.Value, a.better.Low, a.better.High} {
		row = append(row, float(v))
	}
	return row
}
