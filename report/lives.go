package report

import (
	"context"
	"fmt"

	"baldwin/figure"
	"baldwin/internal/kernel"
	"baldwin/paper"
	"baldwin/probe"
	"baldwin/run"
	"baldwin/task"
)

// A Lives draws what single lives do: the figures that show lives, and the claims about what lives know. It looks at the best
// genome of a cell, and where a cell was not run it says so.
type Lives struct {
	Registry run.Registry
	Kernel   kernel.ISA
	Threads  int
	// Best is the best genome of a row in a preset; nil: there is none.
	Best  func(row, preset string) (*paper.Genome, error)
	Cache Cache
}

// turnLives is how many lives the turning is measured in.
const turnLives = 400

// livesSeed is that of the tasks that the figures show; they are neither a run's nor held out.
const livesSeed = 1

// All are figures 3, 5, 8 and 9, what lives show in numbers, and the claims that lives carry.
func (v *Lives) All(ctx context.Context) (exhibits []*Exhibit, claims []Claim, err error) {
	for _, draw := range []func(context.Context) (*figure.Figure, error){v.tasks, v.weights, v.others, v.paths} {
		f, err := draw(ctx)
		if err != nil {
			return nil, nil, err
		}
		exhibits = append(exhibits, &Exhibit{Figure: f})
	}
	knows, claims, err := v.knowing(ctx)
	if err != nil {
		return nil, nil, err
	}
	exhibits = append(exhibits, knows)
	for _, ask := range []func(context.Context) (*Exhibit, error){v.learning, v.memory, v.ranges, v.testing, v.gating} {
		e, err := ask(ctx)
		if err != nil {
			return nil, nil, err
		}
		exhibits = append(exhibits, e)
	}
	turns, err := v.turns(ctx)
	return exhibits, append(claims, turns...), err
}

// subject is the best genome of a row in the first of the presets that has one; nil if none has.
func (v *Lives) subject(row string, presets ...string) (*probe.Subject, *paper.Genome, error) {
	for _, p := range presets {
		g, err := v.Best(row, p)
		if err != nil {
			return nil, nil, err
		}
		if g != nil {
			return &probe.Subject{Learner: g.Learner, Family: g.Genome.Spec.Family.Family, Theta: g.Theta, Kernel: v.Kernel, Threads: v.Threads}, g, nil
		}
	}
	return nil, nil, nil
}

// whose says of which genome a panel is, and then more.
func whose(g *paper.Genome, more string) []string {
	return []string{g.Name, fmt.Sprintf("generation %d, theta %.8s", g.Generation, g.Hash), more}
}

// tasks is figure 3: sequences with the part that is seen and the part that is predicted, and a robot's way.
func (v *Lives) tasks(ctx context.Context) (*figure.Figure, error) {
	f := &figure.Figure{
		Name: "figure3", Title: "Tasks, and what EPRNN makes of them", Columns: 2,
		Caption: "Two tasks of one dimension, one of three, and a robot's way to its hidden goal. Shaded is the part of a sequence that a " +
			"life sees; the rest it predicts from its own predictions. The tasks are the first that the seed 1 draws.",
		Legend: []figure.Entry{{Key: "truth", Label: "truth"}, {Key: "eprnn", Label: "EPRNN's prediction"}},
	}
	for _, p := range []struct {
		tasks   int
		presets []string
	}{{2, sinusoids}, {1, []string{"seq-l3-k10-n20", "seq-l3-k25-n50"}}} {
		s, g, err := v.subject("eprnn", p.presets...)
		if err != nil {
			return nil, err
		}
		name := p.presets[0]
		if g != nil {
			name = g.Preset
		}
		pre, err := v.Registry.Preset(name)
		if err != nil {
			return nil, err
		}
		family := pre.Spec.Family.Family.(*task.Sequence)
		lot := run.Fresh(family, livesSeed, p.tasks)
		panels := make([]figure.Panel, p.tasks)
		for i := range panels {
			panels[i] = sequencePanel(family, lot.Tasks[i].(*task.SequenceTask), fmt.Sprintf("%s, task %d", columnTitle(pre), i+1))
		}
		if s == nil {
			for i := range panels {
				panels[i].Note = []string{"EPRNN was not run here"}
			}
		} else {
			for i, l := range g.Record(v.Kernel, lot) {
				predicted(&panels[i], family, l.Act)
				panels[i].Note = whose(g, fmt.Sprintf("mean squared error %.3f", -l.Fitness))
			}
		}
		f.Panels = append(f.Panels, panels...)
	}
	robot, err := v.way(ctx, "eprnn", "robot-low", task.Point{-0.3, -0.3})
	f.Panels = append(f.Panels, robot)
	return f, err
}

func sequencePanel(f *task.Sequence, t *task.SequenceTask, title string) figure.Panel {
	p := figure.Panel{
		Title: title, X: figure.Axis{Label: "step", Min: 1, Max: float64(f.Length)}, Y: figure.Axis{Label: "y"},
		Spans: []figure.Span{{From: 1, To: float64(f.Shots), Label: "seen"}},
	}
	for i := range f.Dims {
		l := figure.Line{Key: "truth", Label: "-", Thin: true}
		for time := 1; time <= f.Length; time++ {
			l.X, l.Y = append(l.X, float64(time)), append(l.Y, t.At(time, i))
		}
		p.Lines = append(p.Lines, l)
	}
	return p
}

// predicted adds what was predicted: the output of step s is that of time s+1, and from the end of the seen part on it is
// scored.
func predicted(p *figure.Panel, f *task.Sequence, act [][]float32) {
	for i := range f.Dims {
		l := figure.Line{Key: "eprnn", Label: "-"}
		for s := f.Shots - 1; s < len(act); s++ {
			l.X, l.Y = append(l.X, float64(s+2)), append(l.Y, float64(act[s][i]))
		}
		p.Lines = append(p.Lines, l)
	}
}

// paths is figure 9: eight ways to one goal.
func (v *Lives) paths(ctx context.Context) (*figure.Figure, error) {
	f := &figure.Figure{
		Name: "figure9", Title: "Eight robots, one task", Columns: 4,
		Caption: "The ways of robots that start at (0, 0) and look for the goal at (-0.3, -0.3) by a signal with A0 = 0.5 and k = 0.2, in one life " +
			"each. A ring is the goal, a disc the start. Below the title stands minus the sum of distances; higher is better.",
	}
	for _, p := range []struct{ row, preset string }{
		{"eprnn", "robot-low"}, {"eprnn", "robot-median"}, {"eprnn", "robot-high"}, {"eprnn-nom", "robot-median"},
		{"epmlp", "robot-median"}, {"es-rnn", "robot-median"}, {"es-lstm", "robot-median"}, {"random", "robot-median"},
	} {
		panel, err := v.way(ctx, p.row, p.preset, task.Point{-0.3, -0.3})
		if err != nil {
			return nil, err
		}
		f.Panels = append(f.Panels, panel)
	}
	return f, nil
}

// The signal of figure 9's task.
const pathA0, pathK = 0.5, 0.2

// way is a map of one robot's life.
func (v *Lives) way(ctx context.Context, row, preset string, goal task.Point) (figure.Panel, error) {
	pre, err := v.Registry.Preset(preset)
	if err != nil {
		return figure.Panel{}, err
	}
	p := figure.Panel{
		Title: figure.LearnerLabel(row) + ", " + columnTitle(pre), Equal: true, Empty: "not run",
		X: figure.Axis{Label: "x", Min: -0.8, Max: 0.8}, Y: figure.Axis{Label: "y", Min: -0.8, Max: 0.8},
	}
	var path *probe.Path
	key := row
	if row == "random" {
		p.Title, key = "Random controller", string(figure.Soft)
		path = probe.DriveAtRandom(pre.Spec.Family.Family.(*task.Robot), goal, pathA0, pathK, livesSeed)
		p.Note = []string{"each wheel anew in each step", fmt.Sprintf("score %.1f", path.Fitness)}
	} else {
		s, g, err := v.subject(row, preset)
		if err != nil || s == nil {
			return p, err
		}
		if path, err = probe.Drive(ctx, s, goal, pathA0, pathK, livesSeed); err != nil {
			return p, err
		}
		p.Note = whose(g, fmt.Sprintf("score %.1f", path.Fitness))
	}
	p.Empty = ""
	l := figure.Line{Key: key, Label: "-"}
	for _, at := range path.Place {
		l.X, l.Y = append(l.X, at[0]), append(l.Y, at[1])
	}
	p.Lines = []figure.Line{l}
	p.Marks = []figure.Mark{{Ink: figure.Soft, Label: "start"}, {Ink: figure.Truth, X: goal[0], Y: goal[1], Label: "goal", Ring: true}}
	return p, nil
}

// turns is the claim that robots turn more under noise: the mean turn of a step, in degrees.
func (v *Lives) turns(ctx context.Context) ([]Claim, error) {
	c := Claim{
		Claim:   "agents turn more under noise",
		Measure: fmt.Sprintf("turn of a step in degrees, mean over each of %d lives of the best EPRNN: in the second noise, less that in the first", turnLives),
	}
	var turn [3]probe.Estimate
	var why [3]string
	names := []string{"robot-low", "robot-median", "robot-high"}
	for i, preset := range names {
		s, g, err := v.subject("eprnn", preset)
		switch turn[i] = unknown(); {
		case err != nil:
			return nil, err
		case g == nil:
			why[i] = notRun
		case !learned(g):
			why[i] = unlearned
		default:
			why[i] = shown
			turn[i], err = remember(&v.Cache, "turning", g, func() (probe.Estimate, error) { return probe.Turning(ctx, s, turnLives, livesSeed) })
			if err != nil {
				return nil, fmt.Errorf("report: turns of run %s: %w", g.Name, err)
			}
		}
	}
	for i := range names[1:] {
		more := apart(turn[i+1], turn[i])
		c.picture(names[i]+" to "+names[i+1], "1, 1", more, ofOne(worse(why[i], why[i+1]), more))
	}
	return []Claim{c}, nil
}
