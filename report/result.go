// Package report turns the runs of a paper's plan into what a reader wants to know: [New] computes tables, comparisons,
// claims and figures from what was run; [Report.Write] puts them into a folder as one HTML page that needs nothing else,
// and beside it as Markdown, CSV, SVG, PDF and PNG.
//
// Every number says of how many runs and generations it is. A cell that was not run says so.
package report

import (
	"fmt"
	"math"

	"baldwin/paper"
	"baldwin/probe"
	"baldwin/stats"
	"baldwin/task"
)

// A Result is one cell: the paper's number and ours.
type Result struct {
	paper.Cell
	Wanted      int     // runs of the plan
	Finished    int     // of them
	Begun       int     // not finished, but past generation 0
	Furthest    int     // generation of the furthest of those
	Generations int     // that a run of the plan has
	Seconds     float64 // on the clock, spent on the cell as far as that is known
	Timed       int     // runs of which it is known

	// The paper's statistic over the finished runs that have ten meta-tests.
	Runs     int
	Mean, SD float64 // SD with ddof 1; NaN with one run

	// The honest one: scores of the finished runs' last genomes on held-out tasks.
	Scores []float64
	Tasks  int
	IQM    probe.Estimate // with the interval of the bootstrap over runs; none with one run

	Idle    bool           // IQM is hardly above the score of a learner that knows nothing; see aboveFloor
	Diff    probe.Estimate // Mean less the paper's; see judge
	Verdict string
}

// results makes a Result of every cell of the plan.
func results(p *paper.Plan, standings []paper.Standing, scores []paper.Score) []Result {
	byRun := map[string]paper.Score{}
	for _, s := range scores {
		byRun[s.Run] = s
	}
	var out []Result
	for _, c := range p.Cells {
		r := Result{Cell: c, Generations: p.Budget.Generations(c), Mean: math.NaN(), SD: math.NaN()}
		var tops []float64
		var family task.Family
		for i := range standings {
			s := &standings[i]
			if s.ID() != c.ID() {
				continue
			}
			r.Wanted++
			family = s.Spec.Family.Family
			r.Seconds += s.Seconds
			if s.Seconds > 0 {
				r.Timed++
			}
			switch {
			case s.Finished():
				r.Finished++
				if v, ok := s.Statistic(); ok {
					tops = append(tops, v)
				}
				if v, ok := byRun[s.Name]; ok {
					r.Scores, r.Tasks = append(r.Scores, v.Mean), v.Tasks
				}
			case s.Generation() > 0:
				r.Begun++
				r.Furthest = max(r.Furthest, s.Generation())
			}
		}
		if r.Runs = len(tops); r.Runs > 0 {
			r.Mean, r.SD = stats.Mean(tops), stats.SD(tops)
		}
		r.IQM = resampled([][]float64{r.Scores}, 2, overColumns(stats.IQM))
		r.Idle = len(r.Scores) > 0 && !aboveFloor(family, r.IQM.Value)
		r.judge()
		out = append(out, r)
	}
	return out
}

// State says in words how much of a cell there is; empty when it is whole.
func (r *Result) State() string {
	switch {
	case r.Finished == 0 && r.Begun == 0:
		return "not run"
	case r.Finished == 0:
		return fmt.Sprintf("unfinished: generation %d of %d", r.Furthest, r.Generations)
	case r.Begun > 0:
		return fmt.Sprintf("%d of %d; one at %d", r.Finished, r.Wanted, r.Furthest)
	case r.Finished < r.Wanted:
		return fmt.Sprintf("%d of %d", r.Finished, r.Wanted)
	}
	return ""
}

// judge compares the cell with the paper's number.
//
// The difference's interval is B. L. Welch's ("The generalization of Student's problem", Biometrika 34, 1947), with the
// degrees of freedom rounded down. The paper does not say which ddof its standard deviations have; they are taken to have
// 1. Of one run it is not known how much it varies: it has no interval, and only stands above or below.
func (r *Result) judge() {
	r.Diff = unknown()
	if r.Runs == 0 {
		r.Verdict = r.State()
		if r.Verdict == "" {
			r.Verdict = "too few meta-tests"
		}
		return
	}
	r.Diff.Value = r.Mean - r.Cell.Mean
	if n := float64(r.Runs); n > 1 {
		ours, theirs := r.SD*r.SD/n, r.Cell.SD*r.Cell.SD/paper.Runs
		df := max(1, int((ours+theirs)*(ours+theirs)/(ours*ours/(n-1)+theirs*theirs/(paper.Runs-1))))
		half := stats.T95(df) * math.Sqrt(ours+theirs)
		r.Diff.Low, r.Diff.High = r.Diff.Value-half, r.Diff.Value+half
	}
	switch {
	case math.IsNaN(r.Mean):
		r.Verdict = "a meta-test is NaN"
	case r.Runs == 1 && r.Diff.Value > 0:
		r.Verdict = "above, of one run"
	case r.Runs == 1:
		r.Verdict = "below, of one run"
	case r.Diff.Low > 0:
		r.Verdict = "better"
	case r.Diff.High < 0:
		r.Verdict = "short of it"
	default:
		r.Verdict = "not told apart"
	}
	if r.Idle {
		r.Verdict += ", " + unlearned
	}
}
