package figure

const (
	gap    = 6.0
	margin = 8.0
)

// scene lays out the whole figure: legend, then panels in rows.
func (f *Figure) scene() *scene {
	columns := max(1, min(f.Columns, len(f.Panels)))
	s := &scene{width: 2*margin + float64(columns)*panelWidth + float64(columns-1)*gap}
	y := margin + f.legend(s, margin, margin)
	for first := 0; first < len(f.Panels); first += columns {
		row := f.Panels[first:min(first+columns, len(f.Panels))]
		tallest := 0.0
		for i := range row {
			row[i].draw(s, margin+float64(i)*(panelWidth+gap), y)
			tallest = max(tallest, row[i].height())
		}
		y += tallest + gap
	}
	s.height = y + margin
	return s
}

// legend draws the entries in lines as wide as the figure and returns the height they take.
func (f *Figure) legend(s *scene, x0, y0 float64) float64 {
	entries := f.Entries()
	if len(entries) == 0 {
		return 0
	}
	x, y := x0+legendInset, y0+legendRow/2
	for _, e := range entries {
		w := 34 + textWidth(e.Label, labelSize) + 18
		if x > x0+legendInset && x+w > s.width-margin {
			x, y = x0+legendInset, y+legendRow
		}
		e.sample(s, x, y)
		s.write(Text, labelSize, left, point{x + 34, y + 4}, e.Label)
		x += w
	}
	return y - y0 + legendRow
}

// sample is 28 points of an entry's line.
func (e Entry) sample(s *scene, x, y float64) {
	ink, style := styleOf(e.Key)
	s.line(ink, style.width, style.dash, point{x, y}, point{x + 28, y})
}
