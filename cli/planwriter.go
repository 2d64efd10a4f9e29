package cli

import (
	"fmt"
	"io"
	"math"
	"time"

	"baldwin/cluster"
	"baldwin/paper"
	"baldwin/run"
)

func nan() float64 { return math.NaN() }

// A planWriter shows a plan at work: a line at each meta-test and at each end, with the time that the whole plan still
// takes; or the same as JSON.
type planWriter struct {
	out     io.Writer
	errs    io.Writer
	json    bool
	clock   *paper.Clock
	harbour *harbour // where workers live the lives; nil: in this process
	workers int      // runs at once
	started time.Time

	runs, finished int
}

// planEvent is an event in `paper --json`.
type planEvent struct {
	Event      string     `json:"event"` // plan, begin, meta_test, end, failed, over
	Run        string     `json:"run,omitempty"`
	Cell       string     `json:"cell,omitempty"`
	Status     run.Status `json:"status,omitempty"`
	Generation int        `json:"generation"`
	Mean       *number    `json:"mean,omitempty"` // of the meta-test
	ThetaHash  string     `json:"theta_hash,omitempty"`
	Error      string     `json:"error,omitempty"`
	Runs       int        `json:"runs"`         // of the plan
	Finished   int        `json:"finished"`     // of them
	Share      number     `json:"share"`        // of the plan's work that is done
	Left       number     `json:"seconds_left"` // null while unknown
}

func (w *planWriter) begin(plan *paper.Plan, standings []paper.Standing) {
	w.runs = len(standings)
	for i := range standings {
		if standings[i].Finished() {
			w.finished++
		}
	}
	how := fmt.Sprintf("%d at once", w.workers)
	if w.harbour != nil {
		how = "one after the other, lived by workers"
	}
	w.line(planEvent{Event: "plan"}, "budget %s: %d cells, %d runs, generations of each: %s; %d finished; %s",
		plan.Budget.Name, len(plan.Cells), w.runs, plan.Lengths(), w.finished, how)
	if w.harbour != nil {
		w.crowd(w.harbour.listening())
	}
}

// crowd shows a change in the set of workers. It is called between the events of the run that they live.
func (w *planWriter) crowd(e cluster.Event) {
	line, event, aside := w.harbour.words(e)
	if !w.json {
		fmt.Fprintln(w.out, line)
		return
	}
	_ = printJSON(w.out, event) // as in line
	if aside != "" {
		fmt.Fprintln(w.errs, aside)
	}
}

// event is called by one goroutine at a time.
func (w *planWriter) event(e paper.Event) {
	w.clock.Event(e)
	o := planEvent{Run: e.Job.Name, Cell: e.Job.ID()}
	switch {
	case e.From != nil:
		o.Event, o.Generation = "begin", *e.From
		w.line(o, "%s: from generation %d of %d", e.Job.Name, o.Generation, e.Job.Spec.Generations)
	case e.Err != nil:
		o.Event, o.Error = "failed", e.Err.Error()
		w.line(o, "%s: not trained: %v", e.Job.Name, e.Err)
	case e.Result != nil:
		if e.Result.Status == run.Finished {
			w.finished++
		}
		mean := number(e.Result.MetaTest.Mean)
		o.Event, o.Status, o.Generation, o.ThetaHash, o.Mean = "end", e.Result.Status, e.Result.Generation, e.Result.ThetaHash, &mean
		w.line(o, "%s: %s at generation %d, theta %s", e.Job.Name, o.Status, o.Generation, short(o.ThetaHash))
	case e.Run.MetaTest != nil:
		t := e.Run.MetaTest
		mean := number(t.Mean)
		o.Event, o.Generation, o.Mean = "meta_test", t.Generation, &mean
		w.line(o, "%s: generation %d/%d, meta-test %s [%s, %s]", e.Job.Name, t.Generation, e.Job.Spec.Generations, score(t.Mean), score(t.Low), score(t.High))
	}
}

// line writes one event, as JSON or as text with where the plan is.
func (w *planWriter) line(o planEvent, format string, args ...any) {
	o.Runs, o.Finished, o.Share, o.Left = w.runs, w.finished, number(w.clock.Share()), number(nan())
	rest := ""
	if left := w.clock.Left(w.workers); left >= 0 {
		o.Left, rest = number(left.Seconds()), ", "+duration(left)+" left"
	}
	if w.json {
		_ = printJSON(w.out, o) // that a write failed is known to the writer, and said at the end
		return
	}
	fmt.Fprintf(w.out, format+"  (plan: %d/%d runs, %.1f%%%s)\n", append(args, w.finished, w.runs, 100*w.clock.Share(), rest)...)
}

func (w *planWriter) end() {
	w.line(planEvent{Event: "over"}, "%d of %d runs finished after %s", w.finished, w.runs, duration(time.Since(w.started)))
}
