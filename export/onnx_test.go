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

// runOnnx lives each case's lives by its models and prints the largest errors, relative, absolute below 1, as
// {case: {quantity: error}}. A step's state goes from step to step; it is never taken from the recording.
const runOnnx = `
import sys, json, os, numpy as np, onnxruntime as ort
def err(got, want):
    ok = ~np.isnan(want)
    assert got.shape == want.shape and not np.isnan(got[ok]).any(), (got.shape, want.shape)
    return float(np.max(np.abs(got[ok] - want[ok]) / np.maximum(1, np.abs(want[ok]))))
def session(path):
    o = ort.SessionOptions()
    o.intra_op_num_threads = 1
    return ort.InferenceSession(path, o, providers=["CPUExecutionProvider"])
result = {}
for base in sys.argv[1:]:
    d = dict(np.load(base + ".npz"))
    tasks, steps = d["obs"].shape[:2]
    e = {}
    def note(name, v): e[name] = max(e.get(name, 0), v)
    s = session(base + ".step.onnx")
    outs = [o.name for o in s.get_outputs()]
    takes = {i.name: [tasks if n == "tasks" else n for n in i.shape] for i in s.get_inputs()}
    state = {k: np.full(n, 7, np.float32) for k, n in takes.items() if k not in ("obs", "newborn", "plastic")}
    if "birth" in d: state["W"] = np.repeat(d["birth"][None], tasks, 0)
    for t in range(steps if not d["descends"] else 0):
        feed = {"obs": np.nan_to_num(d["obs"][:, t]), "newborn": np.full(tasks, t == 0 or "in1.w" in takes), **state}
        if "plastic" in takes: feed["plastic"] = np.full(tasks, d["plastic"][t])
        got = dict(zip(outs, s.run(outs, feed)))
        for name, key in (("act", "act"), ("h", "h_next"), ("m", "m"), ("W", "W_next")):
            if key in got: note("step " + name, err(got[key], d[name][:, t]))
        state.update({k[:-5]: v for k, v in got.items() if k.endswith("_next")})
    if os.path.exists(base + ".life.onnx"):
        s = session(base + ".life.onnx")
        outs = [o.name for o in s.get_outputs()]
        takes = {i.name: i.shape for i in s.get_inputs()}
        if "seen" in takes: feed = {"seen": d["obs"][:, :takes["seen"][1]]}
        else: feed = {name: d[name] for name in ("goal", "a0", "k", "noise")}
        if "birth" in d: feed["W"] = np.repeat(d["birth"][None], tasks, 0)
        got = dict(zip(outs, s.run(outs, feed)))
        if "predictions" in got:
            p = got["predictions"].shape[1]
            note("life predictions", err(got["predictions"], d["act"][:, steps - p:]))
        else:
            lived = ~np.isnan(d["act"][:, :, 0])
            assert (got["lived"][:, :steps] == lived).all() and not got["lived"][:, steps:].any()
            note("life fitness", err(got["fitness"], d["fitness"]))
            note("life path", err(got["path"], d["path"]))
        for name in ("act", "h", "m"):
            if name in got: note("life " + name, err(got[name][:, :steps], d[name]))
        if "W_end" in got: note("life W", err(got["W_end"], d["W"][:, -1]))
    result[os.path.basename(base)] = e
print(json.dumps(result))
`

// TestOnnx holds a step and, of sequences, a whole life in onnxruntime to the kernels, for every learner, rule and variant: within
// 1e-5, relative, absolute below 1. The cases are not chaotic, so what both round differently stays small.
func TestOnnx(t *testing.T) {
	dir := t.TempDir()
	var bases []string
	for _, c := range append(oracleCases(t), variants(t)...) {
		if r, ok := c.family.(*task.Robot); ok && r.Rollouts > 0 {
			continue // lives by weights that the robot's exploring episode taught, and a recording has not got them
		}
		base := filepath.Join(dir, c.name)
		step, err := OnnxStep(c.l, c.theta, map[string]string{"learner": c.l.Kind.Name})
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteOnnx(base+".step.onnx", step); err != nil {
			t.Fatal(err)
		}
		whole, err := OnnxLife(c.l, c.theta, c.family, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteOnnx(base+".life.onnx", whole); err != nil {
			t.Fatal(err)
		}
		if err := tensorfile.WriteNPZ(base+".npz", c.arrays()); err != nil {
			t.Fatal(err)
		}
		bases = append(bases, base)
	}
	var got map[string]map[string]float64 // a case, what was compared, the largest error
	if err := json.Unmarshal([]byte(python(t, []string{"onnxruntime"}, runOnnx, bases...)), &got); err != nil {
		t.Fatal(err)
	}
	for _, base := range bases {
		e := got[filepath.Base(base)]
		if len(e) == 0 {
			t.Errorf("%s: nothing was compared", filepath.Base(base))
		}
		for what, v := range e {
			if !(v <= 1e-5) {
				t.Errorf("%s: %s is off by %.2g", filepath.Base(base), what, v)
			}
		}
	}
}

// TestOnnxRefuses: what a user's own build computes is not known here.
func TestOnnxRefuses(t *testing.T) {
	f := &task.Sequence{Dims: 1, Shots: 4, Length: 7, Protocol: task.ClosedLoop}
	mine := learner.EPRNN()
	mine.Name = "mine"
	rules := append(learner.BuiltinRules(), learner.BuiltinRules()[0])
	rules[len(rules)-1].Name = "my-rule"
	for want, c := range map[string]struct {
		kind learner.Kind
		c    learner.Config
	}{
		"learner mine is not one of baldwin's own": {mine, learner.Config{}},
		"rule my-rule is not one of baldwin's own": {learner.EPRNN(), learner.Config{Rule: "my-rule", Rules: rules}},
	} {
		l, err := life.Fit(c.kind, c.c, f)
		if err != nil {
			t.Fatal(err)
		}
		theta := make([]float32, l.Layout.Dim)
		if _, err := OnnxStep(l, theta, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a step: got %v, want ...%s...", err, want)
		}
		if _, err := OnnxLife(l, theta, f, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a life: got %v, want ...%s...", err, want)
		}
	}
}
