package cli

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestChart(t *testing.T) {
	var rising []point
	for i := range 21 {
		rising = append(rising, point{float64(i), -2 + float64(i)*0.1})
	}
	for _, c := range []struct {
		name  string
		chart chart
		mark  mark
		want  string
	}{
		{"braille", chart{width: 24, height: 7, x1: 20}, mark{points: rising}, `
 0.00 ┤             ⢀⡠⠔⠉
      │          ⢀⠤⠒⠁
-1.00 ┤      ⢀⠤⠤⠊⠁
      │   ⣀⠔⠊⠁
-2.00 ┤⡠⠔⠉
      └─────────────────
       0              20`},
		{"ascii", chart{width: 24, height: 7, x1: 20, ascii: true}, mark{points: rising}, `
 0.00 +              ***
      |          *****
-1.00 +      *****
      |  *****
-2.00 +***
      +-----------------
       0              20`},
		{"glyphs", chart{width: 24, height: 7, x1: 20}, mark{glyph: 'x', points: []point{{0, 1}, {10, 3}, {20, 1}, {5, math.NaN()}}}, `
3.00 ┤         x
     │
2.00 ┤
     │
1.00 ┤x                x
     └──────────────────
      0               20`},
		{"one value", chart{width: 20, height: 5, x1: 1}, mark{points: []point{{0, -1}, {1, -1}}}, `
-0.950 ┤
       │⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤
-1.050 ┤
       └────────────
        0          1`},
	} {
		got := strings.Join(c.chart.draw(c.mark), "\n")
		if want := strings.TrimPrefix(c.want, "\n"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

// TestChartFits holds that a chart of any size and any numbers stays within its width, and never panics.
func TestChartFits(t *testing.T) {
	wild := []point{{0, math.Inf(-1)}, {1, -1e300}, {2, 1e300}, {3, math.NaN()}, {-5, 0}, {1e9, 0.1}}
	for width := 20; width < 130; width += 7 {
		for height := 1; height < 40; height += 5 {
			for _, m := range []mark{{}, {points: wild[3:]}, {points: wild[:1]}, {glyph: 'o', points: wild[2:]}} {
				c := chart{width: width, height: height, x1: 10}
				lines := c.draw(m)
				if len(lines) > max(height, 5) {
					t.Fatalf("%d lines in a height of %d", len(lines), height)
				}
				for _, l := range lines {
					if n := utf8.RuneCountInString(l); n > width {
						t.Fatalf("a line of %d in a width of %d: %q", n, width, l)
					}
				}
			}
		}
	}
}
