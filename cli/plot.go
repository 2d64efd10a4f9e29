package cli

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A point is one place of a curve.
type point struct{ x, y float64 }

// mostY bounds what is drawn: a fitness beyond it is a life that ran away, and would hide all others.
const mostY = 1e6

// A mark is one series of a plot.
type mark struct {
	points []point
	glyph  rune // what stands at each point; 0: a line of braille dots from point to point
}

// A chart is a plot in text: series over labelled axes.
type chart struct {
	width, height int     // of the whole, labels included, in characters
	x0, x1        float64 // range of x
	ascii         bool    // no braille, no box-drawing
	xlabel        func(float64) string
}

// Dots of a braille character at [column][row from the top], as bits of its code point over U+2800.
var braille = [2][4]rune{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}

// draw returns the chart's lines. Points beyond mostY or the range of x, and NaN, are left out.
func (c chart) draw(marks ...mark) []string {
	lo, hi := span(marks)
	labels := []string{decimal(hi, hi-lo), decimal((lo+hi)/2, hi-lo), decimal(lo, hi-lo)}
	margin := 0
	for _, l := range labels {
		margin = max(margin, len(l))
	}
	w, h := max(8, c.width-margin-2), max(3, c.height-2)
	cells := make([][]rune, h)
	for i := range cells {
		cells[i] = slices.Repeat([]rune{' '}, w)
	}
	across := c.x1 - c.x0
	if across <= 0 {
		across = 1
	}
	for _, m := range marks {
		nx, ny := 1, 1 // dots of a cell
		if m.glyph == 0 && !c.ascii {
			nx, ny = 2, 4
		}
		place := func(p point) (int, int) {
			x := (p.x - c.x0) / across * float64(w*nx-1)
			y := (hi - p.y) / (hi - lo) * float64(h*ny-1)
			return int(math.Round(x)), int(math.Round(y))
		}
		set := func(x, y int) {
			if x < 0 || y < 0 || x >= w*nx || y >= h*ny {
				return
			}
			cell := &cells[y/ny][x/nx]
			switch {
			case m.glyph != 0:
				*cell = m.glyph
			case c.ascii:
				*cell = '*'
			default:
				if *cell < 0x2800 || *cell > 0x28ff {
					*cell = 0x2800
				}
				*cell |= braille[x%nx][y%ny]
			}
		}
		var before *point
		for _, p := range m.points {
			if !(math.Abs(p.y) <= mostY) || !(p.x >= c.x0 && p.x <= c.x1) {
				before = nil
				continue
			}
			x, y := place(p)
			if m.glyph == 0 && before != nil {
				bx, by := place(*before)
				line(bx, by, x, y, set)
			}
			set(x, y)
			before = &p
		}
	}
	return c.frame(cells, labels, margin)
}

// frame puts the axes around the cells.
func (c chart) frame(cells [][]rune, labels []string, margin int) []string {
	bar, tickBar, corner, rule := "│", "┤", "└", "─"
	if c.ascii {
		bar, tickBar, corner, rule = "|", "+", "+", "-"
	}
	h, w := len(cells), len(cells[0])
	var out []string
	for i, row := range cells {
		label, b := "", bar
		switch i {
		case 0:
			label, b = labels[0], tickBar
		case h - 1:
			label, b = labels[2], tickBar
		case (h - 1) / 2:
			if h >= 5 && h%2 == 1 {
				label, b = labels[1], tickBar
			}
		}
		out = append(out, fmt.Sprintf("%*s %s%s", margin, label, b, strings.TrimRight(string(row), " ")))
	}
	out = append(out, strings.Repeat(" ", margin+1)+corner+strings.Repeat(rule, w))
	xlabel := c.xlabel
	if xlabel == nil {
		xlabel = func(x float64) string { return fmt.Sprintf("%.0f", x) }
	}
	first, last := xlabel(c.x0), xlabel(c.x1)
	gap := max(1, w-len(first)-len(last))
	return append(out, strings.Repeat(" ", margin+2)+first+strings.Repeat(" ", gap)+last)
}

// span is the range of y of all finite points, never empty.
func span(marks []mark) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, m := range marks {
		for _, p := range m.points {
			if finite(p.y) && math.Abs(p.y) <= mostY {
				lo, hi = min(lo, p.y), max(hi, p.y)
			}
		}
	}
	switch {
	case lo > hi:
		return -1, 0
	case hi-lo < 1e-9*max(1, math.Abs(hi)):
		d := max(1, math.Abs(hi)) * 0.05
		return lo - d, hi + d
	}
	return lo, hi
}

// decimal writes a label with as many decimals as the range needs.
func decimal(v, across float64) string {
	decimals := 2
	switch {
	case across < 0.05:
		decimals = 4
	case across < 0.5:
		decimals = 3
	case across >= 1000:
		decimals = 0
	}
	return fmt.Sprintf("%.*f", decimals, v)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// line sets the dots from one place to another (J. Bresenham, "Algorithm for computer control of a digital plotter",
// IBM Systems Journal 4, 1965).
func line(x0, y0, x1, y1 int, set func(x, y int)) {
	dx, dy := abs(x1-x0), -abs(y1-y0)
	sx, sy := 1, 1
	if x0 > x1 {
		sx = -1
	}
	if y0 > y1 {
		sy = -1
	}
	for e := dx + dy; ; {
		set(x0, y0)
		if x0 == x1 && y0 == y1 {
			return
		}
		e2 := 2 * e
		if e2 >= dy {
			e += dy
			x0 += sx
		}
		if e2 <= dx {
			e += dx
			y0 += sy
		}
	}
}

func abs(n int) int { return max(n, -n) }

// plainGlyphs reports whether the terminal is known not to show braille: the Linux console, a dumb one, or a locale that
// is set and not UTF-8.
func (p *process) plainGlyphs() bool {
	if t := p.getenv("TERM"); t == "linux" || t == "dumb" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToUpper(p.getenv(name)); v != "" {
			return !strings.Contains(v, "UTF-8") && !strings.Contains(v, "UTF8")
		}
	}
	return false
}
