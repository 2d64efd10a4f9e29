package report

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"baldwin/paper"
	"baldwin/run"
	"baldwin/store"
)

// made is a plan of the tenth with runs whose scores are given by cell: a finished run for each number, with ten meta-tests
// of that score.
func made(t *testing.T, scores map[string][]float64) Input {
	t.Helper()
	return madeOf(t, 3, scores)
}

// planned is a budget's plan without any run.
func planned(t *testing.T, budget string, seeds []uint64) Input {
	t.Helper()
	b, err := paper.FindBudget(budget)
	if err != nil {
		t.Fatal(err)
	}
	p, err := paper.New(run.Builtin(), b, seeds, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := paper.Look(t.Context(), nil, p)
	if err != nil {
		t.Fatal(err)
	}
	return Input{Registry: run.Builtin(), Plan: p, Standings: s, Command: "baldwin paper", Version: "test"}
}

// madeOf is made with so many seeds.
func madeOf(t *testing.T, seeds int, scores map[string][]float64) Input {
	t.Helper()
	var all []uint64
	for s := range seeds {
		all = append(all, uint64(s+1))
	}
	in := planned(t, "tenth", all)
	b, s := in.Plan.Budget, in.Standings
	for i := range s {
		v := scores[s[i].ID()]
		k := int(s[i].Seed) - 1
		if k >= len(v) {
			continue
		}
		s[i].Run = &store.Run{Name: s[i].Name, Status: run.Finished, Generation: b.Generations(s[i].Cell), ThetaHash: strings.Repeat("ab", 32), Last: &v[k]}
		s[i].Seconds = 100
		for g := range 10 {
			s[i].Tests = append(s[i].Tests, run.MetaTestRow{Generation: 100 * (g + 1), Mean: v[k], Tasks: 1600})
		}
		in.Scores = append(in.Scores, paper.Score{Key: paper.Key{Run: s[i].Name, Tasks: 16000}, Mean: v[k] - 0.01})
	}
	return in
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-12 }

// Mean, sd with ddof 1, the held-out number and Welch's interval against the paper's.
func TestResult(t *testing.T) {
	in := made(t, map[string][]float64{"table2/eprnn/seq-l1-k10-n20": {-0.2, -0.3, -0.1}, "table2/es-rnn/seq-l1-k10-n20": {-0.4}})
	rs := results(in.Plan, in.Standings, in.Scores)
	c := byCell(rs)
	r := c["seq-l1-k10-n20/eprnn"]
	if !near(r.Mean, -0.2) || !near(r.SD, 0.1) || r.Runs != 3 || !near(r.IQM.Value, -0.21) || !near(r.Diff.Value, -0.2+0.114) {
		t.Errorf("%+v", r)
	}
	// Welch by hand: v1 = 0.01/3, v2 = 0.012^2/3; df = (v1+v2)^2/(v1^2/2+v2^2/2) = 2.06, rounded down to 2.
	v1, v2 := 0.01/3, 0.012*0.012/3
	if half := 4.302652729749464 * math.Sqrt(v1+v2); !near(r.Diff.High-r.Diff.Value, half) || !near(r.Diff.Value-r.Diff.Low, half) {
		t.Errorf("interval %v..%v, want -+ %v", r.Diff.Low, r.Diff.High, half)
	}
	if r.Verdict != "not told apart" || r.State() != "" {
		t.Errorf("%q, %q", r.Verdict, r.State())
	}
	// The bootstrap of three runs reaches from the worst to the best.
	if !near(r.IQM.Low, -0.31) || !near(r.IQM.High, -0.11) {
		t.Errorf("held out %v..%v", r.IQM.Low, r.IQM.High)
	}
	one := c["seq-l1-k10-n20/es-rnn"]
	if !math.IsNaN(one.SD) || !math.IsNaN(one.IQM.Low) || !math.IsNaN(one.Diff.Low) || one.Verdict != "below, of one run" || one.State() != "1 of 3" {
		t.Errorf("%+v", one)
	}
	if none := c["robot-low/eprnn"]; none.Verdict != "not run" || !math.IsNaN(none.Mean) || none.Tasks != 0 {
		t.Errorf("%+v", none)
	}
}

func TestVerdicts(t *testing.T) {
	in := made(t, map[string][]float64{
		"table2/eprnn/seq-l1-k10-n20": {-0.02, -0.021, -0.022}, "table2/es-lstm/seq-l1-k10-n20": {-0.9, -0.91, -0.92}, "table2/epmlp/seq-l1-k10-n20": {-0.73, -0.74, -0.72},
	})
	c := byCell(results(in.Plan, in.Standings, in.Scores))
	for row, want := range map[string]string{"eprnn": "better", "es-lstm": "short of it", "epmlp": "not told apart"} {
		if got := c["seq-l1-k10-n20/"+row].Verdict; got != want {
			t.Errorf("%s: %s, want %s", row, got, want)
		}
	}
}

// Lives that run away have numbers that can be read, and those that end in none say so.
func TestRunAway(t *testing.T) {
	r := New(made(t, map[string][]float64{"table2/es-maml/seq-l1-k10-n20": {math.NaN()}, "table2/eprnn/seq-l1-k10-n20": {-3.4567e23}}))
	table := r.tableMarkdown(&r.Tables[0])
	for _, want := range []string{
		"| ES-MAML | -1.452 ± 0.292 | NaN | 1 of 3 | - | - | a meta-test is NaN, nothing learned |",
		"| EPRNN | -0.114 ± 0.012 | -3.46e+23 | 1 of 3 | -3.46e+23 | -3.46e+23 | below, of one run, nothing learned |",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table has no %s:\n%s", want, table)
		}
	}
}

// An unfinished run is no result, and says where it is.
func TestUnfinished(t *testing.T) {
	in := made(t, map[string][]float64{"table2/eprnn/seq-l1-k10-n20": {-0.2}})
	for i := range in.Standings {
		if s := &in.Standings[i]; s.Run != nil {
			s.Run.Status, s.Run.Generation = run.Stopped, 700
		}
	}
	r := byCell(results(in.Plan, in.Standings, in.Scores))["seq-l1-k10-n20/eprnn"]
	if r.Verdict != "unfinished: generation 700 of 1500" || r.Runs != 0 || len(r.Scores) != 0 {
		t.Errorf("%+v", r)
	}
}

func TestPairs(t *testing.T) {
	in := made(t, map[string][]float64{"table2/eprnn/seq-l1-k10-n20": {-0.2, -0.3, -0.1}, "table2/es-rnn/seq-l1-k10-n20": {-0.4, -0.25, -0.5}})
	ps := New(in).Pairs
	if len(ps) != 1 {
		t.Fatalf("%+v", ps)
	}
	p := ps[0]
	if p.A != "eprnn" || p.B != "es-rnn" || !near(p.Better.Value, 8.0/9) || !math.IsNaN(p.P) {
		t.Errorf("%+v", p)
	}
	if !math.IsNaN(p.Better.Low) || !math.IsNaN(p.Holm) {
		t.Errorf("of three runs a side: %+v", p)
	}
	// g = diff / pooled sd * (1 - 3/(4*4-1)); the variances are 0.01 and 0.0158333.
	if want := (0.55/3 - 0) / math.Sqrt((0.01+0.0158333333333333)/2) * 0.8; math.Abs(p.Hedges-want) > 1e-9 {
		t.Errorf("g = %v, want %v", p.Hedges, want)
	}
}

// spread is ten scores from so high down.
func spread(from float64) (v []float64) {
	for i := range 10 {
		v = append(v, from-0.01*float64(i))
	}
	return v
}

// What "how to read this" says of the bootstrap's interval by the number of runs.
func TestHeldOutInterval(t *testing.T) {
	for n := 1; n <= 10; n++ {
		in := madeOf(t, 10, map[string][]float64{"table2/eprnn/seq-l1-k10-n20": spread(-0.1)[:n]})
		r := byCell(results(in.Plan, in.Standings, in.Scores))["seq-l1-k10-n20/eprnn"]
		worst, best := r.Scores[n-1], r.Scores[0]
		switch whole := r.IQM.Low == worst && r.IQM.High == best; {
		case n == 1 && !math.IsNaN(r.IQM.Low):
			t.Errorf("one run: %+v", r)
		case n > 1 && whole != (n <= 4):
			t.Errorf("%d runs of %v..%v: %v..%v", n, worst, best, r.IQM.Low, r.IQM.High)
		}
	}
}

// Each panel says of how many runs a learner's curve is, also where others of the legend have none.
func TestRunCounts(t *testing.T) {
	r := New(made(t, map[string][]float64{
		"table2/eprnn/seq-l1-k10-n20": {-0.2, -0.3}, "table2/es-rnn/seq-l1-k10-n20": {-0.4, -0.5, -0.6}, "table2/es-lstm/seq-l1-k10-n20": {-0.5}, "table3/es-lstm/robot-low": {-20},
	}))
	for name, want := range map[string][]string{"figure4": {"2, 3, 1", "", "", "", "0, 0, 1", "", ""}, "profiles": {"2, 3, 1", "0, 0, 1"}} {
		for i, p := range exhibit(t, r, name).Panels {
			if got := strings.TrimPrefix(p.Note[0], "runs, in the legend's order: "); got != want[i] {
				t.Errorf("%s, %s: %s, want %s", name, p.Title, got, want[i])
			}
		}
	}
}

// A plan of which two cells have ten runs and others one: every number says of how many runs it is, and there are tests for the
// ten alone, corrected for as many tests as there are.
func TestUneven(t *testing.T) {
	in := madeOf(t, 10, map[string][]float64{
		"table2/eprnn/seq-l1-k10-n20": spread(-0.1), "table2/eprnn-nom/seq-l1-k10-n20": spread(-0.105), "table2/es-rnn/seq-l1-k10-n20": spread(-0.3),
		"table2/es-lstm/seq-l1-k10-n20": {-0.5}, "table2/eprnn/seq-l1-k25-n50": {-0.4}, "table2/es-rnn/seq-l1-k25-n50": {-1.2},
	})
	r := New(in)
	raw := map[string]float64{}
	for _, p := range r.Pairs {
		if tested := !math.IsNaN(p.P); tested != (p.NA == 10 && p.NB == 10) || tested == math.IsNaN(p.Better.Low) {
			t.Errorf("%+v: a test and an interval are of ten runs a side", p)
		}
		raw[p.Preset+p.A+p.B] = p.Holm
		if p.Preset == "seq-l1-k10-n20" && p.A == "eprnn" && p.B == "es-rnn" && math.Abs(p.P-2/184756.0) > 1e-12 {
			t.Errorf("uncorrected P = %v", p.P)
		}
	}
	if len(r.Pairs) != 7 {
		t.Errorf("%d pairs", len(r.Pairs))
	}
	// Ten above ten: P is 2 of the 184756 orders; three tests, so times 3, and 2 for the second.
	if p := raw["seq-l1-k10-n20eprnnes-rnn"]; math.Abs(p-3*2/184756.0) > 1e-12 {
		t.Errorf("P = %v", p)
	}
	// Resampling shifts two rows of ten that are half a step apart against each other, either way.
	if b := r.Pairs[0].Better; r.Pairs[0].B != "eprnn-nom" || !near(b.Value, 0.55) || !(b.Low > 0.2 && b.Low < 0.4) || !(b.High > 0.7 && b.High < 0.9) {
		t.Errorf("the first pair: %+v", r.Pairs[0])
	}
	if p := raw["seq-l1-k10-n20eprnneprnn-nom"]; !(p > 0.1 && p <= 1) {
		t.Errorf("of learners that mix P = %v", p)
	}
	md, table := r.Markdown(), r.tableMarkdown(&r.Tables[0])
	for _, want := range []string{"| 10, 10 | 1.00 [1.00, 1.00] | +0.200 | +6.33 | < 0.001 |", "| 10, 1 | 1.00 |", "| 1, 1 | 1.00 | +0.800 | - | - |"} {
		if !strings.Contains(md, want) {
			t.Errorf("the report has no %q", want)
		}
	}
	for _, want := range []string{"| 10 of 10 |", "| 1 of 10 |", "| 0 of 10 |"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table has no %q", want)
		}
	}
	// The cost says of how many runs it is, where it is not of all.
	for i := range in.Standings {
		if s := &in.Standings[i]; s.ID() == "table2/eprnn/seq-l1-k10-n20" && s.Seed > 8 {
			s.Seconds = 0
		}
	}
	again := New(in)
	if table := again.tableMarkdown(&again.Tables[0]); !strings.Contains(table, "| 13 min (8 of 10 runs) |") || !strings.Contains(table, "| 17 min |") {
		t.Error(table)
	}
	// Over columns: es-rnn shares both with EPRNN, eprnn-nom and es-lstm one.
	rows := exhibit(t, r, "aggregates").Grids[0].Rows
	for i, want := range []string{"EPRNN|(1,10,20) (1,25,50)|11", "EPRNN (w/o m)|(1,10,20)|10", "ES-RNN|(1,10,20) (1,25,50)|11", "ES-LSTM|(1,10,20)|1"} {
		if got := strings.Join(rows[i+1][:3], "|"); got != want {
			t.Errorf("aggregates: %s, want %s", got, want)
		}
	}
	// One run a side in the second column: nothing is known of how much that varies, whatever the first says.
	if rows[3][7] != "1.00" || rows[4][3] != "0.765" || rows[4][6] != "10" || rows[4][7] != "1.00" {
		t.Errorf("aggregates: %q, %q", rows[3], rows[4])
	}
}

// Where a budget's runs are longer in one column, the summary, that column's heading and its panel of figure 4 say so.
func TestLengths(t *testing.T) {
	r := New(planned(t, "third", nil))
	if want := "Generations of a run: 3000 in 45, 5000 in 7 cells; the paper's have 15000."; !strings.Contains(r.Summary(), want) {
		t.Errorf("%q does not say %q", r.Summary(), want)
	}
	table, panels := r.tableMarkdown(&r.Tables[0]), exhibit(t, r, "figure4").Panels
	for i, want := range []int{5000, 3000, 3000, 3000} {
		if c := &r.Tables[0].Columns[i]; !strings.HasSuffix(c.heading(), fmt.Sprintf("runs of %d generations", want)) || !strings.Contains(table, "## "+c.heading()+"\n") {
			t.Errorf("column %d is headed %q", i, c.heading())
		}
		if got := panels[i].X.Max; got != float64(want) {
			t.Errorf("panel %d goes to generation %v, want %d", i, got, want)
		}
	}
}

func exhibit(t *testing.T, r *Report, name string) *Exhibit {
	t.Helper()
	for _, e := range r.Exhibits {
		if e.Name == name {
			return e
		}
	}
	t.Fatalf("no exhibit %s", name)
	return nil
}
