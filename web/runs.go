package web

import (
	"context"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"baldwin/run"
	"baldwin/store"
)

// A line is a run as the list shows it.
type line struct {
	*store.Run
	State string  // running, stopped, finished, or died: said to be running and held by nobody
	Ours  bool    // this process trains it
	Rate  float64 // lives a second, of the newest generations
	Speed float64 // generations a second
	Spark template.HTML
}

// state is a run's state as people are told it.
func (s *Server) state(r *store.Run) string {
	if r.Status == run.Running && !s.Store.Held(r.Name) {
		return "died"
	}
	return string(r.Status)
}

// recent is how many of the newest generations a rate is taken from.
const recent = 20

// A sketch is what a line has of a run's rows. It holds until the run's row is written again.
type sketch struct {
	updated     time.Time
	rate, speed float64
	spark       template.HTML
}

// sketches are the sketches of all runs, by number.
type sketches struct {
	mu   sync.Mutex
	kept map[int64]sketch
}

func (s *Server) line(ctx context.Context, r *store.Run) (line, error) {
	s.sketches.mu.Lock()
	k, ok := s.sketches.kept[r.ID]
	s.sketches.mu.Unlock()
	if !ok || !k.updated.Equal(r.Updated) {
		var err error
		if k, err = s.sketch(ctx, r); err != nil {
			return line{}, err
		}
		s.sketches.mu.Lock()
		if s.sketches.kept == nil {
			s.sketches.kept = map[int64]sketch{}
		}
		s.sketches.kept[r.ID] = k
		s.sketches.mu.Unlock()
	}
	return line{Run: r, State: s.state(r), Ours: s.jobs.has(r.Name), Rate: k.rate, Speed: k.speed, Spark: k.spark}, nil
}

func (s *Server) sketch(ctx context.Context, r *store.Run) (sketch, error) {
	k := sketch{updated: r.Updated}
	rows, err := s.Store.Generations(ctx, r.ID, max(1, r.Generation-recent+1))
	if err != nil {
		return k, err
	}
	k.rate, k.speed = rate(rows)
	tests, err := s.Store.MetaTests(ctx, r.ID, 0)
	k.spark = sparkline(tests)
	return k, err
}

// rate is lives and generations a second; 0 of nothing.
func rate(rows []run.GenerationRow) (lives, generations float64) {
	seconds := 0.0
	for i := range rows {
		lives += float64(rows[i].Lives)
		seconds += rows[i].Seconds
	}
	if seconds <= 0 {
		return 0, 0
	}
	return lives / seconds, float64(len(rows)) / seconds
}

// Size of a sparkline.
const (
	sparkWidth, sparkHeight = 120.0, 28.0
	sparkPoints             = 60
)

// sparkline is the curve of the meta-tests as SVG, made of numbers alone.
func sparkline(tests []run.MetaTestRow) template.HTML {
	var xs, ys []float64
	step := max(1, (len(tests)+sparkPoints-1)/sparkPoints)
	for i := (len(tests) - 1) % step; i >= 0 && i < len(tests); i += step { // the newest is always among them
		if t := tests[i]; !math.IsNaN(t.Mean) && !math.IsInf(t.Mean, 0) {
			xs, ys = append(xs, float64(t.Generation)), append(ys, t.Mean)
		}
	}
	if len(xs) < 2 {
		return ""
	}
	low, high := ys[0], ys[0]
	for _, y := range ys {
		low, high = min(low, y), max(high, y)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="spark" viewBox="0 0 %g %g" width="%g" height="%g" aria-hidden="true"><polyline points="`, sparkWidth, sparkHeight, sparkWidth, sparkHeight)
	x0, dx, dy := xs[0], xs[len(xs)-1]-xs[0], max(high-low, 1e-12)
	for i := range xs {
		b.WriteString(strconv.FormatFloat(1+(sparkWidth-2)*(xs[i]-x0)/dx, 'f', 1, 64) + "," +
			strconv.FormatFloat(2+(sparkHeight-4)*(high-ys[i])/dy, 'f', 1, 64) + " ")
	}
	b.WriteString(`"/></svg>`)
	return template.HTML(b.String()) // numbers only
}

// lines are all runs, newest first.
func (s *Server) lines(ctx context.Context) ([]line, error) {
	rows, err := s.Store.Runs(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]line, len(rows))
	for i := range rows {
		if out[len(rows)-1-i], err = s.line(ctx, &rows[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Server) runsPage(w http.ResponseWriter, r *http.Request) {
	lines, err := s.lines(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	presets, learners := s.names()
	s.show(w, r, "runs.html", page{Title: "Runs", Script: "runs.js", Here: "runs", Data: struct {
		Lines             []line
		Presets, Learners []string
		CanTrain          bool
	}{lines, presets, learners, s.Train != nil}})
}
