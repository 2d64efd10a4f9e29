package web

import (
	"math"
	"testing"
)

func TestExplained(t *testing.T) {
	// Two uncorrelated scores; the first parameter is linear in them, the second has nothing to do with them, the third is
	// half of each.
	scores := [][]float64{{1, 1}, {1, -1}, {-1, 1}, {-1, -1}}
	for _, c := range []struct {
		label  string
		values []float64
		want   float64
	}{
		{"A0", []float64{5, 3, 3, 1}, 1},
		{"k", []float64{1, -1, -1, 1}, 0},
		{"k", []float64{2, 0, 0, 2}, 0},
		{"goal x", []float64{2, 0, -2, 0}, 0.5 + 0.25 - 0.25}, // 2, 0, -2, 0 has the squares 8; the first score takes 4
		{"φ", []float64{math.Pi / 4, 3 * math.Pi / 4, -math.Pi / 4, -3 * math.Pi / 4}, 1},
	} {
		if got := explained(c.label, c.values, scores); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s %v: %g, want %g", c.label, c.values, got, c.want)
		}
	}
}

// The claim of the paper (section 5, figure 5g) that docs/serve.md shows: where the robot's W_t ends tells A0 and k, and
// hardly the goal; h tells less.
func TestRobotsWeightsTellTheSignalNotTheGoal(t *testing.T) {
	w := explorer(t)
	told := func(of string) map[string]float64 {
		out := map[string]float64{}
		got := w.ask(request{path: "/life/space?genome=" + robotGenome + "&space=" + of})
		if got.Code != 200 {
			t.Fatal(got.Code, got.Body)
		}
		body := decode[spaceBody](t, got.Body.String())
		if len(body.Ends) != spaceLives || len(body.Paths) != shownLives {
			t.Errorf("%s: %d ends, %d paths", of, len(body.Ends), len(body.Paths))
		}
		for _, x := range body.Tells {
			out[x.Label] = float64(x.R2)
		}
		return out
	}
	weights, state := told("W"), told("h")
	if !(weights["A0"] > 0.7 && weights["k"] > 0.25 && weights["goal x"] < 0.15 && weights["goal y"] < 0.2) {
		t.Errorf("W tells %v", weights)
	}
	if !(state["A0"] < 0.5*weights["A0"] && state["k"] < 0.5*weights["k"]) {
		t.Errorf("h tells %v", state)
	}
}

// A life's trace ends where the space says that it ends.
func TestTrace(t *testing.T) {
	w := explorer(t)
	const query = "genome=" + sequenceGenome + "&seed=7&space=W" // the first of the space's own tasks
	if got := w.data(query); got.Trace != nil {
		t.Error("a trace without a space")
	}
	body := decode[spaceBody](t, w.ask(request{path: "/life/space?" + query}).Body.String())
	trace := w.data(query).Trace
	end := trace[len(trace)-1]
	for k, want := range body.Ends[0] {
		if math.Abs(end[k]-float64(want)) > 1e-4 {
			t.Errorf("the trace ends at %v, the space says %v", end, body.Ends[0])
		}
	}
	if got := w.ask(request{path: "/life/space?genome=file:learners-l1-k10-n20/es-maml-1500"}); got.Code != 400 {
		t.Errorf("a learner without W: %d", got.Code)
	}
}
