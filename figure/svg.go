package figure

import (
	"encoding/xml"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Style is the CSS that gives inks their colors, in light and in dark. A page that holds several figures has it once.
func Style() string {
	var b strings.Builder
	b.WriteString("svg.fig{font-family:system-ui,\"Liberation Sans\",Arial,sans-serif}")
	var names []string
	for ink := range palette {
		names = append(names, string(ink))
	}
	sort.Strings(names)
	for mode := range 2 {
		if mode == 1 {
			b.WriteString("@media(prefers-color-scheme:dark){")
		}
		for _, n := range names {
			c := palette[Ink(n)][mode]
			fmt.Fprintf(&b, ".s-%s{stroke:%s}.f-%s{fill:%s}", n, c, n, c)
		}
	}
	b.WriteString("}")
	return b.String()
}

// An svgFile is a scene as SVG.
type svgFile struct {
	strings.Builder
}

// svg writes the scene. title and description are what a screen reader says; id keeps them apart in one page, and without
// one the drawing is an ornament. A file that stands alone brings its own style and ground.
func (s *scene) svg(id, title, description string, alone bool) string {
	var f svgFile
	fmt.Fprintf(&f, `<svg xmlns="http://www.w3.org/2000/svg" class="fig" viewBox="0 0 %s %s"`, short(s.width), short(s.height))
	if id == "" {
		f.WriteString(` aria-hidden="true"`)
	} else {
		fmt.Fprintf(&f, ` role="img" aria-labelledby="%s-t %s-d"`, id, id)
	}
	if alone {
		fmt.Fprintf(&f, ` width="%s" height="%s"`, short(s.width), short(s.height))
	}
	f.WriteString(">\n")
	if id != "" {
		fmt.Fprintf(&f, "<title id=\"%s-t\">%s</title>\n<desc id=\"%s-d\">%s</desc>\n", id, escape(title), id, escape(description))
	}
	if alone {
		fmt.Fprintf(&f, "<style>%s</style>\n<rect class=\"f-paper\" width=\"100%%\" height=\"100%%\"/>\n", Style())
	}
	for i := range s.items {
		f.item(&s.items[i])
	}
	f.WriteString("</svg>\n")
	return f.String()
}

func (f *svgFile) item(i *item) {
	switch {
	case i.text != "":
		f.text(i)
	case i.round > 0:
		f.dots(i)
	default:
		f.WriteString("<path")
		f.paint(i)
		f.WriteString(` d="`)
		f.path(i.points, i.closed)
		f.WriteString("\"/>\n")
	}
}

// paint writes color, weight and dash.
func (f *svgFile) paint(i *item) {
	var class []string
	for _, p := range []struct {
		ink          Ink
		class, plain string
	}{{i.stroke, "s-", "stroke"}, {i.fill, "f-", "fill"}} {
		switch {
		case p.ink == "" && p.plain == "stroke":
		case p.ink == "":
			f.WriteString(` fill="none"`)
		case p.ink.literal():
			fmt.Fprintf(f, ` %s="%s"`, p.plain, p.ink)
		default:
			class = append(class, p.class+string(p.ink))
		}
	}
	if class != nil {
		fmt.Fprintf(f, ` class="%s"`, strings.Join(class, " "))
	}
	if i.stroke != "" {
		fmt.Fprintf(f, ` stroke-width="%s" stroke-linejoin="round"`, short(i.weight))
		if i.dash != nil {
			var d []string
			for _, v := range i.dash {
				d = append(d, short(v))
			}
			fmt.Fprintf(f, ` stroke-dasharray="%s"`, strings.Join(d, " "))
		}
	}
	if i.alpha < 1 {
		fmt.Fprintf(f, ` opacity="%s"`, short(i.alpha))
	}
}

func (f *svgFile) path(points []point, closed bool) {
	for k, p := range points {
		switch k {
		case 0:
			f.WriteString("M")
		case 1:
			f.WriteString("L")
		default:
			f.WriteString(" ")
		}
		f.WriteString(short(p.x) + " " + short(p.y))
	}
	if closed {
		f.WriteString("Z")
	}
}

// dots writes all dots of one color as one path of round strokes without length, which is a third of as many circles.
func (f *svgFile) dots(i *item) {
	if i.stroke != "" {
		p := i.points[0]
		f.WriteString("<circle")
		f.paint(i)
		fmt.Fprintf(f, " cx=\"%s\" cy=\"%s\" r=\"%s\"/>\n", short(p.x), short(p.y), short(i.round))
		return
	}
	stroke := item{stroke: i.fill, weight: 2 * i.round, alpha: i.alpha}
	f.WriteString("<path")
	f.paint(&stroke)
	f.WriteString(` stroke-linecap="round" d="`)
	for _, p := range i.points {
		fmt.Fprintf(f, "M%s %sh0", short(p.x), short(p.y))
	}
	f.WriteString("\"/>\n")
}

func (f *svgFile) text(i *item) {
	p := i.points[0]
	f.WriteString("<text")
	f.paint(i)
	fmt.Fprintf(f, ` font-size="%s"`, short(i.size))
	if i.bold {
		f.WriteString(` font-weight="600"`)
	}
	if i.anchor != left {
		fmt.Fprintf(f, ` text-anchor="%s"`, [...]string{"start", "middle", "end"}[i.anchor])
	}
	if i.upward {
		fmt.Fprintf(f, ` transform="translate(%s %s)rotate(-90)"`, short(p.x), short(p.y))
	} else {
		fmt.Fprintf(f, ` x="%s" y="%s"`, short(p.x), short(p.y))
	}
	fmt.Fprintf(f, ">%s</text>\n", escape(i.text))
}

// short writes a number of points with a tenth at most, opacities with a hundredth.
func short(v float64) string {
	digits := 1
	if v > -1 && v < 1 {
		digits = 2
	}
	t := strconv.FormatFloat(v, 'f', digits, 64)
	t = strings.TrimRight(strings.TrimRight(t, "0"), ".")
	if t == "-0" || t == "" {
		return "0"
	}
	return t
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
