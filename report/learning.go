package report

import (
	"context"
	"strings"

	"baldwin/figure"
	"baldwin/life"
	"baldwin/probe"
	"baldwin/task"
)

func anyone(*probe.Subject) bool { return true }

// learning asks what learning does: fitness with every lesion.
func (v *Lives) learning(ctx context.Context) (*Exhibit, error) {
	as, err := ask(ctx, v, "lesions", anyone, func(ctx context.Context, s *probe.Subject) ([]probe.Treatment, error) {
		return probe.Lesions(ctx, s, 0)
	})
	if err != nil {
		return nil, err
	}
	return lesions(as), nil
}

func lesions(as []answer[[]probe.Treatment]) *Exhibit {
	f := &Exhibit{
		Figure: &figure.Figure{
			Name: "lesions", Title: "What learning does", Columns: 3,
			Caption: "Fitness of the best genome of each learner on 1600 held-out tasks when its W may learn in the first steps of life only: at " +
				"the left end it never does, at the right end in all steps that have plasticity. The tables take other things away: each number is the " +
				"change of the fitness by that lesion, paired life by life, ± half of its 95% interval; below 0, the life needs what was taken. Learners " +
				"that have learned nothing yet are left out." + ofTheBest,
		},
		Data: data(as, probe.LesionsTable),
	}
	for _, column := range byColumn(as) {
		f.Panels = append(f.Panels, freezing(column))
		f.Grids = append(f.Grids, lesionGrid(column))
	}
	return f
}

// freezing draws fitness by how many steps learn.
func freezing(column []answer[[]probe.Treatment]) figure.Panel {
	family := column[0].Genome.Spec.Family.Family
	p := figure.Panel{
		Title: column[0].Preset, Empty: "no learner whose W learns", X: figure.Axis{Label: "steps that learn"},
		Y: figure.Axis{Label: "fitness"},
	}
	steps := probe.PlasticSteps(family)
	for _, a := range column {
		line, band := figure.Line{Key: a.Row()}, figure.Band{Key: a.Row()}
		point := func(at int, e probe.Estimate) {
			line.X, line.Y = append(line.X, float64(at)), append(line.Y, e.Value)
			band.X, band.Low, band.High = append(band.X, float64(at)), append(band.Low, e.Low), append(band.High, e.High)
		}
		for _, t := range a.Answer {
			if x, err := life.ParseLesion(strings.Fields(t.Lesion)...); err == nil && x.Freeze > 0 {
				point(x.Freeze-1, t.Fitness)
			}
		}
		if len(line.X) < 2 { // one point: es-maml, whose learning is not in steps
			continue
		}
		point(steps, a.Answer[0].Fitness)
		p.Empty = ""
		p.Lines, p.Bands = append(p.Lines, line), append(p.Bands, band)
	}
	return p
}

// lesionGrid has a row for each lesion, in the order in which they were asked, and a column for each learner.
func lesionGrid(column []answer[[]probe.Treatment]) Grid {
	digits := digitsOf(column[0].Genome.Spec.Family.Family)
	g := Grid{Title: column[0].Preset, Rows: [][]string{heads("lesion", column)}}
	var rows []probe.Treatment
	have := map[string]bool{}
	for _, a := range column {
		for _, t := range a.Answer {
			if !have[t.Lesion] {
				have[t.Lesion] = true
				rows = append(rows, t)
			}
		}
	}
	for _, r := range rows {
		line := []string{r.Meaning}
		if r.Lesion == "none" {
			line[0] = "fitness without a lesion"
		}
		for _, a := range column {
			cell := "-"
			for _, t := range a.Answer {
				switch {
				case t.Lesion != r.Lesion:
				case t.Lesion == "none":
					cell = interval(t.Fitness, digits)
				default:
					cell = interval(t.Change, digits)
				}
			}
			line = append(line, cell)
		}
		g.Rows = append(g.Rows, line)
	}
	return g
}

// digitsOf is how many digits a family's scores are given.
func digitsOf(f task.Family) int {
	if _, robot := f.(*task.Robot); robot {
		return 1
	}
	return 3
}
