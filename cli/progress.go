package cli

import (
	"math"
	"time"

	"baldwin/run"
	"baldwin/stats"
)

// window is how far back speed is measured.
const window = 20 * time.Second

// progress is how far a run is and how fast it goes: what the live screen and the plain lines both show.
type progress struct {
	begin   begin
	now     func() time.Time
	tests   []run.MetaTestRow
	row     run.GenerationRow // the newest
	done    int
	commit  int       // generation of the newest checkpoint
	moments []instant // within the window, oldest first
}

// An instant is where the run was at a time.
type instant struct {
	at         time.Time
	generation int
	lives      int
}

func newProgress(b begin, tests []run.MetaTestRow, now func() time.Time) *progress {
	p := &progress{begin: b, now: now, tests: append([]run.MetaTestRow(nil), tests...), done: b.Generation, commit: b.Generation}
	p.moments = []instant{{now(), b.Generation, 0}}
	return p
}

// event takes up what happened.
func (p *progress) event(e run.Event) {
	switch {
	case e.Generation != nil:
		p.row, p.done = *e.Generation, e.Generation.Generation
		t, last := p.now(), p.moments[len(p.moments)-1]
		next := instant{t, p.done, last.lives + e.Generation.Lives}
		// One instant per 100 ms is enough, and bounds their number.
		if n := len(p.moments); n >= 2 && t.Sub(p.moments[n-2].at) < 100*time.Millisecond {
			p.moments[n-1] = next
		} else {
			p.moments = append(p.moments, next)
		}
		for len(p.moments) > 2 && t.Sub(p.moments[0].at) > window {
			p.moments = p.moments[1:]
		}
	case e.MetaTest != nil:
		p.tests = append(p.tests, *e.MetaTest)
	case e.Commit != nil:
		p.commit = e.Commit.Generation
	}
}

// speed is generations and lives per second over the window, meta-tests and checkpoints included; 0 while unknown.
func (p *progress) speed() (generations, lives float64) {
	first, last := p.moments[0], p.moments[len(p.moments)-1]
	s := last.at.Sub(first.at).Seconds()
	if s <= 0 {
		return 0, 0
	}
	return float64(last.generation-first.generation) / s, float64(last.lives-first.lives) / s
}

// left is the time until the last generation or the limit of --for, whichever is sooner; negative while unknown.
func (p *progress) left() time.Duration {
	left := time.Duration(-1)
	if g, _ := p.speed(); g > 0 {
		left = time.Duration(float64(p.begin.Generations-p.done) / g * float64(time.Second))
	}
	if p.begin.limit > 0 {
		rest := max(0, p.begin.limit-p.now().Sub(p.begin.started))
		if left < 0 || rest < left {
			left = rest
		}
	}
	return left
}

// best is the best meta-test so far, nil before the first.
func (p *progress) best() *run.MetaTestRow {
	var best *run.MetaTestRow
	for i := range p.tests {
		if t := &p.tests[i]; !math.IsNaN(t.Mean) && (best == nil || t.Mean > best.Mean) {
			best = t
		}
	}
	return best
}

// last is the newest meta-test, nil before the first.
func (p *progress) last() *run.MetaTestRow {
	if len(p.tests) == 0 {
		return nil
	}
	return &p.tests[len(p.tests)-1]
}

// curve is the meta-tests' means over generations.
func curve(tests []run.MetaTestRow) []point {
	points := make([]point, len(tests))
	for i, t := range tests {
		points[i] = point{float64(t.Generation), t.Mean}
	}
	return points
}

// topOfTests is the mean of the top 3 of the last 10 meta-tests; NaN with fewer than 10.
func topOfTests(tests []run.MetaTestRow) float64 {
	means := make([]float64, len(tests))
	for i, t := range tests {
		means[i] = t.Mean
	}
	if v, ok := stats.TopOfLast(means, 3, 10); ok {
		return v
	}
	return math.NaN()
}
