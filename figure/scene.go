package figure

// A scene is a drawing in points, y down, from which every file form is made.
type scene struct {
	width, height float64
	items         []item
}

// An item is a path or a text.
type item struct {
	points []point // a path
	closed bool
	round  float64 // points are dots of this radius

	stroke Ink // empty: none
	weight float64
	dash   []float64
	fill   Ink // empty: none
	alpha  float64

	text   string
	size   float64
	anchor anchor
	bold   bool
	upward bool // turned a quarter to the left
}

type point struct{ x, y float64 }

type anchor int

const (
	left anchor = iota
	middle
	right
)

func (s *scene) line(ink Ink, weight float64, dash []float64, points ...point) {
	if len(points) > 1 {
		s.items = append(s.items, item{points: points, stroke: ink, weight: weight, dash: dash, alpha: 1})
	}
}

func (s *scene) area(ink Ink, alpha float64, points ...point) {
	if len(points) > 2 {
		s.items = append(s.items, item{points: points, closed: true, fill: ink, alpha: alpha})
	}
}

func (s *scene) dots(ink Ink, radius, alpha float64, points ...point) {
	if len(points) > 0 {
		s.items = append(s.items, item{points: points, round: radius, fill: ink, alpha: alpha})
	}
}

func (s *scene) ring(ink Ink, radius, weight float64, at point) {
	s.items = append(s.items, item{points: []point{at}, round: radius, stroke: ink, weight: weight, alpha: 1})
}

func (s *scene) write(ink Ink, size float64, a anchor, at point, text string) {
	if text != "" {
		s.items = append(s.items, item{points: []point{at}, text: text, size: size, anchor: a, fill: ink, alpha: 1})
	}
}

// textWidth is about how wide a text is; a third of a letter's height too much does no harm.
func textWidth(text string, size float64) float64 { return 0.54 * size * float64(len([]rune(text))) }
