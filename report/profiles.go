package report

import (
	"math"

	"baldwin/figure"
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
