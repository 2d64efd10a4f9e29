package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/term"

	"baldwin/learner"
	"baldwin/run"
	"baldwin/store"
)

// showCmd is `baldwin show`.
type showCmd struct {
	Name  string `arg:"" name:"run" help:"Name of the run (see baldwin runs)."`
	JSON  bool   `name:"json" xor:"form" help:"One JSON object, with all meta-tests."`
	Curve bool   `xor:"form" help:"The meta-tests as CSV."`
	Spec  bool   `xor:"form" help:"The spec alone, as YAML that train takes."`
}

// Help is the long help.
func (showCmd) Help() string {
	return `It works while the run goes on. The digest is a hash of everything that the run computed, times left out: two runs that
computed the same have the same digest, however often either was killed.

    baldwin show seq-l1-k10-n20-eprnn-s1
    baldwin show seq-l1-k10-n20-eprnn-s1 --curve > curve.csv
    baldwin show seq-l1-k10-n20-eprnn-s1 --spec > my.yaml`
}

// shown is a run in `show --json`.
type shown struct {
	runLine
	Top3OfLast10 number            `json:"top3_of_last10"`
	Kernel       string            `json:"kernel"`
	Spec         string            `json:"spec"`
	Digest       string            `json:"digest"`
	Sigma        map[string]number `json:"sigma"`              // by tensor, of the newest generation
	Rates        []number          `json:"inner_lr,omitempty"` // evolved inner learning rates, of a learner that has them
	ThetaNorm    *number           `json:"theta_norm"`
	MetaTests    []metaTest        `json:"meta_tests"`
}

// Run shows.
func (c *showCmd) Run(p *process) error {
	st, err := p.lookAtStore()
	if err != nil {
		return err
	}
	defer st.Close()
	row, err := st.Run(p.ctx, c.Name)
	if err != nil {
		return err
	}
	if c.Spec {
		_, err := p.stdout.Write(row.Spec)
		return err
	}
	tests, err := st.MetaTests(p.ctx, row.ID, 0)
	if err != nil {
		return err
	}
	if c.Curve {
		writeCurve(p.stdout, tests)
		return nil
	}
	s := shown{runLine: newRunLine(st, row), Kernel: row.Kernel, Spec: string(row.Spec), Top3OfLast10: number(topOfTests(tests)), MetaTests: []metaTest{}}
	for _, t := range tests {
		s.MetaTests = append(s.MetaTests, newMetaTest(t))
	}
	if s.Digest, err = st.Digest(p.ctx, row.ID); err != nil {
		return err
	}
	var l *learner.Learner // stays nil where this build does not know the spec: the rest is shown all the same
	if spec, err := p.storedSpec(row); err == nil {
		l, _ = spec.Fit(p.registry)
	}
	last, err := st.Generations(p.ctx, row.ID, max(1, row.Generation))
	if err != nil {
		return err
	}
	var newest *run.GenerationRow
	if len(last) > 0 {
		newest = &last[len(last)-1]
		norm := number(newest.ThetaNorm)
		s.ThetaNorm, s.Sigma = &norm, sigmas(newest, l)
	}
	if g, _, err := p.storedGenome(st, row); err == nil {
		s.Rates = g.rates()
	}
	if c.JSON {
		return printJSON(p.stdout, s)
	}
	c.print(p, row, s, tests, newest, l)
	return nil
}

// sigmas is the step size of each tensor by name, by number where the learner is not known.
func sigmas(g *run.GenerationRow, l *learner.Learner) map[string]number {
	m := map[string]number{}
	for i, v := range g.Sigma {
		m[tensorName(i, l)] = number(v)
	}
	return m
}

func tensorName(i int, l *learner.Learner) string {
	if l == nil || i >= len(l.Layout.Tensors) {
		return strconv.Itoa(i)
	}
	return l.Layout.Tensors[i].Name
}

// writeCurve writes the meta-tests as CSV; a number that is none is empty.
func writeCurve(w io.Writer, tests []run.MetaTestRow) {
	field := func(v float64) string {
		if !finite(v) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	fmt.Fprintln(w, "generation,mean,low,high,sd,tasks,seconds")
	for _, t := range tests {
		fmt.Fprintf(w, "%d,%s,%s,%s,%s,%d,%s\n", t.Generation, field(t.Mean), field(t.Low), field(t.High), field(t.SD), t.Tasks, field(t.Seconds))
	}
}

// tail is how many meta-tests are listed.
const tail = 10

func (c *showCmd) print(p *process, row *store.Run, s shown, tests []run.MetaTestRow, newest *run.GenerationRow, l *learner.Learner) {
	w := p.stdout
	fmt.Fprintf(w, "%s: %s, generation %d of %d\n", row.Name, s.Status, row.Generation, row.Generations)
	fmt.Fprintf(w, "%s on %s, strategy %s, seed %d, made by %s (%s) on %s\n\n",
		row.Learner, row.Family, row.Strategy, row.Seed, row.Version, row.Kernel, row.Created.Local().Format("2006-01-02 15:04"))
	if len(tests) == 0 {
		fmt.Fprintf(w, "no meta-test yet\n\n")
	} else {
		fmt.Fprintln(w, "mean fitness on unseen tasks (meta-test), by generation")
		ch := chart{width: p.columns(), height: 14, x1: float64(tests[len(tests)-1].Generation), ascii: p.plainGlyphs()}
		fmt.Fprintln(w, strings.Join(ch.draw(mark{points: curve(tests)}), "\n"))
		fmt.Fprintln(w)
		t := table{{">generation", ">mean", ">low", ">high", ">sd", ">tasks"}}
		for _, m := range tests[max(0, len(tests)-tail):] {
			t.row(m.Generation, score(m.Mean), score(m.Low), score(m.High), score(m.SD), m.Tasks)
		}
		t.write(w)
		fmt.Fprintf(w, "\nbest %s", scoreOr(row.Best))
		if v := float64(s.Top3OfLast10); finite(v) {
			fmt.Fprintf(w, ", top 3 of the last 10 %s", score(v))
		}
		fmt.Fprintln(w)
	}
	if newest != nil {
		if len(s.Rates) > 0 {
			fmt.Fprintf(w, "evolved inner learning rates, step by step: %.4g\n", s.Rates)
		}
		fmt.Fprintf(w, "|theta| %.4g, sigma by tensor:\n", newest.ThetaNorm)
		line := " "
		for i, v := range newest.Sigma {
			item := fmt.Sprintf(" %s %.3g", tensorName(i, l), v)
			if len(line)+len(item) > 78 {
				fmt.Fprintln(w, line)
				line = " "
			}
			line += item
		}
		fmt.Fprintln(w, line)
	}
	fmt.Fprintf(w, "\ntheta hash  %s\ndigest      %s\nspec hash   %s\n\n", or(row.ThetaHash, "-"), s.Digest, row.SpecHash)
	for l := range strings.Lines(string(row.Spec)) {
		fmt.Fprint(w, "  ", l)
	}
	if s.Status == "died" || s.Status == string(run.Stopped) {
		fmt.Fprintf(w, "\ngo on with: baldwin resume %s\n", row.Name)
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// columns is the width of the terminal, at most 100; 80 elsewhere.
func (p *process) columns() int {
	if p.terminal != nil {
		if w, _, err := term.GetSize(p.terminal.Fd()); err == nil && w > 0 {
			return min(w, 100)
		}
	}
	return 80
}
