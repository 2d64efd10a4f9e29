package report

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/paper"
	"baldwin/probe"
	"baldwin/run"
	"baldwin/stats"
)

// Who has not learned, or cannot be asked, is left out; the others stand by column in the order of the learners.
func TestAsk(t *testing.T) {
	v := &Lives{Registry: run.Builtin(), Kernel: kernel.Best(), Threads: 1, Best: func(row, preset string) (*paper.Genome, error) {
		if preset != "seq-l1-k10-n20" && preset != "robot-low" {
			return nil, nil
		}
		return map[string]*paper.Genome{
			"es-rnn": newborn(t, "es-rnn", preset, -1), "eprnn": newborn(t, "eprnn", preset, -1), "epmlp": newborn(t, "epmlp", preset, -40),
			"es-maml": newborn(t, "es-maml", preset, -1),
		}[row], nil
	}}
	as, err := ask(t.Context(), v, "name", func(s *probe.Subject) bool { return s.Learner.Recurrent }, func(_ context.Context, s *probe.Subject) (string, error) {
		return s.Learner.Name, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, column := range byColumn(as) {
		for _, a := range column {
			if a.Answer != a.Row() {
				t.Errorf("%s answers for %s", a.Answer, a.Row())
			}
			got = append(got, a.Preset+" "+a.Row())
		}
		got = append(got, "|")
	}
	if want := "seq-l1-k10-n20 eprnn, seq-l1-k10-n20 es-rnn, |, robot-low eprnn, robot-low es-rnn, |"; strings.Join(got, ", ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// What lives say is drawn and tabled as it was said.
func TestAnswers(t *testing.T) {
	e := func(v float64) probe.Estimate {
		return probe.Estimate{Value: v, Interval: stats.Interval{Low: v - 0.5, High: v + 0.5}}
	}
	eprnn, rnn := newborn(t, "eprnn", "seq-l1-k10-n20", -0.3), newborn(t, "es-rnn", "seq-l1-k10-n20", -0.3)
	f := lesions([]answer[[]probe.Treatment]{
		{eprnn, []probe.Treatment{
			{Lesion: "none", Fitness: e(-0.3)}, {Lesion: "freeze=1", Meaning: "never", Fitness: e(-4), Change: e(-3.7)}, {Lesion: "freeze=6", Meaning: "five", Fitness: e(-2), Change: e(-1.7)},
			{Lesion: "mean-m", Meaning: "mean", Fitness: e(-1), Change: e(-0.7)},
		}},
		{rnn, []probe.Treatment{{Lesion: "none", Fitness: e(-0.5)}, {Lesion: "reset-h=11", Meaning: "h", Fitness: e(-1), Change: e(-0.5)}}},
	})
	if l := f.Panels[0].Lines; len(l) != 1 || l[0].Key != "eprnn" || !slices.Equal(l[0].X, []float64{0, 5, 10}) || !slices.Equal(l[0].Y, []float64{-4, -2, -0.3}) {
		t.Errorf("%+v", l)
	}
	want := "lesion|EPRNN|ES-RNN\nfitness without a lesion|-0.300 ± 0.500|-0.500 ± 0.500\nnever|-3.700 ± 0.500|-\nfive|-1.700 ± 0.500|-\nmean|-0.700 ± 0.500|-\nh|-|-0.500 ± 0.500"
	if got := joined(f.Grids[0].Rows); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(f.Data) != 7 || f.Data[6][1] != "es-rnn" || f.Data[6][4] != rnn.Hash || f.Data[6][5] != "reset-h=11" || f.Data[0][5] != "lesion" {
		t.Errorf("%q", f.Data)
	}
	m := horizons([]answer[[]probe.Horizon]{{eprnn, []probe.Horizon{{First: 11, Last: 15, Share: 0.1}, {First: 16, Last: 20, Share: 0.2}}}})
	if got := joined(m.Grids[0].Rows); got != "learner|y(11) to y(15)|y(16) to y(20)\nEPRNN|0.10|0.20" || !slices.Equal(m.Panels[0].Lines[0].X, []float64{11, 15, 16, 20}) {
		t.Errorf("%s: %+v", got, m.Panels[0].Lines)
	}
	a := abroad([]answer[[]probe.Abroad]{{eprnn, []probe.Abroad{{Parameter: "A", From: 1, To: 3, Home: true, Share: 0.2}, {Parameter: "sigma", From: 1, To: 1, Fitness: e(-3), Share: math.NaN()}}}})
	if got := joined(a.Grids[0].Rows); got != "range|EPRNN\nA in 1 to 3 (home)|0.20\nsigma = 1|-3.0 ± 0.5" {
		t.Error(got)
	}
	p := protocols([]answer[[]probe.Trial]{{eprnn, []probe.Trial{{Protocol: "closed-loop", Home: true, Fitness: e(-0.2), Share: 0.1}, {Protocol: "as-released", Plastic: true, Fitness: e(-2), Share: 0.9}}}})
	if got := joined(p.Grids[0].Rows); got != "tested|EPRNN\nclosed-loop, W stays (home)|-0.200 ± 0.500 (0.10)\nas-released, W learns on|-2.000 ± 0.500 (0.90)" {
		t.Error(got)
	}
	g := modulators([]answer[*probe.Modulation]{{eprnn, &probe.Modulation{Steps: []probe.Gate{{Step: 2, Activity: e(0.4)}, {Step: 3, Activity: e(0.6)}}, Correlation: e(0.1), R2: e(0.5)}}})
	if got := g.Grids[0].Rows[1]; got[2] != "0.40 to 0.60" || got[5] != "0.10 [-0.40, 0.60]" || len(g.Panels) != 1 || len(g.Panels[0].Lines[1].X) != 2 {
		t.Errorf("%q", got)
	}
	k := knowledge([]answer[[]probe.Knowledge]{
		{eprnn, []probe.Knowledge{{From: probe.FromW, Parameter: "A", Step: 1, R2: e(0.1)}, {From: probe.FromW, Parameter: "A", Step: 9, R2: e(0.8)}, {From: probe.FromH, Parameter: "A", Step: 9, R2: e(0.6)}}},
		{rnn, []probe.Knowledge{{From: probe.FromH, Parameter: "A", Step: 9, R2: e(0.5)}}},
	})
	if got := joined(k.Grids[0].Rows); got != "learner|A from W|A from h\nEPRNN|0.80 [0.30, 1.30]|0.60 [0.10, 1.10]\nES-RNN|-|0.50 [0.00, 1.00]" {
		t.Error(got)
	}
	if p := k.Panels[1]; len(p.Lines) != 2 || p.Lines[0].Y[1] != 0.8 || p.Lines[1].Y[0] != 0.5 {
		t.Errorf("%+v", p.Lines)
	}
}

func joined(rows [][]string) string {
	var lines []string
	for _, r := range rows {
		lines = append(lines, strings.Join(r, "|"))
	}
	return strings.Join(lines, "\n")
}
