package web

import (
	"context"
	"math"
	"net/http"
	"strconv"

	"baldwin/learner"
	"baldwin/run"
	"baldwin/store"
)

// maxPoints is how many points a curve has at most; of a longer run each point stands for a span of generations.
const maxPoints = 400

// A series is a run's curves, as columns. A point is the mean over a span of Stride generations, Generation being the last
// of them; sigma and |theta| are those of that last one, Rate is lives a second over the span.
type series struct {
	Cursor     string     `json:"cursor"` // up to where this is; see cursor
	Stride     int        `json:"stride"`
	From       []int      `json:"from"`
	Generation []int      `json:"generation"`
	Best       []number   `json:"best"`
	Upper      []number   `json:"upper"`
	Median     []number   `json:"median"`
	Lower      []number   `json:"lower"`
	Worst      []number   `json:"worst"`
	Norm       []number   `json:"norm"`
	Rate       []number   `json:"rate"`
	Sigma      [][]number `json:"sigma"` // by tensor
	Tensors    []string   `json:"tensors"`
	Tests      testSeries `json:"tests"`
}

// A testSeries is a run's meta-tests, as columns.
type testSeries struct {
	Generation []int    `json:"generation"`
	Mean       []number `json:"mean"`
	Low        []number `json:"low"`
	High       []number `json:"high"`
}

// strideFor is the span that keeps a run of n generations to maxPoints.
func strideFor(n int) int { return max(1, (n+maxPoints-1)/maxPoints) }

// add sums up rows, whose first begins a span.
func (s *series) add(rows []run.GenerationRow) {
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && (rows[n].Generation-1)/s.Stride == (rows[0].Generation-1)/s.Stride {
			n++
		}
		span := rows[:n]
		rows = rows[n:]
		last := &span[n-1]
		mean := func(of func(*run.GenerationRow) float64) number {
			sum, n := 0.0, 0
			for i := range span {
				if v := of(&span[i]); !math.IsNaN(v) && !math.IsInf(v, 0) {
					sum, n = sum+v, n+1
				}
			}
			return number(sum / float64(n)) // of nothing: NaN, which is null
		}
		s.From, s.Generation = append(s.From, span[0].Generation), append(s.Generation, last.Generation)
		s.Best = append(s.Best, mean(func(g *run.GenerationRow) float64 { return g.Best }))
		s.Upper = append(s.Upper, mean(func(g *run.GenerationRow) float64 { return g.Upper }))
		s.Median = append(s.Median, mean(func(g *run.GenerationRow) float64 { return g.Median }))
		s.Lower = append(s.Lower, mean(func(g *run.GenerationRow) float64 { return g.Lower }))
		s.Worst = append(s.Worst, mean(func(g *run.GenerationRow) float64 { return g.Worst }))
		s.Norm = append(s.Norm, number(last.ThetaNorm))
		lives, _ := rate(span)
		s.Rate = append(s.Rate, number(lives))
		for len(s.Sigma) < len(last.Sigma) {
			s.Sigma = append(s.Sigma, nil)
		}
		for i, v := range last.Sigma {
			s.Sigma[i] = append(s.Sigma[i], number(v))
		}
	}
}

func (s *testSeries) add(tests []run.MetaTestRow) {
	for _, t := range tests {
		s.Generation = append(s.Generation, t.Generation)
		s.Mean, s.Low, s.High = append(s.Mean, number(t.Mean)), append(s.Low, number(t.Low)), append(s.High, number(t.High))
	}
}

// since is what a run has from the span on that generation after+1 lies in, and the meta-tests after it.
func (s *Server) since(ctx context.Context, r *store.Run, after, stride int) (*series, error) {
	out := &series{Cursor: cursor{r.ID, r.Generation}.String(), Stride: stride}
	rows, err := s.Store.Generations(ctx, r.ID, after/stride*stride+1)
	if err != nil {
		return nil, err
	}
	// A commit may have come since r was read: what it brought comes with the next look.
	for len(rows) > 0 && rows[len(rows)-1].Generation > r.Generation {
		rows = rows[:len(rows)-1]
	}
	out.add(rows)
	tests, err := s.Store.MetaTests(ctx, r.ID, after+1)
	if err != nil {
		return nil, err
	}
	for len(tests) > 0 && tests[len(tests)-1].Generation > r.Generation {
		tests = tests[:len(tests)-1]
	}
	out.Tests.add(tests)
	return out, nil
}

// runSeries answers with all of a run's curves.
func (s *Server) runSeries(w http.ResponseWriter, r *http.Request) {
	row, err := s.Store.Run(r.Context(), r.PathValue("name"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	out, err := s.since(r.Context(), row, 0, strideFor(row.Generations))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if l := s.learnerOf(row); l != nil {
		for _, t := range l.Layout.Tensors {
			out.Tensors = append(out.Tensors, t.Name)
		}
	}
	for len(out.Tensors) < len(out.Sigma) {
		out.Tensors = append(out.Tensors, strconv.Itoa(len(out.Tensors)))
	}
	answer(w, out)
}

// learnerOf is a run's learner, nil where this build does not know it: the rest is shown all the same.
func (s *Server) learnerOf(row *store.Run) *learner.Learner {
	spec, err := run.ParseSpec("spec", row.Spec, s.Registry)
	if err != nil {
		return nil
	}
	l, err := spec.Fit(s.Registry)
	if err != nil {
		return nil
	}
	return l
}
