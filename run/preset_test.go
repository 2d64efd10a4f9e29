package run

import (
	"bytes"
	"encoding/csv"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"baldwin/task"
)

// TestPresets: the four sequences, three noises and two tasks from Gymnasium. Every learner can be trained on each, but for
// a gradient where nothing is taught.
func TestPresets(t *testing.T) {
	want := map[string]task.Family{
		"seq-l1-k10-n20": &task.Sequence{Dims: 1, Shots: 10, Length: 20, Protocol: "closed-loop"},
		"seq-l1-k25-n50": &task.Sequence{Dims: 1, Shots: 25, Length: 50, Protocol: "closed-loop"},
		"seq-l3-k10-n20": &task.Sequence{Dims: 3, Shots: 10, Length: 20, Protocol: "closed-loop"},
		"seq-l3-k25-n50": &task.Sequence{Dims: 3, Shots: 25, Length: 50, Protocol: "closed-loop"},
		"robot-low":      &task.Robot{Noise: 0.01, Protocol: "paper"},
		"robot-median":   &task.Robot{Noise: 0.05, Protocol: "paper"},
		"robot-high":     &task.Robot{Noise: 0.2, Protocol: "paper"},
		"cartpole":       &task.CartPole{Steps: 200, Reverse: true},
		"pendulum":       &task.Pendulum{Steps: 200, Reverse: true},
	}
	tasks := map[string]int{"sequence": 16, "robot": 4, "cartpole": 8, "pendulum": 8}
	r := Builtin()
	if len(r.Presets) != len(want) {
		t.Errorf("%d presets, want %d", len(r.Presets), len(want))
	}
	for name, family := range want {
		p, err := r.Preset(name)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, l := range r.Learners {
			s := p.Spec
			s.Learner.Name = l.Name
			if !teaches(l, family) {
				if _, err := s.Resolve(r); err == nil || !strings.Contains(err.Error(), "learner es-maml descends a gradient, and family "+family.Name()+" teaches none") {
					t.Errorf("%s with %s: %v", name, l.Name, err)
				}
				continue
			}
			s = resolve(t, s)
			if !reflect.DeepEqual(s.Family.Family, family) || s.Tasks != tasks[family.Name()] {
				t.Errorf("%s: %d tasks of %+v", name, s.Tasks, s.Family.Family)
			}
			// All else is the zero spec's.
			zero := resolve(t, Spec{Learner: LearnerSpec{Name: l.Name}})
			s.Family, s.Tasks = zero.Family, zero.Tasks
			if s.Hash() != zero.Hash() {
				t.Errorf("%s with %s differs from the defaults in more than its family:\n%s", name, l.Name, s.YAML())
			}
		}
	}
	_, err := r.Preset("seq")
	if err == nil || !strings.HasPrefix(err.Error(), `unknown preset "seq"; there are seq-l1-k10-n20, `) {
		t.Errorf("an unknown preset gives %v", err)
	}
}

// TestFast: the fast settings are those of committed runs, where tests and checkpoints, which decide no number, may differ.
func TestFast(t *testing.T) {
	runs := map[string]string{
		"seq-l1-k10-n20": "fast/fast-heldout-s1.yaml", "seq-l1-k25-n50": "fast/fast25-s1.yaml", "robot-low": "robot-low/robot-fast4-s1.yaml",
	}
	for _, p := range Builtin().Presets {
		if (len(p.Fast) > 0) != (runs[p.Name] != "") {
			t.Errorf("%s has the fast settings %v and the committed run %q", p.Name, p.Fast, runs[p.Name])
		}
		if len(p.Fast) == 0 {
			continue
		}
		text, _, _ := strings.Cut(string(resolve(t, p.Spec).YAML()), "learner:") // the family
		inStrategy := ""
		for _, set := range p.Fast {
			line := strings.Replace(set, "=", ": ", 1) + "\n"
			if field, ok := strings.CutPrefix(line, "strategy."); ok {
				inStrategy += "  " + field
			} else {
				text += line
			}
		}
		fast, err := ParseSpec(p.Name, []byte(text+"strategy:\n"+inStrategy), Builtin())
		if err != nil {
			t.Fatal(err)
		}
		file := "../experiments/" + runs[p.Name]
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		trained, err := ParseSpec(file, data, Builtin())
		if err != nil {
			t.Fatal(err)
		}
		fast.MetaTest, fast.CheckpointEvery = trained.MetaTest, trained.CheckpointEvery
		if got, want := resolve(t, fast), resolve(t, trained); got.Hash() != want.Hash() {
			t.Errorf("%s: fast settings are\n%s\nand those of %s\n%s", p.Name, got.YAML(), file, want.YAML())
		}
	}
}

// TestPaperTables compares every cell of the paper's tables 2 and 3, as typed off the paper into testdata, with ours.
func TestPaperTables(t *testing.T) {
	cells := 0
	for file, columns := range map[string][]string{
		"testdata/table2.tsv": {"seq-l1-k10-n20", "seq-l1-k25-n50", "seq-l3-k10-n20", "seq-l3-k25-n50"},
		"testdata/table3.tsv": {"robot-low", "robot-median", "robot-high"},
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		table := csv.NewReader(bytes.NewReader(text))
		table.Comma, table.Comment = '\t', '#'
		rows, err := table.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for c, preset := range columns {
			p, err := Builtin().Preset(preset)
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Cells) != len(rows)-1 {
				t.Errorf("%s has %d cells, %s has %d rows", preset, len(p.Cells), file, len(rows)-1)
			}
			for _, row := range rows[1:] {
				learner, rollouts := row[0], 0
				if name, kind, ok := strings.Cut(strings.TrimSuffix(row[0], ")"), "("); ok {
					learner = name
					if kind == "1-rollout" {
						rollouts = 1
					}
				}
				want := Cell{learner, rollouts, number(t, row[1+2*c]), number(t, row[2+2*c])}
				if !contains(p.Cells, want) {
					t.Errorf("%s: no cell %+v", preset, want)
				}
				cells++
			}
		}
	}
	if cells != 7*4+8*3 {
		t.Errorf("%d cells were compared, the tables have 52", cells)
	}
}

func contains(cells []Cell, want Cell) bool {
	n := 0
	for _, c := range cells {
		if c == want {
			n++
		}
	}
	return n == 1
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestRegistryAdd: what is added comes after what is there, and takes the place of its name.
func TestRegistryAdd(t *testing.T) {
	r := Builtin()
	more := r.Add(Registry{
		Presets:  []Preset{{Name: "mine"}, {Name: "robot-low", Summary: "another"}},
		Families: []FamilyKind{{Name: "maze", Tasks: 3, New: func() task.Family { return &task.Robot{Protocol: task.PaperEpisode} }}},
	})
	if _, err := r.Preset("mine"); err == nil {
		t.Error("adding changed the registry that was added to")
	}
	if p, err := more.Preset("robot-low"); err != nil || p.Summary != "another" || len(more.Presets) != len(r.Presets)+1 {
		t.Errorf("got %+v, %v and %d presets", p, err, len(more.Presets))
	}
	s, err := Spec{Family: FamilySpec{Name: "maze"}}.Resolve(more)
	if err != nil || s.Tasks != 3 {
		t.Errorf("a family that was added: %d tasks, %v", s.Tasks, err)
	}
	if _, err := ParseSpec("x", s.YAML(), more); err != nil {
		t.Error(err)
	}
	if _, err := ParseSpec("x", s.YAML(), r); err == nil || !strings.Contains(err.Error(), `unknown family "maze"`) {
		t.Errorf("without it: %v", err)
	}
}
