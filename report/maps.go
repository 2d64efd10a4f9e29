package report

import (
	"context"
	"fmt"
	"math"

	"baldwin/figure"
	"baldwin/internal/embed"
	"baldwin/probe"
)

// A layout is one question of figures 5 and 8: whose W or h, in which task, by what.
type layout struct {
	letter, row string
	presets     []string // the first that was run
	of, by      string   // W or h; what is varied
}

// The columns whose genomes are looked into: the first of each that was run.
var (
	sinusoids = []string{"seq-l1-k25-n50", "seq-l1-k10-n20"}
	robots    = []string{"robot-low"}
)

// weights is figure 5.
func (v *Lives) weights(ctx context.Context) (*figure.Figure, error) {
	return v.maps(ctx, &figure.Figure{Name: "figure5", Title: "Where EPRNN's W and h go"}, []layout{
		{"a", "eprnn", sinusoids, "W", probe.VaryA}, {"b", "eprnn", sinusoids, "W", probe.VaryN}, {"c", "eprnn", sinusoids, "W", probe.VaryPhi},
		{"d", "eprnn", sinusoids, "h", probe.VaryA}, {"e", "eprnn", sinusoids, "h", probe.VaryN}, {"f", "eprnn", sinusoids, "h", probe.VaryPhi},
		{"g", "eprnn", robots, "W", probe.VaryRobot}, {"h", "eprnn", robots, "h", probe.VaryRobot},
	})
}

// others is figure 8.
func (v *Lives) others(ctx context.Context) (*figure.Figure, error) {
	return v.maps(ctx, &figure.Figure{Name: "figure8", Title: "Where ES-RNN's h and EPMLP's W go"}, []layout{
		{"a", "es-rnn", sinusoids, "h", probe.VaryA}, {"b", "es-rnn", sinusoids, "h", probe.VaryN}, {"c", "es-rnn", sinusoids, "h", probe.VaryPhi},
		{"d", "es-rnn", robots, "h", probe.VaryRobot}, {"e", "epmlp", robots, "W", probe.VaryRobot},
	})
}

// Of each value so many lives are drawn, and about so many steps of each: 500 points, which exact t-SNE does in seconds.
const (
	livesOfValue = 5
	stepsOfLife  = 20
)

// maps draws each layout twice, by t-SNE and beside it by principal components.
func (v *Lives) maps(ctx context.Context, f *figure.Figure, layouts []layout) (*figure.Figure, error) {
	f.Columns = 4
	f.Caption = fmt.Sprintf("Each line is one life from birth on and its dot the end; lives of one color have the same value of what is varied, "+
		"%d lives of each. Left t-SNE (exact, started from the principal components, seeded), right the first two principal components of the "+
		"same points. Distances in a t-SNE map mean little; neighbourhoods do, as far as the trustworthiness (1 is best) says.", livesOfValue)
	for _, l := range layouts {
		panels, err := v.pair(ctx, l)
		if err != nil {
			return nil, err
		}
		f.Panels = append(f.Panels, panels[0], panels[1])
	}
	return f, nil
}

func (v *Lives) pair(ctx context.Context, l layout) (panels [2]figure.Panel, err error) {
	for i, kind := range []string{"t-SNE", "PCA"} {
		panels[i] = figure.Panel{
			Title: fmt.Sprintf("(%s) %s by %s, %s", l.letter, l.of, l.by, kind), Empty: "not run: " + figure.LearnerLabel(l.row) + " in " + l.presets[0],
			X: figure.Axis{Bare: true}, Y: figure.Axis{Bare: true},
		}
	}
	s, g, err := v.subject(l.row, l.presets...)
	if err != nil || s == nil {
		return panels, err
	}
	laid, err := remember(&v.Cache, fmt.Sprint("layout of ", l.of, " by ", l.by), g, func() (*laid, error) { return lay(ctx, s, l) })
	if err != nil {
		return panels, err
	}
	m, paths := laid.Map, laid.Paths
	groups := colors(paths, l.by)
	panels[0].Note = whose(g, fmt.Sprintf("perplexity %.3g, KL %.2f, trustworthiness %.3f", m.Perplexity, m.KL, m.Trustworthiness))
	panels[1].Note = []string{groups.words[0], groups.words[1], fmt.Sprintf("explained %.0f%% + %.0f%% of the variance", 100*m.Explained[0], 100*m.Explained[1])}
	for k, ways := range [][][][2]float64{m.TSNE, m.PCA} {
		p := &panels[k]
		p.Empty = ""
		for i, way := range ways {
			line := figure.Line{Key: string(groups.ink[paths[i].Group]), Label: "-", Thin: true}
			for _, at := range way {
				line.X, line.Y = append(line.X, at[0]), append(line.Y, at[1])
			}
			p.Lines = append(p.Lines, line)
			if n := len(way); n > 0 {
				p.Dots = append(p.Dots, figure.Dots{
					Ink: groups.ink[paths[i].Group], Series: paths[i].Label + ", end; " + paths[i].Task, X: line.X[n-1:], Y: line.Y[n-1:],
				})
			}
		}
	}
	panels[1].X.Label, panels[1].Y.Label = "first component", "second component"
	return panels, nil
}

// laid is a layout of paths, of which words alone are kept.
type laid struct {
	Map   *probe.Map
	Paths []probe.Path
}

func lay(ctx context.Context, s *probe.Subject, l layout) (*laid, error) {
	paths, err := probe.Vary(ctx, s, l.by, livesOfValue, livesSeed)
	if err != nil {
		return nil, err
	}
	steps := 0
	for i := range paths {
		steps = max(steps, len(paths[i].W), len(paths[i].H))
	}
	m, err := probe.Lay(paths, l.of, max(1, steps/stepsOfLife), embed.Settings{})
	for i := range paths {
		paths[i] = probe.Path{Group: paths[i].Group, Label: paths[i].Label, Task: paths[i].Task}
	}
	return &laid{m, paths}, err
}

// A coloring is a color for each group of lives, and what the colors mean.
type coloring struct {
	ink   map[int]figure.Ink
	words [2]string
}

func colors(paths []probe.Path, by string) coloring {
	c := coloring{ink: map[int]figure.Ink{}}
	last := 0
	labels := map[int]string{}
	for _, p := range paths {
		last = max(last, p.Group)
		labels[p.Group] = p.Label
	}
	for g := range last + 1 {
		if by == probe.VaryPhi {
			c.ink[g] = figure.Ring(2 * math.Pi * float64(g) / float64(last+1))
		} else {
			c.ink[g] = figure.Ramp(float64(g), 0, float64(last))
		}
	}
	c.words = [2]string{"color: " + labels[0] + " (dark)", "to " + labels[last] + " (light)"}
	if by == probe.VaryPhi {
		c.words = [2]string{"color: " + labels[0], "around the circle to " + labels[last]}
	}
	return c
}
