package probe

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/internal/tensorfile"
	"baldwin/life"
	"baldwin/run"
	"baldwin/stats"
	"baldwin/task"
)

// Genomes of experiments/: an EPRNN that has learned to learn sinusoids, others that have begun to, one that finds goals.
const (
	sinusoids = "sequence-l1-k10-n20/eprnn-5000"
	robots    = "robot-low/robot-low-16"
)

// subject reads one, with the spec that it carries.
func subject(t *testing.T, name string) *Subject {
	t.Helper()
	f, err := tensorfile.ReadSafetensors("../experiments/" + name + ".safetensors")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := run.FileSpec(name, f, run.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	g, err := run.GenomeIn(name, f, spec, run.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return &Subject{Learner: g.Learner, Family: spec.Family.Family, Theta: g.Theta, Kernel: kernel.Best(), Threads: 2}
}

// alone is the fitness of lives, the plain way.
func alone(s *Subject, lot *life.Lot) []float64 {
	var out []float64
	for _, l := range life.Record(s.Learner, s.Family, s.Kernel, s.Theta, lot) {
		out = append(out, l.Fitness)
	}
	return out
}

// TestKnows: an evolved EPRNN comes to know its task, the more the longer it lives and in W more than in what it saw; what
// is asked does not depend on threads.
func TestKnows(t *testing.T) {
	s := subject(t, sinusoids)
	settings := KnowsSettings{Lives: 120, Steps: []int{1, 10, 19}, Seed: 1}
	ks, err := Knows(t.Context(), s, settings)
	if err != nil {
		t.Fatal(err)
	}
	r2 := map[string]float64{}
	for _, k := range ks {
		r2[k.From+k.Parameter+string(rune('a'+slices.Index(settings.Steps, k.Step)))] = k.R2.Value
		if !(k.R2.Low <= k.R2.Value && k.R2.Value <= k.R2.High) || k.R2.High > 1 {
			t.Errorf("%+v: R2 lies outside its interval", k)
		}
	}
	if len(r2) != 3*3*3 {
		t.Fatalf("%d answers, want W, h and what was seen, for three parameters and steps", len(r2))
	}
	if !(r2["Wphib"] > 0.75 && r2["Wnb"] > 0.35 && r2["WAb"] > 0.35 && r2["Wnb"] > r2["Wna"]+0.3 && r2["seennb"] < 0.2) {
		t.Errorf("R2 of phi, n, A in W at step 10: %.2f, %.2f, %.2f; of n at step 1 %.2f, in what was seen %.2f", r2["Wphib"], r2["Wnb"], r2["WAb"], r2["Wna"], r2["seennb"])
	}
	if r2["Wnb"] != r2["Wnc"] {
		t.Error("W does not learn in predictions, but knows something else after them")
	}
	s.Threads = 1
	if again, err := Knows(t.Context(), s, settings); err != nil || !reflect.DeepEqual(again, ks) {
		t.Errorf("with one thread %v: %+v, want %+v", err, again, ks)
	}
}

// TestLesions: the table is the mean fitness, and the mean change, of lives lived the plain way.
func TestLesions(t *testing.T) {
	s := subject(t, sinusoids)
	ts, err := Lesions(t.Context(), s, 100)
	if err != nil {
		t.Fatal(err)
	}
	lot := run.HeldOut(s.Family, 100)
	whole := alone(s, lot)
	seen := map[string]Treatment{}
	for _, x := range ts {
		seen[x.Lesion] = x
		if x.Lesion == "none" || x.Lesion == "mean-m" {
			continue
		}
		lesion, err := life.ParseLesion(strings.Fields(x.Lesion)...)
		if err != nil {
			t.Fatal(err)
		}
		lesioned, err := lot.Lesioned(lesion)
		if err != nil {
			t.Fatal(err)
		}
		fitness := alone(s, lesioned)
		var change []float64
		for i := range fitness {
			change = append(change, fitness[i]-whole[i])
		}
		if x.Fitness != mean(fitness) || x.Change != mean(change) {
			t.Errorf("%s: %+v, want fitness %+v and change %+v", x.Lesion, x, mean(fitness), mean(change))
		}
	}
	if seen["none"].Fitness != mean(whole) {
		t.Errorf("whole lives: %+v, want %+v", seen["none"].Fitness, mean(whole))
	}
	for lesion, most := range map[string]float64{"freeze=1": -1, "reset-w=11": -1, "reset-h=11": -1, "transplant=1": -1, "zero=D": -0.5, "zero=m": -0.5, "mean-m": -0.05} {
		if x, ok := seen[lesion]; !ok || !(x.Change.High < most) {
			t.Errorf("%s: the change is %+v, want below %v", lesion, x.Change, most)
		}
	}
	if held := seen["mean-m"]; !(held.Fitness.Value > seen["zero=m"].Fitness.Value) {
		t.Errorf("m at its mean %+v, at 1 %+v", held, seen["zero=m"])
	}
}

// TestLesionsOfOthers: a learner is asked what has a meaning for it.
func TestLesionsOfOthers(t *testing.T) {
	for name, want := range map[string][]string{
		"learners-l1-k10-n20/es-rnn-1500":  {"none", "reset-h=11"},
		"learners-l1-k10-n20/es-lstm-1500": {"none", "reset-h=11"},
		"learners-l1-k10-n20/es-maml-1500": {"none", "freeze=1", "reset-w=11"},
	} {
		ts, err := Lesions(t.Context(), subject(t, name), 20)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range ts {
			got = append(got, x.Lesion)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// TestMemory: the windows up to N make up the fitness that lives of length N have; errors grow beyond it.
func TestMemory(t *testing.T) {
	s := subject(t, sinusoids)
	hs, err := Memory(t.Context(), s, 60)
	if err != nil {
		t.Fatal(err)
	}
	fitness := stats.Mean(alone(s, run.HeldOut(s.Family, 60)))
	if got := -(hs[0].Error.Value + hs[1].Error.Value) / 2; math.Abs(got-fitness) > 1e-12 {
		t.Errorf("the windows make %v, fitness is %v", got, fitness)
	}
	next := 11
	for _, h := range hs {
		if h.First != next {
			t.Errorf("a window begins at %d, want %d", h.First, next)
		}
		next = h.Last + 1
	}
	if next != 111 || !(hs[1].Share < 0.3 && hs[4].Share > 0.5) {
		t.Errorf("%+v", hs)
	}
	if _, err := Memory(t.Context(), subject(t, robots), 5); err == nil {
		t.Error("a robot's life is made longer")
	}
}

// TestProtocols: the way of home scores what lives score the plain way, and as-released what a family of that protocol does.
func TestProtocols(t *testing.T) {
	s := subject(t, sinusoids)
	ts, err := Protocols(t.Context(), s, 60)
	if err != nil || len(ts) != 4 {
		t.Fatal(err, ts)
	}
	released := *s.Family.(*task.Sequence)
	released.Protocol = task.AsReleased
	for i, f := range map[int]task.Family{0: s.Family, 2: &released} {
		if got, want := ts[i].Fitness, mean(alone(s.with(f), run.HeldOut(f, 60))); got != want || ts[i].Home != (i == 0) {
			t.Errorf("%+v, want %+v", ts[i], want)
		}
	}
	if _, err := Protocols(t.Context(), subject(t, robots), 5); err == nil {
		t.Error("a robot is tested in several ways")
	}
}

// TestRanges: at home it does about as on held-out tasks, abroad the parameters are those of the range.
func TestRanges(t *testing.T) {
	s := subject(t, sinusoids)
	as, err := Ranges(t.Context(), s, 200, 1)
	if err != nil {
		t.Fatal(err)
	}
	homes := 0
	for _, a := range as {
		if a.Home {
			homes++
			if math.Abs(a.Fitness.Value+0.1) > 0.05 {
				t.Errorf("at home: %+v", a)
			}
		}
		if a.Parameter == "n" && a.To == 10 && !(a.Share > 1) {
			t.Errorf("periods of less than ten: %+v", a)
		}
	}
	if homes != 2 {
		t.Errorf("%d ranges are home", homes)
	}
	r := subject(t, robots)
	as, err = Ranges(t.Context(), r, 20, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range as {
		if a.Home != (a.Parameter == "sigma" && a.From == 0.01 || a.From == 0.5 && a.To == 2 || a.From == 0.1 && a.To == 0.5) {
			t.Errorf("%+v", a)
		}
	}
}

// TestModulator: a modulator that is held at 1 is 1 and tells nothing; an evolved one tells something of the error.
func TestModulator(t *testing.T) {
	s := subject(t, sinusoids)
	m, err := Modulator(t.Context(), s, 150, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Steps) != 9 || m.Steps[0].Step != 2 || m.Steps[0].Lives != 150 || m.Steps[8].Step != 10 || !(m.R2.Value > 0.2) || !(math.Abs(m.Correlation.Value) < 0.5) {
		t.Errorf("%+v", m)
	}
	// The error of the last step, by hand.
	var errs []float64
	for _, l := range life.Record(s.Learner, s.Family, s.Kernel, s.Theta, run.Fresh(s.Family, 1, 150)) {
		errs = append(errs, math.Abs(float64(l.Obs[9][0])-float64(l.Act[8][0])))
	}
	if got, want := m.Steps[8].Surprise, stats.Mean(errs); math.Abs(got-want) > 1e-12 {
		t.Errorf("surprise %v, want %v", got, want)
	}
	if err := s.Learner.Silence(s.Theta, "m"); err != nil {
		t.Fatal(err)
	}
	m, err = Modulator(t.Context(), s, 30, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range m.Steps {
		if g.Activity.Value != 1 || g.Within != 0 || g.Between != 0 || !math.IsNaN(g.Strongest) {
			t.Errorf("held at 1: %+v", g)
		}
	}
	if !math.IsNaN(m.Correlation.Value) || m.R2.Value > 0 {
		t.Errorf("held at 1: %+v", m)
	}
	if _, err := Modulator(t.Context(), subject(t, "learners-l1-k10-n20/eprnn-nom-1500"), 5, 1); err == nil {
		t.Error("a learner without a modulator has one")
	}
}

// TestHidden: the paper's letters, and of another family what its JSON has.
func TestHidden(t *testing.T) {
	names := func(t task.Task) (all []string) {
		for _, p := range Hidden(t) {
			all = append(all, p.Name)
		}
		return all
	}
	for _, c := range []struct {
		t    task.Task
		want []string
	}{
		{&task.SequenceTask{Amplitude: []float64{1}, Period: []float64{2}, Phase: []float64{3}}, []string{"A", "n", "phi"}},
		{&task.RobotTask{}, []string{"A0", "k", "goal_x", "goal_y"}},
		{&task.CartPoleTask{Start: []float64{1}}, []string{"cart", "force", "length", "pole"}},
		{3, nil},
	} {
		if got := names(c.t); !slices.Equal(got, c.want) {
			t.Errorf("%T: %v, want %v", c.t, got, c.want)
		}
	}
	if p := Hidden(&task.SequenceTask{Phase: []float64{0, math.Pi / 2}})[2]; math.Abs(p.Values[0])+math.Abs(p.Values[1]-1)+math.Abs(p.Values[2]-1)+math.Abs(p.Values[3]) > 1e-15 {
		t.Errorf("phi is %v", p.Values)
	}
}

// TestTurning: by hand over the recorded lives; a sequence does not turn.
func TestTurning(t *testing.T) {
	s := subject(t, robots)
	got, err := Turning(t.Context(), s, 20, 3)
	if err != nil {
		t.Fatal(err)
	}
	var turns []float64
	for _, l := range life.Record(s.Learner, s.Family, s.Kernel, s.Theta, run.Fresh(s.Family, 3, 20)) {
		sum := 0.0
		for _, a := range l.Act {
			left, right := max(-1, min(1, float64(a[0]))), max(-1, min(1, float64(a[1])))
			sum += math.Abs(right-left) * 0.05 / 0.04 * 180 / math.Pi
		}
		turns = append(turns, sum/float64(len(l.Act)))
	}
	if want := stats.Mean(turns); math.Abs(got.Value-want) > 1e-9 || !(want > 1) || !(got.Low < want && want < got.High) {
		t.Errorf("%+v, want %v", got, want)
	}
	if _, err := Turning(t.Context(), subject(t, sinusoids), 20, 3); err == nil {
		t.Error("a sequence turns")
	}
}

// TestModulatorOfRobots: lives that have ended are not counted, and steps that few lives have are left out.
func TestModulatorOfRobots(t *testing.T) {
	s := subject(t, robots)
	m, err := Modulator(t.Context(), s, 40, 1)
	if err != nil {
		t.Fatal(err)
	}
	lived := life.Record(s.Learner, s.Family, s.Kernel, s.Theta, run.Fresh(s.Family, 1, 40))
	for _, g := range m.Steps {
		n := 0
		for _, l := range lived {
			if len(l.M) >= g.Step {
				n++
			}
		}
		if g.Lives != n || n < 2*folds {
			t.Errorf("step %d: %d lives, want %d", g.Step, g.Lives, n)
		}
	}
	if last := m.Steps[len(m.Steps)-1]; last.Lives == 40 {
		t.Error("every robot lives to the end: the test asks nothing")
	}
}
