package embed

import (
	"math"
	"reflect"
	"runtime"
	"testing"
)

// goldenSet is what scikit-learn makes of a set of points.
type goldenSet struct {
	name                string
	perplexity          float64
	variance, explained []float64
	first, second       []float64 // the first numbers of the first two components
	trust5, trust12     float64   // trustworthiness of the first two components
	kl, trust           float64   // of its exact t-SNE
}

// uniform is the generator of testdata/goldens.py.
func uniform(seed uint64) func() float64 {
	return func() float64 {
		seed = seed*6364136223846793005 + 1442695040888963407
		return 2*(float64(seed>>32)/(1<<32)) - 1
	}
}

// sets are the points of testdata/goldens.py.
var sets = map[string]func() [][]float64{
	"blobs": func() (points [][]float64) {
		u := uniform(1)
		var centers [6][20]float64
		for i := range centers {
			for d := range centers[i] {
				centers[i][d] = 5 * u()
			}
		}
		for _, center := range centers {
			for range 25 {
				var point []float64
				for _, c := range center {
					point = append(point, c+u()+u())
				}
				points = append(points, point)
			}
		}
		return points
	},
	"loop": func() [][]float64 {
		u := uniform(2)
		var phase [64]float64
		for d := range phase {
			phase[d] = math.Pi * u()
		}
		points := make([][]float64, 120)
		for i := range points {
			for d, p := range phase {
				points[i] = append(points[i], math.Sin(2*math.Pi*float64(i)/120*float64(1+d%3)+p)+0.05*u())
			}
		}
		return points
	},
	"paths": func() (points [][]float64) {
		u := uniform(3)
		var origin, way [300]float64
		for d := range origin {
			origin[d] = u()
		}
		for range 8 {
			at := origin
			for d := range way {
				way[d] = 0.1 * u()
			}
			for step := range 12 {
				for d := range at {
					at[d] += way[d] * (1 + 0.3*u()) / float64(1+step)
				}
				point := at
				points = append(points, point[:])
			}
		}
		return points
	},
}

func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))
}

// TestPrincipal: variances, shares and components are scikit-learn's to what two solvers of eigenvalues agree on; scores are
// the points in the components' coordinates.
func TestPrincipal(t *testing.T) {
	for _, g := range goldenSets {
		points := sets[g.name]()
		a := Principal(points, 4)
		for j := range 4 {
			if !near(a.Variance[j], g.variance[j], 1e-10) || !near(a.Explained[j], g.explained[j], 1e-10) {
				t.Errorf("%s: component %d has variance %v (%v), want %v (%v)", g.name, j, a.Variance[j], a.Explained[j], g.variance[j], g.explained[j])
			}
		}
		for j, want := range [][]float64{g.first, g.second} {
			for d := range want {
				if !near(a.Components[j][d], want[d], 1e-8) {
					t.Errorf("%s: component %d[%d] is %v, want %v", g.name, j, d, a.Components[j][d], want[d])
				}
			}
		}
		for i, row := range Project(a, points) {
			for j := range row {
				if !near(row[j], a.Scores[i][j], 1e-10) {
					t.Fatalf("%s: point %d projects to %v, its scores are %v", g.name, i, row, a.Scores[i])
				}
			}
		}
		var plane [][2]float64
		for _, s := range a.Scores {
			plane = append(plane, [2]float64{s[0], s[1]})
		}
		if five, twelve := Trustworthiness(points, plane, 5), Trustworthiness(points, plane, 12); !near(five, g.trust5, 1e-12) || !near(twelve, g.trust12, 1e-12) {
			t.Errorf("%s: trustworthiness %v and %v, want %v and %v", g.name, five, twelve, g.trust5, g.trust12)
		}
	}
}

// TestNeighbours: t-SNE is as good as scikit-learn's. Two descents end in places of their own, so KL may be 4% more and
// trustworthiness 0.005 less.
func TestNeighbours(t *testing.T) {
	for _, g := range goldenSets {
		points := sets[g.name]()
		l := Neighbours(points, Settings{Perplexity: g.perplexity})
		if l.Perplexity != g.perplexity || !(l.KL <= 1.04*g.kl) || !(l.KL > 0) || !(l.Trustworthiness >= g.trust-0.005) {
			t.Errorf("%s: perplexity %v, KL %v, trustworthiness %v; want %v, %v, %v", g.name, l.Perplexity, l.KL, l.Trustworthiness, g.perplexity, g.kl, g.trust)
		}
		t.Logf("%s: KL %.4f (scikit-learn %.4f), trustworthiness %.4f (%.4f)", g.name, l.KL, g.kl, l.Trustworthiness, g.trust)
		if got := Trustworthiness(points, l.Points, 5); got != l.Trustworthiness {
			t.Errorf("%s: trustworthiness is %v, said %v", g.name, got, l.Trustworthiness)
		}
	}
}

// TestRepeats: the same points, settings and seed give the same layout on one core and on many.
func TestRepeats(t *testing.T) {
	points := sets["paths"]()
	lay := func(seed uint64) *Layout {
		return Neighbours(points, Settings{Perplexity: 10, Iterations: 300, Seed: seed})
	}
	want := lay(1)
	before := runtime.GOMAXPROCS(1)
	alone := lay(1)
	runtime.GOMAXPROCS(before)
	if !reflect.DeepEqual(alone, want) || !reflect.DeepEqual(lay(1), want) {
		t.Error("another layout on one core, or the second time")
	}
	if reflect.DeepEqual(lay(2), want) {
		t.Error("the seed is not used")
	}
}

// TestSmall: few points, equal points, points in a line and points of float32 give something sensible and no NaN.
func TestSmall(t *testing.T) {
	line := [][]float32{{0, 0, 1}, {1, 2, 1}, {2, 4, 1}, {3, 6, 1}, {4, 8, 1}, {5, 10, 1}, {9, 18, 1}}
	a := Principal(line, 3)
	if !near(a.Explained[0], 1, 1e-12) || a.Explained[1] != 0 || a.Variance[2] != 0 || a.Components[2][0] != 0 || !near(a.Components[0][1], 2/math.Sqrt(5), 1e-12) {
		t.Errorf("a line: %+v", a)
	}
	if a := Principal([][]float64{{3, 3}}, 2); len(a.Components) != 1 || a.Scores[0][0] != 0 || a.Explained[0] != 0 {
		t.Errorf("one point: %+v", a)
	}
	if a := Principal([][]float64{}, 2); len(a.Scores) != 0 {
		t.Errorf("no point: %+v", a)
	}
	for name, points := range map[string][][]float32{
		"a line": line, "equal": {{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}}, "three": line[:3], "none": nil,
		"twins": append(line[:6:6], line[:6]...),
	} {
		l := Neighbours(points, Settings{})
		for _, p := range l.Points {
			if math.IsNaN(p[0] + p[1]) {
				t.Errorf("%s: %+v", name, l)
			}
		}
		if few := len(points) < 4; len(l.Points) != len(points) || math.IsNaN(l.KL) != few || math.IsNaN(l.Trustworthiness) != few {
			t.Errorf("%s: %+v", name, l)
		}
	}
}
