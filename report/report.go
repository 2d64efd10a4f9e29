package report

import (
	"fmt"
	"slices"
	"strings"

	"baldwin/figure"
	"baldwin/paper"
	"baldwin/run"
)

// An Input is what a report is made of.
type Input struct {
	Registry  run.Registry
	Plan      *paper.Plan
	Standings []paper.Standing
	Scores    []paper.Score
	Command   string // that makes this report
	Version   string // of the build

	MoreExhibits []*Exhibit // besides those that scores and meta-tests make
	MoreClaims   []Claim    // besides those of the tables
}

// A Report is what a reader gets.
type Report struct {
	Input
	Tables   []Table
	Pairs    []Pair
	Claims   []Claim
	Exhibits []*Exhibit // the paper's figures first
}

// A Table is one of the paper's.
type Table struct {
	Name, Title string
	Columns     []Column
	Rows        []string // learners
	digits      int
}

// A Column is a table's column: one preset.
type Column struct {
	Preset, Title string
	Results       []Result // in the order of the table's rows
}

// heading names the column and says how long its runs are.
func (c *Column) heading() string {
	return fmt.Sprintf("%s, %s: runs of %d generations", c.Title, c.Preset, c.Results[0].Generations)
}

// New computes a report.
func New(in Input) *Report {
	rs := results(in.Plan, in.Standings, in.Scores)
	r := &Report{Input: in}
	var presets []string
	for _, t := range paper.Tables {
		table := Table{Name: t.Name, Title: t.Title, digits: 3}
		if t.Family == "robot" {
			table.digits = 2
		}
		have := map[string]bool{}
		for _, pre := range in.Registry.Presets {
			column := Column{Preset: pre.Name, Title: columnTitle(pre)}
			for _, row := range figure.Learners {
				for i := range rs {
					if rs[i].Table == t.Name && rs[i].Preset == pre.Name && rs[i].Row() == row {
						column.Results = append(column.Results, rs[i])
						have[row] = true
					}
				}
			}
			if column.Results != nil {
				table.Columns = append(table.Columns, column)
				presets = append(presets, pre.Name)
			}
		}
		for _, row := range figure.Learners {
			if have[row] {
				table.Rows = append(table.Rows, row)
			}
		}
		if table.Columns != nil {
			r.Tables = append(r.Tables, table)
		}
	}
	r.Pairs = pairs(r.Tables)
	r.Claims = append(claims(in.Registry, rs, presets), in.MoreClaims...)
	columns := scoredColumns(in.Registry, rs)
	ours := []*Exhibit{{Figure: curves(in.Registry, in.Plan, in.Standings)}, profiles(columns), aggregates(columns)}
	r.Exhibits = slices.Concat(ours, in.MoreExhibits)
	for _, e := range r.Exhibits {
		level(e.Figure)
	}
	slices.SortStableFunc(r.Exhibits, func(a, b *Exhibit) int { return strings.Compare(a.paperName(), b.paperName()) })
	return r
}

// level gives all panels of a figure as many lines below the title, so that those side by side begin at one height.
func level(f *figure.Figure) {
	lines := 0
	for i := range f.Panels {
		lines = max(lines, len(f.Panels[i].Note))
	}
	for i := range f.Panels {
		f.Panels[i].Note = append(f.Panels[i].Note, make([]string, lines-len(f.Panels[i].Note))...)
	}
}

// Summary says in one sentence how much of the plan there is.
func (r *Report) Summary() string {
	finished, begun, cells := 0, 0, map[string]bool{}
	for i := range r.Standings {
		s := &r.Standings[i]
		switch {
		case s.Finished():
			finished++
			cells[s.ID()] = true
		case s.Generation() > 0:
			begun++
		}
	}
	text := fmt.Sprintf("%d of %d cells have a finished run; of %d runs %d are finished", len(cells), len(r.Plan.Cells), len(r.Standings), finished)
	if begun > 0 {
		text += fmt.Sprintf(", %d begun", begun)
	}
	text += fmt.Sprintf(". Generations of a run: %s; the paper's have %d.", r.Plan.Lengths(), paper.PaperGenerations)
	if d := r.Plan.Departure(); d != "" {
		text += " " + d
	}
	return text
}

// Answer says in one sentence what became of the paper's claims.
func (r *Report) Answer() string {
	var lines []ClaimLine
	for _, c := range r.Claims {
		lines = append(lines, c.Lines...)
	}
	return fmt.Sprintf("The paper's %d claims, asked in %d places: %s.", len(r.Claims), len(lines), tally(lines))
}

// Contract is the arithmetic contract under which every number was computed.
func (r *Report) Contract() string { return run.Contract }

// PaperGenerations is how long the paper's runs are.
func (r *Report) PaperGenerations() int { return paper.PaperGenerations }

// find is the result of a row in a column; nil if the table has none.
func (c *Column) find(row string) *Result {
	for i := range c.Results {
		if c.Results[i].Row() == row {
			return &c.Results[i]
		}
	}
	return nil
}
