package cli

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"baldwin/run"
)

// style is the live screen's few colors, the terminal's own so that they fit its theme. With NO_COLOR, or where there
// are none, the screen library leaves them out.
type style struct{ title, label, curve, good lipgloss.Style }

func newStyle() style {
	return style{
		title: lipgloss.NewStyle().Bold(true),
		label: lipgloss.NewStyle().Faint(true),
		curve: lipgloss.NewStyle().Foreground(lipgloss.Color("6")),
		good:  lipgloss.NewStyle().Foreground(lipgloss.Color("2")),
	}
}

// Sizes of the live screen in characters.
const (
	leastPlot   = 5   // lines of a curve that is worth drawing
	mostPlot    = 20  //
	mostColumns = 120 //
	labelWidth  = 13
)

// draw is the whole screen: as many of its parts as the terminal has room for, the most telling first.
func (v *view) draw(p *progress, stopping bool) string {
	w := min(v.width, mostColumns)
	facts := v.facts(p, w)
	head := []string{v.head(p, w, stopping), v.style.label.Render(fmt.Sprintf("%s on %s, seed %d, %d parameters, %s, %d threads",
		p.begin.Learner, p.begin.Family, p.begin.Seed, p.begin.Parameters, p.begin.Kernel, p.begin.Threads))}
	foot := "Ctrl-C stops after a checkpoint"
	switch {
	case stopping:
		foot = "stopping: the last generation is being committed; Ctrl-C again ends at once"
	case v.over:
		foot = ""
	}
	rest := v.height - len(head) - len(facts) - 5 // blank lines, the curve's title, the foot
	var lines []string
	lines = append(lines, head...)
	if rest >= leastPlot && w >= 40 {
		lines = append(lines, "")
		lines = append(lines, v.curve(p, w, min(rest, mostPlot))...)
	}
	if v.height >= len(lines)+len(facts)+3 {
		lines = append(lines, "")
	}
	lines = append(lines, facts...)
	if v.height > len(lines)+1 && foot != "" {
		lines = append(lines, "", v.style.label.Render(foot))
	}
	if !v.over {
		lines = lines[:min(len(lines), max(1, v.height))]
	}
	clip := lipgloss.NewStyle().MaxWidth(max(1, v.width))
	for i, l := range lines {
		lines[i] = clip.Render(l)
	}
	if v.over {
		lines = append(lines, "") // what is printed next begins on a line of its own
	}
	return strings.Join(lines, "\n")
}

func (v *view) head(p *progress, w int, stopping bool) string {
	state := "training"
	switch {
	case v.over:
		state = ""
	case stopping:
		state = "stopping"
	}
	name := "baldwin  " + p.begin.Run
	gap := max(2, w-len(name)-len(state))
	return v.style.title.Render(name) + strings.Repeat(" ", gap) + v.style.label.Render(state)
}

// curve is the plot of the meta-tests so far, with its title.
func (v *view) curve(p *progress, w, h int) []string {
	title := v.style.label.Render("mean fitness on unseen tasks (meta-test), by generation")
	if len(p.tests) == 0 {
		return []string{title, v.style.label.Render("(the first meta-test is still to come)")}
	}
	c := chart{width: w, height: h, x1: float64(upTo(p)), ascii: v.ascii}
	lines := c.draw(mark{points: curve(p.tests)})
	for i, l := range lines[:len(lines)-2] {
		label, dots, ok := cutAxis(l)
		if ok {
			lines[i] = v.style.label.Render(label) + v.style.curve.Render(dots)
		}
	}
	for i := len(lines) - 2; i < len(lines); i++ {
		lines[i] = v.style.label.Render(lines[i])
	}
	return append([]string{title}, lines...)
}

// upTo is the right end of the curve's axis: far enough ahead to see where it goes, near enough to see where it is.
func upTo(p *progress) int {
	last := p.tests[len(p.tests)-1].Generation
	return min(max(p.begin.Generations, last), max(10, 2*last))
}

// cutAxis splits a line of a chart behind its axis.
func cutAxis(l string) (label, dots string, ok bool) {
	i := strings.IndexAny(l, "│┤|+")
	if i < 0 {
		return "", "", false
	}
	n := 1
	if l[i] >= 0x80 {
		n = len("│")
	}
	return l[:i+n], l[i+n:], true
}

// facts is what is known in numbers, a line each.
func (v *view) facts(p *progress, w int) []string {
	line := func(label, text string) string {
		return v.style.label.Render(fmt.Sprintf("%-*s", labelWidth, label)) + text
	}
	left := ""
	if d := p.left(); d >= 0 {
		left = "   " + duration(d) + " left"
	}
	total := p.begin.Generations
	out := []string{line("generation", fmt.Sprintf("%d/%d  %s %.0f%%%s", p.done, total, v.bar(p.done, total, w-56), 100*float64(p.done)/float64(max(1, total)), left))}
	if g, l := p.speed(); g > 0 {
		out = append(out, line("speed", fmt.Sprintf("%.1f generations/s, %s lives/s", g, count(l))))
	} else {
		out = append(out, line("speed", "-"))
	}
	test := "-"
	if t := p.last(); t != nil {
		test = fmt.Sprintf("%s [%s, %s] at generation %d", score(t.Mean), score(t.Low), score(t.High), t.Generation)
	}
	out = append(out, line("meta-test", test))
	best := "-"
	if t := p.best(); t != nil {
		best = v.style.good.Render(score(t.Mean)) + fmt.Sprintf(" at generation %d", t.Generation)
		if top := topOfTests(p.tests); finite(top) {
			best += fmt.Sprintf("; top 3 of the last 10: %s", score(top))
		}
	}
	out = append(out, line("best so far", best))
	r := p.row
	if r.Generation == 0 {
		return append(out, line("offspring", "-"), line("step sizes", "-"))
	}
	nan := ""
	if r.NaN > 0 {
		nan = fmt.Sprintf(", %d not a number", r.NaN)
	}
	return append(out,
		line("offspring", fmt.Sprintf("best %.3f, quartiles %.3f %.3f %.3f, worst %.3f%s", r.Best, r.Upper, r.Median, r.Lower, r.Worst, nan)),
		line("step sizes", fmt.Sprintf("%s, |theta| %.2f, checkpoint at %d", sigmaRange(r), r.ThetaNorm, p.commit)))
}

func sigmaRange(r run.GenerationRow) string {
	if len(r.Sigma) == 0 {
		return "-"
	}
	return fmt.Sprintf("sigma %.2g to %.2g", slices.Min(r.Sigma), slices.Max(r.Sigma))
}

// bar is how much of the run is done.
func (v *view) bar(done, total, w int) string {
	w = max(5, min(w, 40))
	n := min(w, done*w/max(1, total))
	full, empty := "█", "░"
	if v.ascii {
		full, empty = "#", "."
	}
	return v.style.curve.Render(strings.Repeat(full, n)) + v.style.label.Render(strings.Repeat(empty, w-n))
}
