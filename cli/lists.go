package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"baldwin/learner"
	"baldwin/run"
	"baldwin/task"
)

// learnersCmd is `baldwin learners`.
type learnersCmd struct {
	Verbose bool   `short:"v" help:"With every tensor, and the rules."`
	Family  string `default:"sequence" help:"Size them for this family's defaults."`
	JSON    bool   `name:"json" help:"One JSON object a line."`
}

// Help is the long help.
func (learnersCmd) Help() string {
	return `Every learner is the same tower with one layer exchanged. The number of parameters depends on the family: it is that of the
family's default settings.

    baldwin learners
    baldwin learners -v --family sequence`
}

// A tensorLine is one tensor in `learners -v --json`.
type tensorLine struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"`
}

// Run lists.
func (c *learnersCmd) Run(p *process) error {
	kind, err := p.registry.Family(c.Family)
	if err != nil {
		return bad(err)
	}
	f := kind.New()
	for i, k := range p.registry.Learners {
		spec, err := run.Spec{Family: run.FamilySpec{Name: kind.Name, Family: f}, Learner: run.LearnerSpec{Name: k.Name}}.Resolve(p.registry)
		var l *learner.Learner
		if err == nil {
			l, err = spec.Fit(p.registry)
		}
		if err != nil {
			return bad(err)
		}
		if c.JSON {
			if err := printJSON(p.stdout, newLearnerLine(l)); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(p.stdout)
		}
		c.print(p, l)
	}
	if c.Verbose && !c.JSON {
		fmt.Fprintln(p.stdout, "\nrules of plasticity (x before the connection, y behind it, m the modulator):")
		t := table{}
		for _, r := range p.registry.Rules {
			t.row("  "+string(r.Name), r.Equation, r.Source)
		}
		t.write(p.stdout)
	}
	return nil
}

// learnerLine is a learner in `learners --json`.
type learnerLine struct {
	Learner    string       `json:"learner"`
	Summary    string       `json:"summary"`
	Parameters int          `json:"parameters"`
	Equations  []string     `json:"equations"`
	Source     string       `json:"source"`
	Plastic    bool         `json:"plastic"`
	Modulated  bool         `json:"modulated"`
	Tensors    []tensorLine `json:"tensors"`
}

func newLearnerLine(l *learner.Learner) learnerLine {
	line := learnerLine{l.Name, l.Summary, l.Layout.Parameters(), l.Equations, l.Source, l.Plastic, l.Modulated, nil}
	for _, t := range l.Layout.Tensors {
		line.Tensors = append(line.Tensors, tensorLine{t.Name, t.Shape})
	}
	return line
}

func (c *learnersCmd) print(p *process, l *learner.Learner) {
	fmt.Fprintf(p.stdout, "%s: %s\n", l.Name, l.Summary)
	for _, e := range l.Equations {
		fmt.Fprintf(p.stdout, "    %s\n", e)
	}
	fmt.Fprintf(p.stdout, "  %d parameters on %s; %s\n", l.Layout.Parameters(), c.Family, l.Source)
	if c.Verbose {
		for _, t := range l.Layout.Tensors {
			fmt.Fprintf(p.stdout, "    %-10s %v\n", t.Name, t.Shape)
		}
	}
}

// tasksCmd is `baldwin tasks`.
type tasksCmd struct {
	JSON bool `name:"json" help:"One JSON object a line."`
}

// Help is the long help.
func (tasksCmd) Help() string {
	return `A family is a distribution over tasks. Its settings stand in a spec under "family"; shown are their defaults.

    baldwin tasks`
}

// familyLine is a family in `tasks --json`.
type familyLine struct {
	Family   string            `json:"family"`
	Summary  string            `json:"summary"`
	Source   string            `json:"source"`
	Tasks    int               `json:"tasks"`
	Settings map[string]string `json:"settings"` // defaults
	Shape    task.Shape        `json:"shape"`
}

// Run lists.
func (c *tasksCmd) Run(p *process) error {
	for i, k := range p.registry.Families {
		f := k.New()
		names, values, err := settings(f)
		if err != nil {
			return err
		}
		s := f.Shape()
		if c.JSON {
			line := familyLine{k.Name, k.Summary, k.Source, k.Tasks, map[string]string{}, s}
			for j, n := range names {
				line.Settings[n] = values[j]
			}
			if err := printJSON(p.stdout, line); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(p.stdout)
		}
		fmt.Fprintf(p.stdout, "%s: %s (%s)\n", k.Name, k.Summary, k.Source)
		for j, n := range names {
			fmt.Fprintf(p.stdout, "    %s: %s\n", n, values[j])
		}
		head := "linear"
		if s.Tanh {
			head = "through tanh"
		}
		fmt.Fprintf(p.stdout, "  %d tasks a generation; observation %d, action %d %s, at most %d steps\n", k.Tasks, s.Obs, s.Act, head, s.Steps)
	}
	return nil
}

// settings are a family's settings by name, with their values.
func settings(f task.Family) (names, values []string, err error) {
	data, err := yaml.Marshal(f)
	if err != nil {
		return nil, nil, err
	}
	var m yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(data, &m, yaml.UseOrderedMap()); err != nil {
		return nil, nil, err
	}
	for _, item := range m {
		names, values = append(names, fmt.Sprint(item.Key)), append(values, fmt.Sprint(item.Value))
	}
	return names, values, nil
}

// strategiesCmd is `baldwin strategies`.
type strategiesCmd struct {
	JSON bool `name:"json" help:"One JSON object a line."`
}

// Help is the long help.
func (strategiesCmd) Help() string {
	return `The strategy is the outer loop: it turns the fitness of a population into the next genome.

    baldwin strategies
    baldwin train seq-l1-k10-n20 --set strategy.name=paper`
}

// Run lists.
func (c *strategiesCmd) Run(p *process) error {
	for i, m := range p.registry.Strategies {
		if c.JSON {
			if err := printJSON(p.stdout, struct {
				Strategy     string  `json:"strategy"`
				Summary      string  `json:"summary"`
				Source       string  `json:"source"`
				Population   int     `json:"population"`
				LearningRate float64 `json:"learning_rate"`
			}{m.Name, m.Summary, m.Source, m.Default.Population, m.Default.LearningRate}); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(p.stdout)
		}
		def := ""
		if i == 0 {
			def = " (the default)"
		}
		fmt.Fprintf(p.stdout, "%s%s: %s\n  population %d, learning rate %g; %s\n", m.Name, def, m.Summary, m.Default.Population, m.Default.LearningRate, m.Source)
	}
	return nil
}

// near lists the names that begin with a prefix, sorted.
func near(names []string, prefix string) []string {
	out := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !strings.HasPrefix(n, prefix) })
	slices.Sort(out)
	return out
}
