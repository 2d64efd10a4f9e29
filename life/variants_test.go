package life

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/learner"
	"baldwin/task"
)

// A variant is a learner, with all that can be set, in a family.
type variant struct {
	name string
	l    *learner.Learner
	f    task.Family
}

// families of these tests, from short to long.
var families = []struct {
	name string
	f    task.Family
}{
	{"1-10-20", &task.Sequence{Dims: 1, Shots: 10, Length: 20, Protocol: task.ClosedLoop}},
	{"3-5-9", &task.Sequence{Dims: 3, Shots: 5, Length: 9, Protocol: task.ClosedLoop}},
	{"2-4-7-released", &task.Sequence{Dims: 2, Shots: 4, Length: 7, Protocol: task.AsReleased}},
	{"1-4-9-plastic", &task.Sequence{Dims: 1, Shots: 4, Length: 9, Protocol: task.ClosedLoop, PlasticTesting: true}},
	{"robot", &task.Robot{Noise: 0.05, Protocol: task.PaperEpisode}},
	{"robot-released", &task.Robot{Noise: 0.01, Protocol: task.AsReleased}},
	{"robot-exploring", &task.Robot{Noise: 0.01, Protocol: task.PaperEpisode, Rollouts: 1}},
	{"cartpole", task.NewCartPole()},
	{"pendulum", &task.Pendulum{Steps: 30, Reverse: true}},
}

// variants are all learners in all families, and all rules, modulators and states in two of them.
func variants(t *testing.T, hidden int) (all []variant) {
	t.Helper()
	for _, f := range families {
		exploring := f.name == "robot-exploring"
		add := func(k learner.Kind, what string, c learner.Config) {
			c.Hidden = hidden
			l, err := Fit(k, c, f.f)
			if err != nil {
				t.Fatalf("%s %s %s: %v", k.Name, f.name, what, err)
			}
			all = append(all, variant{fmt.Sprint(k.Name, " ", f.name, what), l, f.f})
		}
		for _, k := range learner.Builtin() {
			_, teaches := f.f.Episode(1).(task.Tutor)
			if exploring && !k.Gradient || k.Gradient && !teaches {
				continue
			}
			add(k, "", learner.Config{})
			if f.name != "1-10-20" && f.name != "robot" {
				continue
			}
			if k.Plastic {
				for _, r := range learner.BuiltinRules()[1:] {
					add(k, " "+string(r.Name), learner.Config{Rule: r.Name})
				}
				add(k, " zero-BD", learner.Config{Zero: []string{"B", "D"}})
			}
			if k.Modulated {
				add(k, " off", learner.Config{Modulator: learner.Off})
			}
			if k.Modulated && k.Recurrent {
				add(k, " gated", learner.Config{GatedState: true})
			}
		}
	}
	return all
}

// draw writes a genome in which everything has a part: N(0, 0.1^2), rules a twentieth of that, output weights five
// times it and their biases about 0.5, so that robots go places; not so where the action's sign alone counts.
func draw(l *learner.Learner, seed uint64) []float32 {
	theta := make([]float32, l.Layout.Dim)
	for i, t := range l.Layout.Tensors {
		scale := float32(0.1)
		switch {
		case t.Role == learner.RulePar && l.Rule != learner.Decomposed:
			scale = 0.005
		case t.Name == "out2.w":
			scale = 0.5
		case t.Name == "out2.b" && !(l.Tower == 2 && l.Act == 1):
			copy(theta[t.Off:], slices.Repeat([]float32{0.5}, t.Len()))
		}
		rng.At(seed, rng.Init, 0, uint32(i), 1).AddNormals(kernel.Reference, theta[t.Off:t.Off+t.Len()], scale)
	}
	return theta
}

// kernels are all that this machine has, the reference first; under -short (and the race detector) only the best.
func kernels() []kernel.ISA {
	if testing.Short() {
		return []kernel.ISA{kernel.Best()}
	}
	return kernel.Available()
}

// lot draws n tasks. Two in three robots are put where they will meet their goal, some in their first step, so that lives
// end at different times: their signal does not tell of the goal (k = 0), so they go the same way wherever it is.
func lot(v variant, theta []float32, n int) *Lot {
	l := Draw(v.f, 1, rng.Train, 3, 5, n)
	if v.f.Name() != "robot" {
		return l
	}
	for _, one := range l.Tasks {
		one.(*task.RobotTask).K = 0
	}
	for i, way := range Record(v.l, v.f, kernel.Best(), theta, l) {
		r := l.Tasks[i].(*task.RobotTask)
		if i%3 == 2 {
			r.K = 0.3
			continue
		}
		end := way.Path[min(len(way.Path)-1, 1+i*i%101)]
		r.Goal = task.Point{end[0] + 0.01, end[1]}
		if r.Explore != nil && i%3 == 1 {
			r.Explore.Goal = task.Point{0.01, 0}
		}
	}
	return l
}

// fast is the fitness of a genome's lives, in a batch of a size.
func fast(v variant, k kernel.ISA, theta []float32, l *Lot, size int) []float64 {
	b := NewBatch(v.l, v.f, k, size)
	copy(b.Genome(), theta)
	fitness := make([]float64, len(l.Tasks))
	b.Run(l, fitness)
	return fitness
}

// sameBits compares two results; all NaN are one.
func sameBits(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) && !(math.IsNaN(a[i]) && math.IsNaN(b[i])) {
			return false
		}
	}
	return true
}
