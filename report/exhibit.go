package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"baldwin/figure"
	"baldwin/paper"
	"baldwin/probe"
	"baldwin/stats"
)

// An Exhibit is a figure of the paper, or what the paper has no number for: a figure, tables, or both.
type Exhibit struct {
	*figure.Figure // without panels: tables alone
	Grids          []Grid
	Data           [][]string // rows of its CSV with all their digits, the first its head; nil: what the figure shows
}

// A Grid is one table of an exhibit; its first row is its head.
type Grid struct {
	Title string
	Rows  [][]string
}

// ofTheBest ends the captions of exhibits in which the answers of learners stand side by side.
const ofTheBest = " Each genome is the best of its cell's runs, by the paper's statistic, and the best of several stands higher than an only one: which learner is better the tables say."

// An answer is what a cell's best genome answered.
type answer[T any] struct {
	*paper.Genome
	Answer T
}

// ask asks the best genome of every cell that has learned something, column by column in the order of the presets,
// learners in theirs. meant says whom the question has a meaning for.
func ask[T any](ctx context.Context, v *Lives, name string, meant func(*probe.Subject) bool, question func(context.Context, *probe.Subject) (T, error)) ([]answer[T], error) {
	var out []answer[T]
	for _, pre := range v.Registry.Presets {
		for _, row := range figure.Learners {
			s, g, err := v.subject(row, pre.Name)
			if err != nil {
				return nil, err
			}
			if g == nil || !learned(g) || !meant(s) {
				continue
			}
			a, err := remember(&v.Cache, name, g, func() (T, error) { return question(ctx, s) })
			if err != nil {
				return nil, fmt.Errorf("report: %s of run %s: %w", name, g.Name, err)
			}
			out = append(out, answer[T]{g, a})
		}
	}
	return out, nil
}

// byColumn parts answers by the column of the tables.
func byColumn[T any](as []answer[T]) (out [][]answer[T]) {
	for i, a := range as {
		if i == 0 || a.Preset != as[i-1].Preset {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], a)
	}
	return out
}

// owner is the head of a CSV of answers: whose they are, and then a table's own columns.
var owner = []string{"preset", "learner", "run", "generation", "theta_hash"}

// data is the rows of all answers.
func data[T any](as []answer[T], table func(T) *probe.Table) [][]string {
	out := [][]string{owner}
	for i, a := range as {
		t := table(a.Answer)
		if i == 0 {
			out[0] = slices.Concat(owner, t.Columns)
		}
		for _, row := range t.Rows {
			cells := []string{a.Preset, a.Row(), a.Name, strconv.Itoa(a.Generation), a.Hash}
			for _, v := range row {
				if x, ok := v.(float64); ok {
					cells = append(cells, float(x))
				} else {
					cells = append(cells, fmt.Sprint(v))
				}
			}
			out = append(out, cells)
		}
	}
	return out
}

// csv is the exhibit's rows, or what its figure shows.
func (f *Exhibit) csv() ([]byte, error) {
	if f.Data != nil {
		return sheet(f.Data), nil
	}
	var b bytes.Buffer
	err := f.CSV(&b)
	return b.Bytes(), err
}

// hash is the SHA-256 of a file.
func hash(file []byte) string { return fmt.Sprintf("%x", sha256.Sum256(file)) }

// unknown is the estimate of what was not asked.
func unknown() probe.Estimate {
	return probe.Estimate{Value: math.NaN(), Interval: stats.Interval{Low: math.NaN(), High: math.NaN()}}
}

// interval is a mean and half of its 95% interval, which is symmetric.
func interval(e probe.Estimate, digits int) string {
	if math.IsNaN(e.Value) {
		return "-"
	}
	return num(e.Value, digits) + " ± " + num((e.High-e.Low)/2, digits)
}

// heads are the names of learners as the head of a table.
func heads[T any](first string, as []answer[T]) []string {
	row := []string{first}
	for _, a := range as {
		row = append(row, figure.LearnerLabel(a.Row()))
	}
	return row
}

// paperName is "figure4" of a figure that the paper has, and "ours" of the others, which so come after those.
func (f *Exhibit) paperName() string {
	if strings.HasPrefix(f.Name, "figure") {
		return f.Name
	}
	return "ours"
}

// label is what the exhibit is called in a list: "Figure 4", or its title.
func (f *Exhibit) label() string {
	if n, ok := strings.CutPrefix(f.Name, "figure"); ok {
		return "Figure " + n
	}
	return f.Title
}

// heading is the title, with the figure's number where it has one.
func (f *Exhibit) heading() string {
	if f.label() == f.Title {
		return f.Title
	}
	return f.label() + ": " + f.Title
}
