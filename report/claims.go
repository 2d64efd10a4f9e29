package report

import (
	"fmt"
	"math"
	"strings"
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
	Paper, Ours string // numbers
	PaperHolds  string // by the paper's own table: holds, fails, or empty where it has no number
	Verdict     string // by ours: holds, fails, not run
	Runs        string // how many runs stand behind ours
}

// Verdicts of a claim.
const (
	holds  = "holds"
	fails  = "does not hold"
	notRun = "not run" // or nothing that has learned
)

// Tally counts the lines by verdict: "holds in 3 of 4, 3 not run".
func (c *Claim) Tally() string {
	yes, run := 0, 0
	for _, l := range c.Lines {
		if l.Verdict != notRun {
			run++
		}
		if l.Verdict == holds {
			yes++
		}
	}
	switch {
	case run == 0:
		return notRun
	case run == len(c.Lines):
		return fmt.Sprintf("holds in %d of %d", yes, run)
	}
	return fmt.Sprintf("holds in %d of %d, %d not run", yes, run, len(c.Lines)-run)
}

// columns looks numbers up by preset and row.
type columns map[string]*Result

func byCell(rs []Result) columns {
	c := columns{}
	for i := range rs {
		c[rs[i].Preset+"/"+rs[i].Row()] = &rs[i]
	}
	return c
}

// pair is the difference of two cells of one column: the paper's, and ours on held-out tasks; NaN where one is missing.
func (c columns) pair(preset, a, b string) (theirs, ours float64, runs string) {
	x, y := c[preset+"/"+a], c[preset+"/"+b]
	if x == nil || y == nil {
		return math.NaN(), math.NaN(), ""
	}
	theirs, ours = x.Cell.Mean-y.Cell.Mean, x.IQM-y.IQM
	if !math.IsNaN(ours) {
		runs = fmt.Sprintf("%d, %d", len(x.Scores), len(y.Scores))
	}
	return theirs, ours, runs
}

// verdict of a number that has to be above zero.
func verdict(v float64) string {
	switch {
	case math.IsNaN(v):
		return notRun
	case v > 0:
		return holds
	}
	return fails
}

// above is the claim that each learner of a chain scores above the next, in every column.
func (c columns) above(claim string, presets []string, chain ...string) Claim {
	out := Claim{Claim: claim, Measure: "difference of scores, above 0: " + strings.Join(chain, " > ")}
	for _, p := range presets {
		l := ClaimLine{Where: p, PaperHolds: holds, Verdict: holds}
		for i := range chain[1:] {
			theirs, ours, runs := c.pair(p, chain[i], chain[i+1])
			l.add(theirs, ours)
			if runs != "" {
				l.Runs = join(l.Runs, runs)
			}
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}

// add joins one more number that has to be above zero to a line.
func (l *ClaimLine) add(theirs, ours float64) {
	l.Paper, l.Ours = join(l.Paper, signed(theirs)), join(l.Ours, signed(ours))
	if v := verdict(theirs); v != holds {
		l.PaperHolds = v
	}
	switch v := verdict(ours); {
	case v == fails: // one part that fails is enough
		l.Verdict = fails
	case v == notRun && l.Verdict == holds:
		l.Verdict = notRun
	}
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

func signed(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf("%+.3f", v)
}

// grows is the claim that the lead of a over b is larger in the second preset of each step than in the first.
func (c columns) grows(claim, a, b string, steps ...[2]string) Claim {
	out := Claim{Claim: claim, Measure: fmt.Sprintf("lead of %s over %s, there less here", a, b)}
	for _, s := range steps {
		t0, o0, r0 := c.pair(s[0], a, b)
		t1, o1, r1 := c.pair(s[1], a, b)
		l := ClaimLine{Where: s[0] + " to " + s[1], PaperHolds: holds, Verdict: holds}
		l.add(t1-t0, o1-o0)
		if l.Verdict != notRun {
			l.Runs = join(r0, r1)
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}

// claims are those of the paper that its tables carry. Those about what lives know come from elsewhere.
func claims(rs []Result, presets []string) []Claim {
	c := byCell(rs)
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
