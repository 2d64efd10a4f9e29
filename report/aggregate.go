package report

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"baldwin/figure"
	"baldwin/paper"
	"baldwin/probe"
	"baldwin/run"
	"baldwin/stats"
	"baldwin/task"
)

// A column of scores: the finished runs of each learner on one column's held-out tasks.
type scored struct {
	preset, title, table string
	floor                float64
	runs                 map[string][]float64 // by learner
}

// scoredColumns are the columns in which anybody has a finished run.
func scoredColumns(reg run.Registry, rs []Result) (out []scored) {
	for _, pre := range reg.Presets {
		c := scored{preset: pre.Name, title: columnTitle(pre), floor: floorOf(pre.Spec.Family.Family), runs: map[string][]float64{}}
		for i := range rs {
			if r := &rs[i]; r.Preset == pre.Name && len(r.Scores) > 0 {
				c.table, c.runs[r.Row()] = r.Table, r.Scores
			}
		}
		if len(c.runs) > 0 && !math.IsNaN(c.floor) {
			out = append(out, c)
		}
	}
	return out
}

// scale maps scores to 0 for nothing learned and 1 for perfect.
func (c *scored) scale(scores []float64) []float64 {
	out := make([]float64, len(scores))
	for i, s := range scores {
		out[i] = 1 - s/c.floor
	}
	return out
}

// A profile has so many thresholds, and its bands are of so many samples.
const (
	profileSteps      = 81
	profileBootstraps = 2000
)

// profiles are the performance profiles of the finished runs, a panel for each column.
func profiles(columns []scored) *Exhibit {
	f := &Exhibit{Figure: &figure.Figure{
		Name: "profiles", Title: "Performance profiles", Columns: 3,
		Caption: "The share of a learner's finished runs whose score on the held-out tasks is above a threshold (R. Agarwal et al. 2021), the threshold as " +
			"a share of the way from nothing learned (0: always predicting 0, or a robot that never moves, " + num(task.StillScore, 1) + ") to perfect (1). Where " +
			"one curve lies above another everywhere, that learner is better at every threshold. Bands are 95% intervals of a bootstrap over runs; one run has none.",
	}}
	var runs []map[string]int
	for i := range columns {
		f.Panels = append(f.Panels, profilePanel(&columns[i]))
		runs = append(runs, map[string]int{})
		for row, scores := range columns[i].runs {
			runs[i][row] = len(scores)
		}
	}
	noteRuns(f.Figure, runs)
	return f
}

func profilePanel(c *scored) figure.Panel {
	p := figure.Panel{
		Title: c.title, X: figure.Axis{Label: "share of the way to perfect", Min: 0, Max: 1}, Y: figure.Axis{Label: "share of runs above", Min: 0, Max: 1},
	}
	var at []float64
	for i := range profileSteps {
		at = append(at, float64(i)/(profileSteps-1))
	}
	for _, row := range figure.Learners {
		scores := c.runs[row]
		if len(scores) == 0 {
			continue
		}
		share, bands := stats.Profile([][]float64{c.scale(scores)}, at, profileBootstraps, indices())
		p.Lines = append(p.Lines, figure.Line{Key: row, X: at, Y: share})
		if len(scores) > 1 {
			b := figure.Band{Key: row, X: at}
			for _, i := range bands {
				b.Low, b.High = append(b.Low, i.Low), append(b.High, i.High)
			}
			p.Bands = append(p.Bands, b)
		}
	}
	return p
}

// aggregates compare learners over columns.
func aggregates(columns []scored) *Exhibit {
	f := &Exhibit{
		Figure: &figure.Figure{
			Name: "aggregates", Title: "Aggregates over columns",
			Caption: "Each learner over those columns in which it and EPRNN have finished runs, and EPRNN over the same: held-out scores as shares of the way " +
				"from nothing learned (0) to perfect (1), all runs of all columns together. IQM is the interquartile mean with the 95% interval of a bootstrap " +
				"stratified by column (one run a column resamples to itself and adds nothing to it); the optimality gap is the mean of what is missing to 1; " +
				"P is the mean over columns of the probability that a run of EPRNN scores above one of the learner, with an interval from " +
				strconv.Itoa(rankRuns) + " runs a side on. Lines of other columns cannot be compared.",
		},
		Data: [][]string{{
			"table", "learner", "columns", "runs", "iqm", "low", "high", "mean", "optimality_gap", "eprnn_runs", "eprnn_iqm", "eprnn_low", "eprnn_high",
			"eprnn_better", "eprnn_better_low", "eprnn_better_high",
		}},
	}
	for _, t := range paper.Tables {
		g := Grid{
			Title: t.Title,
			Rows:  [][]string{{"learner", "columns", "runs", "IQM", "mean", "optimality gap", "EPRNN there", "its runs", "P(EPRNN better)"}},
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
	mean, gap           float64
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
	better := func(s [][]float64) (p float64) {
		for i := 0; i < len(s); i += 2 {
			p += stats.ProbabilityOfImprovement(s[i], s[i+1]) / float64(len(s)/2)
		}
		return p
	}
	all := slices.Concat(ours...)
	a := &aggregate{
		table: table, row: row, columns: strings.Join(names, " "), runs: len(all), eprnnRuns: len(slices.Concat(theirs...)),
		iqm: resampled(ours, iqm), eprnn: resampled(theirs, iqm), better: resampled(both, better), mean: stats.Mean(all),
	}
	if min(a.runs, a.eprnnRuns) < rankRuns {
		a.better.Interval = unknown().Interval
	}
	for _, s := range all {
		a.gap += max(0, 1-s) / float64(len(all))
	}
	if row == "eprnn" { // against itself there is nothing to say
		a.eprnn, a.better = unknown(), unknown()
	}
	return a
}

// iqm is the interquartile mean of all scores together.
func iqm(strata [][]float64) float64 { return stats.IQM(slices.Concat(strata...)) }

// resampled is a statistic of strata with its stratified bootstrap; without an interval where no stratum has two scores.
func resampled(strata [][]float64, of func([][]float64) float64) probe.Estimate {
	e := unknown()
	e.Value = of(strata)
	if slices.ContainsFunc(strata, func(s []float64) bool { return len(s) > 1 }) {
		e.Interval = stats.StratifiedBootstrap(strata, bootstraps, of, indices())
	}
	return e
}

func (a *aggregate) text() []string {
	return []string{
		figure.LearnerLabel(a.row), a.columns, strconv.Itoa(a.runs), estimate(a.iqm, 3), num(a.mean, 3), num(a.gap, 3), estimate(a.eprnn, 3),
		strconv.Itoa(a.eprnnRuns), estimate(a.better, 2),
	}
}

func (a *aggregate) data() []string {
	row := []string{a.table, a.row, a.columns, strconv.Itoa(a.runs)}
	for _, v := range []float64{a.iqm.Value, a.iqm.Low, a.iqm.High, a.mean, a.gap} {
		row = append(row, float(v))
	}
	row = append(row, strconv.Itoa(a.eprnnRuns))
	for _, v := range []float64{a.eprnn.Value, a.eprnn.Low, a.eprnn.High, a.better.Value, a.better.Low, a.better.High} {
		row = append(row, float(v))
	}
	return row
}
