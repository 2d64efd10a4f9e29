package report

import (
	"fmt"
	"math"
	"strconv"

	"baldwin/figure"
	"baldwin/probe"
	"baldwin/task"
)

// num writes a score with a table's digits; a dash where there is none, and three digits and a power of ten where a life has run away.
func num(v float64, digits int) string {
	switch {
	case math.IsNaN(v):
		return "-"
	case math.Abs(v) >= 1e6:
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}

// plusMinus is a mean and its standard deviation.
func plusMinus(mean, sd float64, digits int) string {
	switch {
	case math.IsNaN(mean):
		return "-"
	case math.IsNaN(sd):
		return num(mean, digits)
	}
	return num(mean, digits) + " ± " + num(sd, digits)
}

// estimate is a number and its 95% interval, where it has one.
func estimate(e probe.Estimate, digits int) string { return written(e, digits, num) }

// signedNum is num with its sign.
func signedNum(v float64, digits int) string {
	if v > 0 {
		return "+" + num(v, digits)
	}
	return num(v, digits)
}

// signedEstimate is estimate with signs.
func signedEstimate(e probe.Estimate, digits int) string { return written(e, digits, signedNum) }

func written(e probe.Estimate, digits int, number func(float64, int) string) string {
	if math.IsNaN(e.Value) || math.IsNaN(e.Low) {
		return number(e.Value, digits)
	}
	return fmt.Sprintf("%s [%s, %s]", number(e.Value, digits), number(e.Low, digits), number(e.High, digits))
}

// pValue writes the P of a test.
func pValue(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return num(p, 3)
}

// A line of a table as every form shows it.
type cellText struct {
	Learner, Paper, Ours, Runs, Diff, HeldOut, Verdict, Cost string
	Run                                                      bool
}

func (t *Table) text(r *Result) cellText {
	d := t.digits
	c := cellText{
		Learner: figure.LearnerLabel(r.Row()), Paper: plusMinus(r.Cell.Mean, r.Cell.SD, d), Ours: plusMinus(r.Mean, r.SD, d),
		Diff: "-", HeldOut: estimate(r.IQM, d), Verdict: r.Verdict, Run: r.Runs > 0, Cost: "-",
		Runs: fmt.Sprintf("%d of %d", r.Finished, r.Wanted),
	}
	if r.Runs > 0 {
		if math.IsNaN(r.Mean) { // of lives that ended in no number
			c.Ours = "NaN"
		}
		c.Diff = signedEstimate(r.Diff, d)
		if s := r.State(); s != "" && r.Begun > 0 {
			c.Runs = s
		}
	}
	if r.Seconds > 0 {
		c.Cost = hours(r.Seconds)
		if all := r.Finished + r.Begun; r.Timed < all {
			c.Cost += fmt.Sprintf(" (%d of %d runs)", r.Timed, all)
		}
	}
	return c
}

// hours writes seconds for people.
func hours(s float64) string {
	switch {
	case s < 90:
		return fmt.Sprintf("%.0f s", s)
	case s < 5400:
		return fmt.Sprintf("%.0f min", s/60)
	}
	return fmt.Sprintf("%.1f h", s/3600)
}

// howToRead explains the columns, the same in every form.
var howToRead = []string{
	"Every score is a mean fitness: higher is better, 0 is perfect.",
	"Paper and ours, the paper's statistic: for each run the mean of the top 3 of its last 10 meta-tests; then mean ± standard deviation " +
		"over runs (ours with ddof 1; the paper does not say). It selects on the test that it reports, so it flatters both.",
	"Held out, the honest number: the last genome of each finished run on frozen held-out tasks that nothing was chosen by; the interquartile " +
		"mean over runs, that is without the lowest and the highest quarter of them, with the 95% interval of a bootstrap over runs (10000 " +
		"samples). Of fewer than 4 runs it is the mean, of one there is no interval, and of 2 to 4 the interval reaches from the worst run " +
		"to the best.",
	"Difference: ours less the paper's, with Welch's 95% interval from two runs on. Verdict: better or short of it where that interval excludes 0, " +
		"else not told apart, which with few runs does not mean alike; of one run only whether it stands above or below.",
	fmt.Sprintf("Nothing learned: the held-out number is less than %.0f%% of the way from that of a learner that knows nothing (always predicting 0, or a robot that "+
		"never moves, %s) to perfect. It says that this run has not begun, not how well its learner would do.", 100*learnedShare, num(task.StillScore, 1)),
	"Cost is the time on the clock of all generations and meta-tests of the cell's runs. A run has one core, so it is core time too, but for runs " +
		"that workers elsewhere lived, which had as many cores as there were. Of runs that are kept as files it is what an earlier report says, or not known.",
}

// claimsNote says how claims are judged.
var claimsNote = fmt.Sprintf("Each claim is one number that has to be above 0. Of scores it is a difference: the paper's of its statistic, ours of the "+
	"interquartile means on held-out tasks, where all cells that it needs have a finished run. With %d runs or more in each of them it has the 95%% "+
	"interval of a bootstrap over runs, stratified by cell, and holds or does not where that excludes 0. Of fewer runs an interval would promise too "+
	"much, so a claim only seems to hold or not; * stands where they have learned nothing, and two such "+
	"cells, or a lead of one, are not compared. What lives show is of one genome each, the best of its cell: the interval is over its lives, "+
	"the claim holds for this genome or not, and nothing is said of another run.", rankRuns)

// pairsNote says what so few runs allow.
var pairsNote = fmt.Sprintf("Probability that a run of the first learner scores above a run of the second on the held-out tasks, ties counted half; the "+
	"difference of their means; and Hedges' g, that difference in pooled standard deviations (ddof 1), corrected for few runs. These are effect sizes, not "+
	"tests: with 3 runs against 3 a rank test cannot go below P = 0.1 whatever the scores are. From %d runs a side on the probability has the 95%% interval "+
	"of a bootstrap over the runs of each, and P is that of Mann and Whitney, two-sided, with Holm's correction over all pairs that are tested.", rankRuns)
