package paper

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/store"
	"baldwin/task"
)

// small is a registry with one preset whose runs take moments, and brief a budget for it.
func small() run.Registry {
	r := run.Builtin()
	r.Presets = []run.Preset{{
		Name: "seq-small",
		Spec: run.Spec{
			Family:   run.FamilySpec{Name: "sequence", Family: &task.Sequence{Dims: 1, Shots: 3, Length: 5, Protocol: task.ClosedLoop}},
			Learner:  run.LearnerSpec{Hidden: 16},
			Strategy: run.StrategySpec{Population: 8}, Tasks: 2, CheckpointEvery: 2,
		},
		Cells: []run.Cell{{Learner: "es-rnn", Mean: -1, SD: 0.1}, {Learner: "eprnn", Mean: -0.5, SD: 0.1}},
	}}
	return r
}

var brief = Budget{Name: "smoke", size: size{6, Runs}, HeldOut: 20, testEvery: 2, testTasks: 8}

func plan(t *testing.T, r run.Registry, b Budget, seeds []uint64, only ...string) *Plan {
	t.Helper()
	p, err := New(r, b, seeds, only)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func open(t *testing.T) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

func look(t *testing.T, st *store.Store, p *Plan) []Standing {
	t.Helper()
	s, err := Look(t.Context(), st, p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The plan is both tables: 7 learners x 4 columns and 8 rows x 3 columns, three runs each, the first seed of all first.
func TestPlan(t *testing.T) {
	for _, b := range Budgets() {
		p := plan(t, run.Builtin(), b, []uint64{1, 2, 3})
		if len(p.Cells) != 7*4+8*3 || len(p.Jobs) != 3*len(p.Cells) {
			t.Errorf("%s: %d cells, %d jobs", b.Name, len(p.Cells), len(p.Jobs))
		}
		names := map[string]bool{}
		hashes := map[string]bool{}
		for i, j := range p.Jobs {
			names[j.Name], hashes[j.Spec.Hash()] = true, true
			if j.Seed != uint64(i/len(p.Cells)+1) || j.Spec.Seed != j.Seed {
				t.Errorf("job %d: %+v", i, j)
			}
			if err := store.CheckName(j.Name); err != nil {
				t.Error(err)
			}
			if want := (b.Name == "tenth" || b.Name == "third") && j.Table == "table3"; (j.Spec.Draw == run.Stratified) != want {
				t.Errorf("%s: draw %q", j.Name, j.Spec.Draw)
			}
			length := map[string]int{"smoke": 20, "tenth": 1500, "third": 3000, "full": 15000}[b.Name]
			if b.Name == "third" && j.Preset == "seq-l1-k10-n20" {
				length = 5000
			}
			if j.Spec.Generations != length {
				t.Errorf("%s has %d generations, want %d", j.Name, j.Spec.Generations, length)
			}
		}
		if len(names) != len(p.Jobs) || len(hashes) != len(p.Jobs) {
			t.Errorf("%s: %d names and %d specs of %d jobs", b.Name, len(names), len(hashes), len(p.Jobs))
		}
	}
}

// A budget's own seeds are three of each cell; at a tenth ten of four, at a third one outside (1,10,20), where runs are longer.
// The first of all cells come first.
func TestSeeds(t *testing.T) {
	for _, b := range Budgets() {
		p, want, lengths := plan(t, run.Builtin(), b, nil), "3 in 52 cells", "15000"
		switch b.Name {
		case "smoke":
			lengths = "20"
		case "tenth":
			want, lengths = "3 in 48, 10 in 4 cells", "1500"
		case "third":
			want, lengths = "1 in 45, 3 in 7 cells", "3000 in 45, 5000 in 7 cells"
		}
		if got := p.Lengths(); got != lengths {
			t.Errorf("%s: generations: %s, want %s", b.Name, got, lengths)
		}
		if says := strings.Contains(p.Departure(), "differ in length"); says != (b.Name == "third") {
			t.Errorf("%s: of lengths %s it says %q", b.Name, lengths, p.Departure())
		}
		if column := plan(t, run.Builtin(), b, nil, "table2/*/seq-l1-k10-n20"); column.Departure() != "" {
			t.Errorf("%s: of a column of sequences it says %q", b.Name, column.Departure())
		}
		if got := p.Runs(); got != want {
			t.Errorf("%s: runs of a cell: %s, want %s", b.Name, got, want)
		}
		for i := 1; i < len(p.Jobs); i++ {
			if p.Jobs[i].Seed < p.Jobs[i-1].Seed {
				t.Errorf("%s: seed %d comes before seed %d", b.Name, p.Jobs[i-1].Seed, p.Jobs[i].Seed)
			}
		}
		if last := p.Jobs[len(p.Jobs)-1]; last.Spec.Seed != last.Seed || !strings.HasSuffix(last.Name, fmt.Sprintf("-s%d", last.Seed)) {
			t.Errorf("%s: the last run is %s with seed %d", b.Name, last.Name, last.Spec.Seed)
		}
	}
}

// A job is what `baldwin train PRESET --learner L --seed S --generations 1500` runs: its spec is the preset's with three
// settings changed.
func TestJobIsTrain(t *testing.T) {
	r := run.Builtin()
	tenth, err := FindBudget("tenth")
	if err != nil {
		t.Fatal(err)
	}
	p := plan(t, r, tenth, []uint64{2}, "table2/es-lstm/seq-l3-k10-n20", "table3/es-maml-1rollout/robot-low")
	want := []string{"tenth-seq-l3-k10-n20-es-lstm-s2", "tenth-robot-low-es-maml-1rollout-s2"}
	for i, j := range p.Jobs {
		if j.Name != want[i] {
			t.Errorf("%s, want %s", j.Name, want[i])
		}
	}
	pre, err := r.Preset("seq-l3-k10-n20")
	if err != nil {
		t.Fatal(err)
	}
	s := pre.Spec
	s.Learner.Name, s.Seed, s.Generations = "es-lstm", 2, 1500
	if s, err = s.Resolve(r); err != nil || s.Hash() != p.Jobs[0].Spec.Hash() {
		t.Errorf("%v\n%s", err, p.Jobs[0].Spec.YAML())
	}
	robot := p.Jobs[1].Spec
	if f := robot.Family.Family.(*task.Robot); f.Rollouts != 1 {
		t.Error("no exploring rollout")
	}
	if !strings.Contains(p.Departure(), "draw=stratified") {
		t.Errorf("a plan with a robot's run of 4 goals spread evenly says %q", p.Departure())
	}
	if pre, err := r.Preset("robot-low"); err != nil || pre.Spec.Family.Family.(*task.Robot).Rollouts != 0 {
		t.Error("the preset was changed")
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		only  string
		cells int
	}{
		{"", 52}, {"table2", 28}, {"table3", 24}, {"table2/eprnn", 4}, {"*/eprnn", 7}, {"*/*/robot-low", 8}, {"table2/e*", 28},
		{"table2/es-maml", 4}, {"table3/es-maml", 3}, {"table3/es-maml*", 6}, {"table2/eprnn,table2", 28}, {"table2/eprnn/", 4},
		{"table4", -1}, {"table2,table4", -1}, {"table2/eprnn/seq-l1-k10-n20/x", -1}, {"[", -1},
	} {
		var only []string
		if c.only != "" {
			only = strings.Split(c.only, ",")
		}
		p, err := New(run.Builtin(), Budgets()[0], []uint64{1}, only)
		switch {
		case c.cells < 0 && err == nil:
			t.Errorf("%q: no error", c.only)
		case c.cells >= 0 && (err != nil || len(p.Cells) != c.cells):
			t.Errorf("%q: %v, %v cells, want %d", c.only, err, p, c.cells)
		}
	}
}

// hashes are the genomes of a plan's runs, by name.
func hashes(t *testing.T, st *store.Store, p *Plan) string {
	t.Helper()
	var b strings.Builder
	for _, s := range look(t, st, p) {
		if !s.Finished() {
			t.Errorf("%s is not finished", s.Name)
			continue
		}
		d, err := st.Digest(t.Context(), s.Run.ID)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, s.Name, d)
	}
	return b.String()
}

// One worker, three workers, and a plan stopped again and again store the same.
func TestTrainSame(t *testing.T) {
	r := small()
	p := plan(t, r, brief, []uint64{1, 2})
	var want string
	for _, workers := range []int{1, 3} {
		st := open(t)
		runner := &Runner{Store: st, Registry: r, Kernel: kernel.Best(), Workers: workers}
		if err := runner.Train(t.Context(), look(t, st, p)); err != nil {
			t.Fatal(err)
		}
		got := hashes(t, st, p)
		if want == "" {
			want = got
		} else if got != want {
			t.Errorf("%d workers:\n%swant\n%s", workers, got, want)
		}
	}
	st := open(t)
	for stops := 0; ; stops++ {
		ctx, stop := context.WithCancel(t.Context())
		generations := 0
		runner := &Runner{Store: st, Registry: r, Kernel: kernel.Best(), Workers: 2, Watch: func(e Event) {
			if e.Run != nil && e.Run.Generation != nil {
				if generations++; generations == 4 {
					stop()
				}
			}
		}}
		if err := runner.Train(ctx, look(t, st, p)); err != nil {
			t.Fatal(err)
		}
		stop()
		if generations < 4 {
			if stops == 0 {
				t.Error("it was never stopped")
			}
			break
		}
	}
	if got := hashes(t, st, p); got != want {
		t.Errorf("stopped and gone on with:\n%swant\n%s", got, want)
	}
}

// A run of the plan's name with another spec is refused before anything is trained.
func TestForeign(t *testing.T) {
	r := small()
	p := plan(t, r, brief, []uint64{1})
	st := open(t)
	other := p.Jobs[1].Spec
	other.Generations++
	if _, err := st.Create(t.Context(), store.NewRun(p.Jobs[1].Name, "", other, "", "")); err != nil {
		t.Fatal(err)
	}
	if _, err := Look(t.Context(), st, p); !errors.Is(err, run.ErrSpec) || !strings.Contains(err.Error(), p.Jobs[1].Name) {
		t.Errorf("got %v", err)
	}
}

// A run that another process holds is passed over, and the others are trained.
func TestBusy(t *testing.T) {
	r := small()
	p := plan(t, r, brief, []uint64{1})
	st := open(t)
	l, err := st.Lock(p.Jobs[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Unlock()
	runner := &Runner{Store: st, Registry: r, Kernel: kernel.Best(), Workers: 1}
	if err := runner.Train(t.Context(), look(t, st, p)); !errors.Is(err, store.ErrBusy) {
		t.Errorf("got %v", err)
	}
	s := look(t, st, p)
	if s[0].Finished() || !s[1].Finished() {
		t.Errorf("%v %v", s[0].Run, s[1].Run)
	}
}

// A run that was told to end at a score is not finished, whatever its status says, and the plan goes on with it.
func TestEndedEarly(t *testing.T) {
	r := small()
	p, st := plan(t, r, brief, []uint64{1}), open(t)
	j := p.Jobs[0]
	row, err := st.Create(t.Context(), store.NewRun(j.Name, j.Preset, j.Spec, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	low := math.Inf(-1)
	res, err := run.Train(t.Context(), j.Spec, run.Options{Registry: r, Kernel: kernel.Best(), Threads: 1, Recorder: st.Recorder(row), Until: &low})
	if err != nil || res.Status != run.Finished || res.Generation >= j.Spec.Generations {
		t.Fatalf("%v: %+v", err, res)
	}
	if s := look(t, st, p); s[0].Run.Status != run.Finished || s[0].Finished() {
		t.Errorf("%+v is finished", s[0].Run)
	}
	runner := &Runner{Store: st, Registry: r, Kernel: kernel.Best(), Workers: 1}
	if err := runner.Train(t.Context(), look(t, st, p)); err != nil {
		t.Fatal(err)
	}
	if s := look(t, st, p); !s[0].Finished() || s[0].Generation() != j.Spec.Generations {
		t.Errorf("%+v is not finished", s[0].Run)
	}
}
