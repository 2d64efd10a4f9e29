package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"baldwin/figure"
	"baldwin/paper"
	"baldwin/probe"
	"baldwin/run"
	"baldwin/stats"
)

// A Claim of the paper, with what its own tables and our runs say of it.
type Claim struct {
	Claim   string
	Measure string
	Lines   []ClaimLine
}

// A ClaimLine is a claim in one place.
type ClaimLine struct {
	Where       string
	Paper, Ours string // numbers, ours with an interval where it has one
	PaperHolds  string // by the paper's own table: holds, fails, or silent
	Verdict     string // by ours
	Runs        string // how many runs each cell behind ours has, in the order of the numbers: "3, 3; 1, 1*"; * has learned nothing
}

// Verdicts of a claim.
const (
	holds     = "holds"
	shown     = "holds for one genome" // the interval over its lives is above 0
	seems     = "seems to hold"        // above 0, of too few runs for an interval
	open      = "undecided"            // the interval has 0 in it
	unlearned = "nothing learned"      // in the cells that it would compare, so that there is nothing to compare
	partly    = "run in part"          // some of its cells
	notRun    = "not run"              // none of its cells, or too few of them for a number
	against   = "seems not to hold"    // not above 0, of too few runs for an interval
	refuted   = "not for one genome"   // the interval over its lives is below 0
	fails     = "does not hold"
	silent    = "" // the paper has no number
)

// verdicts go from the best to the worst: of several numbers a claim has the worst verdict, since one that fails is enough.
var verdicts = []string{holds, shown, seems, open, unlearned, partly, notRun, against, refuted, fails, silent}

// Tally counts the claim's lines by verdict: "holds in 3, undecided in 1, not run in 3".
func (c *Claim) Tally() string { return tally(c.Lines) }

func tally(lines []ClaimLine) string {
	count := map[string]int{}
	for _, l := range lines {
		count[l.Verdict]++
	}
	var out []string
	for _, v := range []string{holds, shown, seems, open, against, refuted, fails, unlearned, partly, notRun} {
		switch n := count[v]; {
		case n == len(lines) && (v == notRun || v == unlearned):
			return v
		case n == len(lines):
			return fmt.Sprintf("%s in %d of %d", v, n, n)
		case n > 0:
			out = append(out, fmt.Sprintf("%s in %d", v, n))
		}
	}
	return strings.Join(out, ", ")
}

// A ledger looks numbers up by preset and row.
type ledger struct {
	ours  map[string]*Result // of the plan's cells
	paper map[string]float64 // of all cells
}

func byCell(rs []Result) map[string]*Result {
	c := map[string]*Result{}
	for i := range rs {
		c[rs[i].Preset+"/"+rs[i].Row()] = &rs[i]
	}
	return c
}

func newLedger(reg run.Registry, rs []Result) ledger {
	c := ledger{byCell(rs), map[string]float64{}}
	for _, pre := range reg.Presets {
		for _, cell := range pre.Cells {
			c.paper[pre.Name+"/"+paper.Cell{Cell: cell}.Row()] = cell.Mean
		}
	}
	return c
}

// contrast takes cells with the signs +, -, +, - and so on: the sum of the paper's numbers, and of our interquartile means on
// held-out tasks; NaN where one is missing. Ours has a bootstrap's 95% interval where each cell has the runs that a rank test
// is worth its correction for: of fewer it would be too narrow.
func (c ledger) contrast(cells ...string) (theirs float64, ours probe.Estimate) {
	var strata [][]float64
	for i, id := range cells {
		number, ok := c.paper[id]
		if !ok {
			number = math.NaN()
		}
		theirs += alternating(i) * number
		var runs []float64
		if r := c.ours[id]; r != nil {
			runs = r.Scores
		}
		strata = append(strata, runs)
	}
	return theirs, resampled(strata, rankRuns, func(s [][]float64) (v float64) {
		for i := range s {
			v += alternating(i) * stats.IQM(s[i])
		}
		return v
	})
}

func alternating(i int) float64 { return 1 - 2*float64(i%2) }

// runs says how many runs each cell has, with a star where they have learned nothing; empty where one has none.
func (c ledger) runs(cells ...string) string {
	var out []string
	for _, id := range cells {
		r := c.ours[id]
		if r == nil || len(r.Scores) == 0 {
			return ""
		}
		n := strconv.Itoa(len(r.Scores))
		if r.Idle {
			n += "*"
		}
		out = append(out, n)
	}
	return strings.Join(out, ", ")
}

// idle reports whether a cell was run and has learned nothing.
func (c ledger) idle(cell string) bool { return c.ours[cell] != nil && c.ours[cell].Idle }

// generations is how long a cell's runs are; 0 where the plan has no such cell.
func (c ledger) generations(cell string) int {
	if r := c.ours[cell]; r != nil {
		return r.Generations
	}
	return 0
}

// sign is the verdict of a number of the paper, which has to be above zero; it has no interval.
func sign(v float64) string {
	switch {
	case math.IsNaN(v):
		return silent
	case v > 0:
		return holds
	}
	return fails
}

// verdict of a number of runs that has to be above zero.
func verdict(e probe.Estimate) string {
	switch {
	case math.IsNaN(e.Value):
		return notRun
	case math.IsNaN(e.Low) && e.Value > 0:
		return seems
	case math.IsNaN(e.Low):
		return against
	case e.Low > 0:
		return holds
	case e.High < 0:
		return fails
	}
	return open
}

// ofOne is the verdict of numbers that lives of one genome show, each of which has to be above zero; why, where one is missing.
func ofOne(why string, numbers ...probe.Estimate) string {
	out := shown
	for _, e := range numbers {
		switch v := verdict(e); v {
		case notRun:
			return why
		case open:
			out = worse(out, open)
		case fails:
			out = refuted
		}
	}
	return out
}

// worse is the worse of two verdicts.
func worse(a, b string) string {
	return verdicts[max(slices.Index(verdicts, a), slices.Index(verdicts, b))]
}

// above is the claim that each learner of a chain scores above the next, in every column.
func (c ledger) above(claim string, presets []string, chain ...string) Claim {
	out := Claim{Claim: claim, Measure: "difference of scores, above 0: " + strings.Join(chain, " > ")}
	for _, p := range presets {
		l := ClaimLine{Where: p, PaperHolds: holds, Verdict: holds}
		for i := range chain[1:] {
			a, b := p+"/"+chain[i], p+"/"+chain[i+1]
			theirs, ours := c.contrast(a, b)
			v := verdict(ours)
			if c.idle(a) && c.idle(b) {
				v = unlearned
			}
			l.add(theirs, ours, v)
			if runs := c.runs(a, b); runs != "" {
				l.Runs = join(l.Runs, runs)
			}
		}
		if l.Verdict == notRun && l.Runs != "" {
			l.Verdict = partly
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}

// grows is the claim that the lead of a over b is larger in the second preset of each step than in the first. Where a has
// learned nothing it leads nobody.
func (c ledger) grows(claim, a, b string, steps ...[2]string) Claim {
	out := Claim{Claim: claim, Measure: fmt.Sprintf("%s's lead over %s in the second place, less that in the first", figure.LearnerLabel(a), figure.LearnerLabel(b))}
	for _, s := range steps {
		l := ClaimLine{Where: s[0] + " to " + s[1], PaperHolds: holds, Verdict: holds}
		from, to := s[0]+"/", s[1]+"/"
		if n, m := c.generations(from+a), c.generations(to+a); n != m && n*m > 0 {
			l.Where += fmt.Sprintf(" (%d and %d generations)", n, m)
		}
		theirs, ours := c.contrast(to+a, to+b, from+b, from+a)
		v := verdict(ours)
		if v != notRun {
			l.Runs = join(c.runs(from+a, from+b), c.runs(to+a, to+b))
			if c.idle(from+a) || c.idle(to+a) {
				v = unlearned
			}
		}
		l.add(theirs, ours, v)
		out.Lines = append(out.Lines, l)
	}
	return out
}

// add joins one more number that has to be above zero to a line, and its verdict.
func (l *ClaimLine) add(theirs float64, ours probe.Estimate, verdict string) {
	l.Paper, l.Ours = join(l.Paper, signedNum(theirs, 3)), join(l.Ours, signedEstimate(ours, 3))
	l.PaperHolds, l.Verdict = worse(l.PaperHolds, sign(theirs)), worse(l.Verdict, verdict)
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

// picture adds a line about what the paper shows in a picture: so many runs of ours, and what lives of their genomes say.
func (c *Claim) picture(where, runs string, ours probe.Estimate, verdict string) {
	if math.IsNaN(ours.Value) {
		runs = ""
	}
	c.Lines = append(c.Lines, ClaimLine{Where: where, Paper: "picture", Ours: signedEstimate(ours, 3), Verdict: verdict, Runs: runs})
}

// claims are those of the paper that its tables carry. Those about what lives know come from elsewhere.
func claims(reg run.Registry, rs []Result, presets []string) []Claim {
	c := newLedger(reg, rs)
	return []Claim{
		c.above("EPRNN beats ES-RNN everywhere", presets, "eprnn", "es-rnn"),
		c.grows("the more, the longer the sequence", "eprnn", "es-rnn",
			[2]string{"seq-l1-k10-n20", "seq-l1-k25-n50"}, [2]string{"seq-l3-k10-n20", "seq-l3-k25-n50"}),
		c.grows("and the more, the higher the noise", "eprnn", "es-rnn",
			[2]string{"robot-low", "robot-median"}, [2]string{"robot-median", "robot-high"}),
		c.above("EPRNN without the modulator lies between the two", presets, "eprnn", "eprnn-nom", "es-rnn"),
		c.above("EPMLP stays below EPRNN but above ES-MAML", presets, "eprnn", "epmlp", "es-maml"),
		c.above("evolved initial weights beat random ones", presets, "epmlp", "epmlp-random"),
	}
}
