package cli

import (
	"fmt"
	"io"
	"time"

	"baldwin/run"
)

// A reporter shows a run while it goes on. event is called from the training goroutine, in order.
type reporter interface {
	event(e run.Event)
	end(o outcome)
	// close is called in any case, also after an error: it gives the terminal back.
	close()
}

// begin is the event "start".
type begin struct {
	Event       string `json:"event"`
	Run         string `json:"run"`
	Preset      string `json:"preset"`
	Family      string `json:"family"`
	Learner     string `json:"learner"`
	Strategy    string `json:"strategy"`
	Seed        uint64 `json:"seed"`
	SpecHash    string `json:"spec_hash"`
	Contract    string `json:"contract"`
	Kernel      string `json:"kernel"`
	Threads     int    `json:"threads"`
	Parameters  int    `json:"parameters"`
	Generation  int    `json:"generation"`  // to go on from
	Generations int    `json:"generations"` // in all

	home    string
	started time.Time
	limit   time.Duration // of --for
}

// metaTest is the event "meta_test", and a row of `show --json`.
type metaTest struct {
	Event      string `json:"event,omitempty"`
	Generation int    `json:"generation"`
	Mean       number `json:"mean"`
	Low        number `json:"low"`
	High       number `json:"high"`
	SD         number `json:"sd"`
	Tasks      int    `json:"tasks"`
	Seconds    number `json:"seconds"`
}

func newMetaTest(t run.MetaTestRow) metaTest {
	return metaTest{"", t.Generation, number(t.Mean), number(t.Low), number(t.High), number(t.SD), t.Tasks, number(t.Seconds)}
}

// generation is the event "generation".
type generation struct {
	Event      string   `json:"event"`
	Generation int      `json:"generation"`
	Best       number   `json:"best"`
	Upper      number   `json:"upper"`
	Median     number   `json:"median"`
	Lower      number   `json:"lower"`
	Worst      number   `json:"worst"`
	NaN        int      `json:"nan"`
	ThetaNorm  number   `json:"theta_norm"`
	Sigma      []number `json:"sigma"`
	Lives      int      `json:"lives"`
	Seconds    number   `json:"seconds"`
}

// checkpoint is the event "checkpoint".
type checkpoint struct {
	Event      string `json:"event"`
	Generation int    `json:"generation"`
	ThetaHash  string `json:"theta_hash"`
}

// outcome is the event "end": how a run stands when the command ends. It holds nothing that differs between a run and
// the same run killed and resumed, so no time.
type outcome struct {
	Event        string     `json:"event"`
	Run          string     `json:"run"`
	Status       run.Status `json:"status"`
	Generations  int        `json:"generations"` // done
	ThetaHash    string     `json:"theta_hash"`
	MetaTest     number     `json:"meta_test"` // mean over tasks
	Low          number     `json:"meta_test_low"`
	High         number     `json:"meta_test_high"`
	SD           number     `json:"meta_test_sd"`
	Tasks        int        `json:"meta_test_tasks"`
	Top3OfLast10 number     `json:"top3_of_last10"` // null with fewer than 10 meta-tests

	tests []run.MetaTestRow
}

func newOutcome(name string, status run.Status, generations int, thetaHash string, last run.MetaTestRow, tests []run.MetaTestRow) outcome {
	return outcome{
		"end", name, status, generations, thetaHash,
		number(last.Mean), number(last.Low), number(last.High), number(last.SD), last.Tasks, number(topOfTests(tests)), tests,
	}
}

// jsonReporter writes one object per event. Of the generations it writes at most one a second.
type jsonReporter struct {
	w    io.Writer
	now  func() time.Time
	last time.Time
}

func newJSONReporter(w io.Writer, b begin, now func() time.Time) *jsonReporter {
	r := &jsonReporter{w: w, now: now, last: now()}
	r.write(b)
	return r
}

// write writes one line. That a write failed is known to the writer, and said at the end; the run goes on.
func (r *jsonReporter) write(v any) { _ = printJSON(r.w, v) }

func (r *jsonReporter) event(e run.Event) {
	switch {
	case e.Generation != nil:
		if t := r.now(); t.Sub(r.last) >= time.Second {
			r.last = t
			r.write(newGeneration(*e.Generation))
		}
	case e.MetaTest != nil:
		m := newMetaTest(*e.MetaTest)
		m.Event = "meta_test"
		r.write(m)
	case e.Commit != nil:
		r.write(checkpoint{"checkpoint", e.Commit.Generation, e.Commit.ThetaHash})
	}
}

func newGeneration(g run.GenerationRow) generation {
	sigma := make([]number, len(g.Sigma))
	for i, s := range g.Sigma {
		sigma[i] = number(s)
	}
	return generation{
		"generation", g.Generation, number(g.Best), number(g.Upper), number(g.Median), number(g.Lower), number(g.Worst),
		g.NaN, number(g.ThetaNorm), sigma, g.Lives, number(g.Seconds),
	}
}

func (r *jsonReporter) end(o outcome) { r.write(o) }
func (r *jsonReporter) close()        {}

// lineReporter writes plain lines: one at each meta-test, and one where nothing was written for some seconds.
type lineReporter struct {
	w    io.Writer
	p    *progress
	last time.Time
}

// quiet is how long a pipe waits for a line.
const quiet = 5 * time.Second

func newLineReporter(w io.Writer, b begin, tests []run.MetaTestRow, now func() time.Time) *lineReporter {
	r := &lineReporter{w: w, p: newProgress(b, tests, now), last: now()}
	from := ""
	if b.Generation > 0 {
		from = fmt.Sprintf(" from generation %d", b.Generation)
	}
	fmt.Fprintf(w, "run %s: %s on %s, seed %d, %d generations%s (%s, %d threads, %d parameters)\n",
		b.Run, b.Learner, b.Family, b.Seed, b.Generations, from, b.Kernel, b.Threads, b.Parameters)
	return r
}

func (r *lineReporter) event(e run.Event) {
	r.p.event(e)
	switch {
	case e.MetaTest != nil:
		t := e.MetaTest
		r.write(fmt.Sprintf("meta-test %s [%s, %s]", score(t.Mean), score(t.Low), score(t.High)))
	case e.Generation != nil && r.p.now().Sub(r.last) >= quiet:
		r.write(fmt.Sprintf("median fitness %s", score(e.Generation.Median)))
	}
}

func (r *lineReporter) write(what string) {
	r.last = r.p.now()
	g, l := r.p.speed()
	left := ""
	if d := r.p.left(); d >= 0 {
		left = "  " + duration(d) + " left"
	}
	fmt.Fprintf(r.w, "generation %d/%d  %s  %.1f generations/s  %s lives/s%s\n", r.p.done, r.p.begin.Generations, what, g, count(l), left)
}

func (r *lineReporter) end(outcome) {}
func (r *lineReporter) close()      {}
