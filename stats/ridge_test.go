package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// ridgeCase is the case of testdata/ridge.py.
func ridgeCase(seed uint64, n, p int, noise float64) (x [][]float32, y [][]float64) {
	source := newIndices(seed)
	u := func() float64 { return 2*(float64(source.word())/(1<<32)) - 1 }
	for range n {
		row := make([]float32, p)
		for d := range row {
			row[d] = float32(7 + u()/float64(1+d))
		}
		x = append(x, row)
	}
	var w [2][]float64
	for i := range w {
		for range p {
			w[i] = append(w[i], u())
		}
	}
	for _, row := range x {
		var a, b float64
		for d, v := range row {
			a += float64(float64(v) * w[0][d])
			b += float64(float64(v) * w[1][d] * float64(1+d))
		}
		a += float64(noise * u())
		b += float64(noise * u())
		y = append(y, []float64{a, b, u()})
	}
	return x, y
}

func columns(y [][]float64, from, to int) (out [][]float64) {
	for _, row := range y {
		out = append(out, row[from:to])
	}
	return out
}

// Against scikit-learn's RidgeCV in KFold. Both solve systems whose condition is up to 1e6.
func TestCrossPredict(t *testing.T) {
	for _, g := range goldenRidge {
		x, y := ridgeCase(g.seed, g.n, g.p, g.noise)
		got := CrossPredict(Products(x), y, g.folds)
		for i, want := range g.first {
			for j := range want {
				if !near(got[i][j], want[j], 1e-8, 1e-8) {
					t.Errorf("seed %d: prediction %d is %v, want %v", g.seed, i, got[i], want)
					break
				}
			}
		}
		for j, want := range g.r2 {
			if r2 := R2(columns(y, j, j+1), columns(got, j, j+1)); !near(r2, want, 1e-7, 1e-7) {
				t.Errorf("seed %d: R2 of target %d is %v, want %v", g.seed, j, r2, want)
			}
		}
		if both := R2(columns(y, 0, 2), columns(got, 0, 2)); !near(both, g.both, 1e-7, 1e-7) {
			t.Errorf("seed %d: R2 of both is %v, want %v", g.seed, both, g.both)
		}
	}
}

// A point's own target has no part in its prediction.
func TestCrossPredictIsHonest(t *testing.T) {
	x, y := ridgeCase(9, 30, 50, 0.1)
	products := Products(x)
	before := CrossPredict(products, y, 5)
	y[7][0] += 1e6
	after := CrossPredict(products, y, 5)
	for i := range y {
		if same := slices.Equal(before[i], after[i]); same != (i >= 6 && i < 12) {
			t.Errorf("prediction %d changes: %v", i, !same)
		}
	}
	panics(t, func() { CrossPredict(products, y, 1) })
	panics(t, func() { CrossPredict(products, y, 31) })
}

// Points that do not differ tell nothing: the mean of the other folds is predicted.
func TestCrossPredictOfEqualPoints(t *testing.T) {
	x := [][]float32{{1, 2}, {1, 2}, {1, 2}, {1, 2}}
	got := CrossPredict(Products(x), [][]float64{{1}, {2}, {3}, {8}}, 2)
	for i, want := range []float64{5.5, 5.5, 1.5, 1.5} {
		if got[i][0] != want {
			t.Errorf("point %d: %v, want %v", i, got[i][0], want)
		}
	}
}

// The factor and its inverse by their definitions.
func TestCholesky(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		source := newIndices(rapid.Uint64().Draw(t, "seed"))
		x := square(n)
		for i := range x {
			for j := range x {
				x[i][j] = float64(source.word())/(1<<32) - 0.5
			}
		}
		const penalty = 0.01
		a, l, inv := square(n), square(n), square(n)
		for i := range a {
			for j := range a {
				a[i][j] = dot(x[i], x[j])
				l[i][j] = a[i][j]
			}
		}
		if !cholesky(l, penalty) {
			t.Fatal("is not positive definite")
		}
		invert(l, inv)
		for i := range a {
			for j := range i + 1 {
				want := a[i][j]
				var one, identity float64
				if i == j {
					want += penalty
					one = 1
				}
				for k := j; k <= i; k++ {
					identity += inv[i][k] * l[k][j]
				}
				if got := dot(l[i][:j+1], l[j][:j+1]); !near(got, want, 1e-12, 1e-12) || !near(identity, one, 1e-9, 1e-9) {
					t.Fatalf("L L' is %v at %d, %d, want %v; inverse times L is %v", got, i, j, want, identity)
				}
			}
		}
	})
	if cholesky([][]float64{{1, 2}, {2, 1}}, 0) {
		t.Error("an indefinite matrix has a factor")
	}
}

func TestR2(t *testing.T) {
	y := [][]float64{{1, 0}, {2, 0}, {3, 3}}
	if got := R2(y, y); got != 1 {
		t.Errorf("of the targets themselves: %v", got)
	}
	if got := R2(y, [][]float64{{2, 1}, {2, 1}, {2, 1}}); got != 0 {
		t.Errorf("of the mean: %v", got)
	}
	if got := R2([][]float64{{1}, {1}}, [][]float64{{1}, {2}}); !math.IsNaN(got) {
		t.Errorf("where nothing varies: %v", got)
	}
	x, y := ridgeCase(3, 60, 4, 1)
	y = columns(y, 0, 1)
	predictions := CrossPredict(Products(x), y, 5)
	r2, i := R2(y, predictions), R2Interval(y, predictions, 500, newIndices(3).index)
	if !(i.Low < r2 && r2 < i.High && i.High-i.Low < 0.5) {
		t.Errorf("R2 %v in %v", r2, i)
	}
	if again := R2Interval(y, predictions, 500, newIndices(3).index); again != i {
		t.Errorf("the second time %v, want %v", again, i)
	}
}

// The bits of a prediction. They may change only with the version of the arithmetic contract.
func TestGoldenRidgeBits(t *testing.T) {
	x, y := ridgeCase(1, 40, 5, 0.1)
	got := CrossPredict(Products(x), y, 5)
	want := []uint64{0x3ff0ee302f1c99d4, 0xc0122d76583417e8, 0xbf750e2162ea9820}
	for j := range want {
		if bits := math.Float64bits(got[39][j]); bits != want[j] {
			t.Errorf("target %d: %#x, want %#x", j, bits, want[j])
		}
	}
}

// Against rliable; the shares come in steps of 1/18.
func TestProfile(t *testing.T) {
	share, bands := Profile(goldenStrata.tasks, goldenProfile.at, 20000, newIndices(8).index)
	for i, want := range goldenProfile.share {
		if !near(share[i], want, 1e-15, 0) {
			t.Errorf("above %v: %v, want %v", goldenProfile.at[i], share[i], want)
		}
		if b := goldenProfile.bands[i]; !near(bands[i].Low, b.Low, 0, 1.01/18) || !near(bands[i].High, b.High, 0, 1.01/18) {
			t.Errorf("above %v: %v, rliable has %v", goldenProfile.at[i], bands[i], b)
		}
	}
	if share, bands = Profile([][]float64{{1, 2}}, []float64{1}, 0, nil); share[0] != 0.5 || bands != nil {
		t.Errorf("without intervals: %v %v", share, bands)
	}
	share, bands = Profile([][]float64{{1, math.NaN()}}, []float64{0}, 10, newIndices(1).index)
	if !math.IsNaN(share[0]) {
		t.Errorf("with NaN: %v %v", share, bands)
	}
	if _, bands = Profile([][]float64{{1}, {}}, []float64{0}, 10, newIndices(1).index); !math.IsNaN(bands[0].Low) {
		t.Errorf("with an empty stratum: %v", bands)
	}
}
