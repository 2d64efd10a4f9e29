package report

import (
	"math"
	"strings"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/paper"
	"baldwin/run"
)

// newborn is a genome of a cell as it is drawn, with a last meta-test that says how much it has learned.
func newborn(t *testing.T, row, preset string, last float64) *paper.Genome {
	t.Helper()
	r := run.Builtin()
	p, err := paper.New(r, paper.Budgets()[0], []uint64{1}, []string{"*/" + row + "/" + preset})
	if err != nil {
		t.Fatal(err)
	}
	spec := p.Jobs[0].Spec
	l, err := spec.Fit(r)
	if err != nil {
		t.Fatal(err)
	}
	g := run.Genome{Spec: spec, Learner: l, Theta: make([]float32, l.Layout.Dim)}
	l.Layout.Init(g.Theta, 1)
	g.Hash = l.Layout.Hash(g.Theta)
	return &paper.Genome{Standing: &paper.Standing{Job: p.Jobs[0], Tests: []run.MetaTestRow{{Mean: last}}}, Genome: g}
}

// Where nothing was run every panel and every claim says so, and the tasks are drawn all the same.
func TestLivesOfNobody(t *testing.T) {
	v := &Lives{Registry: run.Builtin(), Kernel: kernel.Best(), Threads: 1, Best: func(string, string) (*paper.Genome, error) { return nil, nil }}
	exhibits, claims, err := v.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	panels := map[string]int{"figure3": 4, "figure5": 16, "figure8": 10, "figure9": 8, "knows": 2}
	if len(exhibits) != 10 {
		t.Errorf("%d exhibits", len(exhibits))
	}
	for _, f := range exhibits {
		if len(f.Panels) != panels[f.Name] {
			t.Errorf("%s has %d panels, want %d", f.Name, len(f.Panels), panels[f.Name])
		}
		for i, p := range f.Panels {
			drawn := f.Name == "figure3" && i < 3 || f.Name == "figure9" && i == 7 // tasks, and the random controller
			if (p.Empty == "") != drawn {
				t.Errorf("%s: panel %s: %q", f.Name, p.Title, p.Empty)
			}
		}
	}
	if len(claims) != 4 {
		t.Errorf("%d claims", len(claims))
	}
	for _, c := range claims {
		if c.Tally() != notRun {
			t.Errorf("%s: %s", c.Claim, c.Tally())
		}
	}
}

// A genome that has not learned is drawn, but what its lives show means nothing.
func TestLearned(t *testing.T) {
	for _, c := range []struct {
		last float64
		want bool
	}{{-36.5, false}, {-36, true}} {
		g := newborn(t, "eprnn", "robot-low", c.last)
		if learned(g) != c.want {
			t.Errorf("a robot of %g", c.last)
		}
		v := &Lives{Registry: run.Builtin(), Kernel: kernel.Best(), Threads: 1, Best: func(row, preset string) (*paper.Genome, error) {
			if row == "eprnn" && preset != "robot-high" && strings.HasPrefix(preset, "robot") {
				return g, nil
			}
			return nil, nil
		}}
		claims, err := v.turns(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := claims[0].Lines[0].Verdict
		if c.want == (got == unlearned) || claims[0].Lines[1].Verdict != notRun {
			t.Errorf("%g: %+v", c.last, claims[0].Lines)
		}
	}
}

// A sequence that is predicted hardly better than by zeros has not been learned either; a meta-test's error is about 0.03.
func TestLearnedSequence(t *testing.T) {
	for _, c := range []struct {
		last float64
		want bool
	}{{-2.2, false}, {-2.1, false}, {-2, true}, {math.NaN(), false}} {
		if got := learned(newborn(t, "eprnn", "seq-l1-k10-n20", c.last)); got != c.want {
			t.Errorf("a sequence of %g: learned %v", c.last, got)
		}
	}
}

// The predicted part begins where the seen part ends, and the way begins at the start.
func TestDrawnLives(t *testing.T) {
	seq, robot := newborn(t, "eprnn", "seq-l1-k10-n20", -0.3), newborn(t, "eprnn", "robot-low", -20)
	v := &Lives{Registry: run.Builtin(), Kernel: kernel.Best(), Threads: 1, Best: func(row, preset string) (*paper.Genome, error) {
		return map[string]*paper.Genome{"eprnn/seq-l1-k10-n20": seq, "eprnn/robot-low": robot}[row+"/"+preset], nil
	}}
	f, err := v.tasks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lines := f.Panels[0].Lines
	if len(lines) != 2 || lines[0].X[0] != 1 || len(lines[0].X) != 20 || lines[1].X[0] != 11 || len(lines[1].X) != 10 {
		t.Errorf("%+v", lines)
	}
	way := f.Panels[3].Lines[0]
	if len(way.X) < 2 || way.X[0] != 0 || way.Y[0] != 0 {
		t.Errorf("%+v", way)
	}
	pair, err := v.pair(t.Context(), layout{"a", "eprnn", sinusoids, "h", "A"})
	if err != nil || pair[0].Empty != "" || len(pair[1].Lines) != 25 {
		t.Errorf("%v: %+v", err, pair[1].Empty)
	}
}
