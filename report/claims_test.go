package report

import (
	"math"
	"strings"
	"testing"

	"baldwin/paper"
	"baldwin/probe"
	"baldwin/stats"
)

func TestClaims(t *testing.T) {
	in := made(t, map[string][]float64{
		"table2/eprnn/seq-l1-k10-n20": {-0.2}, "table2/eprnn-nom/seq-l1-k10-n20": {-0.1}, "table2/es-rnn/seq-l1-k10-n20": {-0.4},
		"table2/eprnn/seq-l1-k25-n50": {-0.5}, "table2/es-rnn/seq-l1-k25-n50": {-1.5},
	})
	cs := New(in).Claims
	for i, want := range []string{
		"seems to hold in 2, not run in 5", "seems to hold in 1, not run in 1", "not run", "seems not to hold in 1, not run in 6", "not run", "not run",
	} {
		if got := cs[i].Tally(); got != want {
			t.Errorf("%s: %s, want %s", cs[i].Claim, got, want)
		}
	}
	// What the paper's own tables say, worked out by hand from them.
	for i, want := range []string{"holds in 7 of 7", "holds in 2 of 2", "holds in 1 of 2", "holds in 7 of 7", "holds in 5 of 7", "holds in 6 of 7"} {
		if got := cs[i].paperTally(); got != want {
			t.Errorf("%s: the paper %s, want %s", cs[i].Claim, got, want)
		}
	}
}

// Of ten runs a side the interval of the difference judges a claim; of fewer, on either side, nothing does.
func TestClaimsOfTen(t *testing.T) {
	in := madeOf(t, 10, map[string][]float64{
		"table2/eprnn/seq-l1-k10-n20": spread(-0.1), "table2/eprnn-nom/seq-l1-k10-n20": spread(-0.105), "table2/es-rnn/seq-l1-k10-n20": spread(-0.3),
		"table2/epmlp/seq-l1-k10-n20": spread(-0.4), "table2/epmlp-random/seq-l1-k10-n20": spread(-0.2), "table2/es-maml/seq-l1-k10-n20": spread(-0.5)[:9],
		"table2/eprnn/seq-l1-k25-n50": spread(-0.1), "table2/es-rnn/seq-l1-k25-n50": spread(-0.9),
	})
	r := New(in)
	want := []string{holds, holds, notRun, open, seems, fails}
	for i, c := range r.Claims {
		if l := c.Lines[0]; l.Verdict != want[i] {
			t.Errorf("%s: %+v, want %s", c.Claim, l, want[i])
		}
	}
	// By hand: the means of the middle six are 0.2 apart, and those of ten such runs err by about 0.012 each.
	_, e := newLedger(in.Registry, results(in.Plan, in.Standings, in.Scores)).contrast("seq-l1-k10-n20/eprnn", "seq-l1-k10-n20/es-rnn")
	if !near(e.Value, 0.2) || math.Abs((e.High-e.Low)/2-1.96*math.Sqrt2*0.012) > 0.006 {
		t.Errorf("EPRNN leads by %+v", e)
	}
	if l := r.Claims[0].Lines[0]; l.Runs != "10, 10" || !strings.HasPrefix(l.Ours, "+0.200 [+0.1") {
		t.Errorf("%+v", l)
	}
	if l := r.Claims[1].Lines[0]; l.Runs != "10, 10; 10, 10" || !strings.HasPrefix(l.Ours, "+0.600 [+0.5") || l.Paper != "+0.749" {
		t.Errorf("%+v", l)
	}
	if _, e := (ledger{}).contrast("nobody"); !math.IsNaN(e.Value) {
		t.Errorf("of nobody %+v", e)
	}
	if got, want := r.Answer(), "The paper's 6 claims, asked in 32 places: holds in 3, seems to hold in 1, undecided in 1, does not hold in 1, not run in 26."; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// Cells at the floor: two of them, or a lead of one, are not compared; one below another that has learned is below it.
func TestClaimsOfNothingLearned(t *testing.T) {
	in := made(t, map[string][]float64{
		"table3/eprnn/robot-low": {-20}, "table3/es-rnn/robot-low": {-25}, "table3/eprnn/robot-median": {-38}, "table3/es-rnn/robot-median": {-18},
		"table3/eprnn/robot-high": {-37.9}, "table3/eprnn-nom/robot-high": {-38.2}, "table3/es-rnn/robot-high": {-26}, "table3/epmlp/robot-high": {-30},
	})
	r := New(in)
	line := func(claim int, where string) ClaimLine {
		for _, l := range r.Claims[claim].Lines {
			if l.Where == where {
				return l
			}
		}
		t.Fatalf("%s is not asked in %s", r.Claims[claim].Claim, where)
		return ClaimLine{}
	}
	for _, c := range []struct {
		claim                int
		where, verdict, runs string
	}{
		{0, "robot-low", seems, "1, 1"}, {0, "robot-median", against, "1*, 1"}, {2, "robot-low to robot-median", unlearned, "1, 1; 1*, 1"},
		{2, "robot-median to robot-high", unlearned, "1*, 1; 1*, 1"}, {3, "robot-high", against, "1*, 1*; 1*, 1"}, {4, "robot-high", against, "1*, 1"},
		{4, "robot-low", notRun, ""},
	} {
		if l := line(c.claim, c.where); l.Verdict != c.verdict || l.Runs != c.runs {
			t.Errorf("%s: %+v, want %s of runs %s", r.Claims[c.claim].Claim, l, c.verdict, c.runs)
		}
	}
	for id, want := range map[string]string{"robot-high/eprnn": "below, of one run, nothing learned", "robot-high/es-rnn": "above, of one run"} {
		if got := byCell(results(in.Plan, in.Standings, in.Scores))[id].Verdict; got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

// A chain of which one number is there is run in part; what the paper says does not go by what a plan has.
func TestClaimsInPart(t *testing.T) {
	in := made(t, map[string][]float64{"table2/eprnn/seq-l1-k10-n20": {-0.1}, "table2/epmlp/seq-l1-k10-n20": {-0.5}})
	if l := New(in).Claims[4].Lines[0]; l.Verdict != partly || l.Runs != "1, 1" || l.Ours != "+0.400; -" {
		t.Errorf("%+v", l)
	}
	b, err := paper.FindBudget("tenth")
	if err != nil {
		t.Fatal(err)
	}
	if in.Plan, err = paper.New(in.Registry, b, nil, []string{"table2/eprnn"}); err != nil {
		t.Fatal(err)
	}
	if got, want := New(in).Claims[0].paperTally(), "holds in 4 of 4"; got != want {
		t.Errorf("of a plan of EPRNN the paper's %s, want %s", got, want)
	}
}

// What lives of one genome show holds for it alone, and has the worst verdict of its numbers.
func TestOfOne(t *testing.T) {
	e := func(low, high float64) probe.Estimate {
		return probe.Estimate{Value: (low + high) / 2, Interval: stats.Interval{Low: low, High: high}}
	}
	yes, no, between := e(0.1, 0.3), e(-0.3, -0.1), e(-0.1, 0.2)
	for _, c := range []struct {
		of   []probe.Estimate
		want string
	}{
		{[]probe.Estimate{yes}, shown}, {[]probe.Estimate{yes, between}, open}, {[]probe.Estimate{no, between}, refuted},
		{[]probe.Estimate{no, yes}, refuted}, {[]probe.Estimate{unknown(), yes}, unlearned},
	} {
		if got := ofOne(unlearned, c.of...); got != c.want {
			t.Errorf("%+v: %s, want %s", c.of, got, c.want)
		}
	}
}

// Of several numbers a line has the worst verdict.
func TestWorse(t *testing.T) {
	for _, c := range [][3]string{{holds, seems, seems}, {seems, open, open}, {open, notRun, notRun}, {notRun, against, against}, {fails, holds, fails}} {
		if worse(c[0], c[1]) != c[2] || worse(c[1], c[0]) != c[2] {
			t.Errorf("of %s and %s the worse is %s", c[0], c[1], worse(c[0], c[1]))
		}
	}
}

// Two estimates are apart where their intervals do not overlap.
func TestApart(t *testing.T) {
	e := func(low, v, high float64) probe.Estimate {
		return probe.Estimate{Value: v, Interval: stats.Interval{Low: low, High: high}}
	}
	a := e(0.5, 0.6, 0.7)
	for _, c := range []struct {
		b    probe.Estimate
		want string
	}{{e(0.3, 0.4, 0.49), holds}, {e(0.3, 0.4, 0.51), open}, {e(0.71, 0.8, 0.9), fails}, {unknown(), notRun}} {
		if got := verdict(apart(a, c.b)); got != c.want {
			t.Errorf("%+v beside %+v: %s, want %s", a, c.b, got, c.want)
		}
	}
}
