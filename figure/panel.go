package figure

import (
	"fmt"
	"math"
)

// Measures of a panel in points.
const (
	panelWidth  = 330.0
	plotHeight  = 190.0
	padLeft     = 52.0
	padRight    = 16.0
	padTop      = 30.0
	padBottom   = 42.0
	noteHeight  = 14.0
	titleSize   = 13.0
	labelSize   = 11.5
	tickSize    = 10.5
	legendRow   = 18.0
	legendInset = 12.0
)

// frame maps data to points.
type frame struct {
	x0, y0, x1, y1     float64 // of the plot, in points; y0 is its top
	lox, hix, loy, hiy float64 // of the data
}

func (f frame) at(x, y float64) point {
	return point{f.x0 + (x-f.lox)/(f.hix-f.lox)*(f.x1-f.x0), f.y1 - (y-f.loy)/(f.hiy-f.loy)*(f.y1-f.y0)}
}

func (p *Panel) plotHeight() float64 {
	if p.Equal {
		return panelWidth - padLeft - padRight
	}
	return plotHeight
}

func (p *Panel) height() float64 {
	return padTop + noteHeight*float64(len(p.Note)) + p.plotHeight() + padBottom
}

// data is the extent of everything in the panel.
func (p *Panel) data() (x, y ends) {
	x, y = ends{math.Inf(1), math.Inf(-1)}, ends{math.Inf(1), math.Inf(-1)}
	for _, b := range p.Bands {
		x.see(b.X...)
		y.see(b.Low...)
		y.see(b.High...)
	}
	for _, l := range p.Lines {
		x.see(l.X...)
		y.see(l.Y...)
	}
	for _, d := range p.Dots {
		x.see(d.X...)
		y.see(d.Y...)
	}
	for _, m := range p.Marks {
		if !m.Edge {
			x.see(m.X)
		}
		y.see(m.Y)
	}
	return x, y
}

// draw draws the panel with its upper left corner at (x, y).
func (p *Panel) draw(s *scene, x, y float64) {
	f := frame{x0: x + padLeft, y0: y + padTop + noteHeight*float64(len(p.Note)), x1: x + panelWidth - padRight}
	f.y1 = f.y0 + p.plotHeight()
	dx, dy := p.data()
	f.lox, f.hix = p.X.extent(dx)
	f.loy, f.hiy = p.Y.extent(dy)
	if p.Equal {
		f.square()
	}
	s.items = append(s.items, item{points: []point{{f.x0, y + 18}}, text: p.Title, size: titleSize, bold: true, fill: Text, alpha: 1})
	for i, n := range p.Note {
		s.write(Soft, tickSize, left, point{f.x0, y + 18 + noteHeight*float64(i+1)}, n)
	}
	for _, sp := range p.Spans {
		a, b := f.at(max(sp.From, f.lox), f.hiy), f.at(min(sp.To, f.hix), f.loy)
		s.area(Shade, 1, a, point{b.x, a.y}, b, point{a.x, b.y})
		s.write(Soft, tickSize, left, point{a.x + 4, a.y + 12}, sp.Label)
	}
	p.axes(s, f)
	if p.Empty != "" {
		s.write(Soft, labelSize, middle, point{(f.x0 + f.x1) / 2, (f.y0 + f.y1) / 2}, p.Empty)
		return
	}
	for _, b := range p.Bands {
		f.band(s, b)
	}
	for _, l := range p.Lines {
		ink, style := styleOf(l.Key)
		if l.Thin {
			style.width *= 0.6
		}
		f.curve(s, ink, style, l.X, l.Y)
	}
	for _, d := range p.Dots {
		var points []point
		for i := range d.X {
			if f.inside(d.X[i], d.Y[i]) {
				points = append(points, f.at(d.X[i], d.Y[i]))
			}
		}
		s.dots(d.Ink, 2.2, 0.85, points...)
	}
	for _, m := range p.Marks {
		f.mark(s, m)
	}
}

// square widens one axis until both have one scale.
func (f *frame) square() {
	w, h := (f.hix-f.lox)/(f.x1-f.x0), (f.hiy-f.loy)/(f.y1-f.y0)
	scale := max(w, h)
	widen := func(lo, hi *float64, points float64) {
		m := (*lo + *hi) / 2
		*lo, *hi = m-scale*points/2, m+scale*points/2
	}
	widen(&f.lox, &f.hix, f.x1-f.x0)
	widen(&f.loy, &f.hiy, f.y1-f.y0)
}

func (p *Panel) axes(s *scene, f frame) {
	if !p.X.Bare {
		at, text := ticks(f.lox, f.hix, 5)
		for i, v := range at {
			q := f.at(v, f.loy)
			s.line(Grid, 0.8, nil, q, point{q.x, f.y0})
			s.write(Soft, tickSize, middle, point{q.x, q.y + 14}, text[i])
		}
	}
	if !p.Y.Bare {
		at, text := ticks(f.loy, f.hiy, 5)
		for i, v := range at {
			q := f.at(f.lox, v)
			s.line(Grid, 0.8, nil, q, point{f.x1, q.y})
			s.write(Soft, tickSize, right, point{q.x - 6, q.y + 3.5}, text[i])
		}
	}
	s.line(Soft, 0.8, nil, point{f.x0, f.y0}, point{f.x0, f.y1}, point{f.x1, f.y1})
	s.write(Text, labelSize, middle, point{(f.x0 + f.x1) / 2, f.y1 + 32}, p.X.Label)
	if p.Y.Label != "" {
		s.items = append(s.items, item{
			points: []point{{f.x0 - 38, (f.y0 + f.y1) / 2}}, text: p.Y.Label, size: labelSize, anchor: middle, upward: true, fill: Text, alpha: 1,
		})
	}
}

func (f frame) inside(x, y float64) bool { return x >= f.lox && x <= f.hix && y >= f.loy && y <= f.hiy }

// band cuts a band off at the frame. It is drawn faint, so that several can lie over one another.
func (f frame) band(s *scene, b Band) {
	ink, _ := styleOf(b.Key)
	cut := func(y float64) float64 { return min(max(y, f.loy), f.hiy) }
	var upper, lower []point
	for i, x := range b.X {
		if math.IsNaN(b.Low[i]) || math.IsNaN(b.High[i]) || x < f.lox || x > f.hix {
			continue
		}
		upper = append(upper, f.at(x, cut(b.High[i])))
		lower = append(lower, f.at(x, cut(b.Low[i])))
	}
	for i := len(lower) - 1; i >= 0; i-- {
		upper = append(upper, lower[i])
	}
	s.area(ink, 0.16, upper...)
}

// curve draws the parts of a line that lie within the frame.
func (f frame) curve(s *scene, ink Ink, style learnerStyle, xs, ys []float64) {
	var part []point
	flush := func() {
		s.line(ink, style.width, style.dash, part...)
		part = nil
	}
	for i := 1; i < len(xs); i++ {
		a, b, ok := f.clip(xs[i-1], ys[i-1], xs[i], ys[i])
		if !ok {
			flush()
			continue
		}
		if len(part) == 0 || part[len(part)-1] != a {
			flush()
			part = []point{a}
		}
		part = append(part, b)
	}
	flush()
}

// clip is the part of a straight line within the frame (Y.-D. Liang and B. Barsky, "A new concept and method for line
// clipping", ACM Trans. Graph. 3, 1984).
func (f frame) clip(ax, ay, bx, by float64) (a, b point, ok bool) {
	t0, t1 := 0.0, 1.0
	dx, dy := bx-ax, by-ay
	if math.IsNaN(dx) || math.IsNaN(dy) {
		return a, b, false
	}
	for _, e := range [4][2]float64{{-dx, ax - f.lox}, {dx, f.hix - ax}, {-dy, ay - f.loy}, {dy, f.hiy - ay}} {
		p, q := e[0], e[1]
		switch {
		case p == 0 && q < 0:
			return a, b, false
		case p < 0:
			t0 = max(t0, q/p)
		case p > 0:
			t1 = min(t1, q/p)
		}
	}
	if t0 > t1 {
		return a, b, false
	}
	return f.at(ax+t0*dx, ay+t0*dy), f.at(ax+t1*dx, ay+t1*dy), true
}

func (f frame) mark(s *scene, m Mark) {
	if m.Edge {
		if m.Y < f.loy || m.Y > f.hiy {
			return
		}
		q := f.at(f.hix, m.Y)
		s.area(m.Ink, 1, point{q.x + 2, q.y}, point{q.x + 10, q.y - 4}, point{q.x + 10, q.y + 4})
		return
	}
	q := f.at(m.X, m.Y)
	if m.Ring {
		s.ring(m.Ink, 4.5, 1.8, q)
	} else {
		s.dots(m.Ink, 3.6, 1, q)
	}
	a, dx := left, 7.0
	if q.x+7+textWidth(m.Label, tickSize) > f.x1+padRight {
		a, dx = right, -7
	}
	s.write(Text, tickSize, a, point{q.x + dx, q.y - 5}, m.Label)
}

// describe is the panel in words, for whoever cannot see it.
func (p *Panel) describe() string {
	if p.Empty != "" {
		return p.Empty
	}
	text := fmt.Sprintf("%s against %s.", p.Y.Label, p.X.Label)
	if p.X.Label == "" || p.Y.Label == "" {
		text = ""
	}
	for _, l := range p.Lines {
		if n := len(l.Y); n > 0 && l.Label != "-" {
			_, st := styleOf(l.Key)
			name := l.Label
			if name == "" {
				name = st.label
			}
			text += fmt.Sprintf(" %s ends at %.3g.", name, l.Y[n-1])
		}
	}
	for _, n := range p.Note {
		if n != "" {
			text += " " + n + "."
		}
	}
	return text
}
