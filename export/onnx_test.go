package export

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"baldwin/internal/tensorfile"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/task"
)

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
