package export

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/internal/tensorfile"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/task"
)

// An onnxCase is a genome of package life's oracle with its lives as the kernels live them.
type onnxCase struct {
	name   string
	family task.Family
	l      *learner.Learner
	theta  []float32
	birth  []float32 // [out][in], of a learner with random births
	tasks  []task.Task
	lives  []life.Life
}

// oracleCases reads package life's cases: every learner, rule and variant, in every family.
func oracleCases(t *testing.T) (cases []*onnxCase) {
	t.Helper()
	files, err := filepath.Glob("../life/testdata/oracle/*.json")
	if err != nil || len(files) < 30 {
		t.Fatalf("found %d cases: %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var in struct {
			Learner string
			Family  struct {
				Name           string
				Dims, K, N     int
				Protocol       task.Protocol
				PlasticTesting bool `json:"plastic_testing"`
				GatedState     bool `json:"gated_state"`
				Rule           learner.Rule
				Rollouts       int
			}
			Tasks []json.RawMessage
		}
		if err := json.Unmarshal(data, &in); err != nil {
			t.Fatal(err)
		}
		c := &onnxCase{name: strings.TrimSuffix(filepath.Base(file), ".json")}
		fam := in.Family
		protocol := fam.Protocol
		if fam.Name == "robot" {
			if protocol == "" {
				protocol = task.PaperEpisode
			}
			c.family = &task.Robot{Protocol: protocol, Rollouts: fam.Rollouts}
		} else {
			if protocol == "" {
				protocol = task.ClosedLoop
			}
			c.family = &task.Sequence{Dims: fam.Dims, Shots: fam.K, Length: fam.N, Protocol: protocol, PlasticTesting: fam.PlasticTesting}
		}
		var kind learner.Kind
		for _, k := range learner.Builtin() {
			if k.Name == in.Learner {
				kind = k
			}
		}
		if c.l, err = life.Fit(kind, learner.Config{Rule: fam.Rule, GatedState: fam.GatedState}, c.family); err != nil {
			t.Fatal(err)
		}
		genome, err := tensorfile.ReadSafetensors(strings.TrimSuffix(file, ".json") + ".safetensors")
		if err != nil {
			t.Fatal(err)
		}
		c.theta = make([]float32, c.l.Layout.Dim)
		if err := c.l.Layout.Read(c.theta, genome, "birth.w"); err != nil {
			t.Fatal(err)
		}
		lot := &life.Lot{}
		if b, ok := genome.Get("birth.w"); ok {
			c.birth = b.Data
			lot.Birth = learner.Columns(b.Data, c.l.Hidden, c.l.Hidden)
		}
		for _, raw := range in.Tasks {
			one, err := c.family.Decode(raw)
			if err != nil {
				t.Fatal(err)
			}
			lot.Tasks = append(lot.Tasks, one)
		}
		c.tasks = lot.Tasks
		c.lives = life.Record(c.l, c.family, kernel.Reference, c.theta, lot)
		cases = append(cases, c)
	}
	return cases
}

// variants are cases of settings that the oracle has not: genomes drawn at random, rules and all.
func variants(t *testing.T) (cases []*onnxCase) {
	t.Helper()
	f := &task.Sequence{Dims: 2, Shots: 4, Length: 7, Protocol: task.ClosedLoop}
	one := &task.Sequence{Dims: 1, Shots: 1, Length: 3, Protocol: task.ClosedLoop}
	for _, v := range []struct {
		name   string
		kind   learner.Kind
		c      learner.Config
		family task.Family
	}{
		{"zero-bd", learner.EPRNN(), learner.Config{Zero: []string{"B", "D"}}, f},
		{"zero-ac", learner.EPRNN(), learner.Config{Zero: []string{"A", "C"}}, f},
		{"no-modulator", learner.EPRNN(), learner.Config{Modulator: learner.Off}, f},
		{"nom-oja", learner.EPRNNWithoutM(), learner.Config{Rule: learner.Oja}, f},
		{"epmlp-decomposed", learner.EPMLP(), learner.Config{Rule: learner.Decomposed, Modulator: learner.Off}, f},
		{"epmlp-hebb", learner.EPMLP(), learner.Config{Rule: learner.Hebb}, f},
		{"small", learner.EPRNN(), learner.Config{Hidden: 16}, f},
		{"one-shot-maml", learner.ESMAML(), learner.Config{}, one},
		{"one-shot", learner.EPRNN(), learner.Config{}, one},
	} {
		l, err := life.Fit(v.kind, v.c, v.family)
		if err != nil {
			t.Fatal(err)
		}
		theta := make([]float32, l.Layout.Dim)
		rng.At(11, rng.Init, 0, 0, 0).AddNormals(kernel.Reference, theta, 0.1)
		lot := life.Draw(v.family, 11, rng.Fresh, 0, 0, 3)
		cases = append(cases, &onnxCase{
			name: v.name, family: v.family, l: l, theta: theta, tasks: lot.Tasks, lives: life.Record(l, v.family, kernel.Reference, theta, lot),
		})
	}
	return cases
}

// arrays are the recorded lives as [task][step][...]; a life that ended early is filled up with NaN.
func (c *onnxCase) arrays() []tensorfile.Array {
	steps := 0
	for _, l := range c.lives {
		steps = max(steps, len(l.Obs))
	}
	var out []tensorfile.Array
	for name, of := range map[string]func(life.Life) [][]float32{
		"obs": func(l life.Life) [][]float32 { return l.Obs }, "act": func(l life.Life) [][]float32 { return l.Act },
		"h": func(l life.Life) [][]float32 { return l.H }, "m": func(l life.Life) [][]float32 { return l.M },
		"W": func(l life.Life) [][]float32 { return l.W },
	} {
		if of(c.lives[0]) == nil {
			continue
		}
		n := len(of(c.lives[0])[0])
		var data []float32
		for _, l := range c.lives {
			for s := range steps {
				row := make([]float32, n)
				if s < len(of(l)) {
					copy(row, of(l)[s])
				} else {
					for i := range row {
						row[i] = float32(math.NaN())
					}
				}
				data = append(data, row...)
			}
		}
		shape := []int{len(c.lives), steps, n}
		if name == "W" {
			shape = []int{len(c.lives), steps, c.l.Hidden, c.l.Hidden}
		}
		out = append(out, tensorfile.Array{Name: name, Shape: shape, Data: data})
	}
	plastic := make([]bool, steps)
	for s := range plastic {
		q, ok := c.family.(*task.Sequence)
		plastic[s] = !ok || s < q.Shots || s == q.Shots && q.Protocol == task.AsReleased || q.PlasticTesting
	}
	descends := c.l.Gradient && c.family.Shape().Pairs > 0 // its lives are lived with other weights than the genome's
	out = append(out, tensorfile.Array{Name: "plastic", Shape: []int{steps}, Data: plastic},
		tensorfile.Array{Name: "descends", Shape: []int{}, Data: []bool{descends}})
	if r, ok := c.family.(*task.Robot); ok {
		out = append(out, c.world(r.Shape().Steps)...)
	}
	if c.birth != nil {
		out = append(out, tensorfile.Array{Name: "birth", Shape: []int{c.l.Hidden, c.l.Hidden}, Data: c.birth})
	}
	return out
}

// world is what a robot's world is given, and what comes of it: fitness, and the places after each step.
func (c *onnxCase) world(steps int) []tensorfile.Array {
	n := len(c.lives)
	var goal, a0, k, noise, fitness, path []float64
	for i, l := range c.lives {
		one := c.tasks[i].(*task.RobotTask)
		goal, a0, k, noise = append(goal, one.Goal[:]...), append(a0, one.A0), append(k, one.K), append(noise, one.Noise[:steps]...)
		fitness = append(fitness, l.Fitness)
		for s := range steps {
			place := l.Path[min(s+1, len(l.Path)-1)] // where a life ended it stays
			path = append(path, place[:]...)
		}
	}
	return []tensorfile.Array{
		{Name: "goal", Shape: []int{n, 2}, Data: goal}, {Name: "a0", Shape: []int{n}, Data: a0}, {Name: "k", Shape: []int{n}, Data: k},
		{Name: "noise", Shape: []int{n, steps}, Data: noise}, {Name: "fitness", Shape: []int{n}, Data: fitness},
		{Name: "path", Shape: []int{n, steps, 2}, Data: path},
	}
}
