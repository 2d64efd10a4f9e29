package figure

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sample has everything that a figure can have.
func sample() *Figure {
	return &Figure{
		Name: "sample", Title: "A sample", Caption: "Curves, bands, dots & marks.", Columns: 2,
		Panels: []Panel{
			{
				Title: "(1,10,20)", Note: []string{"a note"},
				X: Axis{Label: "generation"}, Y: Axis{Label: "score", Min: -2, Max: 0},
				Spans: []Span{{0, 40, "seen"}},
				Bands: []Band{{"eprnn", []float64{0, 50, 100}, []float64{-3, -1, -0.4}, []float64{-1.5, -0.6, -0.2}}},
				Lines: []Line{
					{Key: "es-rnn", X: []float64{0, 50, 100}, Y: []float64{-2.5, -1.2, -0.9}},
					{Key: "eprnn", X: []float64{0, 50, 100}, Y: []float64{-2.2, -0.8, -0.3}},
					{Key: "truth", Label: "truth", X: []float64{0, 50, math.NaN(), 80, 100}, Y: []float64{-1, -1, -1, -1, -1}, Thin: true},
				},
				Marks: []Mark{{Ink: "eprnn", Y: -0.11, Edge: true}},
			},
			{
				Title: "a map", X: Axis{Label: "x, m"}, Y: Axis{Label: "y, m"}, Equal: true,
				Dots:  []Dots{{Ramp(0.5, 0, 1), "half", []float64{0, 1}, []float64{0, 3}}, {Ring(math.Pi), "pi", []float64{2}, []float64{2}}},
				Marks: []Mark{{Ink: Truth, X: 1, Y: 1, Label: "goal", Ring: true}},
			},
			{Title: "nothing", Empty: "not run", X: Axis{Label: "generation"}, Y: Axis{Label: "score"}},
		},
	}
}

// A golden is changed on purpose only: look at the picture, then copy the file that the test names.
func TestGoldenSVG(t *testing.T) {
	var b bytes.Buffer
	if err := sample().SVG(&b); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/sample.svg")
	if err != nil {
		t.Error(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		got := filepath.Join(os.TempDir(), "baldwin-sample.svg")
		if err := os.WriteFile(got, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		t.Errorf("the SVG differs from testdata/sample.svg; it is in %s", got)
	}
}

// SVG is well-formed XML that a screen reader can name, and text stays text.
func TestSVG(t *testing.T) {
	f := sample()
	whole := new(strings.Builder)
	if err := f.SVG(whole); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"file": whole.String(), "panel": f.PanelSVG(0), "ornament": f.Entries()[0].Swatch()} {
		d := xml.NewDecoder(strings.NewReader(text))
		for {
			if _, err := d.Token(); err != nil {
				if !errors.Is(err, io.EOF) {
					t.Errorf("%s: %v", name, err)
				}
				break
			}
		}
		for _, want := range []string{`role="img"`, "<title id="} {
			if strings.Contains(text, want) == (name == "ornament") {
				t.Errorf("%s: %s", name, want)
			}
		}
	}
	for _, want := range []string{">generation</text>", "dots &amp; marks", "prefers-color-scheme:dark", ">not run</text>"} {
		if !strings.Contains(whole.String(), want) {
			t.Errorf("no %q", want)
		}
	}
}

// The same figure is the same file, in every form.
func TestSameBytes(t *testing.T) {
	for name, write := range map[string]func(*Figure, io.Writer) error{"svg": (*Figure).SVG, "pdf": (*Figure).PDF, "png": (*Figure).PNG, "csv": (*Figure).CSV} {
		var a, b bytes.Buffer
		if err := errors.Join(write(sample(), &a), write(sample(), &b)); err != nil {
			t.Fatal(name, err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s: two of one figure differ", name)
		}
	}
}

func TestPNG(t *testing.T) {
	f := sample()
	var b bytes.Buffer
	if err := f.PNG(&b); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	s := f.scene()
	if got := img.Bounds().Dx(); math.Abs(float64(got)-pngScale*s.width) > 1 {
		t.Errorf("%d pixels for %g points", got, s.width)
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := sample().CSV(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, r := range rows[1:] {
		kinds[r[1]]++
	}
	if kinds["band"] != 3 || kinds["line"] != 11 || kinds["dot"] != 3 || kinds["mark"] != 2 {
		t.Errorf("rows by kind: %v", kinds)
	}
}

// The legend has each style once, learners in their fixed order.
func TestEntries(t *testing.T) {
	var got []string
	for _, e := range sample().Entries() {
		got = append(got, e.Label)
	}
	if want := "EPRNN,ES-RNN,truth"; strings.Join(got, ",") != want {
		t.Errorf("legend %v, want %s", got, want)
	}
}

// Nothing is drawn outside of the frame, and a gap stays a gap.
func TestClip(t *testing.T) {
	f := frame{0, 0, 100, 100, 0, 1, 0, 1}
	for _, c := range []struct {
		ax, ay, bx, by float64
		ok             bool
		a, b           point
	}{
		{0.2, 0.2, 0.8, 0.2, true, point{20, 80}, point{80, 80}},
		{-1, 0.5, 2, 0.5, true, point{0, 50}, point{100, 50}},
		{0.5, -1, 0.5, 0.5, true, point{50, 100}, point{50, 50}},
		{-1, -1, -0.5, 2, false, point{}, point{}},
		{0, 2, 1, 2, false, point{}, point{}},
		{0, math.NaN(), 1, 0, false, point{}, point{}},
	} {
		a, b, ok := f.clip(c.ax, c.ay, c.bx, c.by)
		if ok != c.ok || ok && (a != c.a || b != c.b) {
			t.Errorf("clip %v,%v %v,%v: %v %v %v", c.ax, c.ay, c.bx, c.by, a, b, ok)
		}
	}
	s := &scene{}
	f.curve(s, Text, learnerStyle{}, []float64{0, 0.2, math.NaN(), 0.6, 0.8}, []float64{0, 0, 0, 0, 0})
	if len(s.items) != 2 {
		t.Errorf("a line with a gap is %d parts, want 2", len(s.items))
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   string
	}{
		{0, 1500, "0 500 1000 1500"}, {-2.2, 0, "-2.0 -1.5 -1.0 -0.5 0.0"}, {-0.5, 0.5, "-0.4 -0.2 0.0 0.2 0.4"}, {1, 1, ""}, {-38, -12, "-30 -20"},
	} {
		_, text := ticks(c.lo, c.hi, 5)
		if got := strings.Join(text, " "); got != c.want {
			t.Errorf("ticks of %g..%g: %s, want %s", c.lo, c.hi, got, c.want)
		}
	}
}

// Every ink that is drawn keeps a contrast of 3 to 1 with its ground (WCAG 2.1, 1.4.11), and words 4.5 to 1.
func TestContrast(t *testing.T) {
	for ink, modes := range palette {
		if ink == Grid || ink == Shade || ink == Paper {
			continue
		}
		least := 3.0
		if ink == Text || ink == Soft || ink == Truth {
			least = 4.5
		}
		for mode, hex := range modes {
			if c := contrast(Ink(hex), Ink(palette[Paper][mode])); c < least {
				t.Errorf("%s, mode %d: contrast %.2f", ink, mode, c)
			}
		}
	}
	for v := 0.0; v <= 1; v += 0.05 {
		for mode, ground := range palette[Paper] {
			for _, i := range []Ink{Ramp(v, 0, 1), Ring(2 * math.Pi * v)} {
				if c := contrast(i, Ink(ground)); c < 1.9 {
					t.Errorf("color of %.2f, mode %d: contrast %.2f", v, mode, c)
				}
			}
		}
	}
	for _, l := range Learners {
		if _, ok := palette[Ink(l)]; !ok || learnerStyles[l].label == "" {
			t.Errorf("learner %s has no style", l)
		}
	}
}

func contrast(a, b Ink) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(i Ink) float64 {
	r, g, b, _ := i.light().RGBA()
	lin := func(v uint32) float64 {
		c := float64(v) / 0xffff
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}
