package figure

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"math"
	"regexp"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
)

// pngScale is how many pixels a point has: sharp on a screen of twice the density.
const pngScale = 2

// png writes the scene as PNG, in light.
func (s *scene) png(w io.Writer) error {
	c := vgimg.NewWith(vgimg.UseWH(vg.Length(s.width), vg.Length(s.height)), vgimg.UseDPI(72*pngScale))
	s.draw(c)
	if _, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(w); err != nil {
		return fmt.Errorf("figure: writing PNG: %w", err)
	}
	return nil
}

// pdfDate is when a PDF says that it was made. A fixed one keeps equal figures equal files.
var pdfDate = regexp.MustCompile(`\((D:)\d{14}`)

// pdf writes the scene as PDF, in light.
func (s *scene) pdf(w io.Writer) error {
	c := vgpdf.New(vg.Length(s.width), vg.Length(s.height))
	s.draw(c)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return fmt.Errorf("figure: writing PDF: %w", err)
	}
	if _, err := w.Write(pdfDate.ReplaceAll(b.Bytes(), []byte("(${1}20220101000000"))); err != nil {
		return fmt.Errorf("figure: writing PDF: %w", err)
	}
	return nil
}

// draw draws the scene on one of gonum's canvases, whose y goes up.
func (s *scene) draw(c vg.Canvas) {
	fonts := font.NewCache(liberation.Collection())
	at := func(p point) vg.Point { return vg.Point{X: vg.Length(p.x), Y: vg.Length(s.height - p.y)} }
	for i := range s.items {
		it := &s.items[i]
		switch {
		case it.text != "":
			s.drawText(c, fonts, it, at(it.points[0]))
			continue
		case it.round > 0:
			for _, p := range it.points {
				var path vg.Path
				o := at(p)
				path.Move(vg.Point{X: o.X + vg.Length(it.round), Y: o.Y})
				path.Arc(o, vg.Length(it.round), 0, 2*math.Pi)
				path.Close()
				paint(c, it, path)
			}
			continue
		}
		var path vg.Path
		for k, p := range it.points {
			if k == 0 {
				path.Move(at(p))
			} else {
				path.Line(at(p))
			}
		}
		if it.closed {
			path.Close()
		}
		paint(c, it, path)
	}
}

// over is an ink on white that lets through what lies behind it.
func over(c vg.Canvas, i Ink, alpha float64) color.Color {
	ink := i.light().(color.NRGBA)
	ink.A = uint8(math.Round(255 * alpha))
	if _, pdf := c.(*vgpdf.Canvas); pdf {
		return straight(ink)
	}
	return ink
}

// straight is a color as vgpdf wants it: it takes red, green and blue for what they are before they are multiplied by alpha.
type straight color.NRGBA

// RGBA is the color, not multiplied by alpha.
func (s straight) RGBA() (r, g, b, a uint32) {
	const wide = 0x101 // from 8 to 16 bits
	return uint32(s.R) * wide, uint32(s.G) * wide, uint32(s.B) * wide, uint32(s.A) * wide
}

func paint(c vg.Canvas, it *item, path vg.Path) {
	if it.fill != "" {
		c.SetColor(over(c, it.fill, it.alpha))
		c.Fill(path)
	}
	if it.stroke != "" {
		c.SetColor(over(c, it.stroke, it.alpha))
		c.SetLineWidth(vg.Length(it.weight))
		var dash []vg.Length
		for _, d := range it.dash {
			dash = append(dash, vg.Length(d))
		}
		c.SetLineDash(dash, 0)
		c.Stroke(path)
	}
}

func (s *scene) drawText(c vg.Canvas, fonts *font.Cache, it *item, at vg.Point) {
	face := fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Sans"}, vg.Length(it.size))
	_, pdf := c.(*vgpdf.Canvas)
	if it.bold && !pdf {
		face = fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Sans", Weight: xfont.WeightBold}, vg.Length(it.size))
	}
	c.Push()
	c.Translate(at)
	if it.upward {
		c.Rotate(math.Pi / 2)
	}
	var shift vg.Length
	switch it.anchor {
	case middle:
		shift = -face.Width(it.text) / 2
	case right:
		shift = -face.Width(it.text)
	}
	c.SetColor(it.fill.light())
	c.FillString(face, vg.Point{X: shift}, it.text)
	if it.bold && pdf {
		// vgpdf embeds one face alone (it gives the files of all the same name), so bold is printed over, as typewriters did.
		c.FillString(face, vg.Point{X: shift + vg.Length(0.035*it.size)}, it.text)
	}
	c.Pop()
}
