// Package figure draws data in one house style: curves with bands, points, and maps, in panels side by side. It knows
// nothing of runs. A [Figure] is plain data; the same data gives the same bytes of SVG, PDF and PNG, and its own CSV.
//
// SVG keeps text as text and takes its colors from CSS, so that one file serves light and dark pages; it is written here.
// PDF and PNG, which have neither, are drawn by gonum/plot's canvases from the same scene.
package figure

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// A Figure is panels that share a legend.
type Figure struct {
	Name    string // of its files, such as figure4
	Title   string
	Caption string // what is to be seen, in full sentences
	Columns int    // panels side by side in a file; a page breaks them where it must
	Panels  []Panel
	Legend  []Entry // in addition to the lines' own
}

// An Entry is a line of a legend.
type Entry struct {
	Key   string // of its style
	Label string
}

// A Panel is one pair of axes and what is drawn in them, in this order: spans, bands, lines, dots, marks.
type Panel struct {
	Title string
	Note  []string // numbers that belong to the panel, a line each
	Empty string   // why nothing is drawn, where nothing is
	X, Y  Axis
	Equal bool // both axes have one scale: a map

	Spans []Span
	Bands []Band
	Lines []Line
	Dots  []Dots
	Marks []Mark
}

// An Axis is a direction. With Min = Max its ends follow the data. Values outside are cut off.
type Axis struct {
	Label    string
	Min, Max float64
	Bare     bool // without numbers: distances along it mean nothing
}

// A Line goes through points in order. A NaN breaks it.
type Line struct {
	Key   string // style: a learner, an ink, or a color #rrggbb
	Label string // in the legend; the learner's name if empty, nothing if "-"
	X, Y  []float64
	Thin  bool
}

// A Band is the region between two lines.
type Band struct {
	Key          string
	X, Low, High []float64
}

// Dots are points of one color.
type Dots struct {
	Ink    Ink
	Series string // in the CSV
	X, Y   []float64
}

// A Mark is one place with a word.
type Mark struct {
	Ink   Ink
	X, Y  float64
	Label string
	Ring  bool // a ring instead of a disc
	Edge  bool // a mark on the right edge at height Y: what is known from elsewhere
}

// A Span shades a range of x.
type Span struct {
	From, To float64
	Label    string
}

// Entries is the legend: each style of the lines once, learners in their fixed order, then the rest as they come.
func (f *Figure) Entries() []Entry {
	var out []Entry
	have := map[string]bool{}
	add := func(e Entry) {
		if e.Label == "" {
			_, s := styleOf(e.Key)
			e.Label = s.label
		}
		if id := e.Key + "/" + e.Label; e.Label != "-" && !have[id] {
			have[id] = true
			out = append(out, e)
		}
	}
	for _, p := range f.Panels {
		for _, l := range p.Lines {
			add(Entry{l.Key, l.Label})
		}
	}
	for _, e := range f.Legend {
		add(e)
	}
	rank := func(e Entry) int {
		if i := slices.Index(Learners, e.Key); i >= 0 {
			return i
		}
		return len(Learners)
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return rank(a) - rank(b) })
	return out
}

// SVG writes the whole figure as a file that stands alone.
func (f *Figure) SVG(w io.Writer) error {
	_, err := io.WriteString(w, f.scene().svg(f.Name, f.Title, f.Caption, true))
	return err
}

// PNG writes the whole figure as pixels, in light.
func (f *Figure) PNG(w io.Writer) error { return f.scene().png(w) }

// PDF writes the whole figure as a page, in light.
func (f *Figure) PDF(w io.Writer) error { return f.scene().pdf(w) }

// PanelSVG is one panel as SVG for a page that has [Style].
func (f *Figure) PanelSVG(i int) string {
	p := &f.Panels[i]
	s := &scene{width: panelWidth, height: p.height()}
	p.draw(s, 0, 0)
	return s.svg(fmt.Sprintf("%s-%d", f.Name, i+1), f.Title+": "+p.Title, p.describe(), false)
}

// Swatch is the sample of a legend's line as SVG for a page that has [Style]; its label stands beside it.
func (e Entry) Swatch() string {
	s := &scene{width: 28, height: 10}
	e.sample(s, 0, 5)
	return s.svg("", "", "", false)
}

// CSV writes everything that is drawn, a row for each point: panel, kind, series, x, y, low, high; to six digits.
func (f *Figure) CSV(w io.Writer) error {
	c := csv.NewWriter(w)
	num := func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
	rows := [][]string{{"panel", "kind", "series", "x", "y", "low", "high"}}
	add := func(cells ...string) { rows = append(rows, cells) }
	for _, p := range f.Panels {
		for _, b := range p.Bands {
			for i, x := range b.X {
				add(p.Title, "band", b.Key, num(x), "", num(b.Low[i]), num(b.High[i]))
			}
		}
		for _, l := range p.Lines {
			for i, x := range l.X {
				add(p.Title, "line", seriesOf(l.Key, l.Label), num(x), num(l.Y[i]), "", "")
			}
		}
		for _, d := range p.Dots {
			for i, x := range d.X {
				add(p.Title, "dot", d.Series, num(x), num(d.Y[i]), "", "")
			}
		}
		for _, m := range p.Marks {
			x := num(m.X)
			if m.Edge {
				x = ""
			}
			series := m.Label
			if series == "" {
				series = string(m.Ink)
			}
			add(p.Title, "mark", series, x, num(m.Y), "", "")
		}
	}
	return c.WriteAll(rows)
}

func seriesOf(key, label string) string {
	if label == "" || label == "-" {
		return key
	}
	return label
}
