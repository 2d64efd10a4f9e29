package cli

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"baldwin/run"
	"baldwin/store"
)

// runsReached is `baldwin runs reached`.
type runsReached struct {
	Names []string `arg:"" name:"run" help:"Names of the runs."`
	Score float64  `placeholder:"SCORE" required:"" help:"What the meta-tests' means are to be better than."`
	Row   int      `placeholder:"N" default:"3" help:"So many meta-tests in a row."`
	JSON  bool     `name:"json" help:"One JSON object a line, a run each; the last one is the medians."`
}

// Help is the long help.
func (runsReached) Help() string {
	return `A run has come past a score when three meta-tests in a row have a mean above it; the last of the three tells where. Lives and
seconds are those of meta-training up to there, as they were recorded; the meta-tests' own are beside them and count for nothing.
A run that did not come so far shows, after a ">", how far it was trained. The medians count it as above all others.

Fresh meta-tests draw other tasks each time. Tests on the frozen held-out set, which compare across runs, are asked for when the
run begins, and change nothing else of it:

    baldwin train seq-l1-k10-n20 --fast --seeds 1-5 --name fast --set meta_test.set=held-out
    baldwin runs reached fast-s1 fast-s2 fast-s3 fast-s4 fast-s5 --score -0.114`
}

// spent is what a run had taken at some generation.
type spent struct {
	Generation  int    `json:"generation"`
	Lives       int    `json:"lives"`        // of meta-training
	Seconds     number `json:"seconds"`      // of meta-training
	TestLives   int    `json:"test_lives"`   // of meta-tests
	TestSeconds number `json:"test_seconds"` // of meta-tests
}

// reachedLine is a run in --json.
type reachedLine struct {
	Event   string  `json:"event"`
	Run     string  `json:"run"`
	Set     string  `json:"set"` // that the meta-tests are on
	Tasks   int     `json:"tasks"`
	Reached bool    `json:"reached"`
	Mean    *number `json:"mean"` // of the last of the row; null where it was not reached
	spent           // up to there; where it was not reached, up to now
}

// reachedEnd is the last line of --json; a median is null where half of the runs or more did not come so far.
type reachedEnd struct {
	Event       string `json:"event"`
	Runs        int    `json:"runs"`
	Reached     int    `json:"reached"`
	Generations number `json:"median_generation"`
	Lives       number `json:"median_lives"`
	Seconds     number `json:"median_seconds"`
}

// Run tells.
func (c *runsReached) Run(p *process) error {
	if c.Row < 1 {
		return badf("--row: must be at least 1, got %d", c.Row)
	}
	st, err := p.lookAtStore()
	if err != nil {
		return err
	}
	defer st.Close()
	var lines []reachedLine
	for _, name := range c.Names {
		line, err := c.line(p, st, name)
		if err != nil {
			return err
		}
		lines = append(lines, line)
	}
	if c.JSON {
		for _, l := range lines {
			if err := printJSON(p.stdout, l); err != nil {
				return err
			}
		}
		return printJSON(p.stdout, medians(lines))
	}
	c.print(p, lines)
	return nil
}

// line looks one run up.
func (c *runsReached) line(p *process, st *store.Store, name string) (reachedLine, error) {
	line := reachedLine{Event: "run", Run: name}
	row, err := st.Run(p.ctx, name)
	if err != nil {
		return line, err
	}
	spec, err := p.storedSpec(row)
	if err != nil {
		return line, err
	}
	tests, err := st.MetaTests(p.ctx, row.ID, 0)
	if err != nil {
		return line, err
	}
	generations, err := st.Generations(p.ctx, row.ID, 0)
	if err != nil {
		return line, err
	}
	line.Set, line.Tasks = cmp.Or(spec.MetaTest.Set, run.FreshSet), spec.MetaTest.Tasks
	if i, ok := run.Reached(tests, c.Score, c.Row); ok {
		line.Reached, line.Mean = true, (*number)(&tests[i].Mean)
		tests = tests[:i+1]
		generations = generations[:tests[i].Generation] // row g-1 is generation g's
	}
	for _, g := range generations {
		line.Generation = g.Generation
		line.Lives += g.Lives
		line.Seconds += number(g.Seconds)
	}
	for _, t := range tests {
		line.TestLives += t.Tasks
		line.TestSeconds += number(t.Seconds)
	}
	return line, nil
}

// medians are over runs, one that did not come so far being above all.
func medians(lines []reachedLine) reachedEnd {
	end := reachedEnd{Event: "end", Runs: len(lines)}
	over := func(of func(spent) float64) number {
		v := make([]float64, len(lines))
		for i, l := range lines {
			v[i] = math.Inf(1)
			if l.Reached {
				v[i] = of(l.spent)
			}
		}
		slices.Sort(v)
		return number((v[(len(v)-1)/2] + v[len(v)/2]) / 2)
	}
	for _, l := range lines {
		if l.Reached {
			end.Reached++
		}
	}
	end.Generations = over(func(s spent) float64 { return float64(s.Generation) })
	end.Lives = over(func(s spent) float64 { return float64(s.Lives) })
	end.Seconds = over(func(s spent) float64 { return float64(s.Seconds) })
	return end
}

func (c *runsReached) print(p *process, lines []reachedLine) {
	t := table{{"run", "tests on", ">generation", ">lives", ">seconds", ">score", ">lives in tests", ">seconds in tests"}}
	for _, l := range lines {
		over := ">"
		if l.Reached {
			over = ""
		}
		t.row(l.Run, fmt.Sprintf("%d %s", l.Tasks, l.Set), fmt.Sprint(over, l.Generation), fmt.Sprint(over, l.Lives),
			fmt.Sprintf("%s%.1f", over, float64(l.Seconds)), scoreOr((*float64)(l.Mean)), l.TestLives, fmt.Sprintf("%.1f", float64(l.TestSeconds)))
	}
	t.write(p.stdout)
	end := medians(lines)
	fmt.Fprintf(p.stdout, "\n%d of %d runs have %d meta-tests in a row above %g", end.Reached, end.Runs, c.Row, c.Score)
	if finite(float64(end.Lives)) {
		fmt.Fprintf(p.stdout, "; median: generation %.0f, %.0f lives, %.1f seconds", float64(end.Generations), float64(end.Lives), float64(end.Seconds))
	}
	fmt.Fprintln(p.stdout)
}
