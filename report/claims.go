package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"baldwin/probe"
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
	PaperHolds  string // by the paper's own table: holds, fails, or empty where it has no number
	Verdict     string // by ours
	Runs        string // how many runs stand behind ours
}

// Verdicts of a claim.
const (
	holds     = "holds"
	seems     = "seems to hold"     // above 0, of too few runs for an interval
	open      = "undecided"         // the interval has 0 in it
	notRun    = "not run"           // one of the cells
	unlearned = "nothing learned"   // in one of the cells, so that its lives show nothing
	against   = "seems not to hold" // not above 0, of too few runs for an interval
	fails     = "does not hold"
)

// verdicts go from the best to the worst: of several numbers a claim has the worst verdict, since one that fails is enough.
var verdicts = []string{holds, seems, open, unlearned, notRun, against, fails}

// Tally counts the claim's lines by verdict: "holds in 3, undecided in 1, not run in 3".
func (c *Claim) Tally() string { return tally(c.Lines) }

func tally(lines []ClaimLine) string {
	count := map[string]int{}
	for _, l := range lines {
		count[l.Verdict]++
	}
	var out []string
	for _, v := range []string{holds, seems, open, against, fails, unlearned, notRun} {
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

// columns looks numbers up by preset and row.
type columns map[string]*Result

func byCell(rs []Result) columns {
	c := columns{}
	for i := range rs {
		c[rs[i].Preset+"/"+rs[i].Row()] = &rs[i]
	}
	return c
}

// contrast takes cells with the signs +, -, +, - and so on: the sum of the paper's numbers, and of our interquartile means on
// held-out tasks; NaN where one is missing. Ours has a bootstrap's 95% interval where each cell has the runs that a rank test
// is worth its correction for: of fewer it would be too narrow.
func (c columns) contrast(cells ...string) (theirs float64, ours probe.Estimate) {
	ours = unknown()
	var strata [][]float64
	fewest := math.MaxInt
	for i, id := range cells {
		r := c[id]
		if r == nil {
			return math.NaN(), ours
		}
		theirs += alternating(i) * r.Cell.Mean
		strata = append(strata, r.Scores)
		fewest = min(fewest, len(r.Scores))
	}
	sum := func(s [][]float64) (v float64) {
		for i := range s {
			v += alternating(i) * stats.IQM(s[i])
		}
		return v
	}
	ours.Value = sum(strata)
	if fewest >= rankRuns {
		ours.Interval = stats.StratifiedBootstrap(strata, bootstraps, sum, indices())
	}
	return theirs, ours
}

func alternating(i int) float64 { return 1 - 2*float64(i%2) }

// runs says how many runs each cell has, with a star where they have learned nothing; empty where one has none.
func (c columns) runs(cells ...string) string {
	var out []string
	for _, id := range cells {
		r := c[id]
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

// sign is the verdict of a number of the paper, which has to be above zero; it has no interval.
func sign(v float64) string {
	switch {
	case math.IsNaN(v):
		return notRun
	case v > 0:
		return holds
	}
	return fails
}

// verdict of a number of ours that has to be above zero.
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

// worse is the worse of two verdicts.
func worse(a, b string) string {
	return verdicts[max(slices.Index(verdicts, a), slices.Index(verdicts, b))]
}

// above is the claim that each learner of a chain scores above the next, in every column.
func (c columns) above(claim string, presets []string, chain ...string) Claim {
	out := Claim{Claim: claim, Measure: "difference of scores, above 0: " + strings.Join(chain, " > ")}
	for _, p := range presets {
		l := ClaimLine{Where: p, PaperHolds: holds, Verdict: holds}
		for i := range chain[1:] {
			a, b := p+"/"+chain[i], p+"/"+chain[i+1]
			l.add(c.contrast(a, b))
			if runs := c.runs(a, b); runs != "" {
				l.Runs = join(l.Runs, runs)
			}
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}

// add joins one more number that has to be above zero to a line.
func (l *ClaimLine) add(theirs float64, ours probe.Estimate) {
	l.Paper, l.Ours = join(l.Paper, signedNum(theirs, 3)), join(l.Ours, signedEstimate(ours, 3))
	l.PaperHolds, l.Verdict = worse(l.PaperHolds, sign(theirs)), worse(l.Verdict, verdict(ours))
}

// picture adds a line about what the paper shows in a picture: so many runs of ours, and what lives of their genomes say;
// where they say nothing, why is the verdict.
func (c *Claim) picture(where, runs string, ours probe.Estimate, why string) {
	l := ClaimLine{Where: where, Paper: "picture", Ours: signedEstimate(ours, 3), Verdict: verdict(ours), Runs: runs}
	if l.Verdict == notRun {
		l.Verdict, l.Runs = why, ""
	}
	c.Lines = append(c.Lines, l)
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

// grows is the claim that the lead of a over b is larger in the second preset of each step than in the first.
func (c columns) grows(claim, a, b string, steps ...[2]string) Claim {
	out := Claim{Claim: claim, Measure: fmt.Sprintf("lead of %s over %s, there less here", a, b)}
	for _, s := range steps {
		l := ClaimLine{Where: s[0] + " to " + s[1], PaperHolds: holds, Verdict: holds}
		l.add(c.contrast(s[1]+"/"+a, s[1]+"/"+b, s[0]+"/"+b, s[0]+"/"+a))
		if l.Verdict != notRun {
			l.Runs = join(c.runs(s[0]+"/"+a, s[0]+"/"+b), c.runs(s[1]+"/"+a, s[1]+"/"+b))
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
