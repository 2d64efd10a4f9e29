package export

import (
	"math"

	"baldwin/run"
)

// Generations is a run's generations as a table, a row each: quantiles of the offspring's fitness (higher is better), how
// many had none, lives, the norm of theta, seconds, and the step size of each tensor as sigma.NAME. tensors are the names in
// genome order.
func Generations(rows []run.GenerationRow, tensors []string) *Table {
	columns := []column[run.GenerationRow]{
		{name: "generation", whole: func(g *run.GenerationRow) int64 { return int64(g.Generation) }},
		{name: "best", real: func(g *run.GenerationRow) float64 { return g.Best }},
		{name: "upper", real: func(g *run.GenerationRow) float64 { return g.Upper }},
		{name: "median", real: func(g *run.GenerationRow) float64 { return g.Median }},
		{name: "lower", real: func(g *run.GenerationRow) float64 { return g.Lower }},
		{name: "worst", real: func(g *run.GenerationRow) float64 { return g.Worst }},
		{name: "nan", whole: func(g *run.GenerationRow) int64 { return int64(g.NaN) }},
		{name: "lives", whole: func(g *run.GenerationRow) int64 { return int64(g.Lives) }},
		{name: "theta_norm", real: func(g *run.GenerationRow) float64 { return g.ThetaNorm }},
		{name: "seconds", real: func(g *run.GenerationRow) float64 { return g.Seconds }},
	}
	for i, name := range tensors {
		columns = append(columns, column[run.GenerationRow]{name: "sigma." + name, real: func(g *run.GenerationRow) float64 {
			if i >= len(g.Sigma) {
				return math.NaN()
			}
			return g.Sigma[i]
		}})
	}
	return tabulate("generations", rows, columns)
}

// MetaTests is a run's meta-tests as a table, a row each: mean, standard deviation and 95% interval of the fitness of theta
// on tasks that no offspring met.
func MetaTests(rows []run.MetaTestRow) *Table {
	return tabulate("meta-tests", rows, []column[run.MetaTestRow]{
		{name: "generation", whole: func(m *run.MetaTestRow) int64 { return int64(m.Generation) }},
		{name: "tasks", whole: func(m *run.MetaTestRow) int64 { return int64(m.Tasks) }},
		{name: "mean", real: func(m *run.MetaTestRow) float64 { return m.Mean }},
		{name: "sd", real: func(m *run.MetaTestRow) float64 { return m.SD }},
		{name: "low", real: func(m *run.MetaTestRow) float64 { return m.Low }},
		{name: "high", real: func(m *run.MetaTestRow) float64 { return m.High }},
		{name: "seconds", real: func(m *run.MetaTestRow) float64 { return m.Seconds }},
	})
}
