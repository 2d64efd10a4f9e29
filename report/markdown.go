package report

import (
	"fmt"
	"strings"
)

// grid writes rows as a Markdown table; the first is its head.
func grid(b *strings.Builder, rows [][]string) {
	for i, r := range rows {
		b.WriteString("| " + strings.Join(r, " | ") + " |\n")
		if i == 0 {
			b.WriteString("|" + strings.Repeat(" --- |", len(r)) + "\n")
		}
	}
	b.WriteString("\n")
}

// wrap breaks text into lines of at most 128 characters.
func wrap(text, indent string) string {
	var b strings.Builder
	n := 0
	for i, w := range strings.Fields(text) {
		switch {
		case i == 0:
		case n+1+len([]rune(w)) > 128:
			b.WriteString("\n" + indent)
			n = len(indent)
		default:
			b.WriteString(" ")
			n++
		}
		b.WriteString(w)
		n += len([]rune(w))
	}
	return b.String()
}

// markdown is a table as a page of its own.
func (r *Report) tableMarkdown(t *Table) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n```\n%s\n```\n\n", t.Title, wrap(r.Summary(), ""), r.Command)
	for i := range t.Columns {
		c := &t.Columns[i]
		fmt.Fprintf(&b, "## %s\n\n", c.heading())
		rows := [][]string{{"learner", "paper", "ours", "runs", "difference", "held out", "verdict", "cost"}}
		for k := range c.Results {
			x := t.text(&c.Results[k])
			rows = append(rows, []string{x.Learner, x.Paper, x.Ours, x.Runs, x.Diff, x.HeldOut, x.Verdict, x.Cost})
		}
		grid(&b, rows)
	}
	b.WriteString("## How to read this\n\n")
	for _, h := range howToRead {
		b.WriteString("- " + wrap(h, "  ") + "\n")
	}
	fmt.Fprintf(&b, "\nEvery digit is in [%s.csv](%s.csv); the paper's numbers alone in [expected.tsv](expected.tsv).\n", t.Name, t.Name)
	return b.String()
}

// expected is the paper's table as it stands: a learner a row, mean and standard deviation of each column.
func (t *Table) expected() string {
	var b strings.Builder
	b.WriteString("learner")
	for _, c := range t.Columns {
		b.WriteString("\t" + c.Preset + "\tsd")
	}
	b.WriteString("\n")
	for _, row := range t.Rows {
		b.WriteString(row)
		for i := range t.Columns {
			if r := t.Columns[i].find(row); r != nil {
				fmt.Fprintf(&b, "\t%s\t%s", num(r.Cell.Mean, t.digits), num(r.Cell.SD, t.digits))
			} else {
				b.WriteString("\t\t")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// exhibitMarkdown is the page of a figure or of tables; csv is its data.
func (r *Report) exhibitMarkdown(f *Exhibit, csv []byte) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", f.heading(), wrap(r.Summary(), ""))
	if len(f.Panels) > 0 {
		fmt.Fprintf(&b, "![%s](%s.svg)\n\n", f.Title, f.Name)
	}
	fmt.Fprintf(&b, "%s\n\n```\n%s\n```\n\n", wrap(f.Caption, ""), r.Command)
	for _, g := range f.Grids {
		if g.Title != "" {
			fmt.Fprintf(&b, "## %s\n\n", g.Title)
		}
		grid(&b, g.Rows)
	}
	if len(f.Panels)+len(f.Grids) == 0 {
		b.WriteString("No run of the plan can say anything here yet.\n\n")
	}
	fmt.Fprintf(&b, "The data: [%s.csv](%s.csv), SHA-256 `%.16s`.\n", f.Name, f.Name, hash(csv))
	return b.String()
}

// Markdown is the whole report as text: claims, tables, comparisons, and links to the figures.
func (r *Report) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Does EPRNN hold up?\n\n%s\n\n%s\n\n```\n%s\n```\n\n", wrap(r.Answer(), ""), wrap("Budget "+r.Plan.Budget.Name+": "+r.Summary(), ""), r.Command)
	fmt.Fprintf(&b, "Runs of a cell: %s; arithmetic contract %s; baldwin %s. The same with pictures, in one page: [report.html](report.html).\n\n",
		r.Plan.Runs(), r.Contract(), r.Version)
	fmt.Fprintf(&b, "## Claims\n\n%s\n\n", wrap(claimsNote, ""))
	rows := [][]string{{"claim", "by the paper's own tables", "by ours"}}
	for i := range r.Claims {
		rows = append(rows, []string{r.Claims[i].Claim, r.Claims[i].paperTally(), r.Claims[i].Tally()})
	}
	grid(&b, rows)
	for i := range r.Claims {
		c := &r.Claims[i]
		fmt.Fprintf(&b, "### %s\n\n%s\n\n", c.Claim, wrap("Measure: "+c.Measure+".", ""))
		rows := [][]string{{"where", "paper", "ours", "runs", "by the paper's", "by ours"}}
		for _, l := range c.Lines {
			rows = append(rows, []string{l.Where, l.Paper, l.Ours, orDash(l.Runs), orDash(l.PaperHolds), l.Verdict})
		}
		grid(&b, rows)
	}
	b.WriteString("## Tables and figures\n\n")
	for _, t := range r.Tables {
		fmt.Fprintf(&b, "- [%s](%s/README.md)\n", t.Title, t.Name)
	}
	for _, f := range r.Exhibits {
		fmt.Fprintf(&b, "- [%s](%s/README.md)\n", f.heading(), f.Name)
	}
	fmt.Fprintf(&b, "\n## Learner against learner\n\n%s\n\n", wrap(pairsNote, ""))
	rows = [][]string{{"where", "first", "second", "runs", "P(first better)", "difference of means", "Hedges' g", "P, Holm"}}
	for _, p := range r.Pairs {
		rows = append(rows, []string{
			p.Preset, p.A, p.B, fmt.Sprintf("%d, %d", p.NA, p.NB), estimate(p.Better, 2), signedNum(p.Diff, 3), signedNum(p.Hedges, 2), pValue(p.Holm),
		})
	}
	grid(&b, rows)
	b.WriteString("All files: [runs.csv](runs.csv), [held-out.csv](held-out.csv), [claims.csv](claims.csv), [pairs.csv](pairs.csv).\n")
	return b.String()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
