package cli

import (
	"math"
	"strings"
	"testing"
	"time"

	"charm.land/lipgloss/v2"

	"baldwin/run"
)

// clock is a time that a test moves on.
type clock struct{ t time.Time }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) forward(d time.Duration) { c.t = c.t.Add(d) }

// halfway is a run of 1000 generations at generation 500, at 10 a second and 60 lives a generation.
func halfway() (*progress, *clock) {
	c := &clock{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	b := begin{Run: "seq-l1-k10-n20-eprnn-s1", Family: "sequence", Learner: "eprnn", Seed: 1, Kernel: "avx512", Threads: 2, Parameters: 37313, Generations: 1000, started: c.t}
	p := newProgress(b, nil, c.now)
	for g := 1; g <= 500; g++ {
		c.forward(100 * time.Millisecond)
		p.event(run.Event{Generation: &run.GenerationRow{Generation: g, Best: -1, Upper: -2, Median: -3, Lower: -4, Worst: -5, Sigma: []float64{0.01, 0.001}, ThetaNorm: 17, Lives: 60}})
		if g%100 == 0 {
			mean := -2.5 + float64(g)/250
			if g == 500 {
				mean = math.NaN()
			}
			p.event(run.Event{MetaTest: &run.MetaTestRow{Generation: g, Mean: mean, Low: mean - 0.1, High: mean + 0.1, Tasks: 1600}})
			p.event(run.Event{Commit: &run.Checkpoint{Generation: g}})
		}
	}
	return p, c
}

func TestProgress(t *testing.T) {
	p, c := halfway()
	g, l := p.speed()
	if math.Abs(g-10) > 1e-9 || math.Abs(l-600) > 1e-9 {
		t.Errorf("%v generations/s, %v lives/s, want 10 and 600", g, l)
	}
	if left := p.left(); left != 50*time.Second {
		t.Errorf("%v left, want 50s", left)
	}
	p.begin.limit = time.Minute
	if left := p.left(); left != 10*time.Second {
		t.Errorf("with a limit of a minute %v left, want 10s", left)
	}
	c.forward(time.Hour)
	if left := p.left(); left != 0 {
		t.Errorf("past the limit %v left", left)
	}
	if b := p.best(); b == nil || b.Generation != 400 {
		t.Errorf("best %+v, want that of generation 400: NaN never wins", b)
	}
	if n := len(p.moments); n > 250 {
		t.Errorf("%d instants are kept", n)
	}
	fresh := newProgress(begin{Generations: 10}, nil, c.now)
	if g, _ := fresh.speed(); g != 0 || fresh.left() >= 0 || fresh.best() != nil || fresh.last() != nil {
		t.Errorf("before the first generation: speed %v, left %v", g, fresh.left())
	}
}

// TestView holds that the live screen fits every terminal, and shows at 80x24 all it has.
func TestView(t *testing.T) {
	p, _ := halfway()
	for _, ascii := range []bool{false, true} {
		for width := 10; width <= 200; width += 10 {
			for height := 2; height <= 60; height++ {
				v := &view{width: width, height: height, style: newStyle(), ascii: ascii}
				lines := strings.Split(v.draw(p, height%2 == 0), "\n")
				if len(lines) > height {
					t.Fatalf("%dx%d: %d lines", width, height, len(lines))
				}
				for _, l := range lines {
					if n := lipgloss.Width(l); n > width {
						t.Fatalf("%dx%d: a line of %d", width, height, n)
					}
				}
			}
		}
	}
	v := &view{width: 80, height: 24, style: newStyle()}
	text := v.draw(p, false)
	for _, want := range []string{
		"seq-l1-k10-n20-eprnn-s1", "37313 parameters, avx512, 2 threads", "┤", "500/1000", "50%", "50s left",
		"10.0 generations/s, 600 lives/s", "-0.9000", " at generation 400", "quartiles -2.000 -3.000 -4.000", "sigma 0.001 to 0.01",
		"|theta| 17.00", "checkpoint at 500", "Ctrl-C stops",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the screen lacks %q:\n%s", want, text)
		}
	}
}

func TestLines(t *testing.T) {
	c := &clock{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	var out strings.Builder
	r := newLineReporter(&out, begin{Run: "r", Learner: "eprnn", Family: "sequence", Seed: 3, Kernel: "avx2", Threads: 1, Parameters: 9, Generation: 10, Generations: 40}, nil, c.now)
	for g := 11; g <= 40; g++ {
		c.forward(time.Second)
		r.event(run.Event{Generation: &run.GenerationRow{Generation: g, Median: -1.5, Lives: 2000}})
		if g == 20 {
			r.event(run.Event{MetaTest: &run.MetaTestRow{Generation: 20, Mean: -1, Low: -1.5, High: -0.5}})
		}
	}
	want := `run r: eprnn on sequence, seed 3, 40 generations from generation 10 (avx2, 1 threads, 9 parameters)
generation 15/40  median fitness -1.5000  1.0 generations/s  2.00k lives/s  25s left
generation 20/40  median fitness -1.5000  1.0 generations/s  2.00k lives/s  20s left
generation 20/40  meta-test -1.0000 [-1.5000, -0.5000]  1.0 generations/s  2.00k lives/s  20s left
generation 25/40  median fitness -1.5000  1.0 generations/s  2.00k lives/s  15s left
generation 30/40  median fitness -1.5000  1.0 generations/s  2.00k lives/s  10s left
generation 35/40  median fitness -1.5000  1.0 generations/s  2.00k lives/s  5s left
generation 40/40  median fitness -1.5000  1.0 generations/s  2.00k lives/s  0s left
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
