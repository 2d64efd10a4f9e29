package run

import (
	"fmt"
	"slices"
	"strings"

	"baldwin/gym"
	"baldwin/learner"
	"baldwin/strategy"
	"baldwin/task"
)

// A FamilyKind is a family of tasks as a spec names it.
type FamilyKind struct {
	Name    string
	Summary string
	Source  string
	Tasks   int                // tasks a generation, unless the spec says otherwise
	New     func() task.Family // with the defaults of its settings; its fields carry yaml tags
}

// A Registry is what a build of baldwin knows. A user's own families, learners and strategies are added to Builtin's.
type Registry struct {
	Families   []FamilyKind
	Learners   []learner.Kind
	Rules      []learner.RuleKind
	Strategies []strategy.Method
	Presets    []Preset
}

// Builtin is what baldwin brings.
func Builtin() Registry {
	return Registry{Families: families(), Learners: learner.Builtin(), Rules: learner.BuiltinRules(), Strategies: strategy.Builtin(), Presets: presets()}
}

func families() []FamilyKind {
	return []FamilyKind{
		{
			Name:    "sequence",
			Summary: "Sequence Predicting (l, K, N): see K shots of l sinusoids, predict up to step N",
			Source:  "EPRNN, section 4.1",
			Tasks:   16,
			New: func() task.Family {
				return &task.Sequence{Dims: 1, Shots: 10, Length: 20, Protocol: task.ClosedLoop}
			},
		},
		{
			Name:    "robot",
			Summary: "Wheeled Robot Navigating (sigma): find a hidden goal by a noisy signal of hidden strength",
			Source:  "EPRNN, section 4.1",
			Tasks:   4,
			New: func() task.Family {
				return &task.Robot{Noise: 0.01, Protocol: task.PaperEpisode}
			},
		},
		{
			Name:    "cartpole",
			Summary: "CartPole with hidden masses, length and force: balance a pole on a cart whose pushes may go the other way",
			Source:  "Gymnasium, CartPole-v1",
			Tasks:   8,
			New:     func() task.Family { return task.NewCartPole() },
		},
		{
			Name:    "pendulum",
			Summary: "Pendulum with hidden gravity, mass and length: swing up by a weak motor that may turn the other way",
			Source:  "Gymnasium, Pendulum-v1",
			Tasks:   8,
			New:     func() task.Family { return task.NewPendulum() },
		},
		{
			Name:    "gym",
			Summary: "any environment of Gymnasium, stepped by Python; train needs --allow-python",
			Source:  "Gymnasium",
			Tasks:   8,
			New:     func() task.Family { return gym.New() },
		},
	}
}

// find looks a name up, and suggests what there is if it fails.
func find[T any](what, name string, in []T, nameOf func(T) string) (T, error) {
	for _, x := range in {
		if nameOf(x) == name {
			return x, nil
		}
	}
	var zero T
	names := make([]string, len(in))
	for i, x := range in {
		names[i] = nameOf(x)
	}
	return zero, fmt.Errorf("unknown %s %q; there are %s", what, name, strings.Join(names, ", "))
}

// Family looks a family up.
func (r Registry) Family(name string) (FamilyKind, error) {
	return find("family", name, r.Families, func(k FamilyKind) string { return k.Name })
}

// Learner looks a learner up.
func (r Registry) Learner(name string) (learner.Kind, error) {
	return find("learner", name, r.Learners, func(k learner.Kind) string { return k.Name })
}

// Strategy looks a strategy up.
func (r Registry) Strategy(name string) (strategy.Method, error) {
	return find("strategy", name, r.Strategies, func(m strategy.Method) string { return m.Name })
}

// Preset looks a preset up.
func (r Registry) Preset(name string) (Preset, error) {
	return find("preset", name, r.Presets, func(p Preset) string { return p.Name })
}

// Add returns the registry with more of everything; a name that is there already is replaced.
func (r Registry) Add(more Registry) Registry {
	r.Families = add(r.Families, more.Families, func(k FamilyKind) string { return k.Name })
	r.Learners = add(r.Learners, more.Learners, func(k learner.Kind) string { return k.Name })
	r.Rules = add(r.Rules, more.Rules, func(k learner.RuleKind) string { return string(k.Name) })
	r.Strategies = add(r.Strategies, more.Strategies, func(m strategy.Method) string { return m.Name })
	r.Presets = add(r.Presets, more.Presets, func(p Preset) string { return p.Name })
	return r
}

func add[T any](to, more []T, nameOf func(T) string) []T {
	to = slices.Clone(to)
	for _, m := range more {
		to = slices.DeleteFunc(to, func(x T) bool { return nameOf(x) == nameOf(m) })
		to = append(to, m)
	}
	return to
}
