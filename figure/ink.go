package figure

import (
	"fmt"
	"image/color"
	"math"
	"strings"
)

// An Ink is what something is drawn with: a name of the palette, which differs between light and dark, or a literal
// color written #rrggbb.
type Ink string

// The inks that are no learner's.
const (
	Text  Ink = "text"  // words, and lines that matter
	Soft  Ink = "soft"  // axes, ticks, notes
	Grid  Ink = "grid"  // lines behind the data
	Shade Ink = "shade" // a region behind the data
	Truth Ink = "truth" // what is to be predicted or found
	Paper Ink = "paper" // the ground, as a halo around marks
)

// palette is every ink in light and in dark. The colors of learners are those of M. Okabe and K. Ito, "Color universal
// design" (2008), darkened for white paper and lightened for black so that each keeps a contrast of 3 to 1 with its
// ground; dashes tell apart what a reader without color vision could confuse.
var palette = map[Ink][2]string{
	Text: {"#1c1c1c", "#ececec"}, Soft: {"#5c5c5c", "#a8a8a8"}, Grid: {"#e2e2e2", "#3a3a3a"},
	Shade: {"#f1f0ea", "#2a2a26"}, Truth: {"#1c1c1c", "#ececec"}, Paper: {"#ffffff", "#161616"},

	"eprnn": {"#0072b2", "#4da6ff"}, "eprnn-nom": {"#3592cf", "#9ad4ff"},
	"es-rnn": {"#c44e00", "#ff8a4c"}, "es-lstm": {"#00805e", "#34d6a8"},
	"epmlp": {"#a86c00", "#f0b429"}, "epmlp-random": {"#6b6b6b", "#b4b4b4"},
	"es-maml": {"#b0568a", "#f09cc6"}, "es-maml-1rollout": {"#6a3d9a", "#b794f4"},
}

// A learnerStyle is how a learner is drawn everywhere.
type learnerStyle struct {
	label string
	width float64
	dash  []float64
}

// Learners are the rows of the paper's tables in the order of every table, figure and legend.
var Learners = []string{"eprnn", "eprnn-nom", "es-rnn", "es-lstm", "epmlp", "epmlp-random", "es-maml", "es-maml-1rollout"}

var learnerStyles = map[string]learnerStyle{
	"eprnn":            {"EPRNN", 2.2, nil},
	"eprnn-nom":        {"EPRNN (w/o m)", 1.6, []float64{5, 2.5}},
	"es-rnn":           {"ES-RNN", 1.6, nil},
	"es-lstm":          {"ES-LSTM", 1.6, []float64{8, 2, 2, 2}},
	"epmlp":            {"EPMLP", 1.6, []float64{2, 2}},
	"epmlp-random":     {"EPMLP (random)", 1.6, []float64{1, 2.5}},
	"es-maml":          {"ES-MAML", 1.6, []float64{10, 3}},
	"es-maml-1rollout": {"ES-MAML (1 rollout)", 1.6, []float64{4, 2, 1, 2}},
}

// LearnerLabel is a learner's name as the paper writes it.
func LearnerLabel(row string) string {
	if s, ok := learnerStyles[row]; ok {
		return s.label
	}
	return row
}

func styleOf(key string) (Ink, learnerStyle) {
	if s, ok := learnerStyles[key]; ok {
		return Ink(key), s
	}
	if _, ok := palette[Ink(key)]; ok || strings.HasPrefix(key, "#") {
		return Ink(key), learnerStyle{label: key, width: 1.4}
	}
	return Text, learnerStyle{label: key, width: 1.4}
}

// literal reports whether an ink is a color of its own.
func (i Ink) literal() bool { return strings.HasPrefix(string(i), "#") }

// light is the ink as a color on white.
func (i Ink) light() color.Color {
	hex := string(i)
	if !i.literal() {
		hex = palette[i][0]
	}
	var r, g, b uint8
	if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &r, &g, &b); err != nil {
		panic("figure: no ink is called " + string(i))
	}
	return color.NRGBA{r, g, b, 255}
}

// Colors that stand for a number, readable on white and on black: from M. Smith's and S. van der Walt's viridis without
// its darkest and lightest ends, and a ring of equal lightness for angles after K. Thyng's phase (cmocean).
var (
	ramp = [][3]float64{{72, 64, 140}, {52, 96, 141}, {33, 125, 142}, {34, 158, 133}, {84, 186, 104}, {158, 196, 50}}
	ring = [][3]float64{{168, 120, 13}, {212, 84, 63}, {198, 70, 169}, {122, 112, 232}, {21, 150, 175}, {63, 150, 62}, {168, 120, 13}}
)

// Ramp is the color of v between lo and hi.
func Ramp(v, lo, hi float64) Ink { return along(ramp, (v-lo)/(hi-lo)) }

// Ring is the color of an angle in radians.
func Ring(angle float64) Ink {
	turn := angle / (2 * math.Pi)
	return along(ring, turn-math.Floor(turn))
}

func along(anchors [][3]float64, at float64) Ink {
	if math.IsNaN(at) {
		return Soft
	}
	at = min(max(at, 0), 1) * float64(len(anchors)-1)
	i := min(int(at), len(anchors)-2)
	f := at - float64(i)
	var c [3]int
	for k := range c {
		c[k] = int(math.Round(anchors[i][k]*(1-f) + anchors[i+1][k]*f))
	}
	return Ink(fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]))
}
